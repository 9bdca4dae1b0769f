"""Deleting entities: to the trash can, which frees the name and destroys the ACLs (contract 2.10)."""

from __future__ import annotations

from planner.interfaces import Outcome
from planner.plan import Operation
from providers.synapse.failures import Refused
from providers.synapse.settle import remove, stale
from providers.synapse.writing import Writing


async def delete(writing: Writing, operation: Operation) -> Outcome:
    """Move an entity, and all below it, to the trash can. Raises Stale where it changed since it was planned."""
    id_ = writing.known.id_of(operation.address)
    chain = writing.chain(id_)
    async with chain.lock:
        try:
            now = await writing.transport.get(f"/entity/{id_}")
        except Refused as refused:
            if refused.status == 404:
                return Outcome(id_, "gone already")
            raise
        if not chain.written and operation.precondition not in (None, now["etag"]):
            raise stale(operation.address, writing.raw(operation.address) or {}, now)
        await remove(writing.transport, f"/entity/{id_}")
        chain.written = True
    return Outcome(id_, "deleted")
