"""Teams, their members, invitations, requests and ACLs (contract 3)."""

from __future__ import annotations

import pytest

from tests.sandbox.making import (
    MODEL,
    Client,
    Json,
    Names,
    Users,
    grant,
    grants_of,
    id_of,
    make_project,
    make_team,
    set_clock,
    share_entity,
)

MANAGER = {"READ", "SEND_MESSAGE", "UPDATE", "DELETE", "TEAM_MEMBERSHIP_UPDATE"}
MEMBER = {"READ", "SEND_MESSAGE"}
STALE = "Use profile was updated since you last fetched it, retrieve it again and reapply the update."


@pytest.fixture
def organizer(api: Users) -> Client:
    return api("organizer")


@pytest.fixture
def participant(api: Users) -> Client:
    return api("participant")


@pytest.fixture
def team(organizer: Client, unique: Names) -> Json:
    return make_team(organizer, unique("team"), description="for a test")


@pytest.fixture
def open_team(organizer: Client, unique: Names) -> Json:
    return make_team(organizer, unique("open"), canPublicJoin=True)


def member_path(team: Json, client: Client, rest: str = "") -> str:
    return f"/team/{team['id']}/member/{id_of(client)}{rest}"


def invite(organizer: Client, team: Json, client: Client) -> Json:
    invited: Json = organizer.ok(
        "POST", "/membershipInvitation", {"teamId": team["id"], "inviteeId": str(id_of(client))}
    )
    return invited


class TestCreate:
    def test_a_team_answers_201_with_what_the_server_fills_in(self, organizer: Client, unique: Names) -> None:
        made = organizer.post("/team", {"name": unique("team"), "description": "text"})
        assert made.status == 201
        body = made.body
        assert body["createdBy"] == body["modifiedBy"] == str(id_of(organizer))
        assert body["createdOn"] == body["modifiedOn"]
        assert body["id"].isdigit()
        assert len(body["etag"]) == 36

    def test_the_creator_is_first_member_and_manager(self, organizer: Client, team: Json) -> None:
        assert organizer.get(member_path(team, organizer)).body["isAdmin"] is True

    def test_the_first_acl_names_creator_team_and_signed_in_users(self, organizer: Client, team: Json) -> None:
        acl = organizer.ok("GET", f"/team/{team['id']}/acl")
        assert grants_of(acl) == {id_of(organizer): MANAGER, int(team["id"]): MEMBER, 273948: MEMBER}

    def test_anonymous_makes_no_team(self, api: Users, unique: Names) -> None:
        assert api().post("/team", {"name": unique("team")}).status == 403

    @pytest.mark.parametrize("field", ["id", "etag", "createdBy", "createdOn", "modifiedBy", "modifiedOn"])
    def test_members_of_the_server_must_be_absent(self, organizer: Client, unique: Names, field: str) -> None:
        refused = organizer.post("/team", {"name": unique("team"), field: "1"})
        assert (refused.status, refused.reason) == (400, f"'{field}' field is not user specifiable.")

    def test_a_name_is_required(self, organizer: Client) -> None:
        assert organizer.post("/team", {}).reason == "'name' field is required."

    @pytest.mark.parametrize("name", ["ab", "Team+1", "Tëam one", "a,b c"])
    def test_names_take_ascii_letters_digits_blanks_and_three_marks(self, organizer: Client, name: str) -> None:
        refused = organizer.post("/team", {"name": name})
        assert refused.status == 400
        assert refused.reason == (
            "Team names can only contain letters, numbers, spaces, dot (.), dash (-), underscore (_)"
            f" and must be at least 3 characters long. Value={name.lower()}"
        )

    def test_surprise_12_names_are_one_stripped_lower_case_namespace(self, organizer: Client, unique: Names) -> None:
        name = unique("My Team")
        make_team(organizer, name)
        for same in (name, name.upper().replace(" ", "-"), name.replace(" ", "_")):
            refused = organizer.post("/team", {"name": same})
            assert (refused.status, refused.reason) == (409, f"Name {same} is already used.")

    def test_users_and_teams_share_the_namespace(self, organizer: Client) -> None:
        refused = organizer.post("/team", {"name": "Organ.Izer"})
        assert (refused.status, refused.reason) == (409, "Name Organ.Izer is already used.")

    @pytest.mark.parametrize(
        ("sent", "public", "requests"),
        [
            ({}, False, True),
            ({"canPublicJoin": False}, False, True),
            ({"canPublicJoin": True}, True, False),
            ({"canPublicJoin": True, "canRequestMembership": False}, True, False),
            ({"canRequestMembership": False}, False, False),
        ],
    )
    def test_surprise_19_join_flags_have_defaults_and_come_back_both(
        self, organizer: Client, unique: Names, sent: Json, public: bool, requests: bool
    ) -> None:
        made = make_team(organizer, unique("team"), **sent)
        assert (made["canPublicJoin"], made["canRequestMembership"]) == (public, requests)

    def test_surprise_19_both_join_flags_are_refused(self, organizer: Client, unique: Names) -> None:
        both = {"name": unique("team"), "canPublicJoin": True, "canRequestMembership": True}
        refused = organizer.post("/team", both)
        assert refused.status == 400
        assert refused.reason == "It is a conflict to set both canPublicJoin and canRequestMembership to true."

    def test_an_icon_must_be_the_callers_own_file(self, api: Users, organizer: Client, unique: Names) -> None:
        handle = {"concreteType": f"{MODEL}file.ExternalFileHandle", "externalURL": "https://example.org/icon.png"}
        icon = api("colleague").ok("POST", "/file/v1/externalFileHandle", handle)["id"]
        refused = organizer.post("/team", {"name": unique("team"), "icon": icon})
        assert refused.status == 403
        assert refused.reason == "Only the user that uploaded the file can set it as the team icon."

    def test_anybody_sees_an_icon(self, api: Users, organizer: Client, unique: Names) -> None:
        handle = {"concreteType": f"{MODEL}file.ExternalFileHandle", "externalURL": "https://example.org/icon.png"}
        icon = organizer.ok("POST", "/file/v1/externalFileHandle", handle)["id"]
        made = make_team(organizer, unique("team"), icon=icon)
        assert api().get(f"/team/{made['id']}/icon", redirect="false").body == "https://example.org/icon.png"
        assert api().get(f"/team/{made['id']}/icon/preview").status == 404

    def test_a_team_without_an_icon_says_so(self, organizer: Client, team: Json) -> None:
        assert organizer.get(f"/team/{team['id']}/icon").reason == f"Team {team['id']} has no icon file handle."


