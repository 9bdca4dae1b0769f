"""Versions of an entity: list, delete, swap a file handle, say what kind of data it is (contract 2.1, 2.5)."""

from __future__ import annotations

from synapse_sandbox.call import Answer, Call, no_content
from synapse_sandbox.permissions import require_entity
from synapse_sandbox.refusals import forbidden, invalid, not_found
from synapse_sandbox.routing import Route
from synapse_sandbox.services.files import handle_number, handle_row, own_handle
from synapse_sandbox.services.nodes import node, touch
from synapse_sandbox.store import Row
from synapse_sandbox.wire import Json, estimated, syn, to_iso

SCHEMA = ""


def list_versions(call: Call) -> Answer:
    """GET /entity/{id}/version: newest first."""
    entity_id, page = call.entity_id(), call.page()
    require_entity(call.store, call.caller, entity_id, "READ")
    rows = call.store.all(
        "SELECT entity_versions.*, content_size, content_md5, current_version FROM entity_versions"
        " JOIN entities ON entities.id = entity_id LEFT JOIN file_handles ON file_handles.id = file_handle_id"
        " WHERE entity_id = ? ORDER BY number DESC LIMIT ? OFFSET ?",
        entity_id,
        page.limit,
        page.offset,
    )
    return Answer(estimated([_info(row) for row in rows], page))


def _info(row: Row) -> Json:
    return {
        "id": syn(row["entity_id"]),
        "versionNumber": row["number"],
        "versionLabel": row["label"],
        "versionComment": row["comment"],
        "isLatestVersion": row["number"] == row["current_version"],
        "modifiedByPrincipalId": str(row["modified_by"]),
        "modifiedOn": to_iso(row["modified_on"]),
        "contentSize": None if row["content_size"] is None else str(row["content_size"]),
        "contentMd5": row["content_md5"],
    }


def delete_version(call: Call) -> Answer:
    """DELETE /entity/{id}/version/{n} → 204; the last one that is left stays."""
    entity_id, number = call.entity_id(), call.number("versionNumber")
    require_entity(call.store, call.caller, entity_id, "DELETE")
    node(call.store, entity_id, number)
    others = call.store.value(
        "SELECT max(number) FROM entity_versions WHERE entity_id = ? AND number <> ?", entity_id, number
    )
    if others is None:
        raise invalid("Cannot delete the last version of a node")
    call.store.run("DELETE FROM entity_versions WHERE entity_id = ? AND number = ?", entity_id, number)
    newest = call.store.value("SELECT max(number) FROM entity_versions WHERE entity_id = ?", entity_id)
    call.store.update("entities", entity_id, current_version=newest)
    touch(call.store, entity_id, call.caller.id, call.now)
    return no_content()


def swap_file_handle(call: Call) -> Answer:
    """PUT /entity/{id}/version/{n}/filehandle {oldFileHandleId, newFileHandleId}: only for the same content."""
    entity_id, number = call.entity_id(), call.number("versionNumber")
    old, new = handle_number(call.body, "oldFileHandleId"), handle_number(call.body, "newFileHandleId")
    if old is None or new is None:
        raise invalid("The oldFileHandleId and the newFileHandleId are required.")
    require_entity(call.store, call.caller, entity_id, "UPDATE")
    version = node(call.store, entity_id, number)
    if version["file_handle_id"] != old:
        raise not_found(f"The fileHandle {old} is not associated with syn{entity_id} version {number}")
    own_handle(call, new)
    if handle_row(call.store, old)["content_md5"] != handle_row(call.store, new)["content_md5"]:
        raise invalid("The MD5 of the new file handle must match that of the old one.")
    call.store.run(
        "UPDATE entity_versions SET file_handle_id = ? WHERE entity_id = ? AND number = ?", new, entity_id, number
    )
    touch(call.store, entity_id, call.caller.id, call.now)
    return Answer()


def set_data_type(call: Call) -> Answer:
    """PUT /entity/{id}/datatype?type=: OPEN_DATA by the ACT alone."""
    entity_id, kind = call.entity_id(), call.parameter("type")
    if kind not in ("OPEN_DATA", "SENSITIVE_DATA"):
        raise invalid(f"No enum constant org.sagebionetworks.repo.model.DataType.{kind}")
    require_entity(call.store, call.caller, entity_id, "UPDATE")
    if kind == "OPEN_DATA" and not (call.caller.is_act or call.caller.is_admin):
        raise forbidden(
            "Must be a member of the 'Synapse Access and Compliance Team' to change an object's DataType to: OPEN_DATA"
        )
    call.store.update("entities", entity_id, data_type=kind)
    return Answer(
        {
            "objectId": syn(entity_id),
            "objectType": "ENTITY",
            "dataType": kind,
            "updatedBy": str(call.caller.id),
            "updatedOn": to_iso(call.now),
        }
    )


ROUTES = (
    Route("GET", "/repo/v1/entity/{id}/version", list_versions, reads=True),
    Route("DELETE", "/repo/v1/entity/{id}/version/{versionNumber}", delete_version),
    Route("PUT", "/repo/v1/entity/{id}/version/{versionNumber}/filehandle", swap_file_handle),
    Route("PUT", "/repo/v1/entity/{id}/datatype", set_data_type),
)
