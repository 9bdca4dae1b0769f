"""Who is in a team: joining, leaving, managers, invitations, requests (contract 3.5, 3.6)."""

from __future__ import annotations

import pytest

from tests.sandbox.making import (
    Client,
    Json,
    Names,
    Users,
    grants_of,
    id_of,
    make_project,
    make_team,
    share_entity,
)
from tests.sandbox.teaming import MANAGER, open_team, team

__all__ = ["open_team", "team"]  # fixtures


def member_path(team: Json, client: Client, rest: str = "") -> str:
    return f"/team/{team['id']}/member/{id_of(client)}{rest}"


def invite(organizer: Client, team: Json, client: Client) -> Json:
    invited: Json = organizer.ok(
        "POST", "/membershipInvitation", {"teamId": team["id"], "inviteeId": str(id_of(client))}
    )
    return invited


class TestJoining:
    def test_an_open_team_is_joined_by_oneself(self, api: Users, participant: Client, open_team: Json) -> None:
        assert participant.put(member_path(open_team, participant)).status == 204
        assert participant.put(member_path(open_team, participant)).status == 204
        found = api().get(member_path(open_team, participant)).body
        assert found == {
            "teamId": open_team["id"],
            "member": {"ownerId": str(id_of(participant)), "userName": "participant", "isIndividual": True},
            "isAdmin": False,
        }

    def test_a_closed_team_takes_an_invitation(self, organizer: Client, participant: Client, team: Json) -> None:
        refused = participant.put(member_path(team, participant))
        assert (refused.status, refused.reason) == (403, "An invitation is required to join the team.")
        invite(organizer, team, participant)
        assert participant.put(member_path(team, participant)).status == 204
        open_ones = organizer.ok("GET", f"/team/{team['id']}/openInvitation")
        assert open_ones["results"] == []

    def test_surprise_18_a_manager_cannot_simply_add_somebody(
        self, organizer: Client, participant: Client, team: Json
    ) -> None:
        refused = organizer.put(member_path(team, participant))
        assert (refused.status, refused.reason) == (403, "The prospective member must request to join the team.")
        participant.ok("POST", "/membershipRequest", {"teamId": team["id"]})
        assert organizer.put(member_path(team, participant)).status == 204
        assert organizer.ok("GET", f"/team/{team['id']}/openRequest")["results"] == []

    def test_nobody_else_adds_others(self, api: Users, participant: Client, open_team: Json) -> None:
        refused = participant.put(member_path(open_team, api("stranger")))
        assert (refused.status, refused.reason) == (403, "You must be a team manager to perform this operation.")

    def test_an_administrator_of_synapse_adds_anybody(self, api: Users, participant: Client, team: Json) -> None:
        assert api("admin").put(member_path(team, participant)).status == 204

    def test_an_expired_invitation_lets_nobody_in(self, organizer: Client, participant: Client, team: Json) -> None:
        body = {"teamId": team["id"], "inviteeId": str(id_of(participant)), "expiresOn": "2001-01-01T00:00:00.000Z"}
        organizer.ok("POST", "/membershipInvitation", body)
        assert participant.put(member_path(team, participant)).status == 403
        assert organizer.ok("GET", f"/team/{team['id']}/openInvitation")["results"] == []

    def test_a_new_member_acts_with_the_teams_rights_at_once(
        self, organizer: Client, participant: Client, open_team: Json, unique: Names
    ) -> None:
        project = make_project(organizer, unique("project"))
        share_entity(organizer, project["id"], int(open_team["id"]), "READ")
        assert participant.get(f"/entity/{project['id']}").status == 403
        participant.ok("PUT", member_path(open_team, participant))
        assert participant.get(f"/entity/{project['id']}").status == 200


