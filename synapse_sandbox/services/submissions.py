"""Submissions: create, read, delete, ask for cancellation (contract 5.6, 5.9)."""

from __future__ import annotations

import json
from typing import Any, Final

from synapse_sandbox.call import Answer, Call, created, no_content
from synapse_sandbox.permissions import check_evaluation, require_entity
from synapse_sandbox.reading import integer, objects, principal, text
from synapse_sandbox.refusals import forbidden, gone, invalid, not_found, not_served, required
from synapse_sandbox.routing import Route
from synapse_sandbox.services import nodes
from synapse_sandbox.services.eligibility import check_individual, check_team
from synapse_sandbox.services.entity_types import DOCKER
from synapse_sandbox.services.evaluations import find_evaluation, submissions_changed
from synapse_sandbox.services.files import file_handles_of_entity
from synapse_sandbox.services.rounds import current_span
from synapse_sandbox.services.submission_status import first_status, request_cancellation
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json, entity_number, number, syn, to_iso, without_nulls

SCHEMA = """
CREATE TABLE IF NOT EXISTS submissions (
    id INTEGER PRIMARY KEY,
    evaluation_id INTEGER NOT NULL REFERENCES evaluations (id) ON DELETE CASCADE,
    round_id INTEGER REFERENCES evaluation_rounds (id) ON DELETE SET NULL,
    user_id INTEGER NOT NULL REFERENCES principals (id),
    team_id INTEGER REFERENCES teams (id) ON DELETE RESTRICT,
    submitter_alias TEXT,
    entity_id INTEGER NOT NULL,
    version_number INTEGER NOT NULL,
    name TEXT NOT NULL,
    docker_repository_name TEXT,
    docker_digest TEXT,
    entity_bundle TEXT NOT NULL,
    created_on INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS submissions_by_evaluation ON submissions (evaluation_id, created_on);
CREATE INDEX IF NOT EXISTS submissions_by_round ON submissions (round_id);
CREATE TABLE IF NOT EXISTS submission_contributors (
    submission_id INTEGER NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
    principal_id INTEGER NOT NULL REFERENCES principals (id),
    created_on INTEGER NOT NULL,
    PRIMARY KEY (submission_id, principal_id)
);
CREATE TABLE IF NOT EXISTS submission_files (
    submission_id INTEGER NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
    file_handle_id INTEGER NOT NULL REFERENCES file_handles (id),
    PRIMARY KEY (submission_id, file_handle_id)
);
"""
_ROUND_GIVEN: Final = (
    "Please do not specify any evaluationRoundId. This will be filled automatically based upon the time of creation."
)


def create_submission(call: Call) -> Answer:
    """POST /evaluation/submission?etag=&submissionEligibilityHash=: the etag is the entity's current one."""
    evaluation_id = _checked_evaluation(call)
    entity = _submitted_entity(call)
    docker = _docker_columns(call, entity)
    contributors = _contributors(call)
    evaluation = find_evaluation(call.store, evaluation_id)
    _check_eligible(call, evaluation, contributors)
    span = current_span(call.store, evaluation, call.now)
    submission_id = call.store.next_id("submission")
    call.store.insert(
        "submissions",
        id=submission_id,
        evaluation_id=evaluation_id,
        round_id=None if span is None else span.round_id,
        user_id=call.caller.id,
        team_id=principal(call.body, "teamId"),
        submitter_alias=text(call.body, "submitterAlias"),
        entity_id=entity["id"],
        version_number=entity["number"],
        name=text(call.body, "name") or entity["name"],
        entity_bundle=json.dumps(without_nulls(_bundle(call.store, entity))),
        created_on=call.now,
        **docker,
    )
    _keep_parts(call, submission_id, entity, contributors)
    submissions_changed(call.store, evaluation_id)
    return created(document(call.store, find_submission(call.store, submission_id)))


def get_submission(call: Call) -> Answer:
    """GET /evaluation/submission/{subId}: READ_PRIVATE_SUBMISSION, for one's own too (surprise 47)."""
    found = find_submission(call.store, call.number("subId"))
    check_evaluation(call.store, call.caller, found["evaluation_id"], "READ_PRIVATE_SUBMISSION")
    return Answer(document(call.store, found))


def delete_submission(call: Call) -> Answer:
    """DELETE /evaluation/submission/{subId}: with its status, at once."""
    found = find_submission(call.store, call.number("subId"))
    check_evaluation(call.store, call.caller, found["evaluation_id"], "DELETE_SUBMISSION")
    submissions_changed(call.store, found["evaluation_id"])
    call.store.run("DELETE FROM submissions WHERE id = ?", found["id"])
    return no_content()


def cancel_submission(call: Call) -> Answer:
    """PUT /evaluation/submission/{subId}/cancellation: by the submitter, where the status allows it."""
    found = find_submission(call.store, call.number("subId"))
    if found["user_id"] != call.caller.id:
        raise forbidden("Only the user who submitted this submission could perform this action.")
    request_cancellation(call, found["id"])
    submissions_changed(call.store, found["evaluation_id"])
    return no_content()


def add_contributor(_call: Call) -> Answer:
    """POST /evaluation/submission/{subId}/contributor: retired."""
    raise gone("This service has been removed.")


def query_submissions(call: Call) -> Answer:
    """GET /evaluation/submission/query: the old query language; submission views take its place."""
    raise not_served(call.method, "/evaluation/submission/query (use a submission view)")


