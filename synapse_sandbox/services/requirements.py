"""Access requirements: terms to download or to join, made by Synapse's ACT (contract 9.1 to 9.3)."""

from __future__ import annotations

import json
from typing import Any, Final

from synapse_sandbox.call import Answer, Call, created
from synapse_sandbox.names import collation_key
from synapse_sandbox.permissions import check_exists, require_create, require_entity
from synapse_sandbox.reading import boolean, choice, integer, text
from synapse_sandbox.refusals import forbidden, invalid, name_conflict, not_found, stale_etag
from synapse_sandbox.restrictions import applicable, subjects_of_entity
from synapse_sandbox.routing import Route
from synapse_sandbox.services.requirement_bodies import (
    ACT_KIND,
    LOCK,
    MANAGED_ACT,
    POST_MESSAGE,
    checked_kind,
    fields_of,
    subjects_in,
)
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json, estimated, syn, to_iso

SCHEMA = ""
MAX_PAGE: Final = 50
MAX_TEXT: Final = 50
NOT_ACT: Final = "Only ACT member can perform this action."
_STALE: Final = "Access Requirement was updated since you last fetched it, retrieve it again and reapply the update."
_SUBJECT_OF: Final = {"DOWNLOAD": "ENTITY", "PARTICIPATE": "TEAM"}


def create_requirement(call: Call) -> Answer:
    """POST /accessRequirement: by the ACT alone (surprise 36); the content is tested before that."""
    columns, subjects = _checked(call)
    if not may_manage(call):
        raise forbidden("Only ACT member can create an AccessRequirement.")
    return created(document(call.store, _insert(call, columns, subjects)))


def get_requirement(call: Call) -> Answer:
    """GET /accessRequirement/{requirementId}: anybody."""
    return Answer(document(call.store, find_requirement(call.store, call.number("requirementId"))))


def update_requirement(call: Call) -> Answer:
    """PUT /accessRequirement/{requirementId}: etag and versionNumber must both be current (surprise 52)."""
    if str(call.body.get("id")) != call.path["requirementId"]:
        raise invalid(
            f"Update specified ID {call.path['requirementId']} but object contains id: {call.body.get('id', 'null')}"
        )
    columns, subjects = _checked(call)
    require_act(call)
    stored = find_requirement(call.store, call.number("requirementId"))
    check_current(stored, text(call.body, "etag"), integer(call.body, "versionNumber"))
    if stored["access_type"] != columns["access_type"]:
        raise invalid("Cannot modify AccessType")
    if stored["kind"] != columns["kind"]:
        raise invalid(f"Cannot change {stored['kind']} to {columns['kind']}")
    _rewrite(call, stored, columns)
    _keep_subjects(call.store, stored["id"], subjects)
    return Answer(document(call.store, find_requirement(call.store, stored["id"])))


def convert_requirement(call: Call) -> Answer:
    """PUT /accessRequirement/conversion: an ACT requirement becomes a managed one, name and subjects kept."""
    requirement_id = integer(call.body, "accessRequirementId")
    if requirement_id is None:
        raise invalid("requirementId is required.")
    require_act(call)
    stored = find_requirement(call.store, requirement_id)
    if stored["kind"] != ACT_KIND:
        raise invalid(f"Do not support converting AccessRequirement type {stored['kind']}")
    check_current(stored, text(call.body, "etag"), integer(call.body, "currentVersion"))
    _rewrite(call, stored, {"kind": MANAGED_ACT, "fields": json.dumps(fields_of(MANAGED_ACT, {}))})
    return Answer(document(call.store, find_requirement(call.store, stored["id"])))


def delete_requirement(call: Call) -> Answer:
    """DELETE /accessRequirement/{requirementId}: 200, for an unknown one too."""
    if not may_manage(call):
        raise forbidden("Only ACT member can delete an AccessRequirement.")
    call.store.run("DELETE FROM access_requirements WHERE id = ?", call.number("requirementId"))
    return Answer()


