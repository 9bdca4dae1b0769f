"""Wikis of queues and access requirements, and other calls that differ from a neighbour by their address alone."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.sandbox.making import MODEL, Client, Json, Names, Users, id_of, make_project, make_queue, make_team
from tests.sandbox.requiring import joining


@dataclass(frozen=True)
class Owner:
    """What a wiki hangs on: the start of its addresses, and somebody who may write there."""

    base: str
    client: Client


@pytest.fixture(params=["entity", "evaluation", "access_requirement"])
def owner(request: pytest.FixtureRequest, api: Users, unique: Names) -> Owner:
    organizer, act = api("organizer"), api("reviewer")
    if request.param == "access_requirement":
        team = make_team(organizer, unique("team"))["id"]
        return Owner(f"/access_requirement/{act.ok('POST', '/accessRequirement', joining(team))['id']}", act)
    project = make_project(organizer, unique("project"))["id"]
    if request.param == "entity":
        return Owner(f"/entity/{project}", organizer)
    return Owner(f"/evaluation/{make_queue(organizer, unique('queue'), project)['id']}", organizer)


def test_each_owner_has_wikis_of_the_second_generation(owner: Owner, upload: Callable[..., str]) -> None:
    client, base = owner.client, f"{owner.base}/wiki2"
    text = upload(client, "page.md.gz", gzip.compress(b"# Hello", mtime=0), "application/x-gzip")
    logo = upload(client, "logo.png", b"png", "image/png")
    made = client.ok("POST", base, {"title": "Home", "markdownFileHandleId": text, "attachmentFileHandleIds": [logo]})
    page = f"{base}/{made['id']}"
    assert client.ok("GET", base) == client.ok("GET", page) == made
    changed = client.ok("PUT", page, made | {"title": "House"})
    assert client.ok("PUT", f"{page}/0", {})["title"] == "Home"
    assert changed["etag"] != made["etag"]
    assert [one["title"] for one in client.ok("GET", f"{owner.base}/wikiheadertree2")["results"]] == ["Home"]
    assert len(client.ok("GET", f"{page}/wikihistory", offset=0, limit=10)["results"]) == 3
    assert [one["fileName"] for one in client.ok("GET", f"{page}/attachmenthandles")["list"]] == ["logo.png"]
    assert client.get(f"{page}/attachment", fileName="logo.png", redirect="false").status == 200
    assert client.get(f"{page}/attachmentpreview", fileName="logo.png", redirect="false").status in (200, 404)
    assert client.get(f"{page}/markdown", redirect="false").status == 200
    assert client.delete(page).status == 200
    assert client.get(page).status == 404


def test_each_owner_has_wikis_of_the_first_generation(owner: Owner, upload: Callable[..., str]) -> None:
    client, base = owner.client, f"{owner.base}/wiki"
    logo = upload(client, "logo.png", b"png", "image/png")
    made = client.ok("POST", base, {"title": "Home", "markdown": "# Hello", "attachmentFileHandleIds": [logo]})
    page = f"{base}/{made['id']}"
    assert client.ok("GET", base) == client.ok("GET", page) == made
    assert client.ok("GET", f"{owner.base}/wikikey")["wikiPageId"] == made["id"]
    assert client.ok("PUT", page, made | {"markdown": "# Bye"})["markdown"] == "# Bye"
    assert [one["title"] for one in client.ok("GET", f"{owner.base}/wikiheadertree")["results"]] == ["Home"]
    assert [one["fileName"] for one in client.ok("GET", f"{page}/attachmenthandles")["list"]] == ["logo.png"]
    assert client.get(f"{page}/attachment", fileName="logo.png", redirect="false").status == 200
    assert client.get(f"{page}/attachmentpreview", fileName="logo.png", redirect="false").status in (200, 404)
    assert client.delete(page).status == 200


@pytest.fixture
def file(organizer: Client, project: str, upload: Callable[..., str]) -> Json:
    handle = upload(organizer, "data.csv", b"a,b\n")
    body = {"concreteType": f"{MODEL}FileEntity", "name": "data.csv", "parentId": project, "dataFileHandleId": handle}
    made: Json = organizer.ok("POST", "/entity", body)
    return made


def test_a_version_of_a_file_has_its_handles_and_its_content(organizer: Client, file: Json) -> None:
    version = f"/entity/{file['id']}/version/1"
    assert organizer.ok("GET", f"{version}/filehandles") == organizer.ok("GET", f"/entity/{file['id']}/filehandles")
    assert organizer.get(f"{version}/file", redirect="false").status == 200
    association = {"fileAssociateType": "FileEntity", "fileAssociateId": file["id"], "redirect": "false"}
    assert organizer.get(f"/file/v1/file/{file['dataFileHandleId']}", **association).status == 200


def test_a_file_goes_to_the_trash_through_its_own_call_too(organizer: Client, file: Json) -> None:
    assert organizer.put(f"/trashcan/trash/{file['id']}").status == 200
    assert organizer.get(f"/entity/{file['id']}").status == 404


def test_an_upload_destination_can_be_asked_for_by_its_location(organizer: Client, project: str) -> None:
    (location,) = organizer.ok("GET", f"/file/v1/entity/{project}/uploadDestinationLocations")["list"]
    base = f"/file/v1/entity/{project}/uploadDestination"
    by_id = organizer.ok("GET", f"{base}/{location['storageLocationId']}")
    assert by_id["storageLocationId"] == organizer.ok("GET", base)["storageLocationId"]


def test_a_person_can_be_read_from_outside(organizer: Client, participant: Client) -> None:
    bundle = organizer.ok("GET", f"/user/{id_of(participant)}/bundle", mask=1)
    assert bundle["userProfile"]["userName"] == "participant"


def test_a_token_can_be_read_by_its_id_and_the_terms_by_everybody(organizer: Client, api: Users) -> None:
    made = organizer.ok("POST", "/auth/v1/personalAccessToken", {"name": "second", "scope": ["view"]})
    assert made["token"]
    tokens = organizer.ok("GET", "/auth/v1/personalAccessToken")["results"]
    record = next(one for one in tokens if one["name"] == "second")
    assert organizer.ok("GET", f"/auth/v1/personalAccessToken/{record['id']}") == record
    assert api().ok("GET", "/auth/v1/termsOfUse2")["latestTermsOfServiceVersion"]


def test_an_activity_can_be_read_by_its_id(organizer: Client) -> None:
    made = organizer.ok("POST", "/activity", {"name": "made by hand"})
    assert organizer.ok("GET", f"/activity/{made['id']}") == made


def test_forums_and_replies_can_be_read_by_their_ids(organizer: Client, project: str) -> None:
    forum = organizer.ok("GET", f"/project/{project}/forum")
    assert organizer.ok("GET", f"/forum/{forum['id']}") == forum
    thread = organizer.ok("POST", "/thread", {"forumId": forum["id"], "title": "Hello", "messageMarkdown": "there"})
    assert [organizer.put(f"/thread/{thread['id']}/{change}").status for change in ("pin", "unpin")] == [204, 204]
    reply = organizer.ok("POST", "/reply", {"threadId": thread["id"], "messageMarkdown": "hi"})
    assert organizer.ok("GET", f"/reply/{reply['id']}")["id"] == reply["id"]
    assert organizer.ok("GET", "/reply/messageUrl", messageKey=reply["messageKey"])["messageUrl"]


def test_how_long_views_lag_can_be_read(organizer: Client) -> None:
    assert organizer.ok("GET", "/sandbox/v1/views/delay") == {"milliseconds": 0}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("DELETE", "/message/1", 410),
        ("GET", "/entity/syn1/accessApproval", 410),
        ("GET", "/team/1/accessApproval", 410),
        ("GET", "/evaluation/1/accessApproval", 410),
        ("DELETE", "/accessApproval/1", 410),
        ("POST", "/evaluation/submission/1/contributor", 410),
        ("GET", "/evaluation/submission/query", 501),
    ],
)
def test_retired_calls_say_so(organizer: Client, method: str, path: str, status: int) -> None:
    reply = organizer.send(method, path)  # type: ignore[attr-defined]  # the protocol names the usual methods alone
    assert reply.status == status
    assert isinstance(reply.reason, str)


def test_a_project_has_no_settings_and_only_its_readers_are_told(api: Users, organizer: Client, project: str) -> None:
    path = f"/projectSettings/{project}/type"
    told = organizer.get(f"{path}/upload")
    assert (told.status, told.body) == (200, "")
    assert organizer.get(f"{path}/colour").status == 400
    assert api("stranger").get(f"{path}/upload").status == 403
