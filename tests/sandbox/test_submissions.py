"""Submissions: create, read, cancel, delete (contract 5.6, 5.9), at a frozen time."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.making import (
    MODEL,
    Json,
    Names,
    Users,
    id_of,
    share_queue,
)
from tests.sandbox.submitting import NOW, World, build_world


@pytest.fixture
def world(api: Users, unique: Names) -> World:
    return build_world(api, unique)


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
        assert bundle["fileHandles"] == []

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
