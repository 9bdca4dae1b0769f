"""Who may submit right now: registration, rounds, limits, teams (contract 5.7, 5.8)."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from synapse_sandbox.call import Answer, Call
from synapse_sandbox.permissions import check_evaluation, is_member
from synapse_sandbox.refusals import forbidden, invalid
from synapse_sandbox.routing import Route
from synapse_sandbox.services.challenge_teams import is_registered
from synapse_sandbox.services.challenges import challenge_of_project
from synapse_sandbox.services.evaluations import find_evaluation
from synapse_sandbox.services.quotas import DAY, Span
from synapse_sandbox.services.rounds import current_span
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json

SCHEMA = ""
# INVALID and REJECTED give the attempt back.
COUNTED: Final = "('OPEN', 'CLOSED', 'SCORED', 'VALIDATED', 'EVALUATION_IN_PROGRESS', 'RECEIVED', 'ACCEPTED')"
OUTSIDE: Final = "It is currently outside of the time range allowed for submissions."
_IN_WINDOW: Final = (
    " FROM submissions AS s JOIN submission_statuses AS t ON t.submission_id = s.id"
    " JOIN submission_contributors AS c ON c.submission_id = s.id"
    f" WHERE s.evaluation_id = ?1 AND t.status IN {COUNTED}"
    " AND (?2 IS NULL OR s.created_on >= ?2) AND (?3 IS NULL OR s.created_on < ?3)"
)


@dataclass(frozen=True, slots=True)
class _Round:
    """The running round of a queue (or the endless time of a queue without one), and who submitted in it."""

    store: Store
    evaluation_id: int
    span: Span
    now: int

    def contributions(self, user_id: int, limit_type: str) -> int:
        """Submissions of a limit's window to which a person contributed, alone or in a team."""
        return self._count("count(*)", "c.principal_id = ?4", self._start(limit_type), user_id)

    def team_submissions(self, team_id: int, limit_type: str) -> int:
        """Submissions of a limit's window that a team made."""
        return self._count("count(DISTINCT s.id)", "s.team_id = ?4", self._start(limit_type), team_id)

    def contributed_to_a_team(self, user_id: int) -> bool:
        """Whether a person contributed to any team's submission in this round."""
        return self._count("count(*)", "c.principal_id = ?4 AND s.team_id IS NOT NULL", self.span.start, user_id) > 0

    def submitted_elsewhere(self, user_id: int, team_id: int) -> bool:
        """Whether a person submitted alone, or for another team, in this round."""
        condition = "c.principal_id = ?4 AND s.team_id IS NOT ?5"
        return self._count("count(*)", condition, self.span.start, user_id, team_id) > 0

    def _start(self, limit_type: str) -> int | None:
        return window_start(limit_type, self.span.start, self.now)

    def _count(self, what: str, condition: str, start: int | None, *values: Any) -> int:
        sql = f"SELECT {what}{_IN_WINDOW} AND {condition}"
        return int(self.store.value(sql, self.evaluation_id, start, self.span.end, *values))


def get_team_eligibility(call: Call) -> Answer:
    """GET /evaluation/{evalId}/team/{id}/submissionEligibility: for members of the team who may submit."""
    evaluation_id, team_id = call.number("evalId"), call.number("id")
    if not call.caller.is_admin and team_id not in call.caller.groups:
        raise forbidden("Requester is not a member of the Submission Team.")
    check_evaluation(call.store, call.caller, evaluation_id, "SUBMIT")
    return Answer(team_eligibility(call.store, find_evaluation(call.store, evaluation_id), team_id, call.now))


def check_individual(call: Call, evaluation: Row) -> None:
    """403 unless the caller may submit alone, in Synapse's order of tests."""
    challenge = challenge_of_project(call.store, evaluation["content_source"])
    if challenge is not None and challenge["participant_team_id"] not in call.caller.groups:
        raise forbidden("Submitter is not registered for the challenge.")
    span = current_span(call.store, evaluation, call.now)
    if span is None:
        raise forbidden(OUTSIDE)
    # The full stop before the parenthesis is Synapse's own (surprise 28).
    suffix = "." if span.start is None and span.end is None else ". (for the current submission round)."
    running = _Round(call.store, evaluation["id"], span, call.now)
    if running.contributed_to_a_team(call.caller.id):
        raise forbidden(f"Submitter may not submit as an individual when having submitted as part of a Team{suffix}")
    for limit_type, maximum in span.limits:
        if running.contributions(call.caller.id, limit_type) >= maximum:
            raise forbidden(f"Submitter has reached the {limit_type.lower()} limit of {maximum}{suffix}")