class TestReadAndSearch:
    def test_anonymous_reads_a_team(self, api: Users, team: Json) -> None:
        assert api().get(f"/team/{team['id']}").body == team

    def test_an_unknown_team_is_404(self, organizer: Client) -> None:
        refused = organizer.get("/team/999")
        assert (refused.status, refused.reason) == (404, "Team id: '999' does not exist")

    def test_a_fragment_is_a_prefix_of_the_stripped_name(self, api: Users, team: Json) -> None:
        found = api().get("/teams", fragment=team["name"].upper().replace(" ", "-")).body["results"]
        assert [one["id"] for one in found] == [team["id"]]
        assert api().get("/teams", fragment=team["name"][1:]).body["results"] == []

    def test_without_a_fragment_every_team_is_listed(self, api: Users, team: Json, open_team: Json) -> None:
        ids = [one["id"] for one in api().get("/teams", limit=50).body["results"]]
        assert {team["id"], open_team["id"]} <= set(ids)

    @pytest.mark.parametrize("limit", [0, 51])
    def test_pages_outside_1_to_50_are_refused(self, api: Users, limit: int) -> None:
        refused = api().get("/teams", limit=limit)
        assert (refused.status, refused.reason) == (400, "limit must be between 1 and 50")

    @pytest.mark.usefixtures("team", "open_team")
    def test_surprise_46_totals_are_estimates(self, api: Users) -> None:
        full = api().get("/teams", limit=1).body
        assert full["totalNumberOfResults"] == 2
        beyond = api().get("/teams", limit=50, offset=5000)
        assert (beyond.status, beyond.body) == (200, {"totalNumberOfResults": 5000, "results": []})

    def test_one_unknown_id_refuses_a_whole_list(self, api: Users, team: Json) -> None:
        assert api().post("/teamList", {"list": [int(team["id"])]}).body == {"list": [team]}
        assert api().post("/teamList", {"list": [int(team["id"]), 999]}).status == 404

    def test_teams_of_a_user(self, api: Users, organizer: Client, team: Json) -> None:
        user = id_of(organizer)
        assert team["id"] in [one["id"] for one in api().get(f"/user/{user}/team", limit=50).body["results"]]
        assert team["id"] in api().get(f"/user/{user}/team/id").body["teamIds"]


