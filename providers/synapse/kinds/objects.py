"""What teams, challenge objects, queues and rounds have in common: one path, one etag of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from planner.interfaces import Outcome
from planner.plan import Operation
from providers.synapse.settle import Change, Creation, create, remove, update
from providers.synapse.writing import Writing

Raw = Mapping[str, Any]


async def create_object(
    writing: Writing, operation: Operation, path: str, fields: Raw, look_up: Callable[[], Any]
) -> Outcome:
    """POST something exactly once; `look_up` finds it again by its natural key."""

    async def send() -> Raw:
        answer: Raw = await writing.transport.post(path, fields)
        return answer

    found, did = await create(writing.transport, operation.address, Creation(send, look_up))
    return Outcome(str(found["id"]), did, found["etag"], found)


async def update_object(
    writing: Writing,
    operation: Operation,
    path: str,
    fields: Raw,
    *,
    put: str | None = None,
    agrees: Callable[[Raw], bool] | None = None,
) -> Outcome:
    """PUT something as it was read, with some fields changed. put: where to send it, if that isn't where it is read."""

    async def reread() -> Raw:
        answer: Raw = await writing.transport.get(path)
        return answer

    async def send(body: Raw) -> Raw:
        answer: Raw = await writing.transport.put(put or path, body)
        return answer

    base = writing.raw(operation.address) or await reread()
    found, did = await update(writing.transport, operation.address, Change(base, fields, send, reread, agrees))
    return Outcome(str(found["id"]), did, found["etag"], found)


async def delete_object(writing: Writing, operation: Operation, path: str) -> Outcome:
    """DELETE something; that it is gone already is fine."""
    await remove(writing.transport, path)
    return Outcome(writing.known.id_of(operation.address), "deleted")
