"""Lists of submissions, of their statuses, of both; one's own; the count (contract 5.9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from synapse_sandbox.call import Answer, Call
from synapse_sandbox.permissions import check_evaluation
from synapse_sandbox.refusals import invalid
from synapse_sandbox.routing import Route
from synapse_sandbox.services import submission_status, submissions
from synapse_sandbox.services.submission_status import SELECT_STATUS, STATUSES, sees_private
from synapse_sandbox.store import Row
from synapse_sandbox.wire import Json, Page, estimated

SCHEMA = ""
MAX_PAGE: Final = 100


def list_all(call: Call) -> Answer:
    """GET /evaluation/{evalId}/submission/all?status=: everybody's."""
    page = _page(call)
    check_evaluation(call.store, call.caller, call.number("evalId"), "READ_PRIVATE_SUBMISSION")
    return _listed(call, page, None, lambda row: _submission(call, row))


def list_all_statuses(call: Call) -> Answer:
    """GET /evaluation/{evalId}/submission/status/all?status=: READ suffices, for the public part."""
    page = _page(call)
    check_evaluation(call.store, call.caller, call.number("evalId"), "READ")
    private = sees_private(call, call.number("evalId"))
    return _listed(call, page, None, lambda row: submission_status.document(row, private=private))


def list_all_bundles(call: Call) -> Answer:
    """GET /evaluation/{evalId}/submission/bundle/all?status=."""
    page = _page(call)
    check_evaluation(call.store, call.caller, call.number("evalId"), "READ_PRIVATE_SUBMISSION")
    return _listed(call, page, None, lambda row: _bundle(call, row, private=True))


def list_own(call: Call) -> Answer:
    """GET /evaluation/{evalId}/submission: the caller's own, whatever the ACL says (surprise 47)."""
    return _listed(call, _page(call), call.caller.id, lambda row: _submission(call, row))


def list_own_bundles(call: Call) -> Answer:
    """GET /evaluation/{evalId}/submission/bundle: the caller's own."""
    private = sees_private(call, call.number("evalId"))
    return _listed(call, _page(call), call.caller.id, lambda row: _bundle(call, row, private=private))


def count_submissions(call: Call) -> Answer:
    """GET /evaluation/{evalId}/submission/count: a bare number is the whole body."""
    check_evaluation(call.store, call.caller, call.number("evalId"), "READ_PRIVATE_SUBMISSION")
    return Answer(
        int(call.store.value("SELECT count(*) FROM submissions WHERE evaluation_id = ?", call.number("evalId")))
    )


def _page(call: Call) -> Page:
    page = call.page()
    if page.limit > MAX_PAGE:
        raise invalid(f"limit must be between 0 and {MAX_PAGE}")
    return page


def _listed(call: Call, page: Page, user_id: int | None, shown: Callable[[Row], Json]) -> Answer:
    status = call.query.get("status")
    if status is not None and status not in STATUSES:
        raise invalid(f"No enum constant org.sagebionetworks.evaluation.model.SubmissionStatusEnum.{status}")
    rows = call.store.all(
        f"{SELECT_STATUS} WHERE evaluation_id = ?1 AND (?2 IS NULL OR user_id = ?2) AND (?3 IS NULL OR status = ?3)"
        " ORDER BY submissions.id LIMIT ?4 OFFSET ?5",
        call.number("evalId"),
        user_id,
        status,
        page.limit,
        page.offset,
    )
    return Answer(estimated([shown(row) for row in rows], page))


def _submission(call: Call, row: Row) -> Json:
    return submissions.document(call.store, submissions.find_submission(call.store, row["id"]))


def _bundle(call: Call, row: Row, *, private: bool) -> Json:
    status = submission_status.document(row, private=private)
    return {"submission": _submission(call, row), "submissionStatus": status}


ROUTES = (
    Route("GET", "/repo/v1/evaluation/{evalId}/submission", list_own, reads=True),
    Route("GET", "/repo/v1/evaluation/{evalId}/submission/all", list_all, reads=True),
    Route("GET", "/repo/v1/evaluation/{evalId}/submission/status/all", list_all_statuses, reads=True),
    Route("GET", "/repo/v1/evaluation/{evalId}/submission/bundle", list_own_bundles, reads=True),
    Route("GET", "/repo/v1/evaluation/{evalId}/submission/bundle/all", list_all_bundles, reads=True),
    Route("GET", "/repo/v1/evaluation/{evalId}/submission/count", count_submissions, reads=True),
)
