"""Creating, reading and changing entities (contract 2.2 to 2.5)."""

from __future__ import annotations

import pytest

from tests.sandbox.making import MODEL, Client, Json, Names, Users, id_of, make_folder, make_project, share_entity

PROJECT, FOLDER, LINK = f"{MODEL}Project", f"{MODEL}Folder", f"{MODEL}Link"
NAME_RULE = (
    "Names may only contain: letters, numbers, spaces, underscores, hyphens, periods, plus signs, apostrophes,"
    " and parentheses"
)


@pytest.fixture
def organizer(api: Users) -> Client:
    return api("organizer")


@pytest.fixture
def stranger(api: Users) -> Client:
    return api("stranger")


@pytest.fixture
def project(organizer: Client, unique: Names) -> Json:
    return make_project(organizer, unique("project"))


def test_a_new_project_is_private_and_its_creators(organizer: Client, stranger: Client, project: Json) -> None:
    assert project["parentId"] == "syn4489"
    assert organizer.get(f"/entity/{project['id']}").body == project
    refused = stranger.get(f"/entity/{project['id']}")
    assert (refused.status, refused.reason) == (403, "You lack READ access to the requested entity.")


def test_a_project_with_the_root_as_an_explicit_parent_gets_no_acl_of_its_own(organizer: Client, unique: Names) -> None:
    body = {"concreteType": PROJECT, "name": unique("orphan"), "parentId": "syn4489"}
    orphan = organizer.ok("POST", "/entity", body)
    assert organizer.get(f"/entity/{orphan['id']}").status == 403


def test_a_project_name_is_unique_over_all_of_synapse(stranger: Client, project: Json) -> None:
    refused = stranger.post("/entity", {"concreteType": PROJECT, "name": project["name"]})
    expected = f"An entity with the name: {project['name']} already exists with a parentId: syn4489"
    assert (refused.status, refused.reason) == (409, expected)


def test_names_that_differ_in_case_are_different(organizer: Client, project: Json) -> None:
    assert make_project(organizer, project["name"].upper())["name"] == project["name"].upper()


@pytest.mark.parametrize("name", ["a:b", "a/b", "R&D", "é", "what?", "x#1", "a@b", 'a"b'])
def test_marks_outside_the_short_list_are_refused_in_names(organizer: Client, name: str) -> None:
    refused = organizer.post("/entity", {"concreteType": PROJECT, "name": name})
    assert (refused.status, refused.reason) == (400, f"Invalid Name: '{name}'. {NAME_RULE}")


def test_a_comma_is_legal_and_blanks_around_a_name_are_cut(organizer: Client, unique: Names) -> None:
    name = unique("A, b+c (d) 'e' f_g-h.i")
    assert make_project(organizer, f"  {name} ")["name"] == name


def test_long_and_blank_names_are_refused(organizer: Client) -> None:
    long = organizer.post("/entity", {"concreteType": PROJECT, "name": "x" * 257})
    assert long.reason == "Name must be 256 characters or less"
    blank = organizer.post("/entity", {"concreteType": PROJECT, "name": "  "})
    assert blank.reason == "Name cannot be only whitespace or empty string"
    wordy = organizer.post("/entity", {"concreteType": PROJECT, "description": "x" * 1001})
    assert wordy.reason == "Description must be 1000 characters or less"


def test_an_entity_without_a_name_is_called_by_its_id(organizer: Client) -> None:
    nameless = organizer.ok("POST", "/entity", {"concreteType": PROJECT})
    assert nameless["name"] == nameless["id"]


def test_parents_must_be_of_the_right_kind(organizer: Client, project: Json) -> None:
    folder = make_folder(organizer, "folder", project["id"])
    without = organizer.post("/entity", {"concreteType": FOLDER, "name": "x"})
    assert without.reason == f"Entity type: {FOLDER} cannot have a parent of type: null"
    below = organizer.post("/entity", {"concreteType": PROJECT, "parentId": folder["id"]})
    assert below.reason == f"Entity type: {PROJECT} cannot have a parent of type: {FOLDER}"
    assert (without.status, below.status) == (400, 400)


def test_an_unknown_parent_is_404(organizer: Client) -> None:
    assert organizer.post("/entity", {"concreteType": FOLDER, "parentId": "syn999999999"}).status == 404


def test_anonymous_may_not_create(api: Users) -> None:
    refused = api().post("/entity", {"concreteType": PROJECT})
    assert (refused.status, refused.reason) == (403, "Anonymous users have only READ access permission.")


