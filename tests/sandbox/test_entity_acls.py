"""Access control lists and effective rights of entities (contract 2.9)."""

from __future__ import annotations

import pytest

from tests.sandbox.making import Client, Json, Names, Users, grants_of, id_of, make_folder, make_project, share_entity

PUBLIC, SIGNED_IN, ANONYMOUS = 273949, 273948, 273950
CREATOR = {"READ", "DOWNLOAD", "UPDATE", "DELETE", "CREATE", "CHANGE_PERMISSIONS", "CHANGE_SETTINGS", "MODERATE"}


@pytest.fixture
def organizer(api: Users) -> Client:
    return api("organizer")


@pytest.fixture
def stranger(api: Users) -> Client:
    return api("stranger")


@pytest.fixture
def project(organizer: Client, unique: Names) -> Json:
    return make_project(organizer, unique("project"))


@pytest.fixture
def folder(organizer: Client, project: Json) -> Json:
    return make_folder(organizer, "folder", project["id"])


def acl_of(client: Client, entity: Json) -> Json:
    acl: Json = client.ok("GET", f"/entity/{entity['id']}/acl")
    return acl


def with_entry(acl: Json, principal: int, *types: str) -> Json:
    entries = [*acl["resourceAccess"], {"principalId": principal, "accessType": list(types)}]
    return {**acl, "resourceAccess": entries}


def test_a_new_project_gives_its_creator_everything(organizer: Client, project: Json) -> None:
    assert grants_of(acl_of(organizer, project)) == {id_of(organizer): CREATOR}


def test_an_inheriting_entity_has_no_acl_and_names_its_benefactor(
    organizer: Client, project: Json, folder: Json
) -> None:
    missing = organizer.get(f"/entity/{folder['id']}/acl")
    assert missing.status == 404
    assert missing.reason == (
        "The requested ACL does not exist. This entity inherits its permissions from:"
        f" /repo/v1/entity/{project['id']}/acl"
    )
    assert organizer.ok("GET", f"/entity/{folder['id']}/benefactor")["id"] == project["id"]


def test_a_put_replaces_the_acl_and_renews_both_etags(organizer: Client, stranger: Client, project: Json) -> None:
    before = acl_of(organizer, project)
    after = organizer.ok("PUT", f"/entity/{project['id']}/acl", with_entry(before, id_of(stranger), "READ"))
    assert after["etag"] != before["etag"]
    assert after["creationDate"] == before["creationDate"]
    assert organizer.ok("GET", f"/entity/{project['id']}")["etag"] != project["etag"]
    assert stranger.get(f"/entity/{project['id']}").status == 200


def test_the_acl_has_an_etag_of_its_own(organizer: Client, project: Json) -> None:
    acl = acl_of(organizer, project)
    path = f"/entity/{project['id']}/acl"
    organizer.ok("PUT", path, acl)
    stale = organizer.put(path, acl)
    assert (stale.status, stale.reason) == (412, "E-tags do not match.")
    bare = organizer.put(path, {key: value for key, value in acl.items() if key != "etag"})
    assert (bare.status, bare.reason) == (400, "acl.etag is required.")


def test_the_ids_of_path_and_body_must_be_spelt_alike(organizer: Client, project: Json) -> None:
    acl, number = acl_of(organizer, project), project["id"].removeprefix("syn")
    differing = organizer.put(f"/entity/{number}/acl", acl)
    assert differing.reason == f"The path ID: {number} does not match the ACL's ID: {project['id']}"
    bare = organizer.put(f"/entity/{number}/acl", {**acl, "id": number})
    assert (bare.status, bare.reason) == (403, "Cannot update ACL for a resource which inherits its permissions.")


def test_breaking_inheritance_makes_an_own_acl_once(organizer: Client, project: Json, folder: Json) -> None:
    acl = acl_of(organizer, project)
    created = organizer.post(f"/entity/{folder['id']}/acl", acl)
    assert created.status == 201
    assert created.body["id"] == folder["id"]
    assert organizer.ok("GET", f"/entity/{folder['id']}/benefactor")["id"] == folder["id"]
    again = organizer.post(f"/entity/{folder['id']}/acl", acl)
    assert (again.status, again.reason) == (403, "Resource already has an ACL.")


def test_restoring_inheritance_removes_it_once(organizer: Client, project: Json, folder: Json) -> None:
    path = f"/entity/{folder['id']}/acl"
    already = organizer.delete(path)
    assert (already.status, already.reason) == (403, "Resource already inherits its permissions.")
    organizer.ok("POST", path, acl_of(organizer, project))
    assert organizer.delete(path).status == 204
    assert organizer.get(path).status == 404


def test_a_project_cannot_inherit(organizer: Client, project: Json) -> None:
    refused = organizer.delete(f"/entity/{project['id']}/acl")
    assert refused.reason == "Cannot restore inheritance for resource which has no parent."


