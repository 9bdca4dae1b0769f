"""Creating, reading, updating and deleting entities (contract 2.1, 2.4, 2.5)."""

from __future__ import annotations

from synapse_sandbox.access_lists import ENTITY_ADMIN, write_acl
from synapse_sandbox.call import Answer, Call, created
from synapse_sandbox.names import valid_name
from synapse_sandbox.permissions import ROOT, check_certified, check_exists, require_entity
from synapse_sandbox.refusals import forbidden, invalid
from synapse_sandbox.routing import Route
from synapse_sandbox.services.entity_names import check_alias, check_lengths, check_name_free
from synapse_sandbox.services.entity_types import PROJECT, EntityType, entity_type
from synapse_sandbox.services.nodes import Place, Stamp, document, insert_node, kind_of, node
from synapse_sandbox.wire import Json, entity_number

SCHEMA = ""
MAX_DEPTH, MAX_CHILDREN = 50, 10000


def create_entity(call: Call) -> Answer:
    """POST /entity → 201."""
    return created(document(node(call.store, new_entity(call, call.body))))


def new_entity(call: Call, body: Json) -> int:
    """Make an entity from a body; its number."""
    kind = entity_type(body.get("concreteType", body.get("entityType")))
    check_lengths(body.get("name"), body.get("description"))
    parent = _parent_for(call, kind, body.get("parentId"))
    require_create(call, parent, kind)
    entity_id = call.store.next_id("entity")
    name = valid_name(body["name"]) if "name" in body else f"syn{entity_id}"
    check_name_free(call.store, parent, name, entity_id)
    check_alias(call.store, body.get("alias"), entity_id)
    insert_node(call.store, Place(entity_id, parent, name), kind, body, Stamp(call.caller.id, call.now))
    if kind is PROJECT and "parentId" not in body:
        write_acl(call.store, "ENTITY", entity_id, {call.caller.id: list(ENTITY_ADMIN)}, call.now)
    return entity_id


def _parent_for(call: Call, kind: EntityType, parent_id: str | None) -> int:
    """The parent of a new entity: for a project the root (left out); type, depth and number of children are tested."""
    if parent_id is None and kind is not PROJECT:
        raise invalid(f"Entity type: {kind.class_name} cannot have a parent of type: null")
    parent = ROOT if parent_id is None else entity_number(parent_id)
    check_parent(call, kind, parent)
    return parent


def check_parent(call: Call, kind: EntityType, parent: int) -> None:
    """400 for a parent of the wrong kind, 404 for one that isn't there."""
    check_exists(call.store, parent)
    parent_row = node(call.store, parent)
    if kind_of(parent_row).short not in kind.parents:
        raise invalid(f"Entity type: {kind.class_name} cannot have a parent of type: {parent_row['type']}")


def require_create(call: Call, parent: int, kind: EntityType) -> None:
    """CREATE on the parent, and certification for everything but projects (contract 2.4)."""
    if call.caller.is_anonymous:
        raise forbidden("Anonymous users have only READ access permission.")
    check_certified(call.caller, kind.class_name)
    require_entity(call.store, call.caller, parent, "CREATE")


def get_entity(call: Call) -> Answer:
    """GET /entity/{id}."""
    entity_id = call.entity_id()
    require_entity(call.store, call.caller, entity_id, "READ")
    return Answer(document(node(call.store, entity_id)))


ROUTES = (
    Route("POST", "/repo/v1/entity", create_entity),
    Route("GET", "/repo/v1/entity/{id}", get_entity, reads=True),
)