def test_somebody_uncertified_may_make_projects_and_nothing_else(api: Users, unique: Names) -> None:
    newcomer = api("newcomer")
    project = make_project(newcomer, unique("first steps"))
    assert newcomer.put(f"/entity/{project['id']}", {**project, "description": "mine"}).status == 200
    refused = newcomer.post("/entity", {"concreteType": FOLDER, "name": "x", "parentId": project["id"]})
    expected = "Only certified users may create or update content in Synapse."
    assert (refused.status, refused.reason) == (403, expected)
    assert "errorCode" not in refused.body


def test_ids_are_read_in_any_spelling_but_not_with_a_version(organizer: Client, project: Json) -> None:
    number = project["id"].removeprefix("syn")
    assert [organizer.get(f"/entity/{text}").status for text in (number, f"SYN{number}", f" {project['id']} ")] == [
        200
    ] * 3
    versioned = organizer.get(f"/entity/{project['id']}.1")
    assert (versioned.status, versioned.reason) == (400, f"{project['id']}.1 is not a valid Synapse ID.")


def test_a_missing_entity_is_404(organizer: Client) -> None:
    answer = organizer.get("/entity/syn999999999")
    assert (answer.status, answer.reason) == (404, "Resource: 'syn999999999' does not exist")


def test_a_project_has_one_version(organizer: Client, project: Json) -> None:
    assert organizer.get(f"/entity/{project['id']}/version/1").status == 200
    missing = organizer.get(f"/entity/{project['id']}/version/2")
    assert (missing.status, missing.reason) == (404, f"Cannot find a node with id {project['id']} and version 2")


def test_an_update_replaces_every_field_and_renews_the_etag(organizer: Client, project: Json) -> None:
    path = f"/entity/{project['id']}"
    first = organizer.ok("PUT", path, {**project, "description": "about"})
    without = {key: value for key, value in first.items() if key != "description"}
    second = organizer.ok("PUT", path, without)
    assert first["description"] == "about"
    assert "description" not in second
    assert len({project["etag"], first["etag"], second["etag"]}) == 3


def test_a_stale_etag_is_refused_with_412_and_a_missing_one_with_400(organizer: Client, project: Json) -> None:
    path = f"/entity/{project['id']}"
    organizer.ok("PUT", path, project)
    stale = organizer.put(path, project)
    assert stale.status == 412
    assert stale.reason == (
        f"Object: {project['id']} was updated since you last fetched it, retrieve it again and re-apply the update"
    )
    bare = organizer.put(path, {key: value for key, value in project.items() if key != "etag"})
    assert (bare.status, bare.reason) == (400, "The eTag of the node is required.")


def test_the_id_of_the_body_counts_not_the_one_of_the_path(organizer: Client, project: Json, unique: Names) -> None:
    other = make_project(organizer, unique("other"))
    changed = organizer.ok("PUT", f"/entity/{other['id']}", {**project, "description": "through the other's path"})
    assert changed["id"] == project["id"]


def test_an_update_needs_update(organizer: Client, stranger: Client, project: Json) -> None:
    share_entity(organizer, project["id"], id_of(stranger), "READ")
    seen = stranger.ok("GET", f"/entity/{project['id']}")
    refused = stranger.put(f"/entity/{project['id']}", seen)
    assert (refused.status, refused.reason) == (403, "You lack UPDATE access to the requested entity.")


def test_the_kind_of_an_entity_never_changes(organizer: Client, project: Json) -> None:
    refused = organizer.put(f"/entity/{project['id']}", {**project, "concreteType": FOLDER})
    assert refused.reason == (
        f"The Entity: {project['id']} has an entityType={PROJECT} and cannot be changed to entityType={FOLDER}"
    )


def test_a_folder_moves_with_create_there_and_change_permissions_here(
    organizer: Client, stranger: Client, project: Json, unique: Names
) -> None:
    folder = make_folder(organizer, "moving", project["id"])
    target = make_project(organizer, unique("target"))
    foreign = make_project(stranger, unique("foreign"))
    path = f"/entity/{folder['id']}"
    refused = organizer.put(path, {**folder, "parentId": foreign["id"]})
    assert refused.status == 403
    assert refused.reason.startswith(f"You cannot move content into the new location, {foreign['id']}.")
    assert organizer.ok("PUT", path, {**folder, "parentId": target["id"]})["parentId"] == target["id"]