class TestMembers:
    @pytest.fixture
    def joined(self, participant: Client, open_team: Json) -> Json:
        participant.ok("PUT", member_path(open_team, participant))
        return open_team

    def test_managers_are_among_all(self, api: Users, organizer: Client, participant: Client, joined: Json) -> None:
        path, both = f"/teamMembers/{joined['id']}", {str(id_of(organizer)), str(id_of(participant))}
        listed = {kind: api().get(path, memberType=kind).body["results"] for kind in ("ALL", "ADMIN", "MEMBER")}
        ids = {kind: {one["member"]["ownerId"] for one in found} for kind, found in listed.items()}
        assert ids == {"ALL": both, "ADMIN": {str(id_of(organizer))}, "MEMBER": {str(id_of(participant))}}
        assert api().get(f"/teamMembers/count/{joined['id']}").body == {"count": 2}

    def test_a_fragment_is_a_prefix_of_the_user_name(self, api: Users, joined: Json) -> None:
        found = api().get(f"/teamMembers/{joined['id']}", fragment="Part").body["results"]
        assert [one["member"]["userName"] for one in found] == ["participant"]

    def test_members_of_an_unknown_team_are_404(self, api: Users) -> None:
        assert api().get("/teamMembers/999").status == 404
        assert api().get("/team/999/member/1").status == 404

    def test_an_unknown_kind_of_member_and_too_long_a_page_are_400(self, api: Users, joined: Json) -> None:
        assert api().get(f"/teamMembers/{joined['id']}", memberType="all").status == 400
        assert api().get(f"/teamMembers/{joined['id']}", limit=51).status == 400

    def test_a_member_leaves(self, participant: Client, joined: Json) -> None:
        assert participant.delete(member_path(joined, participant)).status == 204
        assert participant.delete(member_path(joined, participant)).status == 204
        assert participant.get(member_path(joined, participant)).status == 404

    def test_a_member_removes_nobody_else(self, organizer: Client, participant: Client, joined: Json) -> None:
        refused = participant.delete(member_path(joined, organizer))
        assert (refused.status, refused.reason) == (403, "Cannot remove member from Team.")

    def test_the_last_manager_stays(self, organizer: Client, joined: Json) -> None:
        refused = organizer.delete(member_path(joined, organizer))
        assert (refused.status, refused.reason) == (400, "Team must have at least one team manager.")

    def test_the_last_member_stays(self, organizer: Client, team: Json) -> None:
        refused = organizer.delete(member_path(team, organizer))
        assert (refused.status, refused.reason) == (403, "Cannot remove the last member of a Team.")

    def test_a_manager_who_leaves_loses_the_acl_entry(
        self, organizer: Client, participant: Client, joined: Json
    ) -> None:
        organizer.ok("PUT", member_path(joined, participant, "/permission"), isAdmin="true")
        participant.ok("DELETE", member_path(joined, participant))
        assert id_of(participant) not in grants_of(organizer.ok("GET", f"/team/{joined['id']}/acl"))


class TestPermission:
    def test_surprise_18_any_person_can_be_made_manager_and_then_joins(
        self, organizer: Client, participant: Client, team: Json
    ) -> None:
        assert organizer.put(member_path(team, participant, "/permission"), isAdmin="true").status == 204
        assert grants_of(organizer.ok("GET", f"/team/{team['id']}/acl"))[id_of(participant)] == MANAGER
        assert participant.get(member_path(team, participant)).status == 404
        assert participant.put(member_path(team, participant)).status == 204

    def test_surprise_18_any_principal_will_do_an_unknown_one_will_not(
        self, organizer: Client, team: Json, open_team: Json
    ) -> None:
        assert organizer.put(f"/team/{team['id']}/member/{open_team['id']}/permission", isAdmin="true").status == 204
        assert grants_of(organizer.ok("GET", f"/team/{team['id']}/acl"))[int(open_team["id"])] == MANAGER
        assert organizer.put(f"/team/{team['id']}/member/999/permission", isAdmin="true").status == 400

    def test_a_manager_is_demoted(self, organizer: Client, participant: Client, team: Json) -> None:
        organizer.ok("PUT", member_path(team, participant, "/permission"), isAdmin="true")
        organizer.ok("PUT", member_path(team, participant, "/permission"), isAdmin="false")
        assert id_of(participant) not in grants_of(organizer.ok("GET", f"/team/{team['id']}/acl"))

    def test_the_last_manager_is_not(self, organizer: Client, team: Json) -> None:
        refused = organizer.put(member_path(team, organizer, "/permission"), isAdmin="false")
        assert (refused.status, refused.reason) == (400, "Team must have at least one team manager.")

    def test_it_takes_the_right_to_update(self, participant: Client, team: Json) -> None:
        assert participant.put(member_path(team, participant, "/permission"), isAdmin="true").status == 403


