"""Second-generation wikis: the markdown is a file handle (contract 6.1 to 6.8)."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

Users = Callable[..., Any]
Names = Callable[[str], str]
Upload = Callable[..., str]


@pytest.fixture
def project(api: Users, unique: Names) -> str:
    body = {"concreteType": "org.sagebionetworks.repo.model.Project", "name": unique("wiki")}
    return str(api("organizer").ok("POST", "/entity", body)["id"])


@pytest.fixture
def markdown(api: Users, upload: Upload) -> str:
    """A file handle of the organizer that holds gzipped markdown."""
    return upload(api("organizer"), "page.md.gz", gzip.compress(b"# Hello", mtime=0), "application/x-gzip")


def page(api: Any, project: str, markdown: str, **members: Any) -> dict[str, Any]:
    return dict(api.ok("POST", f"/entity/{project}/wiki2", {"markdownFileHandleId": markdown, **members}))


def test_a_page_keeps_its_handles_and_starts_at_version_0(
    api: Users, project: str, markdown: str, upload: Upload
) -> None:
    logo = upload(api("organizer"), "logo.png", b"png", "image/png")
    status, made = api("organizer").post(
        f"/entity/{project}/wiki2",
        {"title": "Home", "markdownFileHandleId": markdown, "attachmentFileHandleIds": [logo]},
    )
    assert status == 201
    assert (made["markdownFileHandleId"], made["attachmentFileHandleIds"]) == (markdown, [logo])
    history = api("organizer").ok("GET", f"/entity/{project}/wiki2/{made['id']}/wikihistory", offset=0, limit=10)
    assert [one["version"] for one in history["results"]] == ["0"]


def test_a_page_needs_a_markdown_handle(api: Users, project: str) -> None:
    assert api("organizer").post(f"/entity/{project}/wiki2", {"title": "Home"}).status == 400


def test_an_unknown_handle_is_not_found(api: Users, project: str) -> None:
    assert api("organizer").post(f"/entity/{project}/wiki2", {"markdownFileHandleId": "1"}).status == 404


def test_somebody_elses_handle_is_refused(api: Users, project: str, upload: Upload) -> None:
    foreign = upload(api("colleague"), "page.md.gz", b"x")
    reply = api("organizer").post(f"/entity/{project}/wiki2", {"markdownFileHandleId": foreign})
    assert reply.status == 403
    assert reply.reason.startswith("Only the creator of a FileHandle can access it directly by its ID.")


def test_handles_that_a_page_holds_may_be_sent_again_by_another_editor(api: Users, project: str, markdown: str) -> None:
    made = page(api("organizer"), project, markdown, title="Home")
    share(api, project, "colleague", ["READ", "UPDATE"])
    status, after = api("colleague").put(f"/entity/{project}/wiki2/{made['id']}", made | {"title": "Start"})
    assert (status, after["title"]) == (200, "Start")


def test_handles_of_an_older_version_may_be_sent_again_by_another_editor(
    api: Users, project: str, markdown: str, upload: Upload
) -> None:
    made = page(api("organizer"), project, markdown, title="Home")
    newer = upload(api("organizer"), "page.md.gz", b"newer")
    after = api("organizer").ok("PUT", f"/entity/{project}/wiki2/{made['id']}", made | {"markdownFileHandleId": newer})
    share(api, project, "colleague", ["READ", "UPDATE"])
    back = after | {"markdownFileHandleId": markdown}
    assert api("colleague").put(f"/entity/{project}/wiki2/{made['id']}", back).status == 200


def test_the_markdown_address_redirects_to_the_raw_gzip_bytes(api: Users, project: str, markdown: str) -> None:
    made = page(api("organizer"), project, markdown, title="Home")
    address = f"/entity/{project}/wiki2/{made['id']}/markdown"
    assert api("organizer").get(address).status == 307
    url = api("organizer").ok("GET", address, redirect="false")
    fetched = httpx.get(url)
    assert gzip.decompress(fetched.content) == b"# Hello"
    assert "content-encoding" not in fetched.headers
    assert fetched.headers["content-type"] == "application/x-gzip"
    assert {"X-Amz-Date", "X-Amz-Expires"} <= set(httpx.URL(url).params)


def test_versions_count_up_and_history_is_newest_first(api: Users, project: str, markdown: str) -> None:
    made = page(api("organizer"), project, markdown, title="one")
    after = api("organizer").ok("PUT", f"/entity/{project}/wiki2/{made['id']}", made | {"title": "two"})
    api("organizer").ok("PUT", f"/entity/{project}/wiki2/{made['id']}", after | {"title": "three"})
    history = api("organizer").ok("GET", f"/entity/{project}/wiki2/{made['id']}/wikihistory", offset=0, limit=2)
    assert [one["version"] for one in history["results"]] == ["2", "1"]
    old = api("organizer").ok("GET", f"/entity/{project}/wiki2/{made['id']}", wikiVersion=0)
    assert old["title"] == "one"


def test_history_asks_for_offset_and_limit(api: Users, project: str, markdown: str) -> None:
    made = page(api("organizer"), project, markdown)
    assert api("organizer").get(f"/entity/{project}/wiki2/{made['id']}/wikihistory", offset=0).status == 400


def test_versions_older_than_the_latest_100_are_gone(api: Users, project: str, markdown: str) -> None:
    made = page(api("organizer"), project, markdown, title="0")
    address = f"/entity/{project}/wiki2/{made['id']}"
    for number in range(1, 102):
        made = api("organizer").ok("PUT", address, made | {"title": str(number)})
    assert api("organizer").get(address, wikiVersion=1).status == 404
    assert api("organizer").ok("GET", address, wikiVersion=2)["title"] == "2"


def test_restoring_makes_a_new_version_with_the_old_content(
    api: Users, project: str, markdown: str, upload: Upload
) -> None:
    made = page(api("organizer"), project, markdown, title="one")
    newer = upload(api("organizer"), "page.md.gz", b"newer")
    address = f"/entity/{project}/wiki2/{made['id']}"
    api("organizer").ok("PUT", address, made | {"title": "two", "markdownFileHandleId": newer})
    status, restored = api("organizer").put(f"{address}/0")
    assert (status, restored["title"], restored["markdownFileHandleId"]) == (200, "one", markdown)
    history = api("organizer").ok("GET", f"{address}/wikihistory", offset=0, limit=10)
    assert [one["version"] for one in history["results"]] == ["2", "1", "0"]


def test_a_restored_sub_page_keeps_its_place(api: Users, project: str, markdown: str) -> None:
    root = page(api("organizer"), project, markdown, title="Home")
    child = page(api("organizer"), project, markdown, title="one", parentWikiId=root["id"])
    address = f"/entity/{project}/wiki2/{child['id']}"
    api("organizer").ok("PUT", address, child | {"title": "two"})
    assert api("organizer").ok("PUT", f"{address}/0")["parentWikiId"] == root["id"]


def test_an_update_replaces_the_attachments(api: Users, project: str, markdown: str, upload: Upload) -> None:
    logo = upload(api("organizer"), "logo.png", b"png")
    made = page(api("organizer"), project, markdown, attachmentFileHandleIds=[logo])
    sent = {name: value for name, value in made.items() if name != "attachmentFileHandleIds"}
    assert api("organizer").ok("PUT", f"/entity/{project}/wiki2/{made['id']}", sent)["attachmentFileHandleIds"] == []


def test_attachments_are_listed_and_found_by_name(api: Users, project: str, markdown: str, upload: Upload) -> None:
    logo = upload(api("organizer"), "logo.png", b"png", "image/png")
    made = page(api("organizer"), project, markdown, attachmentFileHandleIds=[logo])
    address = f"/entity/{project}/wiki2/{made['id']}"
    assert [one["id"] for one in api("organizer").ok("GET", f"{address}/attachmenthandles")["list"]] == [logo]
    url = api("organizer").ok("GET", f"{address}/attachment", fileName="logo.png", redirect="false")
    assert httpx.get(url).content == b"png"
    assert api("organizer").get(f"{address}/attachment", fileName="other.png").status == 404
    assert api("organizer").get(f"{address}/attachment").status == 400


def test_handles_of_a_page_cannot_be_deleted(api: Users, project: str, markdown: str, upload: Upload) -> None:
    logo, loose = (upload(api("organizer"), name, name.encode()) for name in ("logo.png", "loose.png"))
    page(api("organizer"), project, markdown, attachmentFileHandleIds=[logo])
    handles = (markdown, logo, loose)
    assert [api("organizer").delete(f"/file/v1/fileHandle/{one}").status for one in handles] == [409, 409, 200]


def test_of_two_attachments_with_one_name_the_newer_is_served(
    api: Users, project: str, markdown: str, upload: Upload
) -> None:
    older, newer = (upload(api("organizer"), "plot.png", content) for content in (b"old", b"new"))
    made = page(api("organizer"), project, markdown, attachmentFileHandleIds=[newer, older])
    address = f"/entity/{project}/wiki2/{made['id']}/attachment"
    assert httpx.get(api("organizer").ok("GET", address, fileName="plot.png", redirect="false")).content == b"new"


def test_a_preview_of_an_attachment_does_not_exist(api: Users, project: str, markdown: str, upload: Upload) -> None:
    logo = upload(api("organizer"), "logo.png", b"png")
    made = page(api("organizer"), project, markdown, attachmentFileHandleIds=[logo])
    reply = api("organizer").get(f"/entity/{project}/wiki2/{made['id']}/attachmentpreview", fileName="logo.png")
    assert (reply.status, reply.reason) == (404, f"A preview does not exist for file {logo}")


@pytest.mark.parametrize("path", ["wiki2", "wikiheadertree2", "wiki2orderhint"])
def test_an_owner_without_a_wiki_answers_404_everywhere(api: Users, project: str, path: str) -> None:
    reply = api("organizer").get(f"/entity/{project}/{path}")
    number = project.removeprefix("syn")
    assert (reply.status, reply.reason) == (
        404,
        f"A root wiki does not exist for ownerId: {number} and ownerType: ENTITY",
    )


def test_readers_may_read_but_not_write_and_the_refusal_names_the_right(
    api: Users, project: str, markdown: str
) -> None:
    made = page(api("organizer"), project, markdown)
    share(api, project, "colleague", ["READ"])
    address = f"/entity/{project}/wiki2/{made['id']}"
    assert api("colleague").get(address).status == 200
    for reply, right in (
        (api("colleague").post(f"/entity/{project}/wiki2", {"markdownFileHandleId": markdown}), "CREATE"),
        (api("colleague").put(address, made), "UPDATE"),
        (api("colleague").put(f"{address}/0"), "UPDATE"),
        (api("colleague").delete(address), "DELETE"),
        (api("colleague").put(f"/entity/{project}/wiki2orderhint", {"ownerId": project.removeprefix("syn")}), "UPDATE"),
    ):
        assert reply.status == 403
        assert reply.reason.startswith(f"User is not authorized to '{right}' a WikiPage with an ownerId: ")


def test_anonymous_reads_the_wiki_of_a_public_project(api: Users, project: str, markdown: str) -> None:
    page(api("organizer"), project, markdown, title="Home")
    share(api, project, 273949, ["READ"])
    assert api().ok("GET", f"/entity/{project}/wiki2")["title"] == "Home"


def test_an_uncertified_user_may_not_write_the_wiki_of_a_folder(api: Users, project: str, upload: Upload) -> None:
    body = {"concreteType": "org.sagebionetworks.repo.model.Folder", "name": "data", "parentId": project}
    folder = api("organizer").ok("POST", "/entity", body)["id"]
    share(api, project, "newcomer", ["READ", "CREATE", "UPDATE"])
    mine = upload(api("newcomer"), "page.md.gz", b"x")
    assert api("newcomer").post(f"/entity/{folder}/wiki2", {"markdownFileHandleId": mine}).status == 403
    assert api("newcomer").post(f"/entity/{project}/wiki2", {"markdownFileHandleId": mine}).status == 201


def test_the_file_service_serves_markdown_and_attachments_of_a_page_to_its_readers(
    api: Users, project: str, markdown: str, upload: Upload
) -> None:
    logo = upload(api("organizer"), "logo.png", b"png")
    made = page(api("organizer"), project, markdown, attachmentFileHandleIds=[logo])
    share(api, project, "colleague", ["READ"])
    wanted = [
        {"fileHandleId": markdown, "associateObjectId": made["id"], "associateObjectType": "WikiMarkdown"},
        {"fileHandleId": logo, "associateObjectId": made["id"], "associateObjectType": "WikiAttachment"},
        {"fileHandleId": logo, "associateObjectId": made["id"], "associateObjectType": "WikiMarkdown"},
    ]
    request = {"requestedFiles": wanted, "includePreSignedURLs": True, "includeFileHandles": False}
    found = api("colleague").ok("POST", "/file/v1/fileHandle/batch", request)["requestedFiles"]
    assert ["preSignedURL" in one for one in found] == [True, True, False]
    refused = api("stranger").ok("POST", "/file/v1/fileHandle/batch", request)["requestedFiles"]
    assert {one["failureCode"] for one in refused} == {"UNAUTHORIZED"}


def test_a_page_whose_markdown_is_not_gzip_makes_only_the_first_generation_fail(
    api: Users, project: str, upload: Upload
) -> None:
    plain = upload(api("organizer"), "page.md", b"# plain text", "text/plain")
    made = page(api("organizer"), project, plain)
    assert api("organizer").get(f"/entity/{project}/wiki2/{made['id']}").status == 200
    assert api("organizer").get(f"/entity/{project}/wiki/{made['id']}").status == 500


def test_the_order_hint_starts_empty_and_has_a_bare_owner_id(api: Users, project: str, markdown: str) -> None:
    page(api("organizer"), project, markdown)
    hint = api("organizer").ok("GET", f"/entity/{project}/wiki2orderhint")
    assert hint["ownerId"] == project.removeprefix("syn")
    assert hint["ownerObjectType"] == "ENTITY"
    assert "idList" not in hint


def test_the_order_hint_takes_unknown_ids_under_a_new_etag(api: Users, project: str, markdown: str) -> None:
    page(api("organizer"), project, markdown)
    hint = api("organizer").ok("GET", f"/entity/{project}/wiki2orderhint")
    after = api("organizer").ok("PUT", f"/entity/{project}/wiki2orderhint", hint | {"idList": ["7", "5"]})
    assert after["idList"] == ["7", "5"]
    assert after["etag"] != hint["etag"]
    assert api("organizer").ok("GET", f"/entity/{project}/wiki2orderhint") == after


def test_the_order_hint_refuses_an_owner_id_with_prefix(api: Users, project: str, markdown: str) -> None:
    page(api("organizer"), project, markdown)
    hint = api("organizer").ok("GET", f"/entity/{project}/wiki2orderhint")
    assert api("organizer").put(f"/entity/{project}/wiki2orderhint", hint | {"ownerId": project}).status == 400


def test_the_order_hint_refuses_a_stale_etag_with_412(api: Users, project: str, markdown: str) -> None:
    page(api("organizer"), project, markdown)
    hint = api("organizer").ok("GET", f"/entity/{project}/wiki2orderhint")
    api("organizer").ok("PUT", f"/entity/{project}/wiki2orderhint", hint)
    reply = api("organizer").put(f"/entity/{project}/wiki2orderhint", hint)
    assert reply.status == 412
    assert reply.reason.startswith(f"ObjectId: {hint['ownerId']} was updated since")


def test_a_page_does_not_touch_the_etag_of_its_entity(api: Users, project: str, markdown: str) -> None:
    before = api("organizer").ok("GET", f"/entity/{project}")["etag"]
    page(api("organizer"), project, markdown)
    assert api("organizer").ok("GET", f"/entity/{project}")["etag"] == before


def test_the_text_of_an_access_requirement_is_written_by_the_act_alone(
    api: Users, project: str, upload: Upload
) -> None:
    subject = {"id": project, "type": "ENTITY"}
    requirement = api("reviewer").ok(
        "POST",
        "/accessRequirement",
        {
            "concreteType": "org.sagebionetworks.repo.model.SelfSignAccessRequirement",
            "accessType": "DOWNLOAD",
            "subjectIds": [subject],
            "name": f"terms {project}",
        },
    )["id"]
    body = {"title": "Terms", "markdown": "You agree."}
    assert api("organizer").post(f"/access_requirement/{requirement}/wiki", body).status == 403
    assert api("reviewer").post(f"/access_requirement/{requirement}/wiki", body).status == 201
    assert api().ok("GET", f"/access_requirement/{requirement}/wiki")["markdown"] == "You agree."


def share(api: Users, project: str, who: str | int, access: list[str]) -> None:
    """Add one line to the project's access control list."""
    principal = who if isinstance(who, int) else int(api(who).ok("GET", "/userProfile")["ownerId"])
    acl = api("organizer").ok("GET", f"/entity/{project}/acl")
    acl["resourceAccess"].append({"principalId": principal, "accessType": access})
    api("organizer").ok("PUT", f"/entity/{project}/acl", acl)


