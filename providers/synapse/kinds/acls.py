"""ACLs of entities, queues and teams: read as {principal id: access types}, written whole under their own etag
(contract 2.9, 3.7, 5.10).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from planner.interfaces import Outcome
from planner.live import LiveResource
from planner.plan import Operation
from planner.references import Plain
from planner.resources import Kind, acl_address, owner_of
from providers.synapse.failures import Refused
from providers.synapse.settle import ALREADY, Change, Creation, create, remove, update
from providers.synapse.survey import Survey
from providers.synapse.writing import Writing

Raw = Mapping[str, Any]


def read_acl(survey: Survey, owner: str, acl: Raw | None) -> None:
    """Record the ACL of a found owner, if the manifest wants one; None means that it inherits."""
    if acl is None:
        return
    entries = entries_of(acl)
    survey.principals |= entries.keys()
    address = acl_address(owner)
    if survey.wanted(address):
        spec: dict[str, Plain] = dict(entries)
        survey.add(LiveResource(address, Kind.ACL, str(acl["id"]), spec, acl["etag"], acl, _how(survey, owner)))


def _how(survey: Survey, owner: str) -> str:
    found = survey.resources.get(owner)
    return found.identified_by if found else "project"


def entries_of(acl: Raw) -> dict[str, tuple[str, ...]]:
    """Principal id → access types, sorted: both are sets on Synapse."""
    return {
        str(entry["principalId"]): tuple(sorted(entry["accessType"]))
        for entry in acl.get("resourceAccess", [])
        if entry.get("accessType")
    }


def resource_access(entries: Mapping[str, tuple[str, ...]]) -> list[dict[str, Any]]:
    """Entries as Synapse wants them: ids are numbers, an empty list of types is an absent entry."""
    return [{"principalId": int(id_), "accessType": list(types)} for id_, types in entries.items() if types]


async def write(writing: Writing, operation: Operation) -> Outcome:
    """Give an owner exactly this ACL. An entity that inherited gets one of its own."""
    owner = owner_of(operation.address)
    id_ = writing.known.id_of(owner)
    entries = writing.acl_entries(operation.spec)
    if _service(owner) != "entity":
        return await _put(writing, operation, id_, entries)
    chain = writing.chain(id_)
    async with chain.lock:
        outcome = await _put(writing, operation, id_, entries)
        # An ACL write renews the entity's etag without telling it.
        chain.wrote(None)
    return outcome


async def delete(writing: Writing, operation: Operation) -> Outcome:
    """Let an entity inherit again (queues and teams always have an ACL of their own)."""
    id_ = writing.known.id_of(owner_of(operation.address))
    chain = writing.chain(id_)
    async with chain.lock:
        await remove(writing.transport, f"/entity/{id_}/acl")
        chain.wrote(None)
    return Outcome(id_, "deleted")


async def _put(writing: Writing, operation: Operation, id_: str, entries: Mapping[str, tuple[str, ...]]) -> Outcome:
    service, address = _service(owner_of(operation.address)), operation.address

    async def reread() -> Raw:
        acl: Raw = await writing.transport.get(f"/{service}/{id_}/acl")
        return acl

    async def send(body: Raw) -> Raw:
        path = f"/entity/{id_}/acl" if service == "entity" else f"/{service}/acl"
        answer: Raw = await writing.transport.put(path, body)
        return answer

    def agrees(acl: Raw) -> bool:
        return entries_of(acl) == dict(entries)

    base = writing.raw(address) or await _own(reread, service)
    if base is None:
        return await _break_inheritance(writing, address, id_, entries, reread)
    if agrees(base):
        return Outcome(id_, ALREADY, base["etag"], base)
    fields = {"resourceAccess": resource_access(entries)}
    acl, did = await update(writing.transport, address, Change(base, fields, send, reread, agrees))
    return Outcome(id_, did, acl["etag"], acl)


async def _own(reread: Callable[[], Awaitable[Raw]], service: str) -> Raw | None:
    """The owner's own ACL; None where an entity inherits (contract 2.9: 404)."""
    try:
        return await reread()
    except Refused as refused:
        if refused.status == 404 and service == "entity":
            return None
        raise


async def _break_inheritance(
    writing: Writing,
    address: str,
    id_: str,
    entries: Mapping[str, tuple[str, ...]],
    reread: Callable[[], Awaitable[Raw]],
) -> Outcome:
    async def send() -> Raw:
        body = {"resourceAccess": resource_access(entries)}
        answer: Raw = await writing.transport.post(f"/entity/{id_}/acl", body)
        return answer

    acl, did = await create(writing.transport, address, Creation(send, lambda: _own(reread, "entity")))
    return Outcome(id_, did, acl["etag"], acl)


def _service(owner: str) -> str:
    """The service that keeps the ACL of an owner."""
    return {"queue": "evaluation", "team": "team"}.get(owner.split(".", 1)[0], "entity")