class TestMembershipStatus:
    def test_a_manager_about_himself(self, organizer: Client, team: Json) -> None:
        assert organizer.get(member_path(team, organizer, "/membershipStatus")).body == {
            "teamId": team["id"],
            "userId": str(id_of(organizer)),
            "isMember": True,
            "hasOpenInvitation": False,
            "hasOpenRequest": False,
            "canJoin": True,
            "membershipApprovalRequired": False,
            "hasUnmetAccessRequirement": False,
            "canSendEmail": True,
        }

    def test_an_invited_person_may_join_and_anonymous_may_ask(
        self, api: Users, organizer: Client, participant: Client, team: Json
    ) -> None:
        path = member_path(team, participant, "/membershipStatus")
        assert participant.get(path).body["canJoin"] is False
        assert participant.get(path).body["membershipApprovalRequired"] is True
        invite(organizer, team, participant)
        assert participant.get(path).body | {"canJoin": True, "hasOpenInvitation": True} == participant.get(path).body
        assert api().get(path).body["canJoin"] is False

    def test_a_request_lets_the_manager_join_the_person(
        self, organizer: Client, participant: Client, team: Json
    ) -> None:
        participant.ok("POST", "/membershipRequest", {"teamId": team["id"]})
        status = organizer.get(member_path(team, participant, "/membershipStatus")).body
        assert (status["hasOpenRequest"], status["canJoin"]) == (True, True)

    def test_unknown_people_and_teams_are_404(self, organizer: Client, team: Json) -> None:
        assert organizer.get(f"/team/{team['id']}/member/999/membershipStatus").status == 404
        assert organizer.get(f"/team/999/member/{id_of(organizer)}/membershipStatus").status == 404


