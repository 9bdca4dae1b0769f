"""Access control lists of entities: read, replace, break and restore inheritance (contract 2.9)."""

from __future__ import annotations

from synapse_sandbox.access_lists import (
    acl_document,
    check_grants,
    creation_date,
    delete_acl,
    read_grants,
    replace_acl,
    write_acl,
)
from synapse_sandbox.call import Answer, Call, created, no_content
from synapse_sandbox.permissions import ROOT, benefactor_of, check_exists, require_entity
from synapse_sandbox.reading import text
from synapse_sandbox.refusals import forbidden, invalid, not_found
from synapse_sandbox.routing import Route
from synapse_sandbox.services.nodes import node, touch
from synapse_sandbox.wire import Json

SCHEMA = ""
_ACL = "/repo/v1/entity/{id}/acl"


def get_acl(call: Call) -> Answer:
    """GET …/acl: anybody may look; 404 on an inheriting entity, with a text that names its benefactor."""
    entity_id = call.entity_id()
    check_exists(call.store, entity_id)
    acl = local_acl(call, entity_id)
    if acl is None:
        benefactor = benefactor_of(call.store, entity_id)
        raise not_found(
            "The requested ACL does not exist. This entity inherits its permissions from:"
            f" /repo/v1/entity/syn{benefactor}/acl"
        )
    return Answer(acl)


def local_acl(call: Call, entity_id: int) -> Json | None:
    """An entity's own ACL, or None when it inherits."""
    return acl_document(call.store, "ENTITY", entity_id, f"syn{entity_id}")


def put_acl(call: Call) -> Answer:
    """PUT …/acl: full replacement under the ACL's etag; also renews the entity's etag."""
    if call.path["id"] != text(call.body, "id"):
        raise invalid(f"The path ID: {call.path['id']} does not match the ACL's ID: {call.body.get('id')}")
    entity_id = call.entity_id()
    # Synapse compares the id as text, so that a bare number looks like an entity that inherits.
    if call.path["id"] != f"syn{benefactor_of_existing(call, entity_id)}":
        raise forbidden("Cannot update ACL for a resource which inherits its permissions.")
    update_acl(call, entity_id, call.body)
    return Answer(local_acl(call, entity_id))


def update_acl(call: Call, entity_id: int, body: Json) -> None:
    """Replace the ACL that an entity has, after all tests."""
    require_entity(call.store, call.caller, entity_id, "CHANGE_PERMISSIONS")
    _check_content(call, entity_id, body)
    replace_acl(call.store, "ENTITY", entity_id, body, call.now)
    touch(call.store, entity_id, call.caller.id, call.now)


def benefactor_of_existing(call: Call, entity_id: int) -> int:
    """The benefactor of an entity; 404 when the entity isn't there."""
    check_exists(call.store, entity_id)
    return benefactor_of(call.store, entity_id)


def post_acl(call: Call) -> Answer:
    """POST …/acl → 201: an own ACL from now on."""
    entity_id = call.entity_id()
    add_acl(call, entity_id, call.body)
    acl = local_acl(call, entity_id)
    return created(acl or {})


def add_acl(call: Call, entity_id: int, body: Json) -> None:
    """Break inheritance with a first ACL, after all tests. Which id the body names doesn't count."""
    if benefactor_of_existing(call, entity_id) == entity_id:
        raise forbidden("Resource already has an ACL.")
    require_entity(call.store, call.caller, entity_id, "CHANGE_PERMISSIONS")
    _check_content(call, entity_id, body)
    grants = read_grants(call.store, "ENTITY", body)
    write_acl(call.store, "ENTITY", entity_id, grants, creation_date(body, call.now))
    touch(call.store, entity_id, call.caller.id, call.now)


def _check_content(call: Call, entity_id: int, body: Json) -> None:
    grants = read_grants(call.store, "ENTITY", body)
    check_grants(grants, call.caller, node(call.store, entity_id)["created_by"])


def remove_acl(call: Call) -> Answer:
    """DELETE …/acl → 204: inherit again. The right is tested first, then whether there is anything to remove."""
    entity_id = call.entity_id()
    require_entity(call.store, call.caller, entity_id, "CHANGE_PERMISSIONS")
    if benefactor_of(call.store, entity_id) != entity_id:
        raise forbidden("Resource already inherits its permissions.")
    if node(call.store, entity_id)["parent_id"] in (None, ROOT):
        raise forbidden("Cannot restore inheritance for resource which has no parent.")
    delete_acl(call.store, "ENTITY", entity_id)
    touch(call.store, entity_id, call.caller.id, call.now)
    return no_content()


ROUTES = (
    Route("GET", _ACL, get_acl, reads=True),
    Route("PUT", _ACL, put_acl),
    Route("POST", _ACL, post_acl),
    Route("DELETE", _ACL, remove_acl),
)
