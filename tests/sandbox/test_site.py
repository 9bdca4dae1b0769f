"""The pages that show what is in the sandbox."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from synapse_sandbox.site.markdown import PageLinks, render
from synapse_sandbox.site.moments import moment, relative, span
from synapse_sandbox.site.projects import readable_size

Users = Callable[..., Any]
Names = Callable[[str], str]
Upload = Callable[..., str]
Browse = Callable[[str], httpx.Response]

MODEL = "org.sagebionetworks.repo.model."
LINKS = PageLinks(attachment={"logo.png": "/attachments/1/logo.png"}.get, team_name={"7": "Solvers"}.get)


@pytest.fixture
def browse(sandbox: Any) -> Browse:
    """A browser without a token."""
    return lambda path: httpx.get(f"{sandbox.url}{path}")


@pytest.fixture
def project(api: Users, unique: Names) -> str:
    body = {"concreteType": f"{MODEL}Project", "name": unique("shown"), "description": "For <everybody>"}
    return str(api("organizer").ok("POST", "/entity", body)["id"])


def text_of(answer: httpx.Response) -> str:
    """The page without its tags, blanks run together."""
    assert answer.status_code == 200, answer.text
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", answer.text, flags=re.DOTALL).split())


def test_the_first_page_lists_projects_that_nobody_else_may_see_and_says_so(
    api: Users, browse: Browse, project: str
) -> None:
    name = api("organizer").ok("GET", f"/entity/{project}")["name"]
    shown = text_of(browse("/"))
    assert name in shown
    assert "Operator’s view" in shown
    assert "For &lt;everybody&gt;" in shown


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
    assert re.search("Home.*Alpha.*Beta", text_of(browse(f"/projects/{project}")))
    hint = me.ok("GET", f"/entity/{project}/wiki2orderhint")
    me.ok("PUT", f"/entity/{project}/wiki2orderhint", hint | {"idList": [root["id"], ids[1], ids[0]]})
    page = browse(f"/projects/{project}")
    assert re.search("Home.*Beta.*Alpha", text_of(page))
    assert "<strong>bold</strong>" in page.text
    assert "Alpha" in text_of(browse(f"/projects/{project}/wiki/{ids[0]}"))


def test_images_of_a_page_are_served_and_other_files_are_not(
    api: Users, browse: Browse, project: str, upload: Upload
) -> None:
    me = api("organizer")
    logo = upload(me, "my logo.png", b"\x89PNG", "image/png")
    secret = upload(me, "secret.csv", b"truth", "text/csv")
    text = "${image?fileName=my%20logo.png}"
    body = {"title": "Home", "markdown": text, "attachmentFileHandleIds": [logo]}
    me.ok("POST", f"/entity/{project}/wiki", body)
    address = re.search(r'<img src="([^"]+)"', browse(f"/projects/{project}").text)
    assert address is not None
    served = browse(address[1])
    assert (served.content, served.headers["content-type"]) == (b"\x89PNG", "image/png")
    assert browse(f"/attachments/{secret}/secret.csv").status_code == 404


def test_pages_allow_no_scripts_and_no_other_hosts(api: Users, browse: Browse, project: str) -> None:
    api("organizer").ok("POST", f"/entity/{project}/wiki", {"markdown": "<script>alert(1)</script>"})
    page = browse(f"/projects/{project}")
    assert "<script>" not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


def test_an_attached_html_file_is_a_download(api: Users, browse: Browse, project: str, upload: Upload) -> None:
    page = upload(api("organizer"), "page.html", b"<script>alert(1)</script>", "text/html")
    body = {"title": "Home", "attachmentFileHandleIds": [page]}
    api("organizer").ok("POST", f"/entity/{project}/wiki", body)
    assert browse(f"/attachments/{page}/page.html").headers["content-type"] == "application/octet-stream"


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
    assert "participant invited Do join" in shown
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
    shown = text_of(browse(f"/projects/{project}/views"))
    assert "Dashboard SubmissionView" in shown
    assert "1 row" in shown
    assert "first try" in shown


def test_any_entity_leads_to_its_project(api: Users, browse: Browse, project: str) -> None:
    me = api("organizer")
    folder = me.ok("POST", "/entity", {"concreteType": f"{MODEL}Folder", "name": "Data", "parentId": project})["id"]
    assert browse(f"/entities/{folder}").headers["location"] == f"/projects/{project}/files"
    assert browse(f"/entities/{project}/wiki/7").headers["location"] == f"/projects/{project}/wiki/7"


@pytest.mark.parametrize("path", ["/projects/syn1", "/projects/nonsense", "/projects/syn4489/queues"])
def test_what_is_not_there_is_said_in_a_page(browse: Browse, path: str) -> None:
    answer = browse(path)
    assert answer.status_code in (400, 404)
    assert answer.headers["content-type"].startswith("text/html")
    assert "Not here" in answer.text


def test_a_project_in_the_trash_is_not_shown(api: Users, browse: Browse, project: str) -> None:
    api("organizer").ok("DELETE", f"/entity/{project}")
    assert browse(f"/projects/{project}").status_code == 404
    assert project not in text_of(browse("/"))


def test_pages_only_read(sandbox: Any) -> None:
    assert httpx.post(f"{sandbox.url}/").status_code == 405


def test_a_table_of_contents_links_to_every_heading() -> None:
    html = render("${toc}\n\n# One & two\n\n## Three\n", LINKS)
    anchors = re.findall(r'<a class="depth-[12]" href="#([^"]+)">', html)
    assert len(anchors) == 2
    assert all(f'id="{anchor}"' in html for anchor in anchors)
    assert "One &amp; two</a>" in html


def test_widgets_are_shown_as_what_they_are() -> None:
    assert "Join team button: Solvers (7)" in render("${jointeam?teamId=7&isChallenge=true}", LINKS)
    assert "unknown team (8)" in render("${jointeam?teamId=8}", LINKS)
    assert "Widget novelty" in render("${novelty?x=1}", LINKS)


def test_images_come_from_attachments_in_their_own_size_unless_scaled() -> None:
    assert '<img src="/attachments/1/logo.png" alt="logo.png">' in render("${image?fileName=logo.png}", LINKS)
    assert 'style="width:50%"' in render("${image?fileName=logo.png&scale=50}", LINKS)
    assert "lost.png: not attached" in render("${image?fileName=lost.png}", LINKS)


def test_widgets_in_code_are_left_alone() -> None:
    assert "<code>${toc}</code>" in render("`${toc}`", LINKS)


@pytest.mark.parametrize("text", ["<b>x</b>", "[x](javascript:alert)", "${image?fileName=<b>}", "${x?text=<b>}"])
def test_no_html_and_no_script_links_get_through(text: str) -> None:
    html = render(text, LINKS)
    assert "<b>" not in html
    assert "href" not in html


def test_links_to_synapse_stay_in_the_sandbox() -> None:
    for link in ("#!Synapse:syn12/wiki/3", "https://www.synapse.org/Synapse:syn12/wiki/3"):
        assert 'href="/entities/syn12/wiki/3"' in render(f"[x]({link})", LINKS)


def test_times_are_utc_and_spans_have_one_unit() -> None:
    assert moment(1804060800000) == "2027-03-03 08:00 UTC"
    assert moment(1804060801000) == "2027-03-03 08:00:01 UTC"
    assert (span(86_400_000), span(7_200_000), span(5)) == ("1 day", "2 hours", "less than a minute")
    assert (relative(120_000, 0), relative(0, 86_400_000 * 3)) == ("in 2 minutes", "3 days ago")


def test_sizes_are_readable() -> None:
    assert [readable_size(size) for size in (1, 999, 1000, 24_900, 5_000_000_000_000_000)] == [
        "1 byte",
        "999 bytes",
        "1.0 kB",
        "24.9 kB",
        "5000.0 TB",
    ]