def test_an_editor_may_not_move(organizer: Client, stranger: Client, project: Json, unique: Names) -> None:
    folder = make_folder(organizer, "kept", project["id"])
    share_entity(organizer, project["id"], id_of(stranger), "READ", "UPDATE", "CREATE")
    home = make_project(stranger, unique("home"))
    refused = stranger.put(f"/entity/{folder['id']}", {**folder, "parentId": home["id"]})
    assert (refused.status, refused.reason) == (403, "CHANGE_PERMISSIONS is required to move to a new location")


def test_a_folder_does_not_move_below_itself(organizer: Client, project: Json) -> None:
    outer = make_folder(organizer, "outer", project["id"])
    inner = make_folder(organizer, "inner", outer["id"])
    assert organizer.put(f"/entity/{outer['id']}", {**outer, "parentId": inner["id"]}).status == 400


def test_an_alias_is_unique_in_any_case_and_can_be_looked_up(organizer: Client, project: Json, unique: Names) -> None:
    alias = unique("alias").replace(" ", "_")
    changed = organizer.ok("PUT", f"/entity/{project['id']}", {**project, "alias": alias})
    assert changed["alias"] == alias
    assert organizer.ok("GET", f"/entity/alias/{alias.upper()}") == {"id": project["id"]}
    taken = organizer.post("/entity", {"concreteType": PROJECT, "alias": alias.upper()})
    assert taken.status == 409
    assert taken.reason == (f"The friendly url name (alias): {alias.upper()} is already taken.  Please select another.")
    missing = organizer.get("/entity/alias/nobody_has_this")
    assert (missing.status, missing.reason) == (404, "Did not find a match for alias: nobody_has_this")


def test_an_alias_takes_letters_digits_and_underscores(organizer: Client) -> None:
    refused = organizer.post("/entity", {"concreteType": PROJECT, "alias": "with-hyphen"})
    assert refused.reason == "Aliases can only have letters (a-z and A-Z), digits (0-9) and underscores (_)"


def test_changing_an_alias_needs_change_settings(organizer: Client, stranger: Client, project: Json) -> None:
    share_entity(organizer, project["id"], id_of(stranger), "READ", "UPDATE")
    seen = stranger.ok("GET", f"/entity/{project['id']}")
    refused = stranger.put(f"/entity/{project['id']}", {**seen, "alias": "taken_over"})
    assert (refused.status, refused.reason) == (403, "You lack CHANGE_SETTINGS access to the requested entity.")


def test_a_link_notes_what_kind_it_points_at(organizer: Client, project: Json) -> None:
    folder = make_folder(organizer, "target", project["id"])
    body = {"concreteType": LINK, "name": "link", "parentId": project["id"], "linksTo": {"targetId": folder["id"]}}
    link = organizer.ok("POST", "/entity", body)
    assert link["linksTo"] == {"targetId": folder["id"]}
    assert link["linksToClassName"] == FOLDER


def test_the_depth_of_a_tree_is_bounded(organizer: Client, project: Json) -> None:
    parent = project["id"]
    for level in range(48):
        parent = make_folder(organizer, f"level {level}", parent)["id"]
    refused = organizer.post("/entity", {"concreteType": FOLDER, "name": "too deep", "parentId": parent})
    assert refused.reason == f"Exceeded the maximum hierarchical depth of: 50 for parent: {parent}"


def test_the_path_starts_at_the_root_and_hides_what_cannot_be_read(organizer: Client, project: Json) -> None:
    folder = make_folder(organizer, "leaf", project["id"])
    path = organizer.ok("GET", f"/entity/{folder['id']}/path")["path"]
    assert [step["id"] for step in path] == ["syn4489", project["id"], folder["id"]]
    assert [step["name"] for step in path] == ["Redacted", project["name"], "leaf"]


def test_headers_say_class_names_and_a_bare_benefactor(organizer: Client, project: Json) -> None:
    folder = make_folder(organizer, "headed", project["id"])
    header = organizer.ok("GET", f"/entity/{folder['id']}/type")
    assert header["type"] == FOLDER
    assert header["benefactorId"] == int(project["id"].removeprefix("syn"))
    references = {"references": [{"targetId": folder["id"]}, {"targetId": "syn999999999"}]}
    assert organizer.ok("POST", "/entity/header", references) == {"totalNumberOfResults": 1, "results": [header]}
    assert organizer.ok("GET", "/entity/type", batch=folder["id"])["results"] == [header]
