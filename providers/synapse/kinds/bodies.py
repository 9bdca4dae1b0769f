"""Creating and updating entities: born in one transaction with the annotations and the ACL that they carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.access import ENTITY
from planner.interfaces import Outcome
from planner.plan import Operation
from planner.resources import Kind, acl_address, annotations_address
from providers.synapse.kinds.acls import resource_access
from providers.synapse.kinds.annotations import merged
from providers.synapse.kinds.entities import bundle_of, child_id
from providers.synapse.settle import Change, Creation, create, stale, update
from providers.synapse.writing import Writing

Raw = Mapping[str, Any]


async def create_entity(writing: Writing, operation: Operation, body: Raw, orphans: int = 0) -> Outcome:
    """Make an entity with everything it carries, so that nothing is readable for a moment. Raises Stale where the name
    is taken meanwhile.
    """
    request: dict[str, Any] = {"entity": {name: value for name, value in body.items() if value is not None}}
    request |= _carried_annotations(writing, operation) | _carried_acl(writing, operation)

    async def send() -> Raw:
        answer: Raw = await writing.transport.post("/entity/bundle2/create", request)
        return answer

    async def look_up() -> Raw | None:
        return await _find_again(writing, operation, body)

    bundle, did = await create(writing.transport, operation.address, Creation(send, look_up))
    return _born(writing, operation, bundle, did, orphans)


def _carried_annotations(writing: Writing, operation: Operation) -> dict[str, Any]:
    address = annotations_address(operation.address)
    if address not in operation.carries:
        return {}
    return {"annotations": {"annotations": merged({}, writing.known.spec_of(address))}}


def _carried_acl(writing: Writing, operation: Operation) -> dict[str, Any]:
    """The ACL to be born with; a folder without one is closed to all but us, and a project always is (contract 2.4,
    2.7).
    """
    address = acl_address(operation.address)
    if operation.kind is Kind.PROJECT:
        return {}
    if address in operation.carries:
        entries = writing.acl_entries(writing.known.spec_of(address))
    elif operation.kind is Kind.FOLDER:
        entries = writing.acl_entries({"deployer": ENTITY["admin"], writing.me.id: ENTITY["admin"]})
    else:
        return {}
    return {"accessControlList": {"resourceAccess": resource_access(entries)}}


async def _find_again(writing: Writing, operation: Operation, body: Raw) -> Raw | None:
    """What an answer that got lost would have told: the entity with that name that we made ourselves."""
    id_ = await child_id(writing.transport, body.get("parentId"), str(body["name"]))
    if id_ is None:
        return None
    bundle = await bundle_of(writing.transport, id_, operation.kind)
    if str(bundle["entity"]["createdBy"]) != writing.me.id:
        raise stale(operation.address, {}, bundle["entity"])
    return bundle


def _born(writing: Writing, operation: Operation, bundle: Raw, did: str, orphans: int) -> Outcome:
    entity = bundle["entity"]
    for address, part in (
        (acl_address(operation.address), "accessControlList"),
        (annotations_address(operation.address), "annotations"),
    ):
        if address in operation.carries and part in bundle:
            writing.run.born[address] = bundle[part]
    writing.chain(entity["id"]).wrote(entity["etag"])
    return Outcome(entity["id"], did, entity["etag"], entity, orphans)


async def update_entity(
    writing: Writing, operation: Operation, fields: Raw, query: str = "", orphans: int = 0
) -> Outcome:
    """Put an entity as it was read, with some fields changed."""
    id_ = writing.known.id_of(operation.address)

    async def reread() -> Raw:
        entity: Raw = await writing.transport.get(f"/entity/{id_}")
        return entity

    async def send(body: Raw) -> Raw:
        answer: Raw = await writing.transport.put(f"/entity/{id_}{query}", body)
        return answer

    chain = writing.chain(id_)
    async with chain.lock:
        base = await writing.base(chain, writing.raw(operation.address), operation.address, reread)
        entity, did = await update(writing.transport, operation.address, Change(base, fields, send, reread))
        chain.wrote(entity["etag"])
    return Outcome(id_, did, entity["etag"], entity, orphans)
