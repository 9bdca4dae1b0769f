"""Approvals, and what stands closed until access requirements are met (contract 9.4, 9.5)."""

from __future__ import annotations

import pytest

from tests.sandbox.making import (
    MODEL,
    Answered,
    Client,
    Names,
    Users,
    id_of,
    make_team,
    share_entity,
)
from tests.sandbox.requiring import ACT, CLOSED, Require, act, approve, downloading, join, joining, require, team

__all__ = ["act", "require", "team"]  # fixtures


class TestApprovals:
    def test_one_signs_for_oneself_and_again(self, participant: Client, require: Require, team: str) -> None:
        made = require(joining(team))
        first = approve(participant, made, accessorId="1")
        assert first.status == 201
        person = str(id_of(participant))
        assert (
            first.body
            | {
                "requirementId": made["id"],
                "requirementVersion": 0,
                "accessorId": person,
                "submitterId": person,
                "state": "APPROVED",
            }
            == first.body
        )
        again = approve(participant, made)
        assert again.body["id"] == first.body["id"]

    def test_what_the_act_decides_only_the_act_grants(
        self, participant: Client, act: Client, require: Require, team: str
    ) -> None:
        made = require(joining(team, ACT))
        refused = approve(participant, made)
        assert (refused.status, refused.reason) == (403, "User is not an ACT Member.")
        assert approve(act, made).reason == "accessorId is required."
        granted = approve(act, made, accessorId=str(id_of(participant)))
        assert (granted.status, granted.body["accessorId"]) == (201, str(id_of(participant)))
        assert act.get(f"/accessApproval/{granted.body['id']}").body == granted.body
        assert participant.get(f"/accessApproval/{granted.body['id']}").status == 403

    def test_some_terms_demand_certification(self, api: Users, require: Require, team: str) -> None:
        refused = approve(api("newcomer"), require(joining(team, isCertifiedUserRequired=True)))
        assert (refused.status, refused.reason) == (403, "Accessors must be Synapse Certified Users.")
        assert refused.body["errorCode"] == "USER_CERTIFICATION_REQUIRED"

    def test_some_terms_demand_a_validated_profile(self, participant: Client, require: Require, team: str) -> None:
        refused = approve(participant, require(joining(team, isValidatedProfileRequired=True)))
        assert (refused.status, refused.reason) == (400, "Accessors must have validated profiles.")

    def test_anonymous_signs_nothing(self, api: Users, require: Require, team: str) -> None:
        assert approve(api(), require(joining(team))).status == 400

    def test_information_is_for_oneself_or_the_act(
        self, api: Users, participant: Client, act: Client, require: Require, team: str
    ) -> None:
        signed, unsigned = require(joining(team)), require(joining(team))
        approve(participant, signed)
        ids = [str(signed["id"]), str(unsigned["id"])]
        body = {"userId": str(id_of(participant)), "accessRequirementIds": ids}
        for client in (participant, act):
            results = client.ok("POST", "/accessApproval/information", body)["results"]
            assert [one["hasAccessApproval"] for one in results] == [True, False]
        assert api("stranger").post("/accessApproval/information", body).status == 403

    def test_grants_of_the_act_can_be_revoked_terms_cannot(
        self, participant: Client, act: Client, require: Require, team: str
    ) -> None:
        person, decided, signed = id_of(participant), require(joining(team, ACT)), require(joining(team))
        approve(act, decided, accessorId=str(person))
        assert act.delete("/accessApproval", requirementId=decided["id"], accessorId=person).status == 200
        status = participant.ok("GET", f"/team/{team}/member/{person}/membershipStatus")
        assert status["hasUnmetAccessRequirement"] is True
        assert act.delete("/accessApproval", requirementId=signed["id"], accessorId=person).status == 400

    @pytest.mark.parametrize("path", ["/entity/syn1", "/team/1", "/evaluation/1"])
    def test_lists_are_retired(self, act: Client, path: str) -> None:
        assert act.get(f"{path}/accessApproval").status == 410
        assert act.delete("/accessApproval/1").status == 410


