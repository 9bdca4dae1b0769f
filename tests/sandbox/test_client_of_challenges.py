"""The unmodified official client's models of teams, queues and submissions, synchronous and asynchronous."""

from __future__ import annotations

from typing import Any

import pytest
from synapseclient.core.exceptions import SynapseHTTPError
from synapseclient.models import Evaluation, Submission, SubmissionBundle, SubmissionStatus, Team

from tests.sandbox.making import Client, Json, Names, Users, id_of, make_folder, make_queue
from tests.sandbox.roads import Road, via

__all__ = ["via"]  # a fixture


@pytest.fixture
def queue(organizer: Client, project: str, unique: Names) -> Json:
    return make_queue(organizer, unique("queue"), project, description="d", submissionReceiptMessage="Thanks")


class TestTeam:
    def test_made_found_by_name_and_deleted(self, via: Road, unique: Names) -> None:
        made = via(Team(name=unique("team"), description="d"), "create")
        assert (made.can_public_join, made.can_request_membership) == (False, True)
        assert via(Team, "from_name", name=made.name).id == made.id
        assert via(Team, "from_id", id=made.id).description == "d"
        via(Team(id=made.id), "delete")
        with pytest.raises(SynapseHTTPError, match=f"Team id: '{made.id}' does not exist"):
            via(Team, "from_id", id=made.id)

    def test_a_taken_name_is_a_409(self, via: Road, unique: Names) -> None:
        via(Team(name=unique("team")), "create")
        with pytest.raises(SynapseHTTPError, match="is already used"):
            via(Team(name=unique("team")), "create")

    def test_members_are_read_to_the_empty_page(self, via: Road, organizer: Client, unique: Names) -> None:
        team = via(Team(name=unique("team")), "create")
        (member,) = via(team, "members")
        assert (member.member.owner_id, member.is_admin) == (str(id_of(organizer)), True)

    def test_inviting_lists_and_withdraws(self, via: Road, api: Users, unique: Names) -> None:
        team, person = via(Team(name=unique("team")), "create"), id_of(api("participant"))
        invited = via(team, "invite", user="participant", message="Welcome", force=False)
        assert invited["inviteeId"] == str(person)
        assert via(team, "invite", user=person, message="Welcome", force=False) is None
        (open_one,) = via(team, "open_invitations")
        status = via(team, "get_user_membership_status", user_id=str(person))
        assert (status.is_member, status.has_open_invitation) == (False, True)
        via(team, "delete_invitation", invitation_id=open_one["id"])
        assert via(team, "open_invitations") == []

    def test_forced_invitations_replace_the_open_one(self, via: Road, unique: Names) -> None:
        team = via(Team(name=unique("team")), "create")
        first = via(team, "invite", user="participant", message="Welcome")
        second = via(team, "invite", user="participant", message="Welcome")
        assert first["id"] != second["id"]
        assert [one["id"] for one in via(team, "open_invitations")] == [second["id"]]


class TestEvaluation:
    def test_made_changed_and_deleted(self, via: Road, project: str, unique: Names) -> None:
        wanted = Evaluation(
            name=unique("queue"),
            description="d",
            content_source=project,
            submission_instructions_message="How",
            submission_receipt_message="Thanks",
        )
        made = via(wanted, "store")
        read = via(Evaluation(id=made.id), "get")
        read.description = "changed"
        via(read, "store")
        again = via(Evaluation(name=made.name), "get")
        assert (again.id, again.description, again.submission_receipt_message) == (made.id, "changed", "Thanks")
        via(Evaluation(id=made.id), "delete")
        with pytest.raises(SynapseHTTPError, match="could not be found"):
            via(Evaluation(id=made.id), "get")

    def test_listed_by_project(self, via: Road, project: str, queue: Json) -> None:
        listed = via(Evaluation, "get_evaluations_by_project", project_id=project)
        assert [one.id for one in listed] == [queue["id"]]
        every = via(Evaluation, "get_all_evaluations", limit=100)
        available = via(Evaluation, "get_available_evaluations", limit=100)
        assert queue["id"] in {one.id for one in every} & {one.id for one in available}

    def test_its_acl_and_permissions(self, via: Road, api: Users, queue: Json) -> None:
        evaluation, person = via(Evaluation(id=queue["id"]), "get"), id_of(api("participant"))
        changed = via(evaluation, "update_acl", principal_id=person, access_type=["READ", "SUBMIT"])
        assert {person} <= {entry["principalId"] for entry in changed["resourceAccess"]}
        removed = via(evaluation, "update_acl", principal_id=person, access_type=[])
        assert person not in {entry["principalId"] for entry in removed["resourceAccess"]}
        assert via(evaluation, "get_acl") == removed
        assert via(evaluation, "get_permissions")["canSubmit"] is True