def test_the_official_client_writes_reads_orders_and_restores_pages(client: Any, project: str, tmp_path: Path) -> None:
    from synapseclient.models import WikiHeader, WikiHistorySnapshot, WikiOrderHint, WikiPage

    root = WikiPage(owner_id=project, title="Home", markdown="# Home").store(synapse_client=client)
    child = WikiPage(owner_id=project, title="Data", markdown="# Data", parent_id=root.id).store(synapse_client=client)
    headers = list(WikiHeader.get(owner_id=project, synapse_client=client))
    assert [(header.id, header.parent_id) for header in headers] == [(root.id, None), (child.id, root.id)]
    hint = WikiOrderHint(owner_id=project).get(synapse_client=client)
    hint.id_list = [root.id, child.id]
    assert hint.store(synapse_client=client).id_list == [root.id, child.id]
    WikiPage(owner_id=project, id=root.id, title="Start", markdown="# Start").store(synapse_client=client)
    versions = list(WikiHistorySnapshot.get(owner_id=project, id=root.id, synapse_client=client))
    assert [version.version for version in versions] == ["1", "0"]
    restored = WikiPage(owner_id=project, id=root.id, wiki_version="0").restore(synapse_client=client)
    assert restored.title == "Home"
    path = WikiPage(owner_id=project, id=root.id).get_markdown_file(
        download_file=True, download_location=str(tmp_path), synapse_client=client
    )
    assert Path(path).read_text() == "# Home"


