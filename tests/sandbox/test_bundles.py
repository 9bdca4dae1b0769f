"""Entity bundles: reading many parts, creating and changing in one transaction (contract 2.7)."""

from __future__ import annotations

import pytest

from tests.sandbox.making import MODEL, Client, Json, Names, Users, grants_of, id_of, make_folder, make_project

FOLDER = f"{MODEL}Folder"


@pytest.fixture
def organizer(api: Users) -> Client:
    return api("organizer")


@pytest.fixture
def project(organizer: Client, unique: Names) -> Json:
    return make_project(organizer, unique("project"))


def bundle(client: Client, entity: Json, *flags: str) -> Json:
    found: Json = client.ok("POST", f"/entity/{entity['id']}/bundle2", dict.fromkeys(flags, True))
    return found


def private_to(principal: int) -> Json:
    return {"resourceAccess": [{"principalId": principal, "accessType": ["READ", "UPDATE", "CHANGE_PERMISSIONS"]}]}


def test_a_bundle_holds_what_was_asked_for_and_nothing_else(organizer: Client, project: Json) -> None:
    found = bundle(organizer, project, "includeEntity", "includeAnnotations", "includeHasChildren")
    assert found == {
        "entity": project,
        "entityType": "project",
        "annotations": {"id": project["id"], "etag": project["etag"], "annotations": {}},
        "hasChildren": False,
    }


def test_the_clients_usual_request_is_answered_whole(organizer: Client, project: Json) -> None:
    flags = ("includeEntity", "includeAnnotations", "includeFileHandles", "includeRestrictionInformation")
    found = bundle(organizer, project, *flags)
    assert found["fileHandles"] == []
    information = found["restrictionInformation"]
    assert information["objectId"] == int(project["id"].removeprefix("syn"))
    assert (information["restrictionLevel"], information["hasUnmetAccessRequirement"]) == ("OPEN", False)
    assert information["restrictionDetails"] == []


def test_an_inheriting_entity_shows_its_benefactors_acl_and_none_of_its_own(organizer: Client, project: Json) -> None:
    folder = make_folder(organizer, "folder", project["id"])
    found = bundle(organizer, folder, "includeAccessControlList", "includeBenefactorACL")
    assert list(found) == ["benefactorAcl"]
    assert found["benefactorAcl"]["id"] == project["id"]


def test_every_part_can_be_asked_for_at_once(organizer: Client, project: Json) -> None:
    parts = (
        "Entity Annotations Permissions EntityPath HasChildren AccessControlList FileHandles TableBundle RootWikiId"
        " BenefactorACL DOIAssociation FileName ThreadCount RestrictionInformation Activity"
    )
    found = bundle(organizer, project, *(f"include{part}" for part in parts.split()))
    assert {"entity", "permissions", "path", "accessControlList", "threadCount"} <= set(found)


def test_a_bundle_of_what_cannot_be_read_is_403_and_of_nothing_404(api: Users, project: Json) -> None:
    stranger = api("stranger")
    assert stranger.post(f"/entity/{project['id']}/bundle2", {"includeEntity": True}).status == 403
    assert stranger.post("/entity/syn999999999/bundle2", {"includeEntity": True}).status == 404


def test_an_entity_is_born_with_its_acl_and_annotations(api: Users, organizer: Client, project: Json) -> None:
    body = {
        "entity": {"concreteType": FOLDER, "name": "restricted", "parentId": project["id"]},
        "annotations": {"annotations": {"key": {"type": "STRING", "value": ["x"]}}},
        "accessControlList": private_to(id_of(organizer)),
    }
    created = organizer.post("/entity/bundle2/create", body)
    assert created.status == 201
    assert created.body["annotations"]["annotations"] == {"key": {"type": "STRING", "value": ["x"]}}
    assert created.body["accessControlList"]["id"] == created.body["entity"]["id"]
    assert set(grants_of(created.body["accessControlList"])) == {id_of(organizer)}


def test_a_create_that_fails_in_a_later_part_leaves_nothing(organizer: Client, project: Json) -> None:
    body = {
        "entity": {"concreteType": FOLDER, "name": "all or nothing", "parentId": project["id"]},
        "accessControlList": {"resourceAccess": [{"principalId": 273950, "accessType": ["READ"]}]},
    }
    assert organizer.post("/entity/bundle2/create", body).status == 400
    look_up = {"parentId": project["id"], "entityName": "all or nothing"}
    assert organizer.post("/entity/child", look_up).status == 404


def test_a_project_cannot_be_created_with_an_acl(organizer: Client, unique: Names) -> None:
    body = {
        "entity": {"concreteType": f"{MODEL}Project", "name": unique("bundled")},
        "accessControlList": private_to(id_of(organizer)),
    }
    refused = organizer.post("/entity/bundle2/create", body)
    assert (refused.status, refused.reason) == (400, "acl.etag is required.")


def test_an_update_merges_annotations_whatever_their_etag(organizer: Client, project: Json) -> None:
    path = f"/entity/{project['id']}/bundle2"

    def notes(key: str) -> Json:
        return {"id": project["id"], "etag": "stale", "annotations": {key: {"type": "STRING", "value": [key]}}}

    organizer.ok("PUT", path, {"annotations": notes("a")})
    found = organizer.ok("PUT", path, {"annotations": notes("b")})
    assert set(found["annotations"]["annotations"]) == {"a", "b"}


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        ("entity", "Entity does not match requested entity ID"),
        ("accessControlList", "ACL does not match requested entity ID"),
        ("annotations", "Annotations do not match requested entity ID"),
    ],
)
def test_the_parts_of_an_update_must_name_the_entity(
    organizer: Client, project: Json, member: str, reason: str
) -> None:
    refused = organizer.put(f"/entity/{project['id']}/bundle2", {member: {"id": "syn1"}})
    assert (refused.status, refused.reason) == (400, reason)
