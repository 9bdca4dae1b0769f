"""Access requirements: who makes, reads, changes and locks what (contract 9.1 to 9.3)."""

from __future__ import annotations

import pytest

from tests.sandbox.making import (
    MODEL,
    Client,
    Names,
    Users,
    id_of,
    make_folder,
    share_entity,
)
from tests.sandbox.requiring import (
    ACT,
    MANAGED,
    SELF_SIGN,
    STALE,
    TERMS,
    Require,
    act,
    approve,
    downloading,
    joining,
    require,
    team,
)

__all__ = ["act", "require", "team"]  # fixtures


class TestCreate:
    def test_the_act_makes_one(self, act: Client, team: str) -> None:
        answer = act.post("/accessRequirement", joining(team))
        assert answer.status == 201
        person = str(id_of(act))
        assert answer.body == {
            "concreteType": SELF_SIGN,
            "id": answer.body["id"],
            "versionNumber": 0,
            "etag": answer.body["etag"],
            "name": str(answer.body["id"]),
            "accessType": "PARTICIPATE",
            "subjectIds": [{"id": team, "type": "TEAM"}],
            "subjectsDefinedByAnnotations": False,
            "isCertifiedUserRequired": False,
            "isValidatedProfileRequired": False,
            "createdBy": person,
            "modifiedBy": person,
            "createdOn": answer.body["createdOn"],
            "modifiedOn": answer.body["createdOn"],
        }

    def test_surprise_43_ids_and_versions_are_numbers(self, require: Require, team: str) -> None:
        made = require(joining(team))
        assert isinstance(made["id"], int)
        assert isinstance(made["versionNumber"], int)

    def test_surprise_36_an_organizer_makes_none(self, organizer: Client, team: str) -> None:
        refused = organizer.post("/accessRequirement", joining(team))
        assert (refused.status, refused.reason) == (403, "Only ACT member can create an AccessRequirement.")

    def test_the_content_is_tested_before_the_caller(self, organizer: Client, team: str) -> None:
        refused = organizer.post("/accessRequirement", joining(team) | {"accessType": "SUBMIT"})
        assert (refused.status, refused.reason) == (
            400,
            "Not support creating AccessRequirement with AccessType: SUBMIT",
        )

    @pytest.mark.parametrize(
        ("access", "subject"), [("PARTICIPATE", "ENTITY"), ("DOWNLOAD", "TEAM"), ("DOWNLOAD", "EVALUATION")]
    )
    def test_surprise_36_each_access_has_one_type_of_subject(self, act: Client, access: str, subject: str) -> None:
        body = joining("1") | {"accessType": access, "subjectIds": [{"id": "123", "type": subject}]}
        refused = act.post("/accessRequirement", body)
        assert refused.status == 400
        assert refused.reason == (
            f"Cannot apply AccessRequirement with AccessType {access} to an object of type {subject}"
        )

    def test_subjects_are_there_or_defined_by_annotations(self, act: Client, team: str) -> None:
        missing = act.post("/accessRequirement", {**joining(team), "subjectIds": None})
        assert missing.reason == (
            "When 'subjectsDefinedByAnnotations' = false (or excluded), then subjectIds must be included."
        )
        both = act.post("/accessRequirement", joining(team, subjectsDefinedByAnnotations=True))
        assert both.reason == ("When 'subjectsDefinedByAnnotations' = true, then subjectIds must be empty or excluded.")
        assert act.post("/accessRequirement", joining(team) | {"subjectIds": []}).status == 201

    def test_the_concrete_type_is_required_and_known(self, act: Client, team: str) -> None:
        interface = f"{MODEL}AccessRequirement"
        missing = act.post("/accessRequirement", {**joining(team), "concreteType": None})
        assert missing.reason == (f"Missing 'concreteType' property, cannot discriminate polymorphic type {interface}")
        unknown = act.post("/accessRequirement", joining(team, "Nothing"))
        assert unknown.reason == "Unknown concreteType : 'Nothing'"
        family = act.post("/accessRequirement", joining(team, f"{MODEL}Folder"))
        assert family.reason == f'Unexpected concreteType: "{MODEL}Folder" is not of type "{interface}"'
        retired = act.post("/accessRequirement", joining(team, f"{MODEL}PostMessageContentAccessRequirement"))
        assert retired.status == 400

    def test_names_are_unique_whatever_their_case(self, act: Client, team: str, unique: Names) -> None:
        name = unique("Terms")
        assert act.ok("POST", "/accessRequirement", joining(team, name=name))["name"] == name
        assert act.post("/accessRequirement", joining(team, name=name.upper())).status == 409
        assert act.post("/accessRequirement", joining(team, name="x" * 51)).status == 400

    def test_managed_ones_have_defaults(self, require: Require, team: str) -> None:
        made = require(joining(team, MANAGED))
        assert (made["isIDURequired"], made["isDUCRequired"], made["expirationPeriod"]) == (True, False, 0)


