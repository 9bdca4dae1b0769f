"""Teams: names, join settings, search, ACLs (contract 3.1 to 3.4, 3.7)."""

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
from tests.sandbox.teaming import MANAGER, MEMBER, STALE, open_team, team

__all__ = ["open_team", "team"]  # fixtures


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
        assert organizer.get(f"/team/{team['id']}/member/{id_of(organizer)}").body["isAdmin"] is True

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
