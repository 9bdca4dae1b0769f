"""Creating, reading and updating entities (contract 2.1, 2.4, 2.5)."""

from __future__ import annotations

from synapse_sandbox.access_lists import ENTITY_ADMIN, write_acl
from synapse_sandbox.call import Answer, Call, created
from synapse_sandbox.names import valid_name
from synapse_sandbox.permissions import ROOT, check_certified, check_exists, require_entity
from synapse_sandbox.reading import text
from synapse_sandbox.refusals import Refusal, forbidden, invalid, stale_etag
from synapse_sandbox.routing import Route
from synapse_sandbox.services.activities import link_activity
from synapse_sandbox.services.entity_names import check_alias, check_lengths, check_name_free
from synapse_sandbox.services.entity_rules import check_same_type, checked
from synapse_sandbox.services.entity_types import FILE, PROJECT, EntityType, entity_type
from synapse_sandbox.services.files import handle_row
from synapse_sandbox.services.nodes import (
    Place,
    Stamp,
    document,
    insert_node,
    insert_version,
    kind_of,
    node,
    touch,
    version_columns,
)
from synapse_sandbox.store import Row
from synapse_sandbox.wire import Json, entity_number, syn

SCHEMA = ""
MAX_DEPTH, MAX_CHILDREN, MAX_VERSIONS = 50, 10000, 15000
_COUNTED = ("file", "folder", "link")


def create_entity(call: Call) -> Answer:
    """POST /entity → 201."""
    entity_id = new_entity(call, call.body)
    link_activity(call, entity_id, call.query.get("generatedBy"))
    return created(document(node(call.store, entity_id)))


def new_entity(call: Call, body: Json) -> int:
    """Make an entity from a body; its number."""
    kind = entity_type(body.get("concreteType", body.get("entityType")))
    check_lengths(text(body, "name"), text(body, "description"))
    parent = _parent_for(call, kind, text(body, "parentId"))
    require_create(call, parent, kind)
    body = checked(call, kind, body, None)
    check_room(call, kind, parent)
    entity_id = call.store.next_id("entity")
    name = valid_name(text(body, "name")) if "name" in body else f"syn{entity_id}"
    check_name_free(call.store, parent, name, entity_id)
    if kind is PROJECT:
        check_alias(call.store, text(body, "alias"), entity_id)
    insert_node(call.store, Place(entity_id, parent, name), kind, body, Stamp(call.caller.id, call.now))
    if kind is PROJECT and "parentId" not in body:
        write_acl(call.store, "ENTITY", entity_id, {call.caller.id: list(ENTITY_ADMIN)}, call.now)
    return entity_id


def _parent_for(call: Call, kind: EntityType, parent_id: str | None) -> int:
    """The parent of a new entity; for a project it is left out and means the root."""
    if parent_id is None and kind is not PROJECT:
        raise invalid(f"Entity type: {kind.class_name} cannot have a parent of type: null")
    parent = ROOT if parent_id is None else entity_number(parent_id)
    check_parent(call, kind, parent)
    return parent


def check_parent(call: Call, kind: EntityType, parent: int) -> None:
    """404 for a parent that isn't there, 400 for one of the wrong kind."""
    check_exists(call.store, parent)
    row = node(call.store, parent)
    if kind_of(row).short not in kind.parents:
        raise invalid(f"Entity type: {kind.class_name} cannot have a parent of type: {row['type']}")


def check_room(call: Call, kind: EntityType, parent: int) -> None:
    """400 below a parent that is too deep or full."""
    depth = call.store.value(
        "WITH RECURSIVE up (id) AS (SELECT ? UNION ALL"
        " SELECT parent_id FROM entities JOIN up ON entities.id = up.id WHERE parent_id IS NOT NULL)"
        " SELECT count(*) FROM up",
        parent,
    )
    if depth >= MAX_DEPTH:
        raise invalid(f"Exceeded the maximum hierarchical depth of: {MAX_DEPTH} for parent: syn{parent}")
    if kind.short not in _COUNTED:
        return
    count = call.store.value("SELECT count(*) FROM entities WHERE parent_id = ?", parent)
    if count >= MAX_CHILDREN:
        raise invalid(f"Limit of {MAX_CHILDREN} children exceeded for parent: syn{parent}")


def require_create(call: Call, parent: int, kind: EntityType) -> None:
    """CREATE on the parent, and certification for everything but projects (contract 2.4)."""
    if call.caller.is_anonymous:
        raise forbidden("Anonymous users have only READ access permission.")
    check_certified(call.caller, kind.class_name)
    require_entity(call.store, call.caller, parent, "CREATE")


def get_entity(call: Call) -> Answer:
    """GET /entity/{id}[/version/{n}]."""
    entity_id = call.entity_id()
    require_entity(call.store, call.caller, entity_id, "READ")
    version = call.number("versionNumber") if "versionNumber" in call.path else None
    return Answer(document(node(call.store, entity_id, version)))


def put_entity(call: Call) -> Answer:
    """PUT /entity/{id}: the id of the body counts, the path's is not compared (surprise 49)."""
    if text(call.body, "id") is None:
        raise invalid("Update cannot be null or have a null id")
    entity_id = entity_number(call.body["id"])
    update_entity(call, entity_id, call.body, new_version=call.flag("newVersion"))
    link_activity(call, entity_id, call.query.get("generatedBy"))
    return Answer(document(node(call.store, entity_id)))


