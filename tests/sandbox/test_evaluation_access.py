"""The ACL of a queue and the permissions that follow from it (contract 5.10)."""

from __future__ import annotations

import pytest

from tests.sandbox.making import (
    Client,
    Json,
    Names,
    Users,
    id_of,
    make_queue,
    make_team,
    share_queue,
)


@pytest.fixture
def queue(organizer: Client, project: str, unique: Names) -> Json:
    return make_queue(organizer, unique("queue"), project)


class TestAcl:
    def path(self, queue: Json) -> str:
        return f"/evaluation/{queue['id']}/acl"

    def send(self, client: Client, queue: Json, principal: int, *types: str) -> tuple[int, str]:
        acl = client.ok("GET", self.path(queue))
        acl["resourceAccess"].append({"principalId": principal, "accessType": list(types)})
        answer = client.put("/evaluation/acl", acl)
        return answer.status, "" if answer.status == 200 else answer.reason

    def test_no_right_is_asked_for_to_read_it(self, api: Users, queue: Json) -> None:
        assert api().get(self.path(queue)).body["id"] == queue["id"]

    def test_surprise_20_the_id_is_in_the_body(self, organizer: Client, queue: Json) -> None:
        acl = organizer.ok("GET", self.path(queue))
        assert organizer.put("/evaluation/acl", acl).status == 200
        del acl["id"]
        assert organizer.put("/evaluation/acl", acl).reason == "ACL's evaluation ID must not be null or empty."

    def test_a_stale_etag_is_412_and_a_missing_one_400(self, organizer: Client, queue: Json) -> None:
        acl = organizer.ok("GET", self.path(queue))
        organizer.ok("PUT", "/evaluation/acl", acl)
        refused = organizer.put("/evaluation/acl", acl)
        assert (refused.status, refused.reason) == (412, "E-tags do not match.")
        missing = organizer.put("/evaluation/acl", {**acl, "etag": None})
        assert (missing.status, missing.reason) == (400, "acl.etag is required.")

    def test_surprise_16_signed_in_users_may_only_read(self, organizer: Client, queue: Json) -> None:
        reason = "Only read access on an evaluation can be granted to all authenticated Synapse users."
        assert self.send(organizer, queue, 273948, "READ", "SUBMIT") == (400, reason)
        assert self.send(organizer, queue, 273948, "READ") == (200, "")

    def test_surprise_16_the_public_may_only_read(self, organizer: Client, queue: Json) -> None:
        reason = "Only READ permissions can be assigned to the public group"
        assert self.send(organizer, queue, 273949, "SUBMIT") == (400, reason)
        assert self.send(organizer, queue, 273949, "READ") == (200, "")

    def test_anonymous_is_never_named(self, organizer: Client, queue: Json) -> None:
        status, reason = self.send(organizer, queue, 273950, "READ")
        assert status == 400
        assert reason.startswith("Cannot assign permissions to anonymous.")

    def test_surprise_33_an_entry_without_types_is_refused(self, organizer: Client, queue: Json) -> None:
        assert self.send(organizer, queue, 273948) == (400, "No access types specified.")

    def test_only_types_of_queues_and_known_principals_are_taken(self, organizer: Client, queue: Json) -> None:
        reason = "The access type SEND_MESSAGE is not allowed for EVALUATION."
        assert self.send(organizer, queue, id_of(organizer), "SEND_MESSAGE") == (400, reason)
        assert self.send(organizer, queue, 999, "READ")[0] == 400

    def test_surprise_33_the_owner_may_lock_himself_out_and_nobody_else(
        self, api: Users, organizer: Client, queue: Json
    ) -> None:
        colleague = api("colleague")
        share_queue(organizer, queue["id"], id_of(colleague), "READ", "CHANGE_PERMISSIONS")
        acl = colleague.ok("GET", self.path(queue))
        acl["resourceAccess"] = [one for one in acl["resourceAccess"] if one["principalId"] != id_of(colleague)]
        refused = colleague.put("/evaluation/acl", acl)
        assert (refused.status, refused.reason) == (
            400,
            "Caller is trying to revoke their own ACL editing permissions.",
        )
        acl["resourceAccess"] = []
        assert organizer.put("/evaluation/acl", acl).status == 200
        assert organizer.put("/evaluation/acl", organizer.ok("GET", self.path(queue))).status == 403

    def test_it_takes_change_permissions(self, api: Users, participant: Client, queue: Json) -> None:
        acl = participant.ok("GET", self.path(queue))
        refused = participant.put("/evaluation/acl", acl)
        assert refused.reason == f"User lacks CHANGE_PERMISSIONS access to Evaluation {queue['id']}"
        anonymous = api().put("/evaluation/acl", acl)
        assert (anonymous.status, anonymous.reason) == (403, "Anonymous user is not allowed to access Evaluation.")

    def test_an_unknown_queue_is_404(self, organizer: Client) -> None:
        assert organizer.get("/evaluation/999/acl").status == 404
        refused = organizer.put("/evaluation/acl", {"id": "999", "etag": "x", "resourceAccess": []})
        assert (refused.status, refused.reason) == (404, "Evaluation of ID 999 does not exist yet.")

    def test_making_and_deleting_are_retired(self, organizer: Client, queue: Json) -> None:
        assert organizer.post("/evaluation/acl", {"id": queue["id"]}).status == 410
        assert organizer.delete(self.path(queue)).status == 410


class TestPermissions:
    def test_of_the_creator(self, organizer: Client, queue: Json) -> None:
        assert organizer.get(f"/evaluation/{queue['id']}/permissions").body == {
            "canChangePermissions": True,
            "canView": True,
            "canPublicRead": False,
            "canEdit": True,
            "canDelete": True,
            "canParticipate": False,
            "canSubmit": True,
            "canViewPrivateSubmissionStatusAnnotations": True,
            "canEditSubmissionStatuses": True,
            "canDeleteSubmissions": True,
            "ownerPrincipalId": id_of(organizer),
        }

    def test_of_a_member_of_a_team_with_submit(
        self, organizer: Client, participant: Client, queue: Json, unique: Names
    ) -> None:
        team = make_team(organizer, unique("team"), canPublicJoin=True)["id"]
        participant.ok("PUT", f"/team/{team}/member/{id_of(participant)}")
        share_queue(organizer, queue["id"], int(team), "READ", "SUBMIT")
        seen = participant.ok("GET", f"/evaluation/{queue['id']}/permissions")
        assert {key for key, value in seen.items() if value is True} == {"canView", "canSubmit"}

    def test_of_anonymous_on_a_public_queue(self, api: Users, organizer: Client, queue: Json) -> None:
        share_queue(organizer, queue["id"], 273949, "READ")
        seen = api().get(f"/evaluation/{queue['id']}/permissions").body
        assert {key for key, value in seen.items() if value is True} == {"canView", "canPublicRead"}
        assert api().get(f"/evaluation/{queue['id']}").status == 200
        assert api().get(f"/evaluation/{queue['id']}/access", accessType="READ").body == {"result": True}
        assert api().get(f"/evaluation/{queue['id']}/access", accessType="SUBMIT").body == {"result": False}

    def test_of_an_unknown_queue_are_404(self, organizer: Client) -> None:
        assert organizer.get("/evaluation/999/permissions").reason == "Evaluation of ID 999 does not exist yet."

    def test_an_administrator_of_synapse_may_everything(self, api: Users, queue: Json) -> None:
        assert api("admin").get(f"/evaluation/{queue['id']}").status == 200
