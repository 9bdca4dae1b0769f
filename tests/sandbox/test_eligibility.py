"""Who may submit when: registration, rounds, limits, teams (contract 5.7, 5.8), at a frozen time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sandbox.making import (
    Json,
    Names,
    Users,
    id_of,
    limit,
    make_round,
    make_team,
    set_clock,
    share_entity,
    share_queue,
)
from tests.sandbox.submitting import NOW, STATUSES, World, build_world

OUTSIDE = "It is currently outside of the time range allowed for submissions."


def reached(kind: str, maximum: int) -> str:
    return f"Submitter has reached the {kind} limit of {maximum}. (for the current submission round)."


@pytest.fixture
def world(api: Users, unique: Names) -> World:
    return build_world(api, unique)


@pytest.fixture
def in_july(world: World) -> Callable[..., Json]:
    """Make a round of July 2030 with limits."""
    return lambda *limits: make_round(
        world.organizer, world.queue, "2030-07-01T00:00:00.000Z", "2030-08-01T00:00:00.000Z", *limits
    )


class TestIndividualEligibility:
    def test_surprise_17_a_challenge_shuts_out_everybody_else_organizers_too(self, world: World) -> None:
        assert world.outcome(world.organizer) == ""
        team = make_team(world.participant, f"others {world.queue}")["id"]
        world.organizer.ok("POST", "/challenge", {"projectId": world.project, "participantTeamId": team})
        assert world.outcome(world.organizer) == "403 Submitter is not registered for the challenge."
        assert world.outcome(world.participant) == ""

    def test_registration_is_told_before_rounds(self, world: World) -> None:
        make_round(world.organizer, world.queue, "2031-01-01T00:00:00.000Z", "2031-02-01T00:00:00.000Z")
        other = make_team(world.organizer, f"others {world.queue}")["id"]
        world.organizer.ok("POST", "/challenge", {"projectId": world.project, "participantTeamId": other})
        assert world.outcome(world.participant) == "403 Submitter is not registered for the challenge."

    def test_a_round_takes_its_first_instant_and_not_its_last(self, world: World, in_july: Callable[..., Json]) -> None:
        july = in_july()
        seen = []
        for moment in (
            "2030-06-30T23:59:59.999Z",
            "2030-07-01T00:00:00.000Z",
            "2030-07-31T23:59:59.999Z",
            "2030-08-01T00:00:00.000Z",
        ):
            set_clock(world.organizer, moment)
            seen.append(world.outcome(world.participant))
        assert seen == [f"403 {OUTSIDE}", "", "", f"403 {OUTSIDE}"]
        listed = world.organizer.ok("GET", f"/evaluation/{world.queue}/submission/all")["results"]
        assert {one["evaluationRoundId"] for one in listed} == {july["id"]}

    def test_without_rounds_there_is_no_limit(self, world: World) -> None:
        assert [world.outcome(world.participant) for _ in range(3)] == ["", "", ""]

    def test_a_limit_of_nothing_blocks_everybody(self, world: World, in_july: Callable[..., Json]) -> None:
        in_july(limit("TOTAL", 0))
        assert world.outcome(world.participant) == f"403 {reached('total', 0)}"

    def test_surprise_28_the_total_limit_and_its_odd_text(self, world: World, in_july: Callable[..., Json]) -> None:
        in_july(limit("TOTAL", 2))
        assert [world.outcome(world.participant) for _ in range(3)] == ["", "", f"403 {reached('total', 2)}"]

    @pytest.mark.parametrize(
        ("kind", "first", "still", "free"),
        [
            ("DAILY", "2030-07-10T00:00:00.000Z", "2030-07-10T23:59:59.999Z", "2030-07-11T00:00:00.000Z"),
            # 8 July 2030 is a Monday.
            ("WEEKLY", "2030-07-08T00:00:00.000Z", "2030-07-14T23:59:59.999Z", "2030-07-15T00:00:00.000Z"),
            ("MONTHLY", "2030-07-01T00:00:00.000Z", "2030-07-31T23:59:59.999Z", "2030-08-01T00:00:00.000Z"),
        ],
    )
    def test_surprise_27_windows_turn_over_at_midnight_utc(
        self, world: World, kind: str, first: str, still: str, free: str
    ) -> None:
        make_round(world.organizer, world.queue, NOW, "2031-01-01T00:00:00.000Z", limit(kind, 1))
        seen = []
        for moment in (first, still, free):
            set_clock(world.organizer, moment)
            seen.append(world.outcome(world.participant))
        assert seen == ["", f"403 {reached(kind.lower(), 1)}", ""]

    def test_surprise_27_a_window_is_not_cut_at_the_rounds_start(self, world: World) -> None:
        noon = "2030-07-01T12:00:00.000Z"
        make_round(world.organizer, world.queue, NOW, noon, limit("DAILY", 1))
        make_round(world.organizer, world.queue, noon, "2030-07-02T12:00:00.000Z", limit("DAILY", 1))
        assert world.outcome(world.participant) == ""
        set_clock(world.organizer, noon)
        assert world.outcome(world.participant) == f"403 {reached('daily', 1)}"

    @pytest.mark.parametrize("status", STATUSES)
    def test_surprise_27_invalid_and_rejected_give_the_attempt_back(
        self, world: World, in_july: Callable[..., Json], status: str
    ) -> None:
        in_july(limit("TOTAL", 1))
        world.score(world.submitted(world.participant), status)
        expected = "" if status in ("INVALID", "REJECTED") else f"403 {reached('total', 1)}"
        assert world.outcome(world.participant) == expected

    def test_limits_are_tested_in_their_order(self, world: World, in_july: Callable[..., Json]) -> None:
        in_july(limit("TOTAL", 5), limit("MONTHLY", 1), limit("DAILY", 1))
        world.submitted(world.participant)
        assert world.outcome(world.participant) == f"403 {reached('monthly', 1)}"

    def test_everybody_has_a_limit_of_his_own(self, world: World, in_july: Callable[..., Json]) -> None:
        in_july(limit("TOTAL", 1))
        assert [world.outcome(world.participant), world.outcome(world.organizer)] == ["", ""]


class TestTeamSubmissions:
    @pytest.fixture
    def players(self, world: World) -> str:
        """A team that participant and organizer both belong to; the participant manages it."""
        team = make_team(world.participant, f"players {world.queue}", canPublicJoin=True)["id"]
        world.organizer.ok("PUT", f"/team/{team}/member/{id_of(world.organizer)}")
        return str(team)

    def eligibility(self, world: World, team: str) -> Json:
        state: Json = world.participant.ok("GET", f"/evaluation/{world.queue}/team/{team}/submissionEligibility")
        return state

    def as_team(self, world: World, team: str, *contributors: int, state: int | None = None) -> str:
        sent = {"teamId": team, "contributors": [{"principalId": str(one)} for one in contributors]}
        state_hash = self.eligibility(world, team)["eligibilityStateHash"] if state is None else state
        return world.outcome(world.participant, **sent, submissionEligibilityHash=state_hash)

    def test_eligibility_without_a_challenge_says_nothing_of_registration(self, world: World, players: str) -> None:
        state = self.eligibility(world, players)
        assert state["teamEligibility"] == {"isEligible": True, "isQuotaFilled": False}
        assert (state["teamId"], state["evaluationId"]) == (players, world.queue)
        assert state["membersEligibility"] == [
            {"principalId": person, "isEligible": True, "isQuotaFilled": False, "hasConflictingSubmission": False}
            for person in sorted((id_of(world.organizer), id_of(world.participant)))
        ]
        assert -(2**31) <= state["eligibilityStateHash"] < 2**31

    def test_a_team_submits_with_its_contributors(self, world: World, players: str) -> None:
        both = (id_of(world.participant), id_of(world.organizer))
        assert self.as_team(world, players, *both) == ""
        made = world.organizer.ok("GET", f"/evaluation/{world.queue}/submission/all")["results"][0]
        assert made["teamId"] == players
        assert {int(one["principalId"]) for one in made["contributors"]} == set(both)

    def test_the_submitter_is_added_to_the_contributors(self, world: World, players: str) -> None:
        assert self.as_team(world, players, id_of(world.organizer)) == ""
        made = world.organizer.ok("GET", f"/evaluation/{world.queue}/submission/all")["results"][0]
        assert str(id_of(world.participant)) in [one["principalId"] for one in made["contributors"]]

    def test_it_takes_membership_and_submit(self, api: Users, world: World, players: str) -> None:
        path = f"/evaluation/{world.queue}/team/{players}/submissionEligibility"
        refused = api("stranger").get(path)
        assert (refused.status, refused.reason) == (403, "Requester is not a member of the Submission Team.")
        share_queue(world.organizer, world.queue, int(world.team), "READ")
        assert world.participant.get(path).reason == f"User lacks SUBMIT access to Evaluation {world.queue}"

    def test_outside_of_a_round_it_is_400(self, world: World, players: str) -> None:
        make_round(world.organizer, world.queue, "2031-01-01T00:00:00.000Z", "2031-02-01T00:00:00.000Z")
        refused = world.participant.get(f"/evaluation/{world.queue}/team/{players}/submissionEligibility")
        assert refused.status == 400
        assert refused.reason == "The given date is outside the time range allowed for submissions."
        assert self.as_team(world, players, state=1) == f"403 {OUTSIDE}"

    def test_surprise_29_an_old_hash_is_refused_with_try_again(self, world: World, players: str) -> None:
        old = self.eligibility(world, players)["eligibilityStateHash"]
        world.organizer.ok("DELETE", f"/team/{players}/member/{id_of(world.organizer)}")
        assert self.eligibility(world, players)["eligibilityStateHash"] != old
        refused = self.as_team(world, players, state=old)
        assert refused == "403 Submissions or Team composition have changed.  Please try again."

    def test_a_filled_limit_makes_the_team_ineligible(
        self, world: World, players: str, in_july: Callable[..., Json]
    ) -> None:
        in_july(limit("TOTAL", 1))
        assert self.as_team(world, players, id_of(world.participant)) == ""
        assert self.eligibility(world, players)["teamEligibility"] == {"isEligible": False, "isQuotaFilled": True}
        refused = self.as_team(world, players, id_of(world.participant))
        assert refused == "403 The specified Team is ineligible to submit to the specified Evaluation at this time."

    def test_surprise_51_nobody_submits_alone_and_in_a_team_in_one_round(
        self, world: World, players: str, in_july: Callable[..., Json]
    ) -> None:
        in_july()
        assert self.as_team(world, players, id_of(world.organizer)) == ""
        expected = (
            "403 Submitter may not submit as an individual when having submitted as part of a Team."
            " (for the current submission round)."
        )
        assert [world.outcome(world.participant), world.outcome(world.organizer)] == [expected, expected]

    def test_surprise_51_the_other_way_round(self, world: World, players: str, in_july: Callable[..., Json]) -> None:
        in_july()
        world.submitted(world.organizer)
        member = next(
            one
            for one in self.eligibility(world, players)["membersEligibility"]
            if one["principalId"] == id_of(world.organizer)
        )
        assert (member["hasConflictingSubmission"], member["isEligible"]) == (True, False)
        refused = self.as_team(world, players, id_of(world.organizer))
        assert refused == (
            "403 The following Team members are ineligible to contribute to a Submission in the specified Evaluation"
            f" at this time: [{id_of(world.organizer)}]"
        )

    def test_without_rounds_the_suffix_is_a_full_stop(self, world: World, players: str) -> None:
        self.as_team(world, players, id_of(world.participant))
        assert world.outcome(world.participant) == (
            "403 Submitter may not submit as an individual when having submitted as part of a Team."
        )

    def test_with_a_challenge_team_and_members_must_be_registered(self, world: World, players: str) -> None:
        body = {"projectId": world.project, "participantTeamId": world.team}
        challenge = world.organizer.ok("POST", "/challenge", body)["id"]
        state = self.eligibility(world, players)
        assert state["teamEligibility"] == {"isEligible": False, "isRegistered": False, "isQuotaFilled": False}
        assert {one["isRegistered"] for one in state["membersEligibility"]} == {True}
        share_entity(world.organizer, world.project, int(world.team), "READ")
        registration = {"challengeId": challenge, "teamId": players}
        world.participant.ok("POST", f"/challenge/{challenge}/challengeTeam", registration)
        assert self.as_team(world, players, id_of(world.participant)) == ""

    def test_a_team_that_has_submitted_cannot_be_deleted(self, world: World, players: str) -> None:
        self.as_team(world, players, id_of(world.participant))
        assert world.participant.delete(f"/team/{players}").status == 400