def update_entity(call: Call, entity_id: int, body: Json, *, new_version: bool = False) -> None:
    """Replace every field of an entity; what the body leaves out is erased (surprise 6)."""
    require_entity(call.store, call.caller, entity_id, "UPDATE")
    before = node(call.store, entity_id)
    kind = check_same_type(before, body)
    check_lengths(text(body, "name"), text(body, "description"))
    check_etag(before, text(body, "etag"))
    body = checked(call, kind, body, before)
    parent = _moved_to(call, kind, before, text(body, "parentId"))
    name = valid_name(text(body, "name")) if "name" in body else f"syn{entity_id}"
    check_name_free(call.store, parent, name, entity_id)
    alias = _changed_alias(call, kind, before, text(body, "alias"))
    call.store.update("entities", entity_id, parent_id=parent, name=name, alias=alias)
    _write_version(call, kind, before, body, new_version)
    touch(call.store, entity_id, call.caller.id, call.now)


def check_etag(row: Row, etag: str | None) -> None:
    """400 without an etag, 412 for one that is no longer current."""
    if etag is None:
        raise invalid("The eTag of the node is required.")
    if etag != row["etag"]:
        raise stale_etag(
            f"Object: syn{row['id']} was updated since you last fetched it, retrieve it again and re-apply the update"
        )


def _moved_to(call: Call, kind: EntityType, before: Row, parent_id: str | None) -> int:
    """Where the entity stands after the update; a move needs CREATE there and CHANGE_PERMISSIONS here."""
    if parent_id is None:
        raise invalid(f"Entity type: {kind.class_name} cannot have a parent of type: null")
    parent = entity_number(parent_id)
    if parent == before["parent_id"]:
        return parent
    try:
        require_create(call, parent, kind)
    except Refusal as refusal:
        if refusal.status != 403:
            raise
        raise forbidden(f"You cannot move content into the new location, syn{parent}. {refusal.reason}") from refusal
    _require_move(call, before["id"])
    check_parent(call, kind, parent)
    check_room(call, kind, parent)
    _check_not_below(call, before["id"], parent)
    return parent


def _require_move(call: Call, entity_id: int) -> None:
    try:
        require_entity(call.store, call.caller, entity_id, "CHANGE_PERMISSIONS")
    except Refusal as refusal:
        raise forbidden("CHANGE_PERMISSIONS is required to move to a new location") from refusal


def _check_not_below(call: Call, entity_id: int, parent: int) -> None:
    step: int | None = parent
    while step is not None:
        if step == entity_id:
            raise invalid(f"Invalid hierarchy: the new parentId (syn{parent}) is a descendant of syn{entity_id}")
        step = call.store.value("SELECT parent_id FROM entities WHERE id = ?", step)


def _changed_alias(call: Call, kind: EntityType, before: Row, alias: str | None) -> str | None:
    """The alias after the update; changing it needs CHANGE_SETTINGS, and "" means none."""
    if kind is not PROJECT or (alias or None) == before["alias"]:
        return before["alias"] if kind is PROJECT else None
    require_entity(call.store, call.caller, before["id"], "CHANGE_SETTINGS")
    check_alias(call.store, alias, before["id"])
    return alias or None


def _write_version(call: Call, kind: EntityType, before: Row, body: Json, asked: bool) -> None:
    """Change the current version, or add one: on demand, or because a file's content is another (contract 2.5)."""
    stamp = Stamp(call.caller.id, call.now)
    if kind is FILE and not asked and _content_differs(call, before, body):
        # Whoever changes the content without asking for a version loses label and comment (surprise 50).
        body = {key: value for key, value in body.items() if key not in ("versionLabel", "versionComment")}
        asked = True
    if not (asked and kind is FILE):
        columns = version_columns(kind, before["number"], body, stamp)
        _replace_version(call, before["id"], before["number"], columns)
        return
    number = call.store.value("SELECT max(number) + 1 FROM entity_versions WHERE entity_id = ?", before["id"])
    if number > MAX_VERSIONS:
        raise invalid(f"Limit of {MAX_VERSIONS} versions exceeded for: {syn(before['id'])}")
    columns = version_columns(kind, number, body, stamp)
    insert_version(call.store, before["id"], number, columns, before["annotations"])
    call.store.update("entities", before["id"], current_version=number)


def _content_differs(call: Call, before: Row, body: Json) -> bool:
    new, old = int(body["dataFileHandleId"]), before["file_handle_id"]
    if new == old:
        return False
    old_md5 = handle_row(call.store, old)["content_md5"]
    return old_md5 is None or old_md5 != handle_row(call.store, new)["content_md5"]


def _replace_version(call: Call, entity_id: int, number: int, columns: Json) -> None:
    changes = ", ".join(f"{name} = ?" for name in columns)
    call.store.run(
        f"UPDATE entity_versions SET {changes} WHERE entity_id = ? AND number = ?",
        *columns.values(),
        entity_id,
        number,
    )


ROUTES = (
    Route("POST", "/repo/v1/entity", create_entity),
    Route("GET", "/repo/v1/entity/{id}", get_entity, reads=True),
    Route("GET", "/repo/v1/entity/{id}/version/{versionNumber}", get_entity, reads=True),
    Route("PUT", "/repo/v1/entity/{id}", put_entity),
)
