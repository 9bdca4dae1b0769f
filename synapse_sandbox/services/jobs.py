"""Asynchronous jobs: start gives a token, get gives 202 until the work is done, then 201 (contract 8.4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from synapse_sandbox.call import Answer, Call, created, no_content
from synapse_sandbox.refusals import Refusal, forbidden, invalid, not_found
from synapse_sandbox.routing import Handler, Route
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json, to_iso

SCHEMA = """
CREATE TABLE IF NOT EXISTS async_jobs (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL,
    etag TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('PROCESSING', 'COMPLETE', 'FAILED')),
    request TEXT NOT NULL,
    outcome TEXT,
    message TEXT,
    started_on INTEGER NOT NULL,
    changed_on INTEGER NOT NULL
);
"""
ROUTES: tuple[Route, ...] = ()

Work = Callable[[Call, Json], Json]


class NotReady(Exception):
    """The work can't be done yet; the text is the job's progress message."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of job: its path (to which /async/start and /async/get/{token} are added), its request type, its work.

    `work` gets the request body with the variables of the path in it. It raises Refusal to fail and NotReady to be
    asked again. A job that writes is done when it is started, one that reads when it is first polled.
    """

    path: str
    request_type: str
    work: Work
    reads: bool


def job_routes(kinds: Iterable[JobKind]) -> tuple[Route, ...]:
    """Start and get of each kind, and the generic addresses under /asynchronous/job."""
    by_type = {kind.request_type: kind for kind in kinds}
    own = [route for kind in by_type.values() for route in _routes_of(kind)]
    return (
        *own,
        Route("POST", "/repo/v1/asynchronous/job", _generic_start(by_type)),
        Route("GET", "/repo/v1/asynchronous/job/{token}", _generic_status(by_type), reads=True),
        Route("GET", "/repo/v1/asynchronous/job/{token}/cancel", _cancel, reads=True),
    )


def _routes_of(kind: JobKind) -> tuple[Route, Route]:
    return (
        Route("POST", f"/repo/v1{kind.path}/async/start", _starting(kind), reads=kind.reads),
        Route("GET", f"/repo/v1{kind.path}/async/get/{{token}}", _polling(kind), reads=True),
    )


def _starting(kind: JobKind) -> Handler:
    def start(call: Call) -> Answer:
        request = {**call.body, "concreteType": kind.request_type}
        if "id" in call.path:
            request["entityId"] = call.path["id"]
        return created({"token": str(_start(call, kind, request))})

    return start


def _polling(kind: JobKind) -> Handler:
    def poll(call: Call) -> Answer:
        job = _advanced(call, kind, _own_job(call))
        if job["state"] == "PROCESSING":
            return Answer(_status_json(job), 202)
        outcome = json.loads(job["outcome"])
        if job["state"] == "FAILED":
            raise Refusal(outcome["status"], outcome["reason"], outcome.get("errorCode"))
        return created(outcome)

    return poll


def _generic_start(by_type: dict[str, JobKind]) -> Handler:
    def start(call: Call) -> Answer:
        kind = _kind_of(by_type, call.body)
        return created(_status_json(_job(call.store, _start(call, kind, call.body))))

    return start


def _generic_status(by_type: dict[str, JobKind]) -> Handler:
    def status(call: Call) -> Answer:
        job = _own_job(call)
        return Answer(_status_json(_advanced(call, _kind_of(by_type, json.loads(job["request"])), job)))

    return status


def _cancel(call: Call) -> Answer:
    _own_job(call)
    return no_content()


def _kind_of(by_type: dict[str, JobKind], request: Json) -> JobKind:
    wanted = request.get("concreteType")
    if wanted is None:
        raise invalid(
            "Missing 'concreteType' property, cannot discriminate polymorphic type"
            " org.sagebionetworks.repo.model.asynch.AsynchronousRequestBody"
        )
    if wanted not in by_type:
        raise invalid(f"Unknown concreteType : '{wanted}'")
    return by_type[wanted]


def _check_may_start(call: Call, kind: JobKind) -> None:
    """403 for an anonymous caller, unless the job only reads: open tables are open to everybody."""
    if call.caller.is_anonymous and not kind.reads:
        raise forbidden("Anonymous cannot start asynchronous jobs.")


def _start(call: Call, kind: JobKind, request: Json) -> int:
    _check_may_start(call, kind)
    job_id = call.store.next_id("async_job")
    call.store.insert(
        "async_jobs", id=job_id, user_id=call.caller.id, etag=call.store.new_etag(), state="PROCESSING",
        request=json.dumps(request), started_on=call.now, changed_on=call.now,
    )  # fmt: skip
    if not kind.reads:
        _advanced(call, kind, _job(call.store, job_id))
    return job_id


def _advanced(call: Call, kind: JobKind, job: Row) -> Row:
    """The job after its work was tried, if it was still to be done."""
    if job["state"] != "PROCESSING":
        return job
    try:
        with _all_or_nothing(call.store):
            _keep(call, job, "COMPLETE", outcome=json.dumps(kind.work(call, json.loads(job["request"]))))
    except NotReady as wait:
        _keep(call, job, "PROCESSING", message=str(wait))
    except Refusal as refusal:
        failure = {"status": refusal.status, "reason": refusal.reason, "errorCode": refusal.error_code}
        _keep(call, job, "FAILED", outcome=json.dumps(failure))
    return _job(call.store, job["id"])


@contextmanager
def _all_or_nothing(store: Store) -> Iterator[None]:
    """Undo what a failing job did, while the job itself and its failure are kept."""
    store.run("SAVEPOINT job")
    try:
        yield
    except BaseException:
        store.run("ROLLBACK TO job")
        raise
    finally:
        store.run("RELEASE job")


def _keep(call: Call, job: Row, state: str, **columns: Any) -> None:
    call.store.update("async_jobs", job["id"], state=state, etag=call.store.new_etag(), changed_on=call.now, **columns)


def _job(store: Store, job_id: int) -> Row:
    job = store.one("SELECT * FROM async_jobs WHERE id = ?", job_id)
    if job is None:
        raise not_found(f"Cannot find a job with id: {job_id}")
    return job


def _own_job(call: Call) -> Row:
    job = _job(call.store, call.number("token"))
    if job["user_id"] != call.caller.id:
        raise forbidden("Only the user that started a job is allowed to get the job's status.")
    return job


def _status_json(job: Row) -> Json:
    done, outcome = job["state"] != "PROCESSING", json.loads(job["outcome"] or "null")
    return {
        "jobState": job["state"],
        "jobCanceling": False,
        "requestBody": json.loads(job["request"]),
        "responseBody": outcome if job["state"] == "COMPLETE" else None,
        "errorMessage": outcome["reason"] if job["state"] == "FAILED" else None,
        "etag": job["etag"],
        "jobId": str(job["id"]),
        "startedByUserId": job["user_id"],
        "startedOn": to_iso(job["started_on"]),
        "changedOn": to_iso(job["changed_on"]),
        "progressMessage": job["message"],
        # The client subtracts the current progress from the last one, so it must be a number (contract 8.4).
        "progressCurrent": 100 if done else 0,
        "progressTotal": 100,
        "runtimeMS": job["changed_on"] - job["started_on"],
    }
