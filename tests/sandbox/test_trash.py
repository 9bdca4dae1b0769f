"""Deleting to the trash can and restoring (contract 2.10)."""

from __future__ import annotations

import pytest

from tests.sandbox.making import Client, Json, Names, Users, id_of, make_folder, make_project, share_entity


@pytest.fixture
def organizer(api: Users) -> Client:
    return api("organizer")


@pytest.fixture
def project(organizer: Client, unique: Names) -> Json:
    return make_project(organizer, unique("project"))


def test_a_deleted_entity_reads_as_in_the_trash_can(organizer: Client, project: Json) -> None:
    folder = make_folder(organizer, "inside", project["id"])
    assert organizer.delete(f"/entity/{project['id']}").status == 204
    for entity in (project, folder):
        answer = organizer.get(f"/entity/{entity['id']}")
        assert (answer.status, answer.reason) == (404, f"Entity {entity['id']} is in trash can.")


def test_deleting_again_or_what_never_was_is_silent(organizer: Client, project: Json) -> None:
    organizer.delete(f"/entity/{project['id']}")
    assert organizer.delete(f"/entity/{project['id']}").status == 204
    assert organizer.delete("/entity/syn999999999").status == 204


def test_the_name_is_free_at_once(organizer: Client, project: Json) -> None:
    organizer.delete(f"/entity/{project['id']}")
    assert make_project(organizer, project["name"])["id"] != project["id"]


def test_deleting_needs_delete_on_the_entity_alone(api: Users, organizer: Client, project: Json) -> None:
    stranger = api("stranger")
    share_entity(organizer, project["id"], id_of(stranger), "READ")
    refused = stranger.delete(f"/entity/{project['id']}")
    assert (refused.status, refused.reason) == (403, "You lack DELETE access to the requested entity.")


def test_a_restored_project_is_the_restorers_alone(api: Users, organizer: Client, project: Json) -> None:
    stranger = api("stranger")
    share_entity(organizer, project["id"], id_of(stranger), "READ")
    organizer.delete(f"/entity/{project['id']}")
    assert organizer.put(f"/trashcan/restore/{project['id']}").status == 200
    assert organizer.ok("GET", f"/entity/{project['id']}")["name"] == project["name"]
    assert stranger.get(f"/entity/{project['id']}").status == 403


def test_the_acls_below_a_deleted_entity_are_gone_for_good(organizer: Client, project: Json) -> None:
    folder = make_folder(organizer, "own acl", project["id"])
    organizer.ok("POST", f"/entity/{folder['id']}/acl", organizer.ok("GET", f"/entity/{project['id']}/acl"))
    organizer.delete(f"/entity/{project['id']}")
    organizer.ok("PUT", f"/trashcan/restore/{project['id']}")
    assert organizer.ok("GET", f"/entity/{folder['id']}/benefactor")["id"] == project["id"]


def test_only_the_deleter_restores(api: Users, organizer: Client, project: Json) -> None:
    organizer.delete(f"/entity/{project['id']}")
    refused = api("stranger").put(f"/trashcan/restore/{project['id']}")
    assert refused.status == 403
    assert refused.reason.endswith("The node was deleted by a different user.")


def test_a_taken_name_stops_a_restore(organizer: Client, project: Json) -> None:
    organizer.delete(f"/entity/{project['id']}")
    make_project(organizer, project["name"])
    assert organizer.put(f"/trashcan/restore/{project['id']}").status == 409


def test_a_child_does_not_go_back_below_a_trashed_parent_but_elsewhere(
    organizer: Client, project: Json, unique: Names
) -> None:
    folder = make_folder(organizer, "child", project["id"])
    organizer.delete(f"/entity/{folder['id']}")
    organizer.delete(f"/entity/{project['id']}")
    assert organizer.put(f"/trashcan/restore/{folder['id']}").status == 403
    other = make_project(organizer, unique("other"))
    assert organizer.put(f"/trashcan/restore/{folder['id']}/{other['id']}").status == 200
    assert organizer.ok("GET", f"/entity/{folder['id']}")["parentId"] == other["id"]


def test_what_is_not_in_the_trash_can_cannot_be_restored(organizer: Client, project: Json) -> None:
    refused = organizer.put(f"/trashcan/restore/{project['id']}")
    assert (refused.status, refused.reason) == (404, f"The node {project['id']} is not in the trash can.")


def test_the_trash_can_lists_what_the_caller_deleted_until_it_is_purged(api: Users, unique: Names) -> None:
    colleague = api("colleague")
    project = make_project(colleague, unique("project"))
    colleague.delete(f"/entity/{project['id']}")
    listed = colleague.ok("GET", "/trashcan/view")["results"]
    assert [(item["entityId"], item["entityName"]) for item in listed] == [(project["id"], project["name"])]
    assert colleague.put(f"/trashcan/purge/{project['id']}").status == 200
    assert colleague.ok("GET", "/trashcan/view")["results"] == []
