"""The pages that show what is in the sandbox."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

Users = Callable[..., Any]
Names = Callable[[str], str]
Upload = Callable[..., str]
Browse = Callable[..., httpx.Response]

MODEL = "org.sagebionetworks.repo.model."


@pytest.fixture(scope="module")
def browse(sandbox: Any) -> Iterator[Browse]:
    """A browser: `browse(path)` looks as the organizer, `browse(path, "")` as a visitor."""
    with httpx.Client(base_url=sandbox.url) as client:
        yield lambda path, viewer="organizer": client.get(path, params={"as": viewer})


@pytest.fixture
def project(api: Users, unique: Names) -> str:
    body = {"concreteType": f"{MODEL}Project", "name": unique("shown"), "description": "For <everybody>"}
    return str(api("organizer").ok("POST", "/entity", body)["id"])


def text_of(answer: httpx.Response) -> str:
    """The page without its tags, blanks run together."""
    assert answer.status_code == 200, answer.text
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", answer.text, flags=re.DOTALL).split())


def test_the_first_page_lists_the_projects_that_the_viewer_may_see(api: Users, browse: Browse, project: str) -> None:
    name = api("organizer").ok("GET", f"/entity/{project}")["name"]
    shown = text_of(browse("/"))
    assert name in shown
    assert "For &lt;everybody&gt;" in shown
    assert name not in text_of(browse("/", ""))


def test_the_sandbox_clock_stands_on_every_page(api: Users, browse: Browse, project: str) -> None:
    api("admin").ok("PUT", "/sandbox/v1/clock", {"mode": "frozen", "now": "2027-03-01T09:00:00.000Z"})
    try:
        for path in ("/", "/teams", f"/projects/{project}", f"/projects/{project}/files"):
            assert "Sandbox clock 2027-03-01 09:00 UTC" in text_of(browse(path))
    finally:
        api("admin").ok("PUT", "/sandbox/v1/clock", {"mode": "real"})


def test_a_wiki_is_rendered_with_its_tree_in_the_hinted_order(api: Users, browse: Browse, project: str) -> None:
    me = api("organizer")
    root = me.ok("POST", f"/entity/{project}/wiki", {"title": "Home", "markdown": "Some **bold** text"})
    ids = [
        me.ok("POST", f"/entity/{project}/wiki", {"title": title, "parentWikiId": root["id"]})["id"]
        for title in ("Alpha", "Beta")
    ]
    assert re.search("Home.*Alpha.*Beta", text_of(browse(f"/projects/{project}/wiki")))
    hint = me.ok("GET", f"/entity/{project}/wiki2orderhint")
    me.ok("PUT", f"/entity/{project}/wiki2orderhint", hint | {"idList": [root["id"], ids[1], ids[0]]})
    page = browse(f"/projects/{project}/wiki")
    assert re.search("Home.*Beta.*Alpha", text_of(page))
    assert "<strong>bold</strong>" in page.text
    assert "Alpha" in text_of(browse(f"/projects/{project}/wiki/{ids[0]}"))


def test_images_of_a_page_are_served_to_whoever_may_read_the_page(
    api: Users, browse: Browse, project: str, upload: Upload
) -> None:
    me = api("organizer")
    logo = upload(me, "my logo.png", b"\x89PNG", "image/png")
    text = "${image?fileName=my%20logo.png}"
    body = {"title": "Home", "markdown": text, "attachmentFileHandleIds": [logo]}
    page = me.ok("POST", f"/entity/{project}/wiki", body)["id"]
    address = re.search(r'<img src="([^"?]+)\?as=organizer"', browse(f"/projects/{project}/wiki").text)
    assert address is not None
    served = browse(address[1])
    assert (served.content, served.headers["content-type"]) == (b"\x89PNG", "image/png")
    assert browse(address[1], "").status_code == 403
    assert browse(f"/attachments/entity/{project}/{page}/secret.csv").status_code == 404


def test_pages_allow_no_scripts_and_no_other_hosts(api: Users, browse: Browse, project: str) -> None:
    api("organizer").ok("POST", f"/entity/{project}/wiki", {"markdown": "<script>alert(1)</script>"})
    page = browse(f"/projects/{project}/wiki")
    assert "<script>" not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


def test_an_attached_html_file_is_a_download(api: Users, browse: Browse, project: str, upload: Upload) -> None:
    html = upload(api("organizer"), "page.html", b"<script>alert(1)</script>", "text/html")
    body = {"title": "Home", "attachmentFileHandleIds": [html]}
    page = api("organizer").ok("POST", f"/entity/{project}/wiki", body)["id"]
    assert (
        browse(f"/attachments/entity/{project}/{page}/page.html").headers["content-type"] == "application/octet-stream"
    )


def test_teams_show_members_managers_and_invitations(api: Users, browse: Browse, project: str, unique: Names) -> None:
    me = api("organizer")
    team = me.ok("POST", "/team", {"name": unique("solvers"), "canPublicJoin": True})["id"]
    me.ok("POST", "/challenge", {"projectId": project, "participantTeamId": team})
    invitee = api("participant").ok("GET", "/userProfile")["ownerId"]
    me.ok("POST", "/membershipInvitation", {"teamId": team, "inviteeId": invitee, "message": "Do join"})
    shown = text_of(browse(f"/projects/{project}/teams"))
    assert "Participants of the challenge Anybody may join" in shown
    assert "1 member" in shown
    assert "organizer manager" in shown
    assert re.search("participant invited .* Do join", shown)
    assert unique("solvers") in text_of(browse("/teams"))


def test_queues_show_rounds_limits_and_who_may_submit(api: Users, browse: Browse, project: str, unique: Names) -> None:
    me = api("organizer")
    queue = me.ok("POST", "/evaluation", {"name": unique("queue"), "contentSource": project})["id"]
    assert "Always open, without a limit" in text_of(browse(f"/projects/{project}/queues"))
    limits = [{"limitType": "TOTAL", "maximumSubmissions": 3}, {"limitType": "DAILY", "maximumSubmissions": 1}]
    span_of_round = {"roundStart": "2127-03-01T09:00:00.000Z", "roundEnd": "2127-03-29T09:00:00.000Z"}
    me.ok("POST", f"/evaluation/{queue}/round", {"evaluationId": queue, "limits": limits, **span_of_round})
    shown = text_of(browse(f"/projects/{project}/queues"))
    assert "2127-03-01 09:00 UTC 2127-03-29 09:00 UTC 28 days 3 in the round, 1 a day" in shown
    assert re.search("ahead starts in [0-9]+ days", shown)
    assert "organizer may submit, see everybody’s submissions, score, edit, change sharing" in shown
    assert "Administrator CHANGE_PERMISSIONS" in shown


def test_files_show_folders_within_folders(api: Users, browse: Browse, project: str) -> None:
    me = api("organizer")
    folder = me.ok("POST", "/entity", {"concreteType": f"{MODEL}Folder", "name": "Data", "parentId": project})["id"]
    external = {
        "concreteType": f"{MODEL}file.ExternalFileHandle",
        "externalURL": "https://example.org/a.csv",
        "fileName": "a.csv",
    }
    handle = me.ok("POST", "/file/v1/externalFileHandle", external)["id"]
    file = {"concreteType": f"{MODEL}FileEntity", "name": "a.csv", "parentId": folder, "dataFileHandleId": handle}
    me.ok("POST", "/entity", file)
    assert re.search(
        f"Data folder {folder} a.csv file syn[0-9]+ · version 1 · https://example.org/a.csv",
        text_of(browse(f"/projects/{project}/files")),
    )


def test_sharing_lists_what_does_not_inherit(api: Users, browse: Browse, project: str) -> None:
    me = api("organizer")
    acl = me.ok("GET", f"/entity/{project}/acl")
    acl["resourceAccess"].append({"principalId": 273949, "accessType": ["READ"]})
    me.ok("PUT", f"/entity/{project}/acl", acl)
    folder = me.ok("POST", "/entity", {"concreteType": f"{MODEL}Folder", "name": "Quiet", "parentId": project})["id"]
    assert "Quiet" not in text_of(browse(f"/projects/{project}/sharing"))
    me.ok("POST", f"/entity/{folder}/acl", {"resourceAccess": acl["resourceAccess"][:1]})
    shown = text_of(browse(f"/projects/{project}/sharing"))
    assert "Anybody on the web 273949 Can view READ" in shown
    assert f"Quiet folder {folder}" in shown


def test_views_show_their_rows(api: Users, browse: Browse, project: str, unique: Names) -> None:
    me = api("organizer")
    queue = me.ok("POST", "/evaluation", {"name": unique("queue"), "contentSource": project})["id"]
    folder = me.ok("POST", "/entity", {"concreteType": f"{MODEL}Folder", "name": "entry", "parentId": project})
    submission = {"evaluationId": queue, "entityId": folder["id"], "versionNumber": 1, "name": "first try"}
    me.ok("POST", "/evaluation/submission", submission, etag=folder["etag"])
    columns = me.ok("GET", "/column/tableview/defaults", viewEntityType="submissionview")["list"]
    view = {
        "concreteType": f"{MODEL}table.SubmissionView",
        "name": "Dashboard",
        "parentId": project,
        "scopeIds": [queue],
        "columnIds": [column["id"] for column in columns],
    }
    me.ok("POST", "/entity", view)
    shown = text_of(browse(f"/projects/{project}/leaderboards"))
    assert "Dashboard submission view" in shown
    assert "1 row" in shown
    assert "first try" in shown


def test_any_entity_leads_to_its_project(api: Users, browse: Browse, project: str) -> None:
    me = api("organizer")
    folder = me.ok("POST", "/entity", {"concreteType": f"{MODEL}Folder", "name": "Data", "parentId": project})["id"]
    lead = "as=organizer"
    assert browse(f"/entities/{folder}").headers["location"] == f"/projects/{project}/files/{folder}?{lead}"
    assert browse(f"/entities/{project}/wiki/7").headers["location"] == f"/projects/{project}/wiki/7?{lead}"
    assert browse(f"/entities/{project}").headers["location"] == f"/projects/{project}?{lead}"
    assert browse(f"/entities/{folder}", "").status_code == 403


@pytest.mark.parametrize("path", ["/projects/syn1", "/projects/nonsense", "/projects/syn4489/queues"])
def test_what_is_not_there_is_said_in_a_page(browse: Browse, path: str) -> None:
    answer = browse(path)
    assert answer.status_code in (400, 403, 404)
    assert answer.headers["content-type"].startswith("text/html")
    assert "Synapse would answer organizer" in answer.text


def test_a_project_in_the_trash_is_not_shown(api: Users, browse: Browse, project: str) -> None:
    api("organizer").ok("DELETE", f"/entity/{project}")
    assert browse(f"/projects/{project}").status_code == 404
    assert project not in text_of(browse("/"))


def test_pages_only_read(sandbox: Any) -> None:
    assert httpx.post(f"{sandbox.url}/").status_code == 405
