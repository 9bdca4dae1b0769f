"""Provenance: activities, and which entity versions they generated."""

from __future__ import annotations

import json
from typing import Any

from synapse_sandbox.call import Answer, Call, created, no_content
from synapse_sandbox.permissions import may_entity, require_entity
from synapse_sandbox.reading import objects, text
from synapse_sandbox.refusals import forbidden, invalid, not_found, required, stale_etag
from synapse_sandbox.routing import Route
from synapse_sandbox.services.nodes import node, touch
from synapse_sandbox.services.references import reference
from synapse_sandbox.store import Row
from synapse_sandbox.wire import Json, estimated, number, syn, to_iso

SCHEMA = """
CREATE TABLE IF NOT EXISTS activities (
    id INTEGER PRIMARY KEY,
    etag TEXT NOT NULL,
    fields TEXT NOT NULL,
    created_by INTEGER NOT NULL REFERENCES principals (id),
    created_on INTEGER NOT NULL,
    modified_by INTEGER NOT NULL REFERENCES principals (id),
    modified_on INTEGER NOT NULL
);
"""
_USED = "org.sagebionetworks.repo.model.provenance."


def create_activity(call: Call) -> Answer:
    """POST /activity → 201."""
    if call.caller.is_anonymous:
        raise forbidden("Anonymous cannot create activities.")
    activity_id = call.store.next_id("activity")
    call.store.insert(
        "activities",
        id=activity_id,
        etag=call.store.new_etag(),
        fields=_fields(call.body),
        created_by=call.caller.id,
        created_on=call.now,
        modified_by=call.caller.id,
        modified_on=call.now,
    )
    return created(document(_activity(call, activity_id)))


def _fields(body: Json) -> str:
    fields: Json = {name: text(body, name) for name in ("name", "description") if name in body}
    fields["used"] = [_used(item or {}) for item in objects(body, "used") or []]
    return json.dumps(fields)


def _used(item: Json) -> Json:
    """One source: an entity or an URL, and whether it was executed."""
    kind = item.get("concreteType")
    if kind == f"{_USED}UsedEntity":
        return {
            **item,
            "reference": reference(item.get("reference") or {}),
            "wasExecuted": bool(item.get("wasExecuted")),
        }
    if kind == f"{_USED}UsedURL":
        if not item.get("url"):
            raise required("UsedURL.url")
        return {**item, "wasExecuted": bool(item.get("wasExecuted"))}
    raise invalid(f"Unknown concreteType : '{kind}'")


def document(row: Row) -> Json:
    """The Activity of a row."""
    return {
        **json.loads(row["fields"]),
        "id": str(row["id"]),
        "etag": row["etag"],
        "createdBy": str(row["created_by"]),
        "createdOn": to_iso(row["created_on"]),
        "modifiedBy": str(row["modified_by"]),
        "modifiedOn": to_iso(row["modified_on"]),
    }


def _activity(call: Call, activity_id: int) -> Row:
    row = call.store.one("SELECT * FROM activities WHERE id = ?", activity_id)
    if row is None:
        raise not_found(f"Activity with id {activity_id} could not be found.")
    return row


def get_activity(call: Call) -> Answer:
    """GET /activity/{id}: its creator, and whoever can read what it generated."""
    row = _activity(call, call.number("id"))
    generated = call.store.all("SELECT DISTINCT entity_id FROM entity_versions WHERE activity_id = ?", row["id"])
    seen = any(may_entity(call.store, call.caller, entity["entity_id"], "READ") for entity in generated)
    if not (seen or _is_owner(call, row)):
        raise forbidden(f"{call.caller.id} lacks read access to the requested activity.")
    return Answer(document(row))


def _is_owner(call: Call, row: Row) -> bool:
    return call.caller.is_admin or bool(row["created_by"] == call.caller.id)