def lock_entity(call: Call) -> Answer:
    """POST /entity/{id}/lockAccessRequirement: nobody can meet it. Synapse opens a ticket, the sandbox doesn't."""
    entity_id = call.entity_id()
    require_create(call.store, call.caller, entity_id)
    require_entity(call.store, call.caller, entity_id, "UPDATE")
    if applicable(call.store, "ENTITY", subjects_of_entity(call.store, entity_id)):
        raise invalid(f"Entity {call.path['id']} is already restricted.")
    columns = {
        "kind": LOCK,
        "name": "",
        "access_type": "DOWNLOAD",
        "by_annotations": False,
        "fields": json.dumps({"jiraKey": f"SANDBOX-{entity_id}"}),
    }
    return created(document(call.store, _insert(call, columns, [("ENTITY", entity_id)])))


def list_requirements_of_entity(call: Call) -> Answer:
    """GET /entity/{id}/accessRequirement: those of every ancestor too."""
    entity_id = call.entity_id()
    check_exists(call.store, entity_id)
    return _listed(call, "ENTITY", subjects_of_entity(call.store, entity_id))


def list_requirements_of_team(call: Call) -> Answer:
    """GET /team/{id}/accessRequirement."""
    return _listed(call, "TEAM", [call.number("id")])


def find_requirement(store: Store, requirement_id: int) -> Row:
    """The requirement, or 404."""
    row = store.one("SELECT * FROM access_requirements WHERE id = ?", requirement_id)
    if row is None:
        raise not_found(f"The access requirement with ID '{requirement_id}' does not exist")
    return row


def document(store: Store, row: Row) -> Json:
    """An AccessRequirement as it travels; `id` and `versionNumber` are numbers."""
    subjects = store.all("SELECT * FROM requirement_subjects WHERE requirement_id = ? ORDER BY subject_id", row["id"])
    return {
        **json.loads(row["fields"]),
        "concreteType": row["kind"],
        "id": row["id"],
        "versionNumber": row["version"],
        "etag": row["etag"],
        "name": row["name"],
        "accessType": row["access_type"],
        "subjectIds": [subject_document(subject) for subject in subjects],
        "subjectsDefinedByAnnotations": bool(row["by_annotations"]),
        "createdOn": to_iso(row["created_on"]),
        "createdBy": str(row["created_by"]),
        "modifiedOn": to_iso(row["modified_on"]),
        "modifiedBy": str(row["modified_by"]),
    }


def may_manage(call: Call) -> bool:
    """Whether the caller belongs to the ACT or administers Synapse."""
    return call.caller.is_act or call.caller.is_admin


def require_act(call: Call) -> None:
    """403 for everybody else."""
    if not may_manage(call):
        raise forbidden(NOT_ACT)


def check_current(stored: Row, etag: str | None, version: int | None) -> None:
    """412 unless both are what is stored."""
    if (stored["etag"], stored["version"]) != (etag, version):
        raise stale_etag(_STALE)


def _checked(call: Call) -> tuple[dict[str, Any], list[tuple[str, int]]]:
    """Columns and subjects of a body, after the content checks (all 400)."""
    body, kind = call.body, checked_kind(call.body)
    access = choice(body, "accessType", [*_SUBJECT_OF, "CREATE", "READ", "UPDATE", "DELETE", "SUBMIT"])
    if access is None:
        raise invalid("AccessType is required.")
    by_annotations = boolean(body, "subjectsDefinedByAnnotations") or False
    subjects = subjects_in(body, by_annotations)
    if kind == POST_MESSAGE:
        raise invalid("No longer support PostMessageContentAccessRequirement.")
    for field, word in (("description", "description"), ("name", "name")):
        if len(text(body, field) or "") > MAX_TEXT:
            raise invalid(f"The AR {word} can be at most {MAX_TEXT} characters.")
    if access not in _SUBJECT_OF:
        raise invalid(f"Not support creating AccessRequirement with AccessType: {access}")
    for subject_type, _ in subjects:
        if subject_type != _SUBJECT_OF[access]:
            raise invalid(
                f"Cannot apply AccessRequirement with AccessType {access} to an object of type {subject_type}"
            )
    columns = {
        "kind": kind,
        "name": (text(body, "name") or "").strip() or (text(body, "description") or "").strip(),
        "access_type": access,
        "by_annotations": by_annotations,
        "fields": json.dumps(fields_of(kind, body)),
    }
    return columns, subjects


