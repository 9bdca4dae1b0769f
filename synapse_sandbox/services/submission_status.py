"""The status of a submission, which scoring writes: one by one or in batches (contract 5.9)."""

from __future__ import annotations

import json
from typing import Any, Final

from synapse_sandbox.annotation_values import cleaned
from synapse_sandbox.call import Answer, Call
from synapse_sandbox.permissions import check_evaluation, may_evaluation
from synapse_sandbox.reading import boolean, choice, decimal, nested, objects, text
from synapse_sandbox.refusals import forbidden, invalid, not_found, required, stale_etag
from synapse_sandbox.routing import Route
from synapse_sandbox.services.evaluations import submissions_changed
from synapse_sandbox.services.status_annotations import checked_annotations, public_annotations
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json, number, syn, to_iso

SCHEMA = """
CREATE TABLE IF NOT EXISTS submission_statuses (
    submission_id INTEGER PRIMARY KEY REFERENCES submissions (id) ON DELETE CASCADE,
    etag TEXT NOT NULL,
    modified_on INTEGER NOT NULL,
    status TEXT NOT NULL,
    status_version INTEGER NOT NULL,
    score REAL,
    report TEXT,
    annotations_v1 TEXT,
    annotations_v2 TEXT,
    can_cancel INTEGER NOT NULL,
    cancel_requested INTEGER NOT NULL
);
"""
STATUSES: Final = (
    "OPEN",
    "CLOSED",
    "SCORED",
    "INVALID",
    "VALIDATED",
    "EVALUATION_IN_PROGRESS",
    "RECEIVED",
    "REJECTED",
    "ACCEPTED",
)
MAX_BATCH: Final = 500
# Everything that a status document shows, under the submission's `id`.
SELECT_STATUS: Final = (
    "SELECT submission_statuses.*, submissions.id, evaluation_id, entity_id, version_number FROM submissions"
    " JOIN submission_statuses ON submission_id = submissions.id "
)


def get_status(call: Call) -> Answer:
    """GET /evaluation/submission/{subId}/status: READ; private annotations only with READ_PRIVATE_SUBMISSION."""
    found = find_status(call.store, call.number("subId"))
    check_evaluation(call.store, call.caller, found["evaluation_id"], "READ")
    return Answer(document(found, private=sees_private(call, found["evaluation_id"])))


def update_status(call: Call) -> Answer:
    """PUT /evaluation/submission/{subId}/status: full replacement; annotations that are left out are erased."""
    if text(call.body, "id") != call.path["subId"]:
        raise invalid(f"Submission ID does not match requested ID: {call.path['subId']}")
    found = find_status(call.store, call.number("subId"))
    for access in ("READ_PRIVATE_SUBMISSION", "UPDATE_SUBMISSION"):
        check_evaluation(call.store, call.caller, found["evaluation_id"], access)
    _write(call, found, _columns(call.body, found["id"], found["evaluation_id"]), text(call.body, "etag"))
    submissions_changed(call.store, found["evaluation_id"])
    return Answer(document(find_status(call.store, found["id"]), private=True))


def update_batch(call: Call) -> Answer:
    """PUT /evaluation/{evalId}/statusBatch: all of one queue, all or none; later batches carry the token."""
    evaluation_id = call.number("evalId")
    is_first, is_last = _needed_flag(call.body, "isFirstBatch"), _needed_flag(call.body, "isLastBatch")
    bodies = _batch(call.body)
    columns = [_columns(body, _status_id(body), evaluation_id) for body in bodies]
    rows = [find_status(call.store, _status_id(body)) for body in bodies]
    _check_one_evaluation(rows, evaluation_id)
    check_evaluation(call.store, call.caller, evaluation_id, "UPDATE_SUBMISSION")
    if not is_first:
        _check_token(call, evaluation_id)
    for body, row, values in zip(bodies, rows, columns, strict=True):
        _write(call, row, values, text(body, "etag"))
    token = submissions_changed(call.store, evaluation_id)
    return Answer({"nextUploadToken": None if is_last else token})


def first_status(call: Call, submission_id: int) -> None:
    """The status that a submission is born with: RECEIVED, version 0."""
    call.store.insert(
        "submission_statuses",
        submission_id=submission_id,
        etag=call.store.new_etag(),
        modified_on=call.now,
        status="RECEIVED",
        status_version=0,
        can_cancel=False,
        cancel_requested=False,
    )


def request_cancellation(call: Call, submission_id: int) -> None:
    """Note that the submitter wants to cancel; 403 where scoring hasn't made it possible."""
    found = find_status(call.store, submission_id)
    if not found["can_cancel"]:
        raise forbidden("This submission is currently noncancellable.")
    _write(call, found, {"cancel_requested": True}, found["etag"])


def write_annotations(call: Call, found: Row, etag: str, annotations: Json) -> None:
    """Replace the annotations of a status and nothing else, under its etag; as checked by `cleaned`."""
    _write(call, found, {"annotations_v2": json.dumps(annotations)}, etag)
    submissions_changed(call.store, found["evaluation_id"])