class TestSubmission:
    @pytest.fixture
    def entry(self, organizer: Client, project: str) -> str:
        return str(make_folder(organizer, "entry", project)["id"])

    @pytest.fixture
    def submission(self, organizer: Client, project: str, queue: Json) -> Json:
        folder = make_folder(organizer, "first", project)
        body = {"evaluationId": queue["id"], "entityId": folder["id"], "versionNumber": 1, "name": "first"}
        made: Json = organizer.ok("POST", "/evaluation/submission", body, etag=folder["etag"])
        return made

    def test_made_read_counted_and_deleted(self, via: Road, organizer: Client, queue: Json, upload: Any) -> None:
        parent = queue["contentSource"]
        handle = upload(organizer, "entry.csv", b"id,score\n")
        body = {
            "concreteType": "org.sagebionetworks.repo.model.FileEntity",
            "parentId": parent,
            "name": f"entry {via.manner}",
            "dataFileHandleId": handle,
        }
        entity = organizer.ok("POST", "/entity", body)["id"]
        made = via(Submission(entity_id=entity, evaluation_id=queue["id"], name="try"), "store")
        read = via(Submission(id=made.id), "get")
        assert (read.name, read.entity_id, read.version_number) == ("try", entity, 1)
        assert via(Submission, "get_submission_count", evaluation_id=queue["id"]) == 1
        for method in ("get_evaluation_submissions", "get_user_submissions"):
            assert [one.id for one in via(Submission, method, evaluation_id=queue["id"])] == [made.id]
        via(Submission(id=made.id), "delete")
        assert via(Submission, "get_submission_count", evaluation_id=queue["id"]) == 0

    def test_a_status_is_scored_and_annotated(self, via: Road, submission: Json) -> None:
        status = via(SubmissionStatus(id=submission["id"]), "get")
        status.status = "SCORED"
        status.submission_annotations = {"auc": [0.5], "note": ["fine"]}
        stored = via(status, "store")
        assert (stored.status, stored.status_version) == ("SCORED", 1)
        read = via(SubmissionStatus(id=submission["id"]), "get")
        assert read.submission_annotations == {"auc": [0.5], "note": ["fine"]}

    def test_statuses_are_written_in_batches(self, via: Road, queue: Json, submission: Json) -> None:
        (status,) = via(SubmissionStatus, "get_all_submission_statuses", evaluation_id=queue["id"])
        status.status = "VALIDATED"
        answer = via(SubmissionStatus, "batch_update_submission_statuses", evaluation_id=queue["id"], statuses=[status])
        assert answer.get("nextUploadToken") is None
        assert via(SubmissionStatus(id=submission["id"]), "get").status == "VALIDATED"

    def test_bundles_hold_both(self, via: Road, queue: Json, submission: Json) -> None:
        for method in ("get_evaluation_submission_bundles", "get_user_submission_bundles"):
            (bundle,) = via(SubmissionBundle, method, evaluation_id=queue["id"])
            assert (bundle.submission.id, bundle.submission_status.status) == (submission["id"], "RECEIVED")

    def test_a_submitter_cancels_where_scoring_allows(self, via: Road, submission: Json) -> None:
        with pytest.raises(SynapseHTTPError, match="currently noncancellable"):
            via(Submission(id=submission["id"]), "cancel")
        status = via(SubmissionStatus(id=submission["id"]), "get")
        status.can_cancel = True
        via(status, "store")
        via(Submission(id=submission["id"]), "cancel")
        assert via(SubmissionStatus(id=submission["id"]), "get").cancel_requested is True

    def test_submissions_are_read_over_several_pages(
        self, via: Road, organizer: Client, queue: Json, entry: str
    ) -> None:
        etag = organizer.ok("GET", f"/entity/{entry}")["etag"]
        body = {"evaluationId": queue["id"], "entityId": entry, "versionNumber": 1}
        made = [organizer.ok("POST", "/evaluation/submission", body, etag=etag)["id"] for _ in range(21)]
        listed = via(Submission, "get_evaluation_submissions", evaluation_id=queue["id"])
        assert [one.id for one in listed] == made