class TestRead:
    def test_anybody_reads_them_by_id_team_and_entity(
        self, api: Users, organizer: Client, require: Require, team: str, project: str
    ) -> None:
        terms, data = require(joining(team)), require(downloading(project))
        folder = make_folder(organizer, "folder", project)["id"]
        assert api().get(f"/accessRequirement/{terms['id']}").body == terms
        assert api().get(f"/team/{team}/accessRequirement").body["results"] == [terms]
        assert api().get(f"/entity/{folder}/accessRequirement").body["results"] == [data]
        assert api().get(f"/accessRequirement/{data['id']}/subjects").body == {
            "subjects": [{"id": project, "type": "ENTITY"}]
        }

    def test_pages_outside_1_to_50_are_refused(self, api: Users, team: str) -> None:
        refused = api().get(f"/team/{team}/accessRequirement", limit=51)
        assert (refused.status, refused.reason) == (400, "limit must be between 1 and 50")

    def test_unknown_ones_are_404(self, api: Users) -> None:
        assert api().get("/accessRequirement/999").status == 404
        assert api().get("/entity/syn999/accessRequirement").status == 404

    def test_they_are_found_by_name(self, api: Users, require: Require, team: str, unique: Names) -> None:
        made = require(joining(team, name=unique("Findable")))
        found = api().post("/accessRequirement/search", {"nameContains": made["name"].upper()}).body["results"]
        assert [one["id"] for one in found] == [str(made["id"])]
        nothing = {"nameContains": made["name"], "accessType": "DOWNLOAD"}
        assert api().post("/accessRequirement/search", nothing).body["results"] == []

    def test_those_of_a_project_are_found(self, api: Users, require: Require, project: str) -> None:
        made = require(downloading(project))
        found = api().post("/accessRequirement/search", {"relatedProjectId": project}).body["results"]
        assert [(one["id"], one["relatedProjectIds"]) for one in found] == [(str(made["id"]), [project])]


class TestChange:
    def test_surprise_52_etag_and_version_must_both_be_current(self, act: Client, require: Require, team: str) -> None:
        made = require(joining(team))
        path = f"/accessRequirement/{made['id']}"
        changed = act.put(path, made | {"isCertifiedUserRequired": True})
        assert (changed.status, changed.body["versionNumber"]) == (200, 1)
        assert changed.body["etag"] != made["etag"]
        for stale in ({"etag": made["etag"]}, {"versionNumber": 0}):
            refused = act.put(path, changed.body | stale)
            assert (refused.status, refused.reason) == (412, STALE)

    def test_access_and_kind_stay(self, act: Client, require: Require, team: str, project: str) -> None:
        made = require(joining(team))
        path, current = f"/accessRequirement/{made['id']}", {key: made[key] for key in ("id", "etag", "versionNumber")}
        refused = act.put(path, downloading(project) | current)
        assert (refused.status, refused.reason) == (400, "Cannot modify AccessType")
        kind = act.put(path, joining(team, TERMS) | current)
        assert (kind.status, kind.reason) == (400, f"Cannot change {SELF_SIGN} to {TERMS}")

    def test_ids_in_path_and_body_must_agree(self, act: Client, require: Require, team: str) -> None:
        made = require(joining(team))
        refused = act.put("/accessRequirement/999", made)
        assert refused.reason == f"Update specified ID 999 but object contains id: {made['id']}"

    def test_only_the_act_changes_and_deletes(
        self, organizer: Client, act: Client, require: Require, team: str
    ) -> None:
        made = require(joining(team))
        path = f"/accessRequirement/{made['id']}"
        assert organizer.put(path, made).status == 403
        assert organizer.delete(path).status == 403
        assert act.delete(path).status == 200
        assert act.delete(path).status == 200
        assert act.get(path).status == 404

    def test_an_act_requirement_becomes_a_managed_one(self, act: Client, require: Require, team: str) -> None:
        made = require(joining(team, ACT))
        body = {"accessRequirementId": made["id"], "etag": made["etag"], "currentVersion": 0}
        converted = act.put("/accessRequirement/conversion", body)
        assert (converted.status, converted.body["concreteType"], converted.body["versionNumber"]) == (200, MANAGED, 1)
        assert act.put("/accessRequirement/conversion", body).status == 400

    def test_its_acl_is_the_acts(self, organizer: Client, act: Client, require: Require, team: str) -> None:
        path = f"/accessRequirement/{require(joining(team, MANAGED))['id']}/acl"
        entry = {"principalId": id_of(organizer), "accessType": ["REVIEW_SUBMISSIONS"]}
        assert organizer.post(path, {"resourceAccess": [entry]}).status == 403
        assert act.get(path).status == 404
        made = act.post(path, {"resourceAccess": [entry]})
        assert made.status == 201
        assert act.put(path, made.body | {"resourceAccess": []}).status == 200
        assert act.put(path, made.body).status == 412
        wrong = act.ok("GET", path) | {"resourceAccess": [entry | {"accessType": ["READ"]}]}
        assert act.put(path, wrong).reason == "The access type READ is not allowed for ACCESS_REQUIREMENT."
        assert act.delete(path).status == 200


class TestLock:
    def test_surprise_36_an_organizer_locks_and_nobody_can_meet_it(
        self, organizer: Client, act: Client, project: str
    ) -> None:
        made = organizer.post(f"/entity/{project}/lockAccessRequirement")
        assert made.status == 201
        assert made.body["concreteType"] == f"{MODEL}LockAccessRequirement"
        assert made.body["accessType"] == "DOWNLOAD"
        assert made.body["jiraKey"]
        refused = approve(act, made.body, accessorId="1")
        assert (refused.status, refused.reason) == (400, f"Cannot apply an approval to a {MODEL}LockAccessRequirement")

    def test_what_is_restricted_already_is_not_locked_again(
        self, organizer: Client, require: Require, project: str
    ) -> None:
        require(downloading(project))
        folder = make_folder(organizer, "folder", project)["id"]
        refused = organizer.post(f"/entity/{folder}/lockAccessRequirement")
        assert (refused.status, refused.reason) == (400, f"Entity {folder} is already restricted.")

    def test_it_takes_create_and_update(self, organizer: Client, participant: Client, project: str) -> None:
        assert participant.post(f"/entity/{project}/lockAccessRequirement").status == 403
        share_entity(organizer, project, id_of(participant), "READ", "CREATE")
        refused = participant.post(f"/entity/{project}/lockAccessRequirement")
        assert refused.reason == "You lack UPDATE access to the requested entity."
