"""What access requirements apply to, and finding them (contract 9.2)."""

from __future__ import annotations

from synapse_sandbox.call import Answer, Call
from synapse_sandbox.permissions import PROJECT_TYPE
from synapse_sandbox.reading import text
from synapse_sandbox.restrictions import subjects_of_entity
from synapse_sandbox.routing import Route
from synapse_sandbox.services.requirements import subject_document
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json, entity_number, page_from_token, syn, to_iso, tokened

SCHEMA = ""


def list_subjects(call: Call) -> Answer:
    """GET /accessRequirement/{requirementId}/subjects?nextPageToken=."""
    page = page_from_token(call.query.get("nextPageToken"))
    rows = call.store.all(
        "SELECT * FROM requirement_subjects WHERE requirement_id = ? ORDER BY subject_id LIMIT ? OFFSET ?",
        call.number("requirementId"),
        page.probe,
        page.offset,
    )
    shown, token = tokened(rows, page)
    return Answer({"subjects": [subject_document(row) for row in shown], "nextPageToken": token})


def search_requirements(call: Call) -> Answer:
    """POST /accessRequirement/search {nameContains, accessType, relatedProjectId, nextPageToken}."""
    page = page_from_token(text(call.body, "nextPageToken"))
    rows = call.store.all("SELECT * FROM access_requirements ORDER BY created_on, id")
    part, access = (text(call.body, "nameContains") or "").lower(), text(call.body, "accessType")
    project = text(call.body, "relatedProjectId")
    found = [
        row
        for row in rows
        if part in row["name"].lower()
        and access in (None, row["access_type"])
        and (project is None or entity_number(project) in _projects_of(call.store, row["id"]))
    ]
    shown, token = tokened(found[page.offset : page.offset + page.probe], page)
    return Answer({"results": [_search_result(call.store, row) for row in shown], "nextPageToken": token})


def _projects_of(store: Store, requirement_id: int) -> list[int]:
    rows = store.all(
        "SELECT subject_id FROM requirement_subjects WHERE requirement_id = ? AND subject_type = 'ENTITY'",
        requirement_id,
    )
    paths = {ancestor for row in rows for ancestor in subjects_of_entity(store, row["subject_id"])}
    projects = store.all("SELECT id FROM entities WHERE type = ?", PROJECT_TYPE)
    return sorted(paths & {row["id"] for row in projects})


def _search_result(store: Store, row: Row) -> Json:
    return {
        "id": str(row["id"]),
        "name": row["name"],
        "version": str(row["version"]),
        "createdOn": to_iso(row["created_on"]),
        "modifiedOn": to_iso(row["modified_on"]),
        "relatedProjectIds": [syn(project) for project in _projects_of(store, row["id"])],
        "reviewerIds": [],
    }


ROUTES = (
    Route("POST", "/repo/v1/accessRequirement/search", search_requirements, reads=True),
    Route("GET", "/repo/v1/accessRequirement/{requirementId}/subjects", list_subjects, reads=True),
)
