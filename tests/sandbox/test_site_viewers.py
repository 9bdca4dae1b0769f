"""The pages as somebody sees them: what the API answers this account, in its words, and nothing else."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.sandbox.making import set_clock, share_queue
from tests.sandbox.showcase import NOW, SECRET, TRUTH, Showcase, make_showcase

Users = Callable[..., Any]
Look = Callable[..., str]

VIEWERS = ("", "organizer", "colleague", "participant", "stranger", "newcomer", "admin")


@pytest.fixture(scope="module")
def showcase(api: Users) -> Showcase:
    return make_showcase(api)


@pytest.fixture(scope="module")
def browser(sandbox: Any) -> Iterator[httpx.Client]:
    """A browser that keeps its connection."""
    with httpx.Client(base_url=sandbox.url) as client:
        yield client


@pytest.fixture(scope="module")
def look(browser: httpx.Client) -> Look:
    """`look(path, viewer)`: the words of a page, `status=403` when it must be refused."""

    def text(path: str, viewer: str = "", status: int = 200) -> str:
        answer = browser.get(path, params={"as": viewer})
        assert answer.status_code == status, answer.text
        bare = re.sub(r"<style>.*?</style>|<[^>]+>", " ", answer.text, flags=re.DOTALL)
        return " ".join(html.unescape(bare).split())

    return text


def main_part(text: str) -> str:
    """The words below the switch of viewers, which knows every account."""
    return text.partition("to the address.")[2]


@pytest.mark.parametrize("viewer", VIEWERS)
def test_every_page_shows_to_everybody_exactly_what_the_api_lets_through(
    api: Users, look: Look, showcase: Showcase, viewer: str
) -> None:
    client = api(viewer or None)
    may_read = client.get(f"/entity/{showcase.hidden}").status == 200
    may_download = client.get(f"/entity/{showcase.truth}/file", redirect="false").status == 200
    sees_scores = client.get(f"/evaluation/{showcase.queue}/submission/all").status == 200
    everything = " ".join(main_part(look(path, viewer)) for path in showcase.addresses())
    assert ("Hidden Staging" in everything) == may_read
    assert (TRUTH in everything) == may_download
    # A participant reads his own submissions, but not what is private in their annotations.
    assert (SECRET in everything) == sees_scores


def test_whoever_may_not_read_a_project_is_told_so_in_synapses_words(look: Look, showcase: Showcase) -> None:
    said = look(f"/projects/{showcase.hidden}/queues", "participant", status=403)
    assert "Not for participant" in said
    assert "You lack READ access to the requested entity." in said
    assert "These may look: admin organizer · Synapse administrator organizer organizer" in said


def test_nobody_sees_anything_before_accepting_the_terms(look: Look) -> None:
    assert "Terms of use have not been signed." in look("/", "unsigned", status=403)


def test_an_account_that_nobody_has_is_said(look: Look) -> None:
    assert "Nobody in this sandbox is called somebody-else." in look("/", "somebody-else", status=404)
    assert "Nobody in this sandbox is called anonymous." in look("/", "anonymous", status=404)


def test_the_switch_says_what_each_account_is_for_the_challenge(look: Look, showcase: Showcase) -> None:
    said = look(f"/projects/{showcase.project}")
    for account in (
        "Visitor not signed in",
        "admin organizer · Synapse administrator",
        "colleague invited to Showcase Participants",
        "organizer organizer · participant",
        "participant participant",
        "stranger may look",
        "newcomer not certified",
        "reviewer ACT",
        "unsigned terms not accepted",
    ):
        assert account in said


def test_the_switch_knows_who_only_scores(api: Users, look: Look, showcase: Showcase) -> None:
    stranger = int(api("stranger").ok("GET", "/userProfile")["ownerId"])
    share_queue(api("organizer"), showcase.queue, stranger, "READ", "READ_PRIVATE_SUBMISSION", "UPDATE_SUBMISSION")
    try:
        assert "stranger scores submissions" in look(f"/projects/{showcase.project}")
        assert SECRET in look(f"/projects/{showcase.project}/submissions", "stranger")
    finally:
        share_queue(api("organizer"), showcase.queue, stranger)


def test_every_link_keeps_the_viewer(browser: httpx.Client, showcase: Showcase) -> None:
    for path in showcase.addresses():
        page = browser.get(path, params={"as": "participant"}).text
        # Apart from the switch itself, which leads to the same page for others.
        outside = re.sub(r"<details.*?</details>", "", page, count=1, flags=re.DOTALL)
        links = re.findall(r'(?:href|src)="(/[^"]*)"', outside)
        assert links
        assert [link for link in links if "as=participant" not in link] == []


def test_a_participant_sees_his_own_submissions_and_others_statuses(look: Look, showcase: Showcase) -> None:
    path = f"/projects/{showcase.project}/submissions"
    assert "participant’s own" in look(path, "participant")
    assert "first try" in look(path, "participant")
    visitor = look(path)
    assert "Statuses of others’ submissions" in visitor
    assert "scored" in visitor
    assert "first try" not in visitor


def test_a_file_is_offered_to_whoever_may_download_it(browser: httpx.Client, look: Look, showcase: Showcase) -> None:
    files = f"/projects/{showcase.project}/files"
    assert "no download" in look(files)
    assert "You lack DOWNLOAD access to the requested entity." in look(files)
    assert "no download" not in look(files, "organizer")
    address = f"/downloads/{showcase.truth}"
    fetched = browser.get(address, params={"as": "organizer"}, follow_redirects=True)
    assert fetched.content == b"id,label\n1,0\n"
    assert browser.get(address).status_code == 403


def test_a_folder_has_a_page_of_its_own_for_whoever_may_read_it(look: Look, showcase: Showcase) -> None:
    path = f"/projects/{showcase.project}/files/{showcase.private}"
    assert f"Showcase Challenge / Private Data {TRUTH} file" in look(path, "organizer")
    assert "You lack READ access to the requested entity." in look(path, "participant", status=403)
    elsewhere = f"/projects/{showcase.hidden}/files/{showcase.private}"
    assert f"{showcase.private} does not lie in {showcase.hidden}." in look(elsewhere, "organizer", status=404)


def test_visitors_may_query_what_is_public(api: Users, showcase: Showcase) -> None:
    job = f"/entity/{showcase.view}/table/query/async"
    request = {
        "concreteType": "org.sagebionetworks.repo.model.table.QueryBundleRequest",
        "query": {"sql": f"select name from {showcase.view}"},  # noqa: S608 -- SQL of Synapse
        "partMask": 1,
    }
    token = api().ok("POST", f"{job}/start", request)["token"]
    rows = api().ok("GET", f"{job}/get/{token}")["queryResult"]["queryResults"]["rows"]
    assert [row["values"] for row in rows] == [["first try"], ["second try"]]


def test_pending_invitations_are_for_managers_and_for_the_invited(look: Look, showcase: Showcase) -> None:
    path = f"/projects/{showcase.project}/teams"
    assert "colleague invited" in main_part(look(path, "organizer"))
    assert "colleague invited" in main_part(look(path, "colleague"))
    assert "you are invited" in look(path, "colleague")
    assert "colleague invited" not in main_part(look(path, "participant"))
    assert "colleague invited" not in main_part(look(path))


def test_messages_are_their_senders_and_recipients(look: Look, showcase: Showcase) -> None:
    text = "The second round begins today."
    sent, received = look("/messages", "organizer"), look("/messages", "participant")
    assert re.search(f"Outbox Second round .* from organizer to participant .* {text} Inbox", sent)
    assert re.search(f"Inbox Second round unread .* {text}", received)
    assert text not in look("/messages", "admin")
    assert "A visitor isn’t signed in" in look("/messages")


def test_an_overview_tells_the_state_of_the_queues(look: Look, showcase: Showcase) -> None:
    said = look(f"/projects/{showcase.project}", "participant")
    assert "Main task running ends in 10 days participant may submit" in said
    assert "3 rounds, running: 2027-03-10 09:00 UTC – 2027-03-20 09:00 UTC" in said
    assert "behind closed doors" not in said


def test_rounds_go_with_the_sandbox_clock(api: Users, look: Look, showcase: Showcase) -> None:
    set_clock(api("admin"), "2027-03-21T00:00:00.000Z")
    try:
        assert "Main task ahead starts in 1 day" in look(f"/projects/{showcase.project}")
    finally:
        set_clock(api("admin"), NOW)


def test_widgets_mean_to_each_viewer_what_they_would_on_synapse(look: Look, showcase: Showcase) -> None:
    home = f"/projects/{showcase.project}/wiki"
    visitor, participant = look(home), look(home, "participant")
    assert "Join Showcase Participants sign in to join" in visitor
    assert "✓ You are a member of Showcase Participants" in participant
    assert "Submit a file Main task; you may not submit" in visitor
    assert "Submit a file Main task; you may submit" in participant
    for said in (visitor, participant):
        assert "▶ Video: https://www.youtube.com/watch?v=abc123" in said
        assert "Showcase Participants: 2 members organizer participant" in said
        assert "No team has registered yet." in said
        assert "organizer is a person, Widget novelty is new." in said
        assert "0.875" in said
        assert "2 rows" in said


def test_images_come_in_the_size_and_place_that_the_text_asks_for(browser: httpx.Client, showcase: Showcase) -> None:
    page = browser.get(f"/projects/{showcase.project}/wiki").text
    address = f"/attachments/entity/{showcase.project}/{showcase.pages['Home']}/plot.png"
    assert f'<img src="{address}" alt="Scores over time" style="width:40%" class="align-right">' in page


def test_what_a_widget_cannot_find_is_said_in_its_place(api: Users, look: Look, showcase: Showcase) -> None:
    texts = "${image?fileName=<b>}", "${jointeam?teamId=8}", "${synapsetable?query=select * from syn1}", "${x?text=<i>}"
    page = {"title": "Lost", "markdown": "\n\n".join(texts), "parentWikiId": showcase.pages["Home"]}
    made = api("organizer").ok("POST", f"/entity/{showcase.project}/wiki", page)["id"]
    said = look(f"/projects/{showcase.project}/wiki/{made}")
    assert "Image <b>: not attached" in said
    assert "Join unknown team (8)" in said
    assert "syn1: Resource: 'syn1' does not exist" in said
    assert "Widget x: <i>" in said
