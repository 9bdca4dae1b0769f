"""First-generation wikis: the markdown travels inside the page (contract 6.9, 6.3, 6.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Users = Callable[..., Any]
Names = Callable[[str], str]


@pytest.fixture
def project(api: Users, unique: Names) -> str:
    body = {"concreteType": "org.sagebionetworks.repo.model.Project", "name": unique("wiki")}
    return str(api("organizer").ok("POST", "/entity", body)["id"])


def page(api: Any, project: str, **members: Any) -> dict[str, Any]:
    return dict(api.ok("POST", f"/entity/{project}/wiki", members))


def test_a_page_with_inline_markdown_comes_back_as_written(api: Users, project: str) -> None:
    text = "# Overview\n\nTwo *odors*, één getal → 0.93\n"
    status, made = api("organizer").post(f"/entity/{project}/wiki", {"title": "Home", "markdown": text})
    assert status == 201
    assert made["markdown"] == text
    assert "parentWikiId" not in made
    assert made["attachmentFileHandleIds"] == []
    assert api("organizer").ok("GET", f"/entity/{project}/wiki") == made
    assert api("organizer").ok("GET", f"/entity/{project}/wiki/{made['id']}") == made


def test_a_page_without_markdown_is_empty(api: Users, project: str) -> None:
    assert page(api("organizer"), project, title="Home")["markdown"] == ""


def test_the_same_page_read_by_the_second_generation_has_a_gzip_handle(api: Users, project: str) -> None:
    made = page(api("organizer"), project, title="Home", markdown="x")
    second = api("organizer").ok("GET", f"/entity/{project}/wiki2/{made['id']}")
    handle = api("organizer").ok("GET", f"/file/v1/fileHandle/{second['markdownFileHandleId']}")
    assert handle["contentType"] == "application/x-gzip; charset=UTF-8"
    assert handle["fileName"] == "null_markdown.txt.gz"
    assert second["etag"] == made["etag"]


def test_an_update_names_its_markdown_after_the_page(api: Users, project: str) -> None:
    made = page(api("organizer"), project, title="Home", markdown="x")
    api("organizer").ok("PUT", f"/entity/{project}/wiki/{made['id']}", made | {"markdown": "y"})
    second = api("organizer").ok("GET", f"/entity/{project}/wiki2/{made['id']}")
    handle = api("organizer").ok("GET", f"/file/v1/fileHandle/{second['markdownFileHandleId']}")
    assert handle["fileName"] == f"{made['id']}_markdown.txt.gz"


def test_an_update_replaces_text_and_title_under_a_new_etag(api: Users, project: str) -> None:
    made = page(api("organizer"), project, title="Home", markdown="x")
    status, after = api("organizer").put(
        f"/entity/{project}/wiki/{made['id']}", made | {"markdown": "y", "title": "Start"}
    )
    assert (status, after["markdown"], after["title"]) == (200, "y", "Start")
    assert after["etag"] != made["etag"]


@pytest.mark.parametrize("etag", ["00000000-0000-0000-0000-000000000000", None])
def test_a_stale_or_missing_etag_is_refused_with_412(api: Users, project: str, etag: str | None) -> None:
    made = page(api("organizer"), project, title="Home", markdown="x")
    reply = api("organizer").put(f"/entity/{project}/wiki/{made['id']}", made | {"etag": etag})
    assert reply.status == 412
    assert reply.reason == (
        f"ObjectId: {project} was updated since you last fetched it, retrieve it again and reapply the update"
    )


def test_an_update_through_the_address_of_another_page_is_refused(api: Users, project: str) -> None:
    made = page(api("organizer"), project, title="Home", markdown="x")
    reply = api("organizer").put(f"/entity/{project}/wiki/{int(made['id']) + 1}", made)
    assert (reply.status, reply.reason) == (400, "Path variable wikiId does not match the ID of the passed WikiPage")


@pytest.mark.parametrize("missing", ["createdBy", "createdOn"])
def test_an_update_must_echo_who_made_the_page_and_when(api: Users, project: str, missing: str) -> None:
    made = page(api("organizer"), project, title="Home", markdown="x")
    sent = {name: value for name, value in made.items() if name != missing}
    assert api("organizer").put(f"/entity/{project}/wiki/{made['id']}", sent).status == 400


def test_leaving_out_the_parent_of_a_sub_page_cuts_it_off(api: Users, project: str) -> None:
    root = page(api("organizer"), project, title="Home", markdown="x")
    child = page(api("organizer"), project, title="Data", markdown="y", parentWikiId=root["id"])
    sent = {name: value for name, value in child.items() if name != "parentWikiId"}
    assert api("organizer").put(f"/entity/{project}/wiki/{child['id']}", sent).status == 200
    headers = api("organizer").ok("GET", f"/entity/{project}/wikiheadertree")["results"]
    assert [header["id"] for header in headers] == [root["id"]]
    reply = api("organizer").get(f"/entity/{project}/wiki/{child['id']}")
    assert (reply.status, reply.reason) == (404, f"No wiki page found with id: {child['id']}")


def test_a_second_root_is_a_conflict(api: Users, project: str) -> None:
    page(api("organizer"), project, title="Home", markdown="x")
    reply = api("organizer").post(f"/entity/{project}/wiki", {"title": "Again", "markdown": "y"})
    number = project.removeprefix("syn")
    assert (reply.status, reply.reason) == (
        409,
        f"An owner already exists with the ownerId: {number} and ownerType: ENTITY",
    )


def test_two_equal_sub_pages_are_two_pages(api: Users, project: str) -> None:
    root = page(api("organizer"), project, title="Home", markdown="x")
    first, second = (
        page(api("organizer"), project, title="Data", markdown="y", parentWikiId=root["id"]) for _ in range(2)
    )
    assert first["id"] != second["id"]


def test_a_parent_in_another_wiki_is_not_found(api: Users, project: str, unique: Names) -> None:
    body = {"concreteType": "org.sagebionetworks.repo.model.Project", "name": unique("other")}
    other = api("organizer").ok("POST", "/entity", body)["id"]
    foreign = page(api("organizer"), other, title="Home", markdown="x")
    page(api("organizer"), project, title="Home", markdown="x")
    reply = api("organizer").post(f"/entity/{project}/wiki", {"title": "Data", "parentWikiId": foreign["id"]})
    assert (reply.status, reply.reason) == (404, f"No wiki page found with id: {foreign['id']}")


def test_a_sub_page_needs_a_root(api: Users, project: str) -> None:
    reply = api("organizer").post(f"/entity/{project}/wiki", {"title": "Data", "parentWikiId": "1"})
    number = project.removeprefix("syn")
    assert (reply.status, reply.reason) == (
        404,
        f"A root wiki does not exist for ownerId: {number} and ownerType: ENTITY",
    )


def test_a_cycle_of_pages_is_refused(api: Users, project: str) -> None:
    root = page(api("organizer"), project, title="Home", markdown="x")
    child = page(api("organizer"), project, title="Data", markdown="y", parentWikiId=root["id"])
    reply = api("organizer").put(f"/entity/{project}/wiki/{root['id']}", root | {"parentWikiId": child["id"]})
    assert (reply.status, reply.reason) == (
        400,
        "There will be a cycle if this wiki is updated. Put in valid parentId",
    )


def test_deleting_answers_200_without_a_body_and_again_for_a_page_that_is_gone(api: Users, project: str) -> None:
    root = page(api("organizer"), project, title="Home", markdown="x")
    for _ in range(2):
        assert tuple(api("organizer").delete(f"/entity/{project}/wiki/{root['id']}")) == (200, "")


def test_deleting_a_page_takes_the_pages_below_it_along(api: Users, project: str) -> None:
    root = page(api("organizer"), project, title="Home", markdown="x")
    child = page(api("organizer"), project, title="Data", markdown="y", parentWikiId=root["id"])
    leaf = page(api("organizer"), project, title="Files", markdown="z", parentWikiId=child["id"])
    api("organizer").ok("DELETE", f"/entity/{project}/wiki/{child['id']}")
    assert api("organizer").get(f"/entity/{project}/wiki/{leaf['id']}").status == 404
    assert api("organizer").get(f"/entity/{project}/wiki/{root['id']}").status == 200


def test_deleting_the_root_frees_the_owner_for_a_new_one(api: Users, project: str) -> None:
    root = page(api("organizer"), project, title="Home", markdown="x")
    api("organizer").ok("DELETE", f"/entity/{project}/wiki/{root['id']}")
    assert api("organizer").get(f"/entity/{project}/wikiheadertree").status == 404
    assert page(api("organizer"), project, title="Home", markdown="x")["id"] != root["id"]


def test_the_wiki_key_names_the_root(api: Users, project: str) -> None:
    root = page(api("organizer"), project, title="Home", markdown="x")
    key = api("organizer").ok("GET", f"/entity/{project}/wikikey")
    assert key == {"wikiPageId": root["id"], "ownerObjectId": project, "ownerObjectType": "ENTITY"}


def test_headers_come_by_parent_and_title_with_the_root_first(api: Users, project: str) -> None:
    root = page(api("organizer"), project, title="Z home", markdown="")
    for title in ("Rules", "Data"):
        page(api("organizer"), project, title=title, markdown="", parentWikiId=root["id"])
    found = api("organizer").ok("GET", f"/entity/{project}/wikiheadertree")["results"]
    assert [header["title"] for header in found] == ["Z home", "Data", "Rules"]
    assert "parentId" not in found[0]
    assert {header["parentId"] for header in found[1:]} == {root["id"]}


def test_pages_of_headers_end_with_an_empty_one(api: Users, project: str) -> None:
    page(api("organizer"), project, title="Home", markdown="")
    assert api("organizer").ok("GET", f"/entity/{project}/wikiheadertree", limit=1, offset=1)["results"] == []


def test_more_than_50_headers_at_once_are_refused(api: Users, project: str) -> None:
    page(api("organizer"), project, title="Home", markdown="")
    reply = api("organizer").get(f"/entity/{project}/wikiheadertree", limit=51)
    assert (reply.status, reply.reason) == (400, "Limit cannot exceed: 50")


def test_a_stranger_may_not_read_a_private_wiki(api: Users, project: str) -> None:
    page(api("organizer"), project, title="Home", markdown="")
    reply = api("stranger").get(f"/entity/{project}/wiki")
    assert (reply.status, reply.reason) == (
        403,
        f"User is not authorized to 'READ' a WikiPage with an ownerId: '{project}' of type: 'ENTITY'",
    )


def test_a_wiki_of_an_unknown_entity_is_not_found(api: Users) -> None:
    reply = api("organizer").get("/entity/syn99/wiki")
    assert (reply.status, reply.reason) == (404, "Resource: 'syn99' does not exist")


def test_an_uncertified_user_may_write_the_wiki_of_a_project(api: Users, unique: Names) -> None:
    body = {"concreteType": "org.sagebionetworks.repo.model.Project", "name": unique("newcomer")}
    project = api("newcomer").ok("POST", "/entity", body)["id"]
    assert api("newcomer").post(f"/entity/{project}/wiki", {"title": "Home", "markdown": "x"}).status == 201


def test_a_title_longer_than_256_characters_is_refused(api: Users, project: str) -> None:
    assert api("organizer").post(f"/entity/{project}/wiki", {"title": "x" * 257}).status == 400
    assert api("organizer").post(f"/entity/{project}/wiki", {"title": "x" * 256}).status == 201


def test_titles_take_any_character(api: Users, project: str) -> None:
    title = "Où? / “Data” & more: 100 %!"
    assert page(api("organizer"), project, title=title, markdown="")["title"] == title


def test_a_large_page_survives(api: Users, project: str) -> None:
    text = "0123456789abcde\n" * 65536
    made = page(api("organizer"), project, title="Home", markdown=text)
    assert api("organizer").ok("GET", f"/entity/{project}/wiki/{made['id']}")["markdown"] == text


def test_a_page_of_an_evaluation_queue_asks_for_rights_on_the_queue(api: Users, project: str, unique: Names) -> None:
    queue = api("organizer").ok("POST", "/evaluation", {"name": unique("queue"), "contentSource": project})["id"]
    made = api("organizer").ok("POST", f"/evaluation/{queue}/wiki", {"title": "Rules", "markdown": "x"})
    assert api("organizer").ok("GET", f"/evaluation/{queue}/wiki/{made['id']}")["markdown"] == "x"
    reply = api("stranger").get(f"/evaluation/{queue}/wiki")
    assert (reply.status, reply.reason) == (
        403,
        f"User is not authorized to 'READ' a WikiPage with an ownerId: '{queue}' of type: 'EVALUATION'",
    )