def find_submission(store: Store, submission_id: int) -> Row:
    """The submission, or 404; no right is tested."""
    row = store.one("SELECT * FROM submissions WHERE id = ?", submission_id)
    if row is None:
        raise not_found(f"Submission could not be found with id :{submission_id}")
    return row


def document(store: Store, row: Row) -> Json:
    """A Submission as it travels; `entityBundleJSON` is a string that holds JSON."""
    contributors = store.all(
        "SELECT * FROM submission_contributors WHERE submission_id = ? ORDER BY principal_id", row["id"]
    )
    return {
        "id": str(row["id"]),
        "userId": str(row["user_id"]),
        "submitterAlias": row["submitter_alias"],
        "evaluationId": str(row["evaluation_id"]),
        "evaluationRoundId": _optional_text(row["round_id"]),
        "entityId": syn(row["entity_id"]),
        "entityBundleJSON": row["entity_bundle"],
        "versionNumber": row["version_number"],
        "dockerRepositoryName": row["docker_repository_name"],
        "dockerDigest": row["docker_digest"],
        "name": row["name"],
        "createdOn": to_iso(row["created_on"]),
        "teamId": _optional_text(row["team_id"]),
        "contributors": [
            {"principalId": str(one["principal_id"]), "createdOn": to_iso(one["created_on"])} for one in contributors
        ],
    }


def _checked_evaluation(call: Call) -> int:
    """What is tested before the entity: the body's own members and SUBMIT."""
    if text(call.body, "evaluationRoundId") is not None:
        raise invalid(_ROUND_GIVEN)
    for field, label in (("entityId", "Entity ID"), ("versionNumber", "Entity Version")):
        if call.body.get(field) is None:
            raise required(label)
    spelt = text(call.body, "evaluationId")
    if not spelt:
        raise invalid("Evaluation ID cannot be null or empty.")
    evaluation_id = number(spelt)
    check_evaluation(call.store, call.caller, evaluation_id, "SUBMIT")
    return evaluation_id


def _submitted_entity(call: Call) -> Row:
    spelt = str(text(call.body, "entityId"))
    entity_id = entity_number(spelt)
    require_entity(call.store, call.caller, entity_id, "READ")
    entity = nodes.node(call.store, entity_id, integer(call.body, "versionNumber"))
    if call.query.get("etag") != entity["etag"]:
        # 400, although every other stale etag is 412 (surprise 2).
        raise invalid(f"The supplied eTag is out of date. Please fetch Entity {spelt} again.")
    return entity


def _docker_columns(call: Call, entity: Row) -> dict[str, Any]:
    """Name and digest of an image; they are dropped for every other kind of entity."""
    if nodes.kind_of(entity) is not DOCKER:
        return {"docker_repository_name": None, "docker_digest": None}
    digest = text(call.body, "dockerDigest")
    if digest is None:
        raise required("Docker Digest")
    known = call.store.one("SELECT 1 FROM docker_commits WHERE entity_id = ? AND digest = ?", entity["id"], digest)
    if known is None:
        raise invalid(f"The given Docker Repository, {text(call.body, 'entityId')}, does not have digest {digest}")
    return {"docker_repository_name": nodes.document(entity).get("repositoryName"), "docker_digest": digest}


def _contributors(call: Call) -> list[int]:
    """Who contributed; the submitter is among them, said or not."""
    said = objects(call.body, "contributors") or []
    ids = [principal(each, "principalId") for each in said if each is not None]
    return sorted({call.caller.id, *(contributor for contributor in ids if contributor is not None)})


def _check_eligible(call: Call, evaluation: Row, contributors: list[int]) -> None:
    team_id, state_hash = principal(call.body, "teamId"), call.query.get("submissionEligibilityHash")
    if team_id is not None and state_hash is not None:
        check_team(call, evaluation, team_id, contributors, state_hash)
    elif team_id is None and state_hash is None and contributors == [call.caller.id]:
        check_individual(call, evaluation)
    else:
        raise invalid("Submission is neither a valid Team or Individual Submission.")


def _bundle(store: Store, entity: Row) -> Json:
    """The entity bundle that is archived with a submission: entity, annotations, file handles."""
    body = nodes.document(entity)
    annotations = {"id": body["id"], "etag": body["etag"], "annotations": json.loads(entity["annotations"])}
    return {
        "entity": body,
        "entityType": nodes.kind_of(entity).short,
        "annotations": annotations,
        "fileHandles": file_handles_of_entity(store, entity),
    }


def _keep_parts(call: Call, submission_id: int, entity: Row, contributors: list[int]) -> None:
    for contributor in contributors:
        call.store.insert(
            "submission_contributors", submission_id=submission_id, principal_id=contributor, created_on=call.now
        )
    if entity["file_handle_id"] is not None:
        call.store.insert("submission_files", submission_id=submission_id, file_handle_id=entity["file_handle_id"])
    first_status(call, submission_id)


def _optional_text(value: int | None) -> str | None:
    return None if value is None else str(value)


ROUTES = (
    Route("POST", "/repo/v1/evaluation/submission", create_submission),
    Route("GET", "/repo/v1/evaluation/submission/query", query_submissions, reads=True),
    Route("GET", "/repo/v1/evaluation/submission/{subId}", get_submission, reads=True),
    Route("DELETE", "/repo/v1/evaluation/submission/{subId}", delete_submission),
    Route("PUT", "/repo/v1/evaluation/submission/{subId}/cancellation", cancel_submission),
    Route("POST", "/repo/v1/evaluation/submission/{subId}/contributor", add_contributor),
)
