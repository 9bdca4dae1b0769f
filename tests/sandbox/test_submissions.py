"""Submissions: who may submit when, statuses, annotations, lists (contract 5.6 to 5.9), at a frozen time."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.sandbox.making import (
    MODEL,
    Answered,
    Client,
    Json,
    Names,
    Users,
    id_of,
    limit,
    make_folder,
    make_project,
    make_queue,
    make_round,
    make_team,
    set_clock,
    share_entity,
    share_queue,
)

NOW = "2030-07-01T00:00:00.000Z"
OUTSIDE = "It is currently outside of the time range allowed for submissions."
STATUSES = (
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


def reached(kind: str, maximum: int) -> str:
    return f"Submitter has reached the {kind} limit of {maximum}. (for the current submission round)."


@dataclass(frozen=True)
class World:
    """A project with a queue that the participant team may read and submit to, and an entry of each person."""

    organizer: Client
    participant: Client
    project: str
    team: str
    queue: str
    entries: dict[int, Json]

    def submit(self, client: Client, **members: Any) -> Answered:
        query = {key: members.pop(key) for key in ("etag", "submissionEligibilityHash") if key in members}
        entry = self.entries[id(client)]
        body = {"evaluationId": self.queue, "entityId": entry["id"], "versionNumber": 1}
        return client.post("/evaluation/submission", body | members, **({"etag": entry["etag"]} | query))

    def submitted(self, client: Client, **members: Any) -> Json:
        made = self.submit(client, **members)
        assert made.status == 201, made.body
        submission: Json = made.body
        return submission

    def outcome(self, client: Client, **members: Any) -> str:
        """Empty for a submission that was taken, else why not."""
        made = self.submit(client, **members)
        return "" if made.status == 201 else f"{made.status} {made.reason}"

    def status_of(self, submission: Json, client: Client | None = None) -> Json:
        status: Json = (client or self.organizer).ok("GET", f"/evaluation/submission/{submission['id']}/status")
        return status

    def score(self, submission: Json, status: str = "SCORED", **members: Any) -> Json:
        changed = self.status_of(submission) | {"status": status, **members}
        written: Json = self.organizer.ok("PUT", f"/evaluation/submission/{submission['id']}/status", changed)
        return written


@pytest.fixture
def world(api: Users, unique: Names) -> World:
    organizer, participant = api("organizer"), api("participant")
    set_clock(organizer, NOW)
    project = make_project(organizer, unique("project"))["id"]
    team = make_team(organizer, unique("participants"), canPublicJoin=True)["id"]
    participant.ok("PUT", f"/team/{team}/member/{id_of(participant)}")
    queue = make_queue(organizer, unique("queue"), project)["id"]
    share_queue(organizer, queue, int(team), "READ", "SUBMIT")
    entries = {
        id(client): make_folder(client, "entry", make_project(client, unique(name))["id"])
        for client, name in ((organizer, "mine"), (participant, "theirs"))
    }
    return World(organizer, participant, project, team, queue, entries)


@pytest.fixture
def in_july(world: World) -> Callable[..., Json]:
    """Make a round of July 2030 with limits."""
    return lambda *limits: make_round(
        world.organizer, world.queue, "2030-07-01T00:00:00.000Z", "2030-08-01T00:00:00.000Z", *limits
    )


class TestCreate:
    def test_a_submission_answers_201_with_what_the_server_fills_in(self, world: World) -> None:
        person, entry = str(id_of(world.participant)), world.entries[id(world.participant)]
        made = world.submitted(world.participant, submitterAlias="Us")
        bundle = json.loads(made.pop("entityBundleJSON"))
        assert made == {
            "id": made["id"],
            "userId": person,
            "submitterAlias": "Us",
            "evaluationId": world.queue,
            "entityId": entry["id"],
            "versionNumber": 1,
            "name": "entry",
            "createdOn": NOW,
            "contributors": [{"principalId": person, "createdOn": NOW}],
        }
        assert bundle["entity"] == entry
        assert bundle["entityType"] == "folder"

    def test_a_status_is_born_with_it(self, world: World) -> None:
        made = world.submitted(world.participant)
        status = world.status_of(made)
        assert status == {
            "id": made["id"],
            "etag": status["etag"],
            "modifiedOn": NOW,
            "status": "RECEIVED",
            "entityId": made["entityId"],
            "versionNumber": 1,
            "statusVersion": 0,
            "canCancel": False,
            "cancelRequested": False,
        }

    def test_surprise_30_an_equal_post_makes_a_second_one(self, world: World) -> None:
        assert world.submitted(world.participant)["id"] != world.submitted(world.participant)["id"]

    @pytest.mark.parametrize("etag", ["stale", ""])
    def test_surprise_2_a_stale_entity_etag_is_400(self, world: World, etag: str) -> None:
        entry = world.entries[id(world.participant)]["id"]
        reason = f"400 The supplied eTag is out of date. Please fetch Entity {entry} again."
        assert world.outcome(world.participant, etag=etag) == reason

    def test_a_version_is_required_and_must_exist(self, world: World) -> None:
        assert world.outcome(world.participant, versionNumber=None) == "400 Entity Version is required."
        assert world.outcome(world.participant, versionNumber=7).startswith("404 ")

    def test_the_round_is_the_servers_to_say(self, world: World) -> None:
        assert world.outcome(world.participant, evaluationRoundId="1") == (
            "400 Please do not specify any evaluationRoundId."
            " This will be filled automatically based upon the time of creation."
        )

    def test_it_takes_submit(self, world: World) -> None:
        share_queue(world.organizer, world.queue, int(world.team), "READ")
        assert world.outcome(world.participant) == f"403 User lacks SUBMIT access to Evaluation {world.queue}"
        assert world.outcome(world.participant, evaluationId="999") == "403 User lacks SUBMIT access to Evaluation 999"

    def test_it_takes_read_on_the_entity(self, world: World) -> None:
        foreign = world.entries[id(world.organizer)]
        refused = world.outcome(world.participant, entityId=foreign["id"], etag=foreign["etag"])
        assert refused == "403 You lack READ access to the requested entity."

    def test_submit_is_tested_before_the_entity(self, world: World) -> None:
        refused = world.outcome(world.participant, evaluationId="999", entityId="syn999", etag="x")
        assert refused.startswith("403 User lacks SUBMIT access")

    def test_an_image_needs_a_known_digest(self, world: World) -> None:
        project = world.entries[id(world.participant)]["parentId"]
        image = world.participant.ok(
            "POST",
            "/entity",
            {
                "concreteType": f"{MODEL}docker.DockerRepository",
                "parentId": project,
                "repositoryName": "docker.io/example/image",
            },
        )
        digest = "sha256:" + "a" * 64
        sent = {"entityId": image["id"], "dockerDigest": digest}
        etag = world.participant.ok("GET", f"/entity/{image['id']}")["etag"]
        assert world.outcome(world.participant, **sent, etag=etag) == (
            f"400 The given Docker Repository, {image['id']}, does not have digest {digest}"
        )
        world.participant.ok("POST", f"/entity/{image['id']}/dockerCommit", {"tag": "v1", "digest": digest})
        etag = world.participant.ok("GET", f"/entity/{image['id']}")["etag"]
        made = world.submitted(world.participant, **sent, etag=etag)
        assert (made["dockerRepositoryName"], made["dockerDigest"]) == ("docker.io/example/image", digest)

    def test_docker_members_of_other_entities_are_dropped(self, world: World) -> None:
        assert "dockerDigest" not in world.submitted(world.participant, dockerDigest="sha256:1")

    @pytest.mark.parametrize(
        "mix", [{"teamId": "1"}, {"submissionEligibilityHash": 1}, {"contributors": [{"principalId": "1"}]}]
    )
    def test_a_mix_of_team_and_individual_is_400(self, world: World, mix: Json) -> None:
        reason = "400 Submission is neither a valid Team or Individual Submission."
        assert world.outcome(world.participant, **mix) == reason


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


class TestReading:
    def test_surprise_47_ones_own_is_read_through_the_queue(self, world: World) -> None:
        mine, other = world.submitted(world.participant), world.submitted(world.organizer)
        refused = world.participant.get(f"/evaluation/submission/{mine['id']}")
        assert refused.status == 403
        assert refused.reason == f"User lacks READ_PRIVATE_SUBMISSION access to Evaluation {world.queue}"
        assert world.participant.ok("GET", f"/evaluation/{world.queue}/submission")["results"] == [mine]
        assert world.organizer.ok("GET", f"/evaluation/submission/{other['id']}") == other

    def test_lists_of_all_take_rights(self, world: World) -> None:
        base, private = f"/evaluation/{world.queue}/submission", "READ_PRIVATE_SUBMISSION"
        for path in ("/all", "/bundle/all", "/count"):
            refused = world.participant.get(base + path)
            assert refused.reason == f"User lacks {private} access to Evaluation {world.queue}"
        assert world.participant.get(f"{base}/status/all").status == 200

    def test_lists_have_pages_and_filters(self, world: World) -> None:
        made = [world.submitted(world.participant)["id"] for _ in range(3)]
        world.score({"id": made[1]}, "INVALID")
        path = f"/evaluation/{world.queue}/submission/all"
        first = world.organizer.ok("GET", path, limit=2)
        assert ([one["id"] for one in first["results"]], first["totalNumberOfResults"]) == (made[:2], 3)
        beyond = world.organizer.get(path, offset=100)
        assert (beyond.status, beyond.body["results"]) == (200, [])
        invalid = world.organizer.ok("GET", path, status="INVALID")["results"]
        assert [one["id"] for one in invalid] == [made[1]]
        assert world.organizer.get(path, status="invalid").status == 400
        refused = world.organizer.get(path, limit=101)
        assert (refused.status, refused.reason) == (400, "limit must be between 0 and 100")

    def test_bundles_hold_both(self, world: World) -> None:
        made = world.submitted(world.participant)
        listed = world.organizer.ok("GET", f"/evaluation/{world.queue}/submission/bundle/all")["results"]
        assert listed == [{"submission": made, "submissionStatus": world.status_of(made)}]
        own = world.participant.ok("GET", f"/evaluation/{world.queue}/submission/bundle")["results"]
        assert [one["submission"] for one in own] == [made]

    def test_the_count_is_a_bare_number(self, world: World) -> None:
        world.submitted(world.participant)
        assert world.organizer.get(f"/evaluation/{world.queue}/submission/count").body == 1

    def test_unknown_submissions_are_404(self, world: World) -> None:
        for path in ("", "/status"):
            refused = world.organizer.get(f"/evaluation/submission/999{path}")
            assert (refused.status, refused.reason) == (404, "Submission could not be found with id :999")

    def test_a_submitted_file_is_fetched_by_who_sees_submissions(self, world: World) -> None:
        parent = world.entries[id(world.participant)]["parentId"]
        external = {"concreteType": f"{MODEL}file.ExternalFileHandle", "externalURL": "https://example.org/entry.csv"}
        handle = world.participant.ok("POST", "/file/v1/externalFileHandle", external)["id"]
        body = {"concreteType": f"{MODEL}FileEntity", "parentId": parent, "name": "f", "dataFileHandleId": handle}
        entity = world.participant.ok("POST", "/entity", body)
        made = world.submitted(world.participant, entityId=entity["id"], etag=entity["etag"])
        path = f"/evaluation/submission/{made['id']}/file/{handle}"
        assert world.organizer.get(path, redirect="false").body == "https://example.org/entry.csv"
        assert world.participant.get(path).status == 403
        assert world.organizer.get(f"/evaluation/submission/{made['id']}/file/1").status == 404

    def test_retired_services(self, world: World) -> None:
        made = world.submitted(world.participant)
        assert world.organizer.post(f"/evaluation/submission/{made['id']}/contributor", {}).status == 410
        assert world.organizer.get("/evaluation/submission/query", query="select").status == 501


class TestStatus:
    def path(self, submission: Json) -> str:
        return f"/evaluation/submission/{submission['id']}/status"

    def test_every_status_may_follow_every_other_and_versions_count(self, world: World) -> None:
        made = world.submitted(world.participant)
        for version, status in enumerate((*STATUSES, "RECEIVED"), start=1):
            written = world.score(made, status)
            assert (written["status"], written["statusVersion"]) == (status, version)

    def test_surprise_6_what_is_left_out_is_erased(self, world: World) -> None:
        made = world.submitted(world.participant)
        annotations = {"annotations": {"auc": {"type": "DOUBLE", "value": ["0.5"]}}}
        written = world.score(made, submissionAnnotations=annotations, report="text", score=0.5, canCancel=True)
        assert written["submissionAnnotations"] == {"id": made["id"], "etag": written["etag"]} | annotations
        bare = {"id": made["id"], "etag": written["etag"], "status": "SCORED"}
        after = world.organizer.ok("PUT", self.path(made), bare)
        assert not {"submissionAnnotations", "annotations", "report", "score"} & set(after)
        assert after["canCancel"] is False

    def test_a_stale_etag_is_412_and_a_missing_one_400(self, world: World) -> None:
        made = world.submitted(world.participant)
        old = world.status_of(made)
        world.score(made)
        refused = world.organizer.put(self.path(made), old)
        assert refused.status == 412
        assert refused.reason == (
            f"Submission Status: {made['id']} was updated since you last fetched it,"
            " retrieve it again and reapply the update"
        )
        assert world.organizer.put(self.path(made), {**old, "etag": None}).status == 400

    def test_ids_in_path_and_body_must_agree(self, world: World) -> None:
        made = world.submitted(world.participant)
        refused = world.organizer.put(self.path(made), world.status_of(made) | {"id": "999"})
        assert (refused.status, refused.reason) == (400, f"Submission ID does not match requested ID: {made['id']}")

    @pytest.mark.parametrize("score", [-0.1, 1.5])
    def test_scores_lie_between_0_and_1(self, world: World, score: float) -> None:
        made = world.submitted(world.participant)
        refused = world.organizer.put(self.path(made), world.status_of(made) | {"score": score})
        assert (refused.status, refused.reason) == (400, f"Scores must be between 0 and 1. Received score = {score}")

    def test_an_unknown_status_is_400(self, world: World) -> None:
        made = world.submitted(world.participant)
        assert world.organizer.put(self.path(made), world.status_of(made) | {"status": "DONE"}).status == 400

    @pytest.mark.parametrize(
        "entry",
        [
            {"type": "DOUBLE", "value": ["much"]},
            {"type": "LONG", "value": ["1.5"]},
            {"type": "BOOLEAN", "value": ["yes"]},
            {"type": "TEXT", "value": ["a"]},
            {"type": "STRING"},
        ],
    )
    def test_surprise_44_annotation_values_are_strings_that_fit_their_type(self, world: World, entry: Json) -> None:
        made = world.submitted(world.participant)
        sent = {"submissionAnnotations": {"annotations": {"key": entry}}}
        assert world.organizer.put(self.path(made), world.status_of(made) | sent).status == 400

    def test_it_takes_update_and_read_private(self, api: Users, world: World) -> None:
        made, colleague = world.submitted(world.participant), api("colleague")
        share_queue(world.organizer, world.queue, id_of(colleague), "READ", "UPDATE_SUBMISSION")
        refused = colleague.put(self.path(made), world.status_of(made))
        assert refused.reason == f"User lacks READ_PRIVATE_SUBMISSION access to Evaluation {world.queue}"
        share_queue(world.organizer, world.queue, id_of(colleague), "READ", "READ_PRIVATE_SUBMISSION")
        refused = colleague.put(self.path(made), world.status_of(made))
        assert refused.reason == f"User lacks UPDATE_SUBMISSION access to Evaluation {world.queue}"

    def test_private_annotations_stay_private_in_every_answer(self, world: World) -> None:
        made = world.submitted(world.participant)
        old: Json = {
            "stringAnnos": [
                {"key": "open", "value": "yes", "isPrivate": False},
                {"key": "secret", "value": "s3"},
            ],
            "doubleAnnos": [{"key": "auc", "value": 0.5, "isPrivate": True}],
        }
        new = {"annotations": {"rank": {"type": "LONG", "value": ["1"]}}}
        written = world.score(made, annotations=old, submissionAnnotations=new)
        assert written["annotations"] == {
            "objectId": made["id"],
            "scopeId": world.queue,
            "version": 1,
            "stringAnnos": [old["stringAnnos"][0], old["stringAnnos"][1] | {"isPrivate": True}],
            "doubleAnnos": old["doubleAnnos"],
        }
        base = f"/evaluation/{world.queue}/submission"
        seen = [
            world.status_of(made, world.participant),
            world.participant.ok("GET", f"{base}/status/all")["results"][0],
            world.participant.ok("GET", f"{base}/bundle")["results"][0]["submissionStatus"],
        ]
        for status in seen:
            assert "submissionAnnotations" not in status
            assert status["annotations"]["stringAnnos"] == [old["stringAnnos"][0]]
            assert status["annotations"]["doubleAnnos"] == []

    def test_reading_a_status_takes_read(self, api: Users, world: World) -> None:
        made = world.submitted(world.participant)
        refused = api("stranger").get(self.path(made))
        assert (refused.status, refused.reason) == (403, f"User lacks READ access to Evaluation {world.queue}")


class TestCancellationAndDeletion:
    def test_scoring_makes_it_possible_the_submitter_asks(self, world: World) -> None:
        made = world.submitted(world.participant)
        path = f"/evaluation/submission/{made['id']}/cancellation"
        refused = world.participant.put(path)
        assert (refused.status, refused.reason) == (403, "This submission is currently noncancellable.")
        world.score(made, "EVALUATION_IN_PROGRESS", canCancel=True)
        stranger = world.organizer.put(path)
        assert stranger.status == 403
        assert stranger.reason == "Only the user who submitted this submission could perform this action."
        assert world.participant.put(path).status == 204
        after = world.status_of(made)
        assert (after["cancelRequested"], after["status"]) == (True, "EVALUATION_IN_PROGRESS")

    def test_deleting_takes_a_right_and_the_status_along(self, world: World) -> None:
        made = world.submitted(world.participant)
        refused = world.participant.delete(f"/evaluation/submission/{made['id']}")
        assert refused.reason == f"User lacks DELETE_SUBMISSION access to Evaluation {world.queue}"
        assert world.organizer.delete(f"/evaluation/submission/{made['id']}").status == 204
        assert world.organizer.get(f"/evaluation/submission/{made['id']}/status").status == 404
        assert world.organizer.delete(f"/evaluation/submission/{made['id']}").status == 404

    def test_surprise_23_a_deleted_queue_takes_submissions_along(self, world: World) -> None:
        made = world.submitted(world.participant)
        world.organizer.ok("DELETE", f"/evaluation/{world.queue}")
        assert world.organizer.get(f"/evaluation/submission/{made['id']}").status == 404


class TestBatches:
    @pytest.fixture
    def statuses(self, world: World) -> list[Json]:
        return [world.status_of(world.submitted(world.participant)) | {"status": "SCORED"} for _ in range(2)]

    def send(self, world: World, statuses: list[Json], **members: Any) -> Answered:
        body = {"statuses": statuses, "isFirstBatch": True, "isLastBatch": True} | members
        return world.organizer.put(f"/evaluation/{world.queue}/statusBatch", body)

    def test_one_batch_is_first_and_last_and_ends_without_a_token(self, world: World, statuses: list[Json]) -> None:
        answer = self.send(world, statuses)
        assert (answer.status, answer.body) == (200, {})
        listed = world.organizer.ok("GET", f"/evaluation/{world.queue}/submission/status/all")["results"]
        assert [(one["status"], one["statusVersion"]) for one in listed] == [("SCORED", 1)] * 2

    def test_a_second_batch_carries_the_token_of_the_first(self, world: World, statuses: list[Json]) -> None:
        token = self.send(world, statuses[:1], isLastBatch=False).body["nextUploadToken"]
        answer = self.send(world, statuses[1:], isFirstBatch=False, batchToken=token)
        assert (answer.status, answer.body) == (200, {})

    def test_a_token_is_out_of_date_after_any_submission(self, world: World, statuses: list[Json]) -> None:
        token = self.send(world, statuses[:1], isLastBatch=False).body["nextUploadToken"]
        world.submitted(world.participant)
        refused = self.send(world, statuses[1:], isFirstBatch=False, batchToken=token)
        assert refused.status == 412
        assert refused.reason == "Your batch token is out of date.  You must restart upload from first batch."

    def test_one_stale_status_refuses_the_whole_batch(self, world: World, statuses: list[Json]) -> None:
        world.score({"id": statuses[1]["id"]})
        assert self.send(world, statuses).status == 412
        assert world.status_of({"id": statuses[0]["id"]})["status"] == "RECEIVED"

    def test_sizes_and_members_are_checked(self, world: World, statuses: list[Json]) -> None:
        assert self.send(world, []).status == 400
        assert self.send(world, statuses[:1] * 501).reason == "Batch size cannot exceed 500"
        assert self.send(world, statuses, isFirstBatch=None).reason == "isFirstBatch is required."
        assert self.send(world, statuses, isFirstBatch=False).reason == "batchToken is required."

    def test_all_must_be_of_the_queue(self, world: World, statuses: list[Json], unique: Names) -> None:
        other = make_queue(world.organizer, unique("other"), world.project)["id"]
        body = {"statuses": statuses, "isFirstBatch": True, "isLastBatch": True}
        refused = world.organizer.put(f"/evaluation/{other}/statusBatch", body)
        assert refused.status == 400
        assert refused.reason == "Specified Evaluation ID does not match submissions in the batch."

    def test_it_takes_update_submission(self, world: World, statuses: list[Json]) -> None:
        body = {"statuses": statuses, "isFirstBatch": True, "isLastBatch": True}
        refused = world.participant.put(f"/evaluation/{world.queue}/statusBatch", body)
        assert refused.reason == f"User lacks UPDATE_SUBMISSION access to Evaluation {world.queue}"
