"""Rounds of a queue: none may begin or end in the past when it is made, so what began is restored in two steps
(contract 5.5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from planner.interfaces import Outcome, ProviderError, Stale
from planner.live import LiveResource, Unmanaged
from planner.matching import Span, match_rounds
from planner.plan import Operation
from planner.references import Plain, Ref
from planner.resources import Kind
from providers.synapse.failures import PLAN_AGAIN
from providers.synapse.kinds.objects import create_object, delete_object, update_object
from providers.synapse.paging import by_token
from providers.synapse.settle import Change, update
from providers.synapse.survey import Survey
from providers.synapse.writing import Writing, members

Raw = Mapping[str, Any]

AHEAD: Final = timedelta(seconds=10)
"""How far in the future a round starts for a moment, whose true start has passed: longer than a request takes."""


async def read_rounds(survey: Survey, queue: str, id_: str, how: str) -> None:
    """Read the rounds of a queue and tell which is which: by the ledger, else by overlap in time."""
    listed = await by_token(survey.transport, f"/evaluation/{id_}/round/list", {})
    found = {str(item["id"]): item for item in listed}
    wanted = [item for item in survey.of_kind(Kind.ROUND) if item.spec["queue"] == Ref(queue)]
    pairs = match_rounds(
        {item.address: _span(item.spec["start"], item.spec["end"]) for item in wanted},
        {id_: _span(item["roundStart"], item["roundEnd"]) for id_, item in found.items()},
        {address: entry.id for address, entry in survey.applied.entries.items()},
    )
    for address, round_id in pairs.items():
        raw = found[round_id]
        by = "ledger" if survey.told(address) == (round_id, "ledger") else how
        survey.add(LiveResource(address, Kind.ROUND, round_id, round_spec(raw), raw["etag"], raw, by))
    survey.unmanaged += _others(queue, listed)


def _others(queue: str, listed: Iterable[Raw]) -> list[Unmanaged]:
    return [_other(queue, str(item["id"]), str(item["roundStart"]), str(item["roundEnd"])) for item in listed]


def _other(queue: str, id_: str, start: str, end: str) -> Unmanaged:
    return Unmanaged(Kind.ROUND, id_, f"{start} to {end}", queue, (start, end))


def _span(start: Any, end: Any) -> Span:
    return Span(datetime.fromisoformat(str(start)), datetime.fromisoformat(str(end)))


def round_spec(raw: Raw) -> dict[str, Plain]:
    """A round in our words."""
    return {
        "queue": str(raw["evaluationId"]),
        "start": raw["roundStart"],
        "end": raw["roundEnd"],
        "limits": {item["limitType"].lower(): item["maximumSubmissions"] for item in raw.get("limits", [])},
    }


async def create(writing: Writing, operation: Operation) -> Outcome:
    """Make a round. One that began already starts a few seconds from now, and is then given its true start."""
    fields = _fields(writing, operation)
    await _migrate_quota(writing, operation, fields["evaluationId"])
    now = writing.run.session.now()
    true_start, end = (
        _span(fields["roundStart"], fields["roundEnd"]).start,
        _span(fields["roundStart"], fields["roundEnd"]).end,
    )
    if true_start > now + AHEAD:
        return await _create(writing, operation, fields)
    if end <= now + AHEAD:
        mend = "nothing can be done: Synapse lets nobody make a round in the past"
        raise ProviderError(operation.address, f"ended, or ends, at {fields['roundEnd']}", mend)
    made = await _create(writing, operation, {**fields, "roundStart": _text(now + AHEAD)})
    return await _give_true_start(writing, operation, made, fields)


async def _create(writing: Writing, operation: Operation, fields: Raw) -> Outcome:
    path = f"/evaluation/{fields['evaluationId']}/round"

    async def look_up() -> Raw | None:
        return await _same_window(writing, fields)

    return await create_object(writing, operation, path, fields, look_up)


async def _same_window(writing: Writing, fields: Raw) -> Raw | None:
    for item in await by_token(writing.transport, f"/evaluation/{fields['evaluationId']}/round/list", {}):
        if _window(item) == _window(fields):
            return item
    return None


def _window(raw: Raw) -> Span:
    return _span(raw["roundStart"], raw["roundEnd"])


async def _give_true_start(writing: Writing, operation: Operation, made: Outcome, fields: Raw) -> Outcome:
    path = f"/evaluation/{fields['evaluationId']}/round/{made.id}"

    async def reread() -> Raw:
        answer: Raw = await writing.transport.get(path)
        return answer

    async def send(body: Raw) -> Raw:
        answer: Raw = await writing.transport.put(path, body)
        return answer

    change = Change(made.raw, fields, send, reread, lambda raw: _agrees(raw, fields))
    raw, _ = await update(writing.transport, operation.address, change)
    return Outcome(made.id, f"{made.did}, with a start in the past", raw["etag"], raw)


async def change(writing: Writing, operation: Operation) -> Outcome:
    """Move a round or change its limits."""
    fields = _fields(writing, operation)
    path = _path(writing, operation, fields["evaluationId"])
    return await update_object(writing, operation, path, fields, agrees=lambda raw: _agrees(raw, fields))


async def delete(writing: Writing, operation: Operation) -> Outcome:
    """Delete a round; Synapse refuses where submissions were made in it."""
    queue = str(writing.spec(operation)["queue"])
    return await delete_object(writing, operation, _path(writing, operation, queue))


def _path(writing: Writing, operation: Operation, queue: str) -> str:
    return f"/evaluation/{queue}/round/{writing.known.id_of(operation.address)}"


def _agrees(raw: Raw, fields: Raw) -> bool:
    same_limits = {item["limitType"]: item["maximumSubmissions"] for item in raw.get("limits", [])} == {
        item["limitType"]: item["maximumSubmissions"] for item in fields["limits"]
    }
    return same_limits and _window(raw) == _window(fields)


async def _migrate_quota(writing: Writing, operation: Operation, queue: str) -> None:
    """Turn a legacy quota into rounds first, for both can't be (contract 5.4); what comes of it must be planned for."""
    raw = writing.raw(f"queue.{operation.address.removeprefix('round.').rsplit('/', 1)[0]}")
    if raw is None or "quota" not in raw:
        return
    current = await writing.transport.get(f"/evaluation/{queue}")
    if "quota" in current:
        await writing.transport.post(f"/evaluation/{queue}/migratequota", None)
        raise Stale(operation.address, "the queue's legacy quota has been turned into rounds", PLAN_AGAIN)


def _fields(writing: Writing, operation: Operation) -> dict[str, Any]:
    spec = writing.spec(operation)
    limits = members(spec["limits"])
    return {
        # The body must repeat the queue, though the path says it (contract 5.5).
        "evaluationId": str(spec["queue"]),
        "roundStart": str(spec["start"]),
        "roundEnd": str(spec["end"]),
        "limits": [{"limitType": kind.upper(), "maximumSubmissions": count} for kind, count in limits.items()],
    }


def _text(moment: datetime) -> str:
    """An instant with the milliseconds that Synapse demands (contract 0.3)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
