"""Evaluation queues: create, read, update, delete, list (contract 5.1 to 5.3)."""

from __future__ import annotations

import json
from typing import Any, Final

from synapse_sandbox.access_lists import delete_acl, known_access_type, write_acl
from synapse_sandbox.call import Answer, Call, created, no_content
from synapse_sandbox.names import collation_key, valid_name
from synapse_sandbox.permissions import PROJECT_TYPE, may_evaluation, require_create, require_evaluation
from synapse_sandbox.reading import text
from synapse_sandbox.refusals import Refusal, forbidden, invalid, name_conflict, not_found, required, stale_etag
from synapse_sandbox.routing import Route
from synapse_sandbox.services.quotas import Quota, quota_in, stored_quota
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json, entity_number, estimated, number, syn, to_iso

# `submissions_etag` is the token of status batches: it changes with every submission and status of the queue.
SCHEMA = """
CREATE TABLE IF NOT EXISTS evaluations (
    id INTEGER PRIMARY KEY,
    etag TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    description TEXT,
    owner_id INTEGER NOT NULL REFERENCES principals (id),
    created_on INTEGER NOT NULL,
    content_source INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    instructions TEXT,
    receipt TEXT,
    quota TEXT,
    submissions_etag TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS evaluations_by_project ON evaluations (content_source);
"""
CREATOR_ACCESS: Final = (
    "CREATE",
    "READ",
    "SUBMIT",
    "READ_PRIVATE_SUBMISSION",
    "UPDATE_SUBMISSION",
    "CHANGE_PERMISSIONS",
    "UPDATE",
    "DELETE",
    "DELETE_SUBMISSION",
)
QUOTA_BESIDE_ROUNDS: Final = (
    "DEPRECATED! SubmissionQuota is a DEPRECATED feature and can not co-exist with EvaluationRounds."
    " You must first delete your Evaluation's EvaluationRounds in order to use SubmissionQuota."
)


def create_evaluation(call: Call) -> Answer:
    """POST /evaluation: needs CREATE on the project and a certified caller; the creator alone gets an ACL."""
    quota = quota_in(call.body)
    project = _project_for_create(call)
    name = valid_name(text(call.body, "name"))
    if _find_by_name(call.store, name) is not None:
        raise name_conflict(f"An Evaluation already exists with the name '{name}'")
    evaluation_id = call.store.next_id("evaluation")
    call.store.insert(
        "evaluations",
        id=evaluation_id,
        owner_id=call.caller.id,
        created_on=call.now,
        submissions_etag=call.store.new_etag(),
        **_columns(call, name, project, quota),
    )
    write_acl(call.store, "EVALUATION", evaluation_id, {call.caller.id: list(CREATOR_ACCESS)}, call.now)
    return created(document(find_evaluation(call.store, evaluation_id)))


def get_evaluation(call: Call) -> Answer:
    """GET /evaluation/{evalId}."""
    return Answer(document(require_evaluation(call.store, call.caller, call.number("evalId"), "READ")))


def get_evaluation_by_name(call: Call) -> Answer:
    """GET /evaluation/name/{name}: what the caller can't read isn't there."""
    found = _find_by_name(call.store, call.path["name"])
    if found is None or not may_evaluation(call.store, call.caller, found["id"], "READ"):
        raise not_found(f"No Evaluation found with name {call.path['name']}")
    return Answer(document(found))


def update_evaluation(call: Call) -> Answer:
    """PUT /evaluation/{evalId}: full replacement; neither the name nor the new project is checked (surprise 48)."""
    evaluation_id = call.number("evalId")
    if text(call.body, "id") != call.path["evalId"]:
        raise invalid(f"Evaluation ID does not match requested ID: {call.path['evalId']}")
    quota = quota_in(call.body)
    stored = require_evaluation(call.store, call.caller, evaluation_id, "UPDATE")
    if quota is not None and has_rounds(call.store, evaluation_id):
        raise invalid(QUOTA_BESIDE_ROUNDS)
    name, source = text(call.body, "name"), text(call.body, "contentSource")
    if name is None:
        raise required("name")
    if source is None:
        raise required("contentSource")
    if text(call.body, "etag") != stored["etag"]:
        raise stale_etag(
            f"Evaluation: {evaluation_id} has been updated since you last fetched it;"
            " please retrieve it again and re-apply the update"
        )
    _check_name_free(call.store, name, evaluation_id)
    call.store.update("evaluations", evaluation_id, **_columns(call, name, entity_number(source), quota))
    return Answer(document(find_evaluation(call.store, evaluation_id)))


def delete_evaluation(call: Call) -> Answer:
    """DELETE /evaluation/{evalId}: at once and for good, with rounds and submissions; not idempotent."""
    evaluation_id = call.number("evalId")
    require_evaluation(call.store, call.caller, evaluation_id, "DELETE")
    if not may_evaluation(call.store, call.caller, evaluation_id, "CHANGE_PERMISSIONS"):
        raise forbidden(f"User {call.caller.id} not authorized to change permissions on evaluation {evaluation_id}")
    delete_acl(call.store, "EVALUATION", evaluation_id)
    call.store.run("DELETE FROM evaluations WHERE id = ?", evaluation_id)
    return no_content()


def list_project_evaluations(call: Call) -> Answer:
    """GET /entity/{id}/evaluation."""
    return _listed(call, known_access_type(call.query.get("accessType", "READ")), call.entity_id())