def sees_private(call: Call, evaluation_id: int) -> bool:
    """Whether the caller sees private annotations of a queue's statuses."""
    return may_evaluation(call.store, call.caller, evaluation_id, "READ_PRIVATE_SUBMISSION")


def document(row: Row, *, private: bool) -> Json:
    """A SubmissionStatus as it travels, from a row of SELECT_STATUS."""
    old, new = _loaded(row["annotations_v1"]), _loaded(row["annotations_v2"])
    shown = {"id": str(row["id"]), "etag": row["etag"], "annotations": new}
    return {
        "id": str(row["id"]),
        "etag": row["etag"],
        "modifiedOn": to_iso(row["modified_on"]),
        "status": row["status"],
        "score": row["score"],
        "report": row["report"],
        "annotations": old if private else public_annotations(old),
        "submissionAnnotations": shown if private and new is not None else None,
        "entityId": syn(row["entity_id"]),
        "versionNumber": row["version_number"],
        "statusVersion": row["status_version"],
        "canCancel": bool(row["can_cancel"]),
        "cancelRequested": bool(row["cancel_requested"]),
    }


def _columns(body: Json, status_id: int, evaluation_id: int) -> dict[str, Any]:
    """What a body replaces; 400 for a bad score, status or annotation."""
    score = decimal(body, "score")
    if score is not None and not 0 <= score <= 1:
        raise invalid(f"Scores must be between 0 and 1. Received score = {score}")
    old, new = checked_annotations(body, status_id, evaluation_id), nested(body, "submissionAnnotations")
    checked = None if new is None else cleaned(nested(new, "annotations") or {})
    status = choice(body, "status", STATUSES)
    if status is None:
        raise required("status")
    return {
        "status": status,
        "score": score,
        "report": text(body, "report"),
        "annotations_v1": None if old is None else json.dumps(old),
        "annotations_v2": None if checked is None else json.dumps(checked),
        "can_cancel": boolean(body, "canCancel") or False,
        "cancel_requested": boolean(body, "cancelRequested") or False,
    }


def _write(call: Call, found: Row, columns: dict[str, Any], etag: str | None) -> None:
    if etag is None:
        raise required("etag")
    # Read again: the same submission may stand twice in a batch.
    if call.store.value("SELECT etag FROM submission_statuses WHERE submission_id = ?", found["id"]) != etag:
        raise stale_etag(
            f"Submission Status: {found['id']} was updated since you last fetched it,"
            " retrieve it again and reapply the update"
        )
    values = {**columns, "etag": call.store.new_etag(), "modified_on": call.now}
    changes = ", ".join(f"{name} = ?" for name in values)
    call.store.run(
        f"UPDATE submission_statuses SET {changes}, status_version = status_version + 1 WHERE submission_id = ?",
        *values.values(),
        found["id"],
    )


def _batch(body: Json) -> list[Json]:
    statuses = objects(body, "statuses")
    if statuses is None:
        raise required("statuses")
    if not statuses:
        raise invalid("statuses is required and must not be empty.")
    if len(statuses) > MAX_BATCH:
        raise invalid(f"Batch size cannot exceed {MAX_BATCH}")
    if None in statuses:
        raise required("SubmissionStatus")
    return [status for status in statuses if status is not None]


def _status_id(body: Json) -> int:
    spelt = text(body, "id")
    if spelt is None:
        raise required("id")
    return number(spelt)


def _check_one_evaluation(rows: list[Row], evaluation_id: int) -> None:
    found = {row["evaluation_id"] for row in rows}
    if len(found) > 1:
        raise invalid("Submissions in the batch must all belong to one Evaluation.")
    if found != {evaluation_id}:
        raise invalid("Specified Evaluation ID does not match submissions in the batch.")


def _check_token(call: Call, evaluation_id: int) -> None:
    token = text(call.body, "batchToken")
    if token is None:
        raise required("batchToken")
    if token != call.store.value("SELECT submissions_etag FROM evaluations WHERE id = ?", evaluation_id):
        raise stale_etag("Your batch token is out of date.  You must restart upload from first batch.")


def _needed_flag(body: Json, field: str) -> bool:
    value = boolean(body, field)
    if value is None:
        raise required(field)
    return value


def find_status(store: Store, submission_id: int) -> Row:
    """The status of a submission, or 404; no right is tested."""
    row = store.one(f"{SELECT_STATUS} WHERE submissions.id = ?", submission_id)
    if row is None:
        raise not_found(f"Submission could not be found with id :{submission_id}")
    return row


def _loaded(column: str | None) -> Json | None:
    loaded: Json | None = None if column is None else json.loads(column)
    return loaded


ROUTES = (
    Route("GET", "/repo/v1/evaluation/submission/{subId}/status", get_status, reads=True),
    Route("PUT", "/repo/v1/evaluation/submission/{subId}/status", update_status),
    Route("PUT", "/repo/v1/evaluation/{evalId}/statusBatch", update_batch),
)