def test_surprise_7_a_put_must_echo_the_parent_and_who_made_the_page(api: Users, project: str, markdown: str) -> None:
    me = api("organizer")
    root = page(me, project, markdown, title="Home")
    child = page(me, project, markdown, title="Data", parentWikiId=root["id"])
    path = f"/entity/{project}/wiki2/{child['id']}"
    for left_out, column in (("createdBy", "CREATED_BY"), ("createdOn", "CREATED_ON")):
        refused = me.put(path, {name: value for name, value in child.items() if name != left_out})
        assert (refused.status, refused.reason) == (400, f"Column '{column}' cannot be null")
    me.ok("PUT", path, {name: value for name, value in child.items() if name != "parentWikiId"})
    headers = me.ok("GET", f"/entity/{project}/wikiheadertree2")["results"]
    assert [header["id"] for header in headers] == [root["id"]]


@pytest.mark.parametrize("title", ["What is new?", "Daten für alle", "Task 1: data"])
def test_surprise_10_a_title_that_is_no_file_name_stops_the_official_client(
    client: Any, api: Users, project: str, markdown: str, title: str
) -> None:
    from synapseclient.core.exceptions import SynapseHTTPError
    from synapseclient.models import WikiPage

    with pytest.raises(SynapseHTTPError, match="Invalid Name: 'wiki_markdown_"):
        WikiPage(owner_id=project, title=title, markdown="x").store(synapse_client=client)
    assert page(api("organizer"), project, markdown, title=title)["title"] == title


def test_the_official_client_attaches_and_downloads_files(client: Any, project: str, tmp_path: Path) -> None:
    from synapseclient.models import WikiPage

    notes = tmp_path / "notes.txt"
    notes.write_text("attached")
    made = WikiPage(owner_id=project, title="Home", markdown="x", attachments=[str(notes)]).store(synapse_client=client)
    handles = made.get_attachment_handles(synapse_client=client)
    # The client gzips what it attaches, and renames it (contract 6.8).
    assert [handle["fileName"] for handle in handles["list"]] == ["notes.txt.gz"]


@pytest.mark.filterwarnings("ignore:Call to deprecated:DeprecationWarning")
def test_the_legacy_wiki_class_overwrites_the_root_it_finds(client: Any, project: str) -> None:
    from synapseclient import Wiki

    first = client.store(Wiki(owner=project, title="Home", markdown="one"))
    second = client.store(Wiki(owner=project, title="Home", markdown="two"))
    assert second["id"] == first["id"]
    assert client.getWiki(project).markdown == "two"
    assert [header["title"] for header in client.getWikiHeaders(project)] == ["Home"]