class TestUpdate:
    def test_surprise_20_the_id_is_in_the_body_and_surprise_6_all_is_replaced(
        self, organizer: Client, team: Json
    ) -> None:
        changed = organizer.put("/team", {"id": team["id"], "etag": team["etag"], "name": team["name"]})
        assert changed.status == 200
        assert "description" not in changed.body
        assert changed.body["etag"] != team["etag"]
        assert changed.body["createdOn"] == team["createdOn"]

    def test_surprise_21_a_stale_etag_is_412_and_talks_about_a_profile(self, organizer: Client, team: Json) -> None:
        organizer.ok("PUT", "/team", team)
        refused = organizer.put("/team", team)
        assert (refused.status, refused.reason) == (412, STALE)

    @pytest.mark.parametrize(
        ("missing", "reason"),
        [
            ("etag", "'etag' field is missing."),
            ("name", "'name' field is required."),
            ("id", "'id' field is missing."),
        ],
    )
    def test_what_must_be_sent(self, organizer: Client, team: Json, missing: str, reason: str) -> None:
        refused = organizer.put("/team", {key: value for key, value in team.items() if key != missing})
        assert (refused.status, refused.reason) == (400, reason)

    def test_only_who_may_update(self, participant: Client, team: Json) -> None:
        refused = participant.put("/team", team)
        assert (refused.status, refused.reason) == (403, f"Unauthorized to access Team {team['id']} for UPDATE")

    def test_a_new_name_goes_through_the_alias_rules(self, organizer: Client, team: Json, open_team: Json) -> None:
        taken = organizer.put("/team", team | {"name": open_team["name"]})
        assert (taken.status, taken.reason) == (409, f"Name {open_team['name']} is already used.")
        renamed = organizer.put("/team", team | {"name": team["name"].upper()})
        assert renamed.body["name"] == team["name"].upper()

    def test_an_old_name_is_free_again(self, organizer: Client, team: Json) -> None:
        organizer.ok("PUT", "/team", team | {"name": team["name"] + " renamed"})
        assert organizer.post("/team", {"name": team["name"]}).status == 201


class TestDelete:
    def test_deleting_frees_the_name_and_is_idempotent(self, organizer: Client, team: Json) -> None:
        assert organizer.delete(f"/team/{team['id']}").status == 204
        assert organizer.get(f"/team/{team['id']}").status == 404
        assert organizer.delete(f"/team/{team['id']}").status == 204
        assert organizer.post("/team", {"name": team["name"]}).status == 201

    def test_it_takes_the_right_to_delete(self, participant: Client, team: Json) -> None:
        assert participant.delete(f"/team/{team['id']}").status == 403

    def test_surprise_22_a_team_of_a_challenge_stays(self, organizer: Client, team: Json, unique: Names) -> None:
        project = make_project(organizer, unique("project"))
        organizer.ok("POST", "/challenge", {"projectId": project["id"], "participantTeamId": team["id"]})
        refused = organizer.delete(f"/team/{team['id']}")
        assert refused.status == 400
        assert refused.reason == f"Cannot delete team {team['id']}.  It is referenced by another object."
        assert organizer.get(f"/team/{team['id']}/acl").status == 200

    def test_a_team_that_something_is_shared_with_stays(self, organizer: Client, team: Json, unique: Names) -> None:
        project = make_project(organizer, unique("project"))
        share_entity(organizer, project["id"], int(team["id"]), "READ")
        assert organizer.delete(f"/team/{team['id']}").status == 400


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


class TestAcl:
    def test_surprise_34_nothing_protects_the_last_manager(self, organizer: Client, team: Json) -> None:
        acl = organizer.ok("GET", f"/team/{team['id']}/acl")
        acl["resourceAccess"] = [{"principalId": 273948, "accessType": ["READ"]}]
        assert organizer.put("/team/acl", acl).status == 200
        assert organizer.put("/team/acl", acl).status == 403

    def test_a_stale_etag_is_412(self, organizer: Client, participant: Client, team: Json) -> None:
        acl = organizer.ok("GET", f"/team/{team['id']}/acl")
        grant(organizer, f"/team/{team['id']}/acl", "/team/acl", id_of(participant), "READ")
        refused = organizer.put("/team/acl", acl)
        assert (refused.status, refused.reason) == (412, "E-tags do not match.")

    def test_only_team_types_are_taken(self, organizer: Client, team: Json) -> None:
        acl = organizer.ok("GET", f"/team/{team['id']}/acl")
        acl["resourceAccess"].append({"principalId": 273949, "accessType": ["READ_PRIVATE_SUBMISSION"]})
        refused = organizer.put("/team/acl", acl)
        assert refused.status == 400
        assert refused.reason == "The access type READ_PRIVATE_SUBMISSION is not allowed for TEAM."

    def test_reading_takes_read_and_writing_update(self, api: Users, participant: Client, team: Json) -> None:
        refused = api().get(f"/team/{team['id']}/acl")
        assert (refused.status, refused.reason) == (403, f"Unauthorized to access Team {team['id']} for READ")
        acl = participant.ok("GET", f"/team/{team['id']}/acl")
        assert participant.put("/team/acl", acl).status == 403

    def test_the_creation_date_is_kept_when_it_is_sent(self, organizer: Client, team: Json) -> None:
        set_clock(organizer, "2031-01-01T00:00:00.000Z")
        acl = organizer.ok("GET", f"/team/{team['id']}/acl")
        assert organizer.ok("PUT", "/team/acl", acl)["creationDate"] == acl["creationDate"]
        del acl["creationDate"]
        acl["etag"] = organizer.ok("GET", f"/team/{team['id']}/acl")["etag"]
        assert organizer.ok("PUT", "/team/acl", acl)["creationDate"] == "2031-01-01T00:00:00.000Z"
        organizer.ok("PUT", "/sandbox/v1/clock", {"mode": "real"})