def _insert(call: Call, columns: dict[str, Any], subjects: list[tuple[str, int]]) -> Row:
    requirement_id = call.store.next_id("access_requirement")
    name = _free_name(call.store, columns["name"], requirement_id)
    call.store.insert(
        "access_requirements",
        id=requirement_id,
        etag=call.store.new_etag(),
        version=0,
        created_on=call.now,
        created_by=call.caller.id,
        modified_on=call.now,
        modified_by=call.caller.id,
        **{**columns, "name": name, "name_key": collation_key(name)},
    )
    _keep_subjects(call.store, requirement_id, subjects)
    return find_requirement(call.store, requirement_id)


def _rewrite(call: Call, stored: Row, columns: dict[str, Any]) -> None:
    name = _free_name(call.store, columns.get("name", stored["name"]), stored["id"])
    call.store.update(
        "access_requirements",
        stored["id"],
        **{**columns, "name": name, "name_key": collation_key(name)},
        etag=call.store.new_etag(),
        version=stored["version"] + 1,
        modified_on=call.now,
        modified_by=call.caller.id,
    )


def _free_name(store: Store, name: str, requirement_id: int) -> str:
    """The name, or the id in its place; 409 when another requirement has it in any spelling."""
    chosen = name or str(requirement_id)
    other = store.value("SELECT id FROM access_requirements WHERE name_key = ?", collation_key(chosen))
    if other not in (None, requirement_id):
        raise name_conflict(f"An AccessRequirement with the name: '{chosen}' already exists")
    return chosen


def _keep_subjects(store: Store, requirement_id: int, subjects: list[tuple[str, int]]) -> None:
    store.run("DELETE FROM requirement_subjects WHERE requirement_id = ?", requirement_id)
    for subject_type, subject_id in dict.fromkeys(subjects):
        store.insert(
            "requirement_subjects", requirement_id=requirement_id, subject_type=subject_type, subject_id=subject_id
        )


def _listed(call: Call, subject_type: str, subject_ids: list[int]) -> Answer:
    page = call.page()
    if not 1 <= page.limit <= MAX_PAGE:
        raise invalid(f"limit must be between 1 and {MAX_PAGE}")
    ids = applicable(call.store, subject_type, subject_ids)[page.offset : page.offset + page.limit]
    return Answer(estimated([document(call.store, find_requirement(call.store, one)) for one in ids], page))


def subject_document(row: Row) -> Json:
    """A RestrictableObjectDescriptor as it travels."""
    is_entity = row["subject_type"] == "ENTITY"
    return {"id": syn(row["subject_id"]) if is_entity else str(row["subject_id"]), "type": row["subject_type"]}


ROUTES = (
    Route("POST", "/repo/v1/accessRequirement", create_requirement),
    Route("PUT", "/repo/v1/accessRequirement/conversion", convert_requirement),
    Route("GET", "/repo/v1/accessRequirement/{requirementId}", get_requirement, reads=True),
    Route("PUT", "/repo/v1/accessRequirement/{requirementId}", update_requirement),
    Route("DELETE", "/repo/v1/accessRequirement/{requirementId}", delete_requirement),
    Route("POST", "/repo/v1/entity/{id}/lockAccessRequirement", lock_entity),
    Route("GET", "/repo/v1/entity/{id}/accessRequirement", list_requirements_of_entity, reads=True),
    Route("GET", "/repo/v1/team/{id}/accessRequirement", list_requirements_of_team, reads=True),
)