def update_activity(call: Call) -> Answer:
    """PUT /activity/{id}: its creator, under its etag."""
    row = _owned(call)
    if text(call.body, "etag") is None:
        raise required("etag")
    if call.body["etag"] != row["etag"]:
        raise stale_etag(
            f"Activity {row['id']} was updated since you last fetched it, retrieve it again and reapply the update."
        )
    call.store.update(
        "activities",
        row["id"],
        etag=call.store.new_etag(),
        fields=_fields(call.body),
        modified_by=call.caller.id,
        modified_on=call.now,
    )
    return Answer(document(_activity(call, row["id"])))


def delete_activity(call: Call) -> Answer:
    """DELETE /activity/{id} → 204; what it generated stays."""
    call.store.run("DELETE FROM activities WHERE id = ?", _owned(call)["id"])
    return no_content()


def _owned(call: Call) -> Row:
    row = _activity(call, call.number("id"))
    if not _is_owner(call, row):
        raise forbidden("Only the creator of an activity may change it.")
    return row


def list_generated(call: Call) -> Answer:
    """GET /activity/{id}/generated → references to what it made."""
    row, page = _activity(call, call.number("id")), call.page()
    rows = call.store.all(
        "SELECT entity_id, number FROM entity_versions WHERE activity_id = ? ORDER BY 1, 2 LIMIT ? OFFSET ?",
        row["id"],
        page.limit,
        page.offset,
    )
    found = [{"targetId": syn(item["entity_id"]), "targetVersionNumber": item["number"]} for item in rows]
    return Answer(estimated(found, page))


def link_activity(call: Call, entity_id: int, activity_id: Any) -> None:
    """Note which activity (query parameter `generatedBy`) made an entity's current version; None changes nothing."""
    if activity_id is not None:
        _link(call, entity_id, _activity(call, number(activity_id))["id"])


def _link(call: Call, entity_id: int, activity_id: int | None) -> None:
    version = node(call.store, entity_id)["number"]
    call.store.run(
        "UPDATE entity_versions SET activity_id = ? WHERE entity_id = ? AND number = ?", activity_id, entity_id, version
    )


def activity_of(call: Call, entity_id: int, version: int | None = None) -> Row | None:
    """The activity that made a version of an entity, if one is noted."""
    activity_id = node(call.store, entity_id, version)["activity_id"]
    return None if activity_id is None else _activity(call, activity_id)


def get_generated_by(call: Call) -> Answer:
    """GET /entity/{id}[/version/{n}]/generatedBy."""
    entity_id = call.entity_id()
    require_entity(call.store, call.caller, entity_id, "READ")
    version = call.number("versionNumber") if "versionNumber" in call.path else None
    row = activity_of(call, entity_id, version)
    if row is None:
        raise not_found(f"No activity is set for syn{entity_id}.")
    return Answer(document(row))


def set_generated_by(call: Call) -> Answer:
    """PUT /entity/{id}/generatedBy?generatedBy=: changes the entity's etag."""
    entity_id = call.entity_id()
    require_entity(call.store, call.caller, entity_id, "UPDATE")
    row = _activity(call, number(call.parameter("generatedBy")))
    _link(call, entity_id, row["id"])
    touch(call.store, entity_id, call.caller.id, call.now)
    return Answer(document(row))


def delete_generated_by(call: Call) -> Answer:
    """DELETE /entity/{id}/generatedBy → 204."""
    entity_id = call.entity_id()
    require_entity(call.store, call.caller, entity_id, "UPDATE")
    _link(call, entity_id, None)
    touch(call.store, entity_id, call.caller.id, call.now)
    return no_content()


_LINK = "/repo/v1/entity/{id}/generatedBy"
ROUTES = (
    Route("POST", "/repo/v1/activity", create_activity),
    Route("GET", "/repo/v1/activity/{id}", get_activity, reads=True),
    Route("PUT", "/repo/v1/activity/{id}", update_activity),
    Route("DELETE", "/repo/v1/activity/{id}", delete_activity),
    Route("GET", "/repo/v1/activity/{id}/generated", list_generated, reads=True),
    Route("GET", _LINK, get_generated_by, reads=True),
    Route("PUT", _LINK, set_generated_by),
    Route("DELETE", _LINK, delete_generated_by),
    Route("GET", "/repo/v1/entity/{id}/version/{versionNumber}/generatedBy", get_generated_by, reads=True),
)
