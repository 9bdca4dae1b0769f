"""Statuses of submissions, their annotations, batches (contract 5.9), at a frozen time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.making import (
    Answered,
    Json,
    Names,
    Users,
    id_of,
    make_queue,
    share_queue,
)
from tests.sandbox.submitting import STATUSES, World, build_world


@pytest.fixture
def world(api: Users, unique: Names) -> World:
    return build_world(api, unique)


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
