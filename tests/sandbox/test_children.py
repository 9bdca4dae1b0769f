"""Lists of children and the look-up by name (contract 2.6)."""

from __future__ import annotations

import pytest

from tests.sandbox.making import MODEL, Client, Json, Names, Users, id_of, make_folder, make_project, share_entity


@pytest.fixture
def organizer(api: Users) -> Client:
    return api("organizer")


@pytest.fixture
def project(organizer: Client, unique: Names) -> Json:
    return make_project(organizer, unique("project"))


def children(client: Client, parent: str | None, **more: object) -> Json:
    body = {"parentId": parent, "includeTypes": ["folder"], **more}
    found: Json = client.ok("POST", "/entity/children", body)
    return found


def names(listed: Json) -> list[str]:
    return [header["name"] for header in listed["page"]]


def test_children_come_by_name_fifty_a_page(organizer: Client, project: Json) -> None:
    for number in range(51):
        make_folder(organizer, f"child {number:02}", project["id"])
    first = children(organizer, project["id"], includeTotalChildCount=True)
    assert len(first["page"]) == 50
    assert (first["nextPageToken"], first["totalChildCount"]) == ("50a50", 51)
    last = children(organizer, project["id"], nextPageToken="50a50")
    assert names(last) == ["child 50"]
    assert "nextPageToken" not in last


def test_children_can_be_sorted_and_chosen_by_kind(organizer: Client, project: Json) -> None:
    for name in ("b", "a"):
        make_folder(organizer, name, project["id"])
    down = children(organizer, project["id"], sortDirection="DESC")
    by_date = children(organizer, project["id"], sortBy="CREATED_ON")
    assert (names(down), names(by_date)) == (["b", "a"], ["b", "a"])
    assert children(organizer, project["id"], includeTypes=["file", "a kind of tomorrow"])["page"] == []


def test_at_least_one_kind_must_be_asked_for(organizer: Client, project: Json) -> None:
    refused = organizer.post("/entity/children", {"parentId": project["id"], "includeTypes": []})
    assert refused.reason == "EntityChildrenRequest.includeTypes must include at least one type"


def test_children_with_an_unreadable_acl_are_left_out(api: Users, organizer: Client, project: Json) -> None:
    stranger = api("stranger")
    share_entity(organizer, project["id"], id_of(stranger), "READ")
    make_folder(organizer, "open", project["id"])
    closed = make_folder(organizer, "closed", project["id"])
    own = [{"principalId": id_of(organizer), "accessType": ["READ", "CHANGE_PERMISSIONS"]}]
    organizer.ok("POST", f"/entity/{closed['id']}/acl", {"resourceAccess": own})
    assert names(children(stranger, project["id"])) == ["open"]
    assert names(children(organizer, project["id"])) == ["closed", "open"]


def test_without_a_parent_the_readable_projects_are_listed(api: Users, unique: Names) -> None:
    colleague = api("colleague")
    mine = make_project(colleague, unique("mine"))
    listed = children(colleague, None, includeTypes=["folder"])
    assert [header["id"] for header in listed["page"]] == [mine["id"]]


def test_the_children_of_an_unreadable_parent_are_403(api: Users, project: Json) -> None:
    body = {"parentId": project["id"], "includeTypes": ["folder"]}
    assert api("stranger").post("/entity/children", body).status == 403


def test_a_child_is_found_by_its_exact_name(organizer: Client, project: Json) -> None:
    folder = make_folder(organizer, "Data", project["id"])
    body = {"parentId": project["id"], "entityName": "Data"}
    assert organizer.ok("POST", "/entity/child", body) == {"id": folder["id"]}
    missing = organizer.post("/entity/child", {**body, "entityName": "data"})
    assert (missing.status, missing.reason) == (404, f"Child not found for parent: '{project['id']}' with name: 'data'")


def test_a_strangers_project_answers_403_not_404(api: Users, project: Json) -> None:
    refused = api("stranger").post("/entity/child", {"entityName": project["name"]})
    assert (refused.status, refused.reason) == (403, "Lack of READ permission on the requested entity.")


def test_a_child_below_an_unreadable_parent_is_403(api: Users, project: Json) -> None:
    refused = api("stranger").post("/entity/child", {"parentId": project["id"], "entityName": "x"})
    assert (refused.status, refused.reason) == (403, "Lack of READ permission on the parent entity.")


def test_a_look_up_reads_and_does_not_write(organizer: Client, project: Json) -> None:
    before = organizer.ok("GET", f"/entity/{project['id']}")
    organizer.post("/entity/child", {"entityName": project["name"]})
    assert organizer.ok("GET", f"/entity/{project['id']}") == before
    assert before["concreteType"] == f"{MODEL}Project"