def check_team(call: Call, evaluation: Row, team_id: int, contributors: list[int], state_hash: str) -> None:
    """403 unless the team may submit with these contributors, and nothing has changed since the hash was read."""
    if current_span(call.store, evaluation, call.now) is None:
        raise forbidden(OUTSIDE)
    state = team_eligibility(call.store, evaluation, team_id, call.now)
    if _parsed_hash(state_hash) != state["eligibilityStateHash"]:
        raise forbidden("Submissions or Team composition have changed.  Please try again.")
    if not state["teamEligibility"]["isEligible"]:
        raise forbidden("The specified Team is ineligible to submit to the specified Evaluation at this time.")
    eligible = {member["principalId"] for member in state["membersEligibility"] if member["isEligible"]}
    others = [str(contributor) for contributor in contributors if contributor not in eligible]
    if others:
        raise forbidden(
            "The following Team members are ineligible to contribute to a Submission in the specified Evaluation"
            f" at this time: [{', '.join(others)}]"
        )


def team_eligibility(store: Store, evaluation: Row, team_id: int, now: int) -> Json:
    """The TeamSubmissionEligibility of a team and its members; 400 outside of every round."""
    span = current_span(store, evaluation, now)
    if span is None:
        raise invalid("The given date is outside the time range allowed for submissions.")
    running = _Round(store, evaluation["id"], span, now)
    challenge = challenge_of_project(store, evaluation["content_source"])
    registered = None if challenge is None else is_registered(store, challenge["id"], team_id)
    filled = any(running.team_submissions(team_id, kind) >= maximum for kind, maximum in span.limits)
    team = {"isEligible": registered is not False and not filled, "isRegistered": registered, "isQuotaFilled": filled}
    members = [
        _member_eligibility(running, member, team_id, challenge)
        for (member,) in store.all("SELECT member_id FROM group_members WHERE group_id = ? ORDER BY 1", team_id)
    ]
    return {
        "teamId": str(team_id),
        "evaluationId": str(evaluation["id"]),
        "teamEligibility": team,
        "membersEligibility": members,
        "eligibilityStateHash": _state_hash(team, members),
    }


def window_start(limit_type: str, round_start: int | None, now: int) -> int | None:
    """From when submissions count: the round's start, or midnight UTC today, on Monday, on the first of the month.

    It isn't cut at the start of the round (surprise 27).
    """
    if limit_type == "TOTAL":
        return round_start
    midnight = datetime.fromtimestamp(now // DAY * DAY / 1000, UTC)
    if limit_type == "WEEKLY":
        midnight -= timedelta(days=midnight.weekday())
    if limit_type == "MONTHLY":
        midnight = midnight.replace(day=1)
    return int(midnight.timestamp() * 1000)


def _member_eligibility(running: _Round, member: int, team_id: int, challenge: Row | None) -> Json:
    registered = None
    if challenge is not None:
        registered = is_member(running.store, challenge["participant_team_id"], member)
    conflicting = running.submitted_elsewhere(member, team_id)
    filled = any(_is_filled(running.contributions(member, kind), maximum) for kind, maximum in running.span.limits)
    return {
        "principalId": member,
        "isEligible": registered is not False and not filled and not conflicting,
        "isRegistered": registered,
        "isQuotaFilled": filled,
        "hasConflictingSubmission": conflicting,
    }


def _is_filled(count: int, maximum: int) -> bool:
    """A member without any submission is in none of Synapse's counts, so that a limit of 0 stops the team alone."""
    return count > 0 and count >= maximum


def _state_hash(team: Json, members: list[Json]) -> int:
    """A Java int (32 bits, signed) that changes with the eligibility of the team or of a member."""
    digest = zlib.crc32(json.dumps([team, members], sort_keys=True).encode())
    return digest - 2**32 if digest >= 2**31 else digest


def _parsed_hash(text: str) -> int:
    try:
        return int(text)
    except ValueError as fault:
        raise forbidden("Submission Eligibilty Hash is invalid.") from fault


ROUTES = (
    Route("GET", "/repo/v1/evaluation/{evalId}/team/{id}/submissionEligibility", get_team_eligibility, reads=True),
)
