"""Deleting to the trash can, and getting back (contract 2.10)."""

from __future__ import annotations

from synapse_sandbox.access_lists import ENTITY_ADMIN, write_acl
from synapse_sandbox.call import Answer, Call, no_content
from synapse_sandbox.permissions import TRASH, is_in_trash, require_entity
from synapse_sandbox.refusals import Refusal, forbidden, not_found
from synapse_sandbox.routing import Route
from synapse_sandbox.services.entities import check_parent, check_room, require_create
from synapse_sandbox.services.entity_names import check_name_free
from synapse_sandbox.services.entity_types import BY_CLASS, PROJECT
from synapse_sandbox.services.nodes import kind_of, node, touch
from synapse_sandbox.store import Row
from synapse_sandbox.wire import Json, entity_number, estimated, syn, to_iso

SCHEMA = """
CREATE TABLE IF NOT EXISTS trashed (
    entity_id INTEGER PRIMARY KEY REFERENCES entities (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    parent_id INTEGER NOT NULL,
    deleted_by INTEGER NOT NULL REFERENCES principals (id),
    deleted_on INTEGER NOT NULL,
    priority_purge INTEGER NOT NULL
);
"""
_SUBTREE = (
    "WITH RECURSIVE down (id) AS (SELECT ? UNION ALL"
    " SELECT entities.id FROM entities JOIN down ON entities.parent_id = down.id)"
)


def delete_entity(call: Call) -> Answer:
    """DELETE /entity/{id} → 204, also for what is gone already or never was."""
    move_to_trash(call, call.entity_id(), priority=call.flag("skipTrashCan"))
    return no_content()


def trash_entity(call: Call) -> Answer:
    """PUT /trashcan/trash/{id} → 200."""
    move_to_trash(call, call.entity_id(), priority=False)
    return Answer()


def move_to_trash(call: Call, entity_id: int, *, priority: bool) -> None:
    """Needs DELETE on the entity alone. Its name is free at once, the ACLs of the whole subtree are gone."""
    store = call.store
    if store.one("SELECT 1 FROM entities WHERE id = ?", entity_id) is None or is_in_trash(store, entity_id):
        return
    require_entity(store, call.caller, entity_id, "DELETE")
    row = node(store, entity_id)
    if row["parent_id"] is None:
        raise forbidden(f"Cannot delete the entity syn{entity_id}: Synapse itself stands on it.")
    store.insert(
        "trashed",
        entity_id=entity_id,
        name=row["name"],
        parent_id=row["parent_id"],
        deleted_by=call.caller.id,
        deleted_on=call.now,
        priority_purge=priority,
    )
    store.run(
        f"{_SUBTREE} DELETE FROM acls WHERE owner_type = 'ENTITY' AND owner_id IN (SELECT id FROM down)", entity_id
    )
    store.update("entities", entity_id, name=f"syn{entity_id}", parent_id=TRASH)
    touch(store, entity_id, call.caller.id, call.now)


def restore_entity(call: Call) -> Answer:
    """PUT /trashcan/restore/{id}[/{parentId}] → 200: by the deleter, to where it was or to another parent."""
    entity_id = call.entity_id()
    trashed = _trashed(call, entity_id)
    parent = entity_number(call.path["parentId"]) if "parentId" in call.path else trashed["parent_id"]
    kind = kind_of(node(call.store, entity_id))
    _check_target(call, parent)
    require_create(call, parent, kind)
    check_parent(call, kind, parent)
    check_room(call, kind, parent)
    check_name_free(call.store, parent, trashed["name"], entity_id)
    call.store.update("entities", entity_id, name=trashed["name"], parent_id=parent)
    if kind is PROJECT:
        write_acl(call.store, "ENTITY", entity_id, {call.caller.id: list(ENTITY_ADMIN)}, call.now)
    call.store.run("DELETE FROM trashed WHERE entity_id = ?", entity_id)
    touch(call.store, entity_id, call.caller.id, call.now)
    return Answer()


def _check_target(call: Call, parent: int) -> None:
    """403 (ParentInTrashCan) when the place to go back to is in the trash can itself."""
    if call.store.one("SELECT 1 FROM entities WHERE id = ?", parent) is None or is_in_trash(call.store, parent):
        raise Refusal(403, f"Cannot restore into trash can parent syn{parent}.")


def _trashed(call: Call, entity_id: int) -> Row:
    """The trash can's note of an entity that the caller deleted."""
    row = call.store.one("SELECT * FROM trashed WHERE entity_id = ?", entity_id)
    if row is None:
        raise not_found(f"The node syn{entity_id} is not in the trash can.")
    if row["deleted_by"] != call.caller.id and not call.caller.is_admin:
        raise forbidden(f"Cannot restore syn{entity_id}. The node was deleted by a different user.")
    return row


def view_trash(call: Call) -> Answer:
    """GET /trashcan/view: what the caller deleted."""
    page = call.page()
    rows = call.store.all(
        "SELECT trashed.*, type FROM trashed JOIN entities ON entities.id = entity_id WHERE deleted_by = ?"
        " AND NOT priority_purge ORDER BY deleted_on DESC, entity_id LIMIT ? OFFSET ?",
        call.caller.id,
        page.limit,
        page.offset,
    )
    return Answer(estimated([_document(row) for row in rows], page))


def _document(row: Row) -> Json:
    return {
        "entityId": syn(row["entity_id"]),
        "entityName": row["name"],
        "entityType": BY_CLASS[row["type"]].short,
        "deletedByPrincipalId": str(row["deleted_by"]),
        "deletedOn": to_iso(row["deleted_on"]),
        "originalParentId": syn(row["parent_id"]),
    }


def purge_entity(call: Call) -> Answer:
    """PUT /trashcan/purge/{id} → 200: only flags; nothing is removed at once."""
    trashed = _trashed(call, call.entity_id())
    call.store.run("UPDATE trashed SET priority_purge = 1 WHERE entity_id = ?", trashed["entity_id"])
    return Answer()


ROUTES = (
    Route("DELETE", "/repo/v1/entity/{id}", delete_entity),
    Route("PUT", "/repo/v1/trashcan/trash/{id}", trash_entity),
    Route("PUT", "/repo/v1/trashcan/restore/{id}", restore_entity),
    Route("PUT", "/repo/v1/trashcan/restore/{id}/{parentId}", restore_entity),
    Route("GET", "/repo/v1/trashcan/view", view_trash, reads=True),
    Route("PUT", "/repo/v1/trashcan/purge/{id}", purge_entity),
)