class TestInvitations:
    def test_surprise_30_each_post_makes_another_one(self, organizer: Client, participant: Client, team: Json) -> None:
        first, second = invite(organizer, team, participant), invite(organizer, team, participant)
        assert first["id"] != second["id"]
        listed = organizer.ok("GET", f"/team/{team['id']}/openInvitation", inviteeId=id_of(participant))["results"]
        assert [one["id"] for one in listed] == [first["id"], second["id"]]
        own = participant.ok("GET", f"/user/{id_of(participant)}/openInvitation", teamId=team["id"])["results"]
        assert own == listed
        assert participant.ok("GET", "/membershipInvitation/openInvitationCount")["count"] >= 2

    def test_a_member_can_be_invited_all_the_same(self, organizer: Client, team: Json) -> None:
        assert invite(organizer, team, organizer)["inviteeId"] == str(id_of(organizer))

    def test_exactly_one_of_person_and_address(self, organizer: Client, team: Json) -> None:
        reason = "One and only one of the fields 'inviteeId' and 'inviteeEmail' is required"
        both = {"teamId": team["id"], "inviteeId": "1", "inviteeEmail": "somebody@example.org"}
        for body in ({"teamId": team["id"]}, both):
            refused = organizer.post("/membershipInvitation", body)
            assert (refused.status, refused.reason) == (400, reason)

    def test_by_address_it_takes_certification(self, api: Users, organizer: Client, team: Json, unique: Names) -> None:
        body = {"teamId": team["id"], "inviteeEmail": "somebody@example.org", "message": "Welcome"}
        made = organizer.post("/membershipInvitation", body)
        assert made.status == 201
        assert {key: made.body[key] for key in body} == body
        newcomer = api("newcomer")
        own = make_team(newcomer, unique("newcomers"))
        assert newcomer.post("/membershipInvitation", body | {"teamId": own["id"]}).status == 400

    @pytest.mark.parametrize("field", ["id", "createdBy", "createdOn"])
    def test_members_of_the_server_must_be_absent(self, organizer: Client, team: Json, field: str) -> None:
        refused = organizer.post("/membershipInvitation", {"teamId": team["id"], "inviteeId": "1", field: "1"})
        assert refused.reason == f"'{field}' field is not user specifiable."

    def test_only_managers_invite_list_and_read(
        self, api: Users, organizer: Client, participant: Client, team: Json
    ) -> None:
        made, stranger = invite(organizer, team, participant), api("stranger")
        refused = stranger.post("/membershipInvitation", {"teamId": team["id"], "inviteeId": "1"})
        assert (refused.status, refused.reason) == (403, "Cannot create membership invitation.")
        listed = stranger.get(f"/team/{team['id']}/openInvitation")
        assert listed.reason == f"Cannot retrieve membership invitations for team {team['id']}."
        assert stranger.get(f"/membershipInvitation/{made['id']}").status == 403
        assert stranger.get(f"/user/{id_of(participant)}/openInvitation").status == 403
        assert participant.get(f"/membershipInvitation/{made['id']}").body == made

    def test_the_invitee_declines_by_deleting(
        self, api: Users, organizer: Client, participant: Client, team: Json
    ) -> None:
        made = invite(organizer, team, participant)
        assert api("stranger").delete(f"/membershipInvitation/{made['id']}").status == 403
        assert participant.delete(f"/membershipInvitation/{made['id']}").status == 204
        assert organizer.delete(f"/membershipInvitation/{made['id']}").status == 204
        assert organizer.get(f"/membershipInvitation/{made['id']}").status == 404

    def test_unknown_people_cannot_be_invited(self, organizer: Client, team: Json) -> None:
        assert organizer.post("/membershipInvitation", {"teamId": team["id"], "inviteeId": "999"}).status == 404


class TestRequests:
    def test_a_request_is_listed_read_and_withdrawn(self, organizer: Client, participant: Client, team: Json) -> None:
        made = participant.ok("POST", "/membershipRequest", {"teamId": team["id"], "message": "Please"})
        assert made["userId"] == str(id_of(participant))
        assert organizer.ok("GET", f"/team/{team['id']}/openRequest")["results"] == [made]
        own = participant.ok("GET", f"/user/{id_of(participant)}/openRequest", teamId=team["id"])["results"]
        assert own == [made]
        assert participant.ok("GET", f"/membershipRequest/{made['id']}") == made
        assert participant.delete(f"/membershipRequest/{made['id']}").status == 204
        assert participant.delete(f"/membershipRequest/{made['id']}").status == 204

    def test_an_open_team_needs_none(self, participant: Client, open_team: Json) -> None:
        refused = participant.post("/membershipRequest", {"teamId": open_team["id"]})
        assert refused.status == 400
        assert refused.reason == (
            "This team is already open for the public to join, membership requests are not needed."
        )

    def test_a_closed_team_takes_none(self, organizer: Client, participant: Client, unique: Names) -> None:
        closed = make_team(organizer, unique("closed"), canPublicJoin=False, canRequestMembership=False)
        refused = participant.post("/membershipRequest", {"teamId": closed["id"]})
        assert (refused.status, refused.reason) == (400, "This team has been closed to new membership requests.")

    def test_only_for_oneself_and_signed_in(self, api: Users, participant: Client, team: Json) -> None:
        assert api().post("/membershipRequest", {"teamId": team["id"]}).status == 403
        assert participant.post("/membershipRequest", {"teamId": team["id"], "userId": "1"}).status == 400
        assert participant.get(f"/team/{team['id']}/openRequest").reason == "Cannot retrieve membership requests."
        assert participant.get("/user/1/openRequest").status == 403