class TestJoining:
    def test_an_open_team_stays_closed_until_the_terms_are_met(
        self, participant: Client, require: Require, team: str
    ) -> None:
        made = require(joining(team))
        refused = join(participant, team)
        assert (refused.status, refused.reason) == (
            403,
            "You can't join the team until you meet the Access Requirements",
        )
        approve(participant, made)
        assert join(participant, team).status == 204

    def test_a_manager_brings_in_nobody_who_has_not_met_them(
        self, organizer: Client, participant: Client, require: Require, unique: Names
    ) -> None:
        team = str(make_team(organizer, unique("asking"))["id"])
        participant.ok("POST", "/membershipRequest", {"teamId": team})
        require(joining(team))
        refused = organizer.put(f"/team/{team}/member/{id_of(participant)}")
        assert refused.status == 403
        assert refused.reason.startswith("Cannot add member to team because they have not met all access restrictions.")

    def test_nor_does_one_ask_to_join(
        self, organizer: Client, participant: Client, require: Require, unique: Names
    ) -> None:
        team = str(make_team(organizer, unique("asking"))["id"])
        require(joining(team))
        assert participant.post("/membershipRequest", {"teamId": team}).status == 403

    def test_membership_status_tells(self, participant: Client, require: Require, team: str) -> None:
        require(joining(team))
        path = f"/team/{team}/member/{id_of(participant)}/membershipStatus"
        status = participant.ok("GET", path)
        assert (status["hasUnmetAccessRequirement"], status["canJoin"]) == (True, False)

    def test_approvals_hold_for_later_versions(
        self, participant: Client, act: Client, require: Require, team: str
    ) -> None:
        made = require(joining(team))
        approve(participant, made)
        act.ok("PUT", f"/accessRequirement/{made['id']}", made)
        assert join(participant, team).status == 204


class TestDownloading:
    @pytest.fixture
    def file(self, organizer: Client, participant: Client, project: str) -> str:
        external = {"concreteType": f"{MODEL}file.ExternalFileHandle", "externalURL": "https://example.org/data.csv"}
        handle = organizer.ok("POST", "/file/v1/externalFileHandle", external)["id"]
        body = {"concreteType": f"{MODEL}FileEntity", "parentId": project, "name": "f", "dataFileHandleId": handle}
        entity = organizer.ok("POST", "/entity", body)["id"]
        share_entity(organizer, project, id_of(participant), "READ", "DOWNLOAD")
        return str(entity)

    def fetch(self, client: Client, file: str) -> Answered:
        return client.get(f"/entity/{file}/file", redirect="false")

    def test_a_requirement_on_an_ancestor_closes_the_content(
        self, participant: Client, require: Require, project: str, file: str
    ) -> None:
        assert self.fetch(participant, file).status == 200
        made = require(downloading(project))
        refused = self.fetch(participant, file)
        assert (refused.status, refused.reason) == (403, CLOSED)
        assert participant.get(f"/entity/{file}").status == 200
        approve(participant, made)
        assert self.fetch(participant, file).status == 200

    def test_restriction_information_tells(
        self, participant: Client, require: Require, project: str, file: str
    ) -> None:
        body = {"restrictableObjectType": "ENTITY", "objectId": file}
        before = participant.ok("POST", "/restrictionInformation", body)
        assert (before["restrictionLevel"], before["hasUnmetAccessRequirement"]) == ("OPEN", False)
        assert before["objectId"] == int(file.removeprefix("syn"))
        made = require(downloading(project))
        after = participant.ok("POST", "/restrictionInformation", body)
        assert (after["restrictionLevel"], after["hasUnmetAccessRequirement"]) == ("RESTRICTED_BY_TERMS_OF_USE", True)
        assert after["restrictionDetails"] == [
            {"accessRequirementId": made["id"], "isApproved": False, "isExempt": False, "isMet": False}
        ]
        require(downloading(file, ACT))
        strict = participant.ok("POST", "/restrictionInformation", body)
        assert strict["restrictionLevel"] == "CONTROLLED_BY_ACT"

    def test_restriction_information_of_teams_and_batches(
        self, participant: Client, require: Require, team: str
    ) -> None:
        require(joining(team))
        body = {"restrictableObjectType": "TEAM", "objectIds": [team]}
        (only,) = participant.ok("POST", "/restrictionInformation/batch", body)["restrictionInformation"]
        assert (only["objectId"], only["hasUnmetAccessRequirement"]) == (int(team), True)
        wrong = {"restrictableObjectType": "EVALUATION", "objectId": "1"}
        assert participant.post("/restrictionInformation", wrong).status == 400

    def test_contributors_are_exempt_only_by_the_requirements_acl(
        self, organizer: Client, participant: Client, act: Client, require: Require, project: str, file: str
    ) -> None:
        made = require(downloading(project))
        assert self.fetch(organizer, file).status == 403
        people = [{"principalId": id_of(one), "accessType": ["EXEMPTION_ELIGIBLE"]} for one in (organizer, participant)]
        act.ok("POST", f"/accessRequirement/{made['id']}/acl", {"resourceAccess": people})
        assert self.fetch(organizer, file).status == 200
        assert self.fetch(participant, file).status == 403
