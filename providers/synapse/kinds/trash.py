"""Deleting entities: to the trash can, which frees the name and destroys the ACLs (contract 2.10)."""

from __future__ import annotations

from planner.interfaces import Outcome
from planner.plan import Operation
from providers.synapse.settle import remove, unmoved
from providers.synapse.writing import Writing


async def delete(writing: Writing, operation: Operation) -> Outcome:
    """Move an entity, and all below it, to the trash can. Raises Stale where it changed since it was planned."""
    where, id_ = operation.address, writing.known.id_of(operation.address)
    chain = writing.chain(id_)
    async with chain.lock:
        etag = None if chain.written else operation.precondition
        if not await unmoved(writing.transport, f"/entity/{id_}", where, etag, writing.raw(where)):
            return Outcome(id_, "gone already")
        await remove(writing.transport, f"/entity/{id_}")
        chain.written = True
    return Outcome(id_, "deleted")