def test_an_inheriting_entity_refuses_a_put(organizer: Client, project: Json, folder: Json) -> None:
    acl = {**acl_of(organizer, project), "id": folder["id"]}
    refused = organizer.put(f"/entity/{folder['id']}/acl", acl)
    assert refused.reason == "Cannot update ACL for a resource which inherits its permissions."


def test_changing_an_acl_needs_change_permissions(organizer: Client, stranger: Client, project: Json) -> None:
    share_entity(organizer, project["id"], id_of(stranger), "READ", "UPDATE")
    refused = stranger.put(f"/entity/{project['id']}/acl", acl_of(stranger, project))
    assert (refused.status, refused.reason) == (403, "You lack CHANGE_PERMISSIONS access to the requested entity.")


@pytest.mark.parametrize(
    ("principal", "types", "reason"),
    [
        (
            ANONYMOUS,
            ["READ"],
            (
                "Cannot assign permissions to anonymous. To share resources with anonymous users,"
                " use the PUBLIC group id (273949)"
            ),
        ),
        (PUBLIC, ["READ", "DOWNLOAD"], "Only READ permissions can be assigned to the public group"),
        (SIGNED_IN, [], "No access types specified."),
        (SIGNED_IN, ["REVIEW_SUBMISSIONS"], "The access type REVIEW_SUBMISSIONS is not allowed for ENTITY."),
    ],
)
def test_what_may_not_stand_in_an_acl(
    organizer: Client, project: Json, principal: int, types: list[str], reason: str
) -> None:
    refused = organizer.put(f"/entity/{project['id']}/acl", with_entry(acl_of(organizer, project), principal, *types))
    assert (refused.status, refused.reason) == (400, reason)


def test_an_unknown_principal_is_400(organizer: Client, project: Json) -> None:
    acl = with_entry(acl_of(organizer, project), 1234567, "READ")
    assert organizer.put(f"/entity/{project['id']}/acl", acl).status == 400


def test_only_certified_users_let_everybody_download(api: Users, unique: Names) -> None:
    newcomer = api("newcomer")
    project = make_project(newcomer, unique("open"))
    acl = with_entry(acl_of(newcomer, project), SIGNED_IN, "READ", "DOWNLOAD")
    refused = newcomer.put(f"/entity/{project['id']}/acl", acl)
    assert refused.reason == "Only certified users can allow authenticated users to download."
    assert refused.body["errorCode"] == "USER_CERTIFICATION_REQUIRED"


def test_others_cannot_lock_themselves_out_but_the_creator_can(
    organizer: Client, stranger: Client, project: Json
) -> None:
    share_entity(organizer, project["id"], id_of(stranger), "READ", "CHANGE_PERMISSIONS")
    path = f"/entity/{project['id']}/acl"
    acl = acl_of(stranger, project)
    without = [entry for entry in acl["resourceAccess"] if entry["principalId"] != id_of(stranger)]
    refused = stranger.put(path, {**acl, "resourceAccess": without})
    assert refused.reason == "Caller is trying to revoke their own ACL editing permissions."
    only_stranger = [{"principalId": id_of(stranger), "accessType": ["READ", "CHANGE_PERMISSIONS"]}]
    assert organizer.put(path, {**acl, "resourceAccess": only_stranger}).status == 200
    assert organizer.get(f"/entity/{project['id']}").status == 403


def test_public_may_read_without_a_token(api: Users, organizer: Client, project: Json, folder: Json) -> None:
    share_entity(organizer, project["id"], PUBLIC, "READ")
    assert api().get(f"/entity/{folder['id']}").status == 200
    refused = api().delete(f"/entity/{folder['id']}")
    assert (refused.status, refused.reason) == (403, "Anonymous users have only READ access permission.")


def test_rights_are_the_union_over_the_callers_groups(organizer: Client, stranger: Client, project: Json) -> None:
    share_entity(organizer, project["id"], PUBLIC, "READ")
    share_entity(organizer, project["id"], SIGNED_IN, "DOWNLOAD")
    share_entity(organizer, project["id"], id_of(stranger), "CREATE")
    path = f"/entity/{project['id']}/access"
    wanted = ("READ", "DOWNLOAD", "CREATE", "UPDATE")
    results = [stranger.ok("GET", path, accessType=access)["result"] for access in wanted]
    assert results == [True, True, True, False]


def test_permissions_tell_what_the_caller_may_do(
    organizer: Client, stranger: Client, project: Json, folder: Json
) -> None:
    share_entity(organizer, project["id"], PUBLIC, "READ")
    mine = organizer.ok("GET", f"/entity/{folder['id']}/permissions")
    theirs = stranger.ok("GET", f"/entity/{folder['id']}/permissions")
    assert mine["ownerPrincipalId"] == id_of(organizer)
    assert {name for name in mine if mine[name] is True} >= {"canEdit", "canEnableInheritance", "canPublicRead"}
    assert [theirs[name] for name in ("canView", "canEdit", "canDownload", "isCertificationRequired")] == [
        True,
        False,
        False,
        True,
    ]


def test_an_administrator_passes_every_test(api: Users, project: Json) -> None:
    assert api("admin").get(f"/entity/{project['id']}").status == 200
