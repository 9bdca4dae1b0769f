"""Evaluation rounds: when a queue takes submissions, and how many (contract 5.5); migration of legacy quotas (5.4)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from synapse_sandbox.call import Answer, Call, created, no_content
from synapse_sandbox.permissions import require_evaluation
from synapse_sandbox.reading import choice, compulsory, date, integer, objects, text
from synapse_sandbox.refusals import Refusal, invalid, not_found, stale_etag
from synapse_sandbox.routing import Route
from synapse_sandbox.services.evaluations import has_rounds
from synapse_sandbox.services.quotas import OPEN_FOR_EVER, Limit, Span, stored_quota
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json, page_from_token, to_iso, tokened

SCHEMA = """
CREATE TABLE IF NOT EXISTS evaluation_rounds (
    id INTEGER PRIMARY KEY,
    etag TEXT NOT NULL,
    evaluation_id INTEGER NOT NULL REFERENCES evaluations (id) ON DELETE CASCADE,
    round_start INTEGER NOT NULL,
    round_end INTEGER NOT NULL,
    limits TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS rounds_by_evaluation ON evaluation_rounds (evaluation_id, round_start);
"""
LIMIT_TYPES: Final = ("TOTAL", "DAILY", "WEEKLY", "MONTHLY")
QUOTA_IN_THE_WAY: Final = (
    "A SubmissionQuota, which is deprecated, must not be defined for an Evaluation. You must first remove your"
    " Evaluation's SubmissionQuota or convert the SubmissionQuota into EvaluationRounds"
)
LEEWAY: Final = 1000


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A round as a body asks for it; limits are read apart, because Synapse tests them last."""

    evaluation_id: int
    start: int
    end: int
    round_id: int | None = None


def create_round(call: Call) -> Answer:
    """POST /evaluation/{evalId}/round: neither start nor end may lie in the past (surprise 25)."""
    wanted, limits = _wanted(call, None), _limits_read(call.body)
    evaluation = require_evaluation(call.store, call.caller, wanted.evaluation_id, "UPDATE")
    _check_no_quota(evaluation)
    if call.now - LEEWAY > wanted.start:
        raise invalid("Can not create an EvaluationRound with a start date in the past.")
    if call.now > wanted.end:
        raise invalid("Can not create an EvaluationRound with an end date in the past.")
    _check_range(call.store, wanted)
    _check_limits(limits)
    round_id = _insert(call.store, wanted.evaluation_id, Span(wanted.start, wanted.end, _kept(limits)))
    return created(document(_find(call.store, wanted.evaluation_id, round_id)))


def update_round(call: Call) -> Answer:
    """PUT /evaluation/{evalId}/round/{roundId}: limits may change at any time, dates under conditions."""
    round_id = call.number("roundId")
    wanted, limits = _wanted(call, round_id), _limits_read(call.body)
    _check_no_quota(require_evaluation(call.store, call.caller, wanted.evaluation_id, "UPDATE"))
    stored = _find(call.store, wanted.evaluation_id, round_id)
    _check_move(call, stored, wanted)
    _check_range(call.store, wanted)
    _check_limits(limits)
    if text(call.body, "etag") != stored["etag"]:
        raise _stale(round_id)
    call.store.update(
        "evaluation_rounds",
        round_id,
        etag=call.store.new_etag(),
        round_start=wanted.start,
        round_end=wanted.end,
        limits=json.dumps(_kept(limits)),
    )
    return Answer(document(_find(call.store, wanted.evaluation_id, round_id)))


def delete_round(call: Call) -> Answer:
    """DELETE /evaluation/{evalId}/round/{roundId}: even a finished one, when nobody has submitted."""
    evaluation_id = call.number("evalId")
    require_evaluation(call.store, call.caller, evaluation_id, "UPDATE")
    stored = _find(call.store, evaluation_id, call.number("roundId"))
    if call.now > stored["round_start"] and _has_submissions(call.store, stored["id"]):
        raise invalid("Can not delete an EvaluationRound after it has already started and Submissions have been made")
    call.store.run("DELETE FROM evaluation_rounds WHERE id = ?", stored["id"])
    return no_content()


def get_round(call: Call) -> Answer:
    """GET /evaluation/{evalId}/round/{roundId}."""
    evaluation_id = call.number("evalId")
    require_evaluation(call.store, call.caller, evaluation_id, "READ")
    return Answer(document(_find(call.store, evaluation_id, call.number("roundId"))))


def list_rounds(call: Call) -> Answer:
    """POST /evaluation/{evalId}/round/list: by start, 50 to the page; a POST that reads (surprise 26)."""
    evaluation_id = call.number("evalId")
    require_evaluation(call.store, call.caller, evaluation_id, "READ")
    page = page_from_token(text(call.body, "nextPageToken"))
    rows = call.store.all(
        "SELECT * FROM evaluation_rounds WHERE evaluation_id = ? ORDER BY round_start, id LIMIT ? OFFSET ?",
        evaluation_id,
        page.probe,
        page.offset,
    )
    shown, token = tokened(rows, page)
    return Answer({"page": [document(row) for row in shown], "nextPageToken": token})


def migrate_quota(call: Call) -> Answer:
    """POST /evaluation/{evalId}/migratequota: the only way to record rounds that are over (contract 5.4)."""
    evaluation_id = call.number("evalId")
    evaluation = require_evaluation(call.store, call.caller, evaluation_id, "UPDATE")
    quota = stored_quota(evaluation["quota"])
    if quota is None:
        raise invalid("The evaluation does not have a SubmissionQuota to convert")
    for span in quota.migrated():
        _insert(call.store, evaluation_id, span)
    call.store.update("evaluations", evaluation_id, quota=None, etag=call.store.new_etag())
    return Answer()


def current_span(store: Store, evaluation: Row, now: int) -> Span | None:
    """The time in which a submission of now falls: a round, a round of the legacy quota, or open for ever.

    None when there are rounds or a quota and none is running: roundStart ≤ now < roundEnd (contract 5.7).
    """
    if not has_rounds(store, evaluation["id"]):
        quota = stored_quota(evaluation["quota"])
        return OPEN_FOR_EVER if quota is None else quota.current(now)
    row = store.one(
        "SELECT * FROM evaluation_rounds WHERE evaluation_id = ?1 AND round_start <= ?2 AND round_end > ?2",
        evaluation["id"],
        now,
    )
    return None if row is None else Span(row["round_start"], row["round_end"], _stored_limits(row), row["id"])


def document(row: Row) -> Json:
    """An EvaluationRound as it travels; without limits the member is absent."""
    limits = [{"limitType": kind, "maximumSubmissions": maximum} for kind, maximum in _stored_limits(row)]
    return {
        "id": str(row["id"]),
        "etag": row["etag"],
        "evaluationId": str(row["evaluation_id"]),
        "roundStart": to_iso(row["round_start"]),
        "roundEnd": to_iso(row["round_end"]),
        "limits": limits or None,
    }


def _wanted(call: Call, round_id: int | None) -> _Wanted:
    """What the schema requires, and ids that agree with the path: both before any right is tested."""
    evaluation = str(compulsory(call.body, "evaluationId"))
    for field in ("roundStart", "roundEnd"):
        compulsory(call.body, field)
    start, end = date(call.body, "roundStart") or 0, date(call.body, "roundEnd") or 0
    if evaluation != call.path["evalId"]:
        raise invalid(
            f"EvaluationId in URL path:{call.path['evalId']} does not match evaluationId in request body:{evaluation}"
        )
    if round_id is not None and text(call.body, "id") != call.path["roundId"]:
        raise invalid(
            f"roundId in URL path:{call.path['roundId']} does not match id in request body:{text(call.body, 'id')}"
        )
    return _Wanted(call.number("evalId"), start, end, round_id)


def _limits_read(body: Json) -> list[Limit | None]:
    """The limits as the schema reads them; what they may say is tested later."""
    return [None if limit is None else _limit(limit) for limit in objects(body, "limits") or []]


def _limit(limit: Json) -> Limit:
    compulsory(limit, "limitType")
    compulsory(limit, "maximumSubmissions")
    return choice(limit, "limitType", LIMIT_TYPES) or "", integer(limit, "maximumSubmissions") or 0


def _check_limits(limits: list[Limit | None]) -> None:
    seen: set[str] = set()
    for limit in limits:
        if limit is None:
            raise invalid("EvaluationRoundLimit can not be null")
        if limit[0] in seen:
            raise invalid(f"You may only have 1 limit of type: {limit[0]}")
        if limit[1] < 0:
            raise invalid("maxSubmissions must be a positive integer")
        seen.add(limit[0])


def _kept(limits: list[Limit | None]) -> tuple[Limit, ...]:
    return tuple(limit for limit in limits if limit is not None)


def _check_no_quota(evaluation: Row) -> None:
    if evaluation["quota"] is not None:
        raise invalid(QUOTA_IN_THE_WAY)


def _check_move(call: Call, stored: Row, wanted: _Wanted) -> None:
    """Which dates may still change: a past start only while nobody has submitted, an end never to the past."""
    restarted = stored["round_start"] != wanted.start and call.now > wanted.start
    if restarted and _has_submissions(call.store, stored["id"]):
        raise invalid(
            "Cannot update an EvaluationRound's start date after it has already started and Submissions have been made."
        )
    if stored["round_end"] != wanted.end and call.now > wanted.end:
        raise invalid("Can not update an EvaluationRound's end date to a time in the past.")


def _check_range(store: Store, wanted: _Wanted) -> None:
    """Start before end, and no overlap; rounds that only touch are fine."""
    if wanted.start > wanted.end:
        raise invalid("EvaluationRound can not end before it starts")
    others = store.all(
        "SELECT id FROM evaluation_rounds WHERE evaluation_id = ? AND id IS NOT ? AND round_end > ? AND round_start < ?"
        " ORDER BY id",
        wanted.evaluation_id,
        wanted.round_id,
        wanted.start,
        wanted.end,
    )
    if others:
        ids = ", ".join(str(row["id"]) for row in others)
        raise invalid(f"This round's date range overlaps with the following round IDs: [{ids}]")


def _has_submissions(store: Store, round_id: int) -> bool:
    return store.one("SELECT 1 FROM submissions WHERE round_id = ?", round_id) is not None


def _insert(store: Store, evaluation_id: int, span: Span) -> int:
    round_id = store.next_id("evaluation_round")
    store.insert(
        "evaluation_rounds",
        id=round_id,
        etag=store.new_etag(),
        evaluation_id=evaluation_id,
        round_start=span.start,
        round_end=span.end,
        limits=json.dumps(span.limits),
    )
    return round_id


def _find(store: Store, evaluation_id: int, round_id: int) -> Row:
    row = store.one("SELECT * FROM evaluation_rounds WHERE id = ? AND evaluation_id = ?", round_id, evaluation_id)
    if row is None:
        raise not_found(
            f"Evaluation Round with id={round_id}, belonging to Evaluation id={evaluation_id}, could not be found."
        )
    return row


def _stored_limits(row: Row) -> tuple[Limit, ...]:
    return tuple((kind, maximum) for kind, maximum in json.loads(row["limits"]))


def _stale(round_id: int) -> Refusal:
    return stale_etag(
        f"EvaluationRound: {round_id} has been updated since you last fetched it;"
        " please retrieve it again and re-apply the update"
    )


ROUTES = (
    Route("POST", "/repo/v1/evaluation/{evalId}/round", create_round),
    Route("POST", "/repo/v1/evaluation/{evalId}/round/list", list_rounds, reads=True),
    Route("GET", "/repo/v1/evaluation/{evalId}/round/{roundId}", get_round, reads=True),
    Route("PUT", "/repo/v1/evaluation/{evalId}/round/{roundId}", update_round),
    Route("DELETE", "/repo/v1/evaluation/{evalId}/round/{roundId}", delete_round),
    Route("POST", "/repo/v1/evaluation/{evalId}/migratequota", migrate_quota),
)