def list_evaluations(call: Call) -> Answer:
    """GET /evaluation."""
    return _listed(call, known_access_type(call.query.get("accessType", "READ")), None)


def list_available_evaluations(call: Call) -> Answer:
    """GET /evaluation/available: where the caller may submit."""
    return _listed(call, "SUBMIT", None)


def document(evaluation: Row) -> Json:
    """An Evaluation as it travels."""
    quota = stored_quota(evaluation["quota"])
    return {
        "id": str(evaluation["id"]),
        "etag": evaluation["etag"],
        "name": evaluation["name"],
        "description": evaluation["description"],
        "ownerId": str(evaluation["owner_id"]),
        "createdOn": to_iso(evaluation["created_on"]),
        "contentSource": syn(evaluation["content_source"]),
        "submissionInstructionsMessage": evaluation["instructions"],
        "submissionReceiptMessage": evaluation["receipt"],
        "quota": None if quota is None else quota.document(),
    }


def has_rounds(store: Store, evaluation_id: int) -> bool:
    """Whether a queue has rounds, which exclude a legacy quota."""
    return store.one("SELECT 1 FROM evaluation_rounds WHERE evaluation_id = ?", evaluation_id) is not None


def submissions_changed(store: Store, evaluation_id: int) -> str:
    """Renew the token of the queue's status batches and return it."""
    token = store.new_etag()
    store.update("evaluations", evaluation_id, submissions_etag=token)
    return token


def find_evaluation(store: Store, evaluation_id: int) -> Row:
    """The evaluation, or 404; no right is tested."""
    row = store.one("SELECT * FROM evaluations WHERE id = ?", evaluation_id)
    if row is None:
        raise not_found(f"Evaluation could not be found with id :{evaluation_id}")
    return row


def _columns(call: Call, name: str, project: int, quota: Quota | None) -> dict[str, Any]:
    return {
        "etag": call.store.new_etag(),
        "name": name,
        "name_key": collation_key(name),
        "description": text(call.body, "description"),
        "content_source": project,
        "instructions": text(call.body, "submissionInstructionsMessage"),
        "receipt": text(call.body, "submissionReceiptMessage"),
        "quota": None if quota is None else quota.stored(),
    }


def _project_for_create(call: Call) -> int:
    source = text(call.body, "contentSource")
    if not source:
        raise invalid("Evaluation null is missing content source (are you sure there is Synapse entity for it?).")
    project = entity_number(source)
    try:
        require_create(call.store, call.caller, project)
    except Refusal as refusal:
        # Synapse only asks whether there is access, so even an unknown project is told as a missing right.
        raise forbidden(
            f"User {call.caller.id} must have CREATE right on the entity {source}"
            " in order to create a evaluation based on it."
        ) from refusal
    if call.store.value("SELECT type FROM entities WHERE id = ?", project) != PROJECT_TYPE:
        raise invalid(f"Evaluation null could not be created because the parent entity {source} is not a project.")
    return project


def _find_by_name(store: Store, name: str) -> Row | None:
    return store.one("SELECT * FROM evaluations WHERE name_key = ?", collation_key(name))


def _check_name_free(store: Store, name: str, evaluation_id: int) -> None:
    other = _find_by_name(store, name)
    if other is not None and other["id"] != evaluation_id:
        # 400 and not 409: an update lets the database's own complaint through (contract 5.3).
        raise invalid(f"Duplicate entry '{name}' for key 'EVALUATION.NAME'")


def _listed(call: Call, access: str, project: int | None) -> Answer:
    page = call.page()
    wanted = call.query.get("evaluationIds")
    ids = None if wanted is None else {number(part.strip()) for part in wanted.split(",") if part.strip()}
    rows = [row for row in _granted(call, access, project) if ids is None or row["id"] in ids]
    if call.flag("activeOnly"):
        rows = [row for row in rows if _is_active(row, call.now)]
    return Answer(estimated([document(row) for row in rows[page.offset : page.offset + page.limit]], page))


def _granted(call: Call, access: str, project: int | None) -> list[Row]:
    return call.store.all(
        "SELECT * FROM evaluations WHERE (?1 IS NULL OR content_source = ?1) AND id IN ("
        " SELECT owner_id FROM acl_entries WHERE owner_type = 'EVALUATION' AND access_type = ?2"
        " AND principal_id IN (SELECT value FROM json_each(?3))) ORDER BY name_key",
        project,
        access,
        json.dumps(sorted(call.caller.groups)),
    )


def _is_active(evaluation: Row, now: int) -> bool:
    """Only a legacy quota makes a queue inactive; rounds don't count here (surprise 26)."""
    quota = stored_quota(evaluation["quota"])
    return quota is None or quota.is_active(now)


ROUTES = (
    Route("POST", "/repo/v1/evaluation", create_evaluation),
    Route("GET", "/repo/v1/evaluation", list_evaluations, reads=True),
    Route("GET", "/repo/v1/evaluation/available", list_available_evaluations, reads=True),
    Route("GET", "/repo/v1/evaluation/name/{name}", get_evaluation_by_name, reads=True),
    Route("GET", "/repo/v1/evaluation/{evalId}", get_evaluation, reads=True),
    Route("PUT", "/repo/v1/evaluation/{evalId}", update_evaluation),
    Route("DELETE", "/repo/v1/evaluation/{evalId}", delete_evaluation),
    Route("GET", "/repo/v1/entity/{id}/evaluation", list_project_evaluations, reads=True),
)
