"""Messages between users, and the discussion forum (contract 11.2, 11.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

Users = Callable[..., Any]
Names = Callable[[str], str]
Upload = Callable[..., str]

MODEL = "org.sagebionetworks.repo.model."


@pytest.fixture
def handle(api: Users, upload: Upload, unique: Names) -> str:
    return upload(api("organizer"), "body.txt", unique("Dear all").encode(), "text/plain")


@pytest.fixture
def project(api: Users, unique: Names) -> str:
    return str(
        api("organizer").ok("POST", "/entity", {"concreteType": f"{MODEL}Project", "name": unique("forum")})["id"]
    )


@pytest.fixture
def slowly(api: Users) -> Any:
    """Enough sandbox time between tests that no message counts for the next one's limit."""
    api("admin").ok("POST", "/sandbox/v1/clock/advance", {"milliseconds": 120_000})


def id_of(api: Users, user: str) -> str:
    return str(api(user).ok("GET", "/userProfile")["ownerId"])


@pytest.mark.usefixtures("slowly")
def test_a_message_reaches_the_inbox_of_its_recipient_and_the_outbox_of_its_sender(api: Users, handle: str) -> None:
    recipient = id_of(api, "participant")
    status, sent = api("organizer").post(
        "/message", {"recipients": [recipient], "subject": "Welcome", "fileHandleId": handle}
    )
    assert status == 201
    assert (sent["recipients"], sent["subject"], sent["fileHandleId"]) == ([recipient], "Welcome", handle)
    assert api("organizer").ok("GET", "/message/outbox")["results"][0] == sent
    received = api("participant").ok("GET", "/message/inbox")["results"][0]
    assert received["message"] == sent
    assert received["status"]["status"] == "UNREAD"


@pytest.mark.usefixtures("slowly")
def test_the_recipient_reads_the_text_and_marks_it(api: Users, handle: str) -> None:
    recipient = id_of(api, "participant")
    sent = api("organizer").ok("POST", "/message", {"recipients": [recipient], "fileHandleId": handle})
    url = api("participant").ok("GET", f"/message/{sent['id']}/file", redirect="false")
    assert httpx.get(url).text.startswith("Dear all")
    read = {"messageId": sent["id"], "status": "ARCHIVED"}
    assert api("participant").ok("PUT", "/message/status", read)["status"] == "ARCHIVED"
    inbox = api("participant").ok("GET", "/message/inbox")["results"]
    assert sent["id"] not in [bundle["message"]["id"] for bundle in inbox]
    assert api("stranger").get(f"/message/{sent['id']}").status == 403
    assert api("stranger").put("/message/status", read).status == 404


@pytest.mark.usefixtures("slowly")
def test_a_message_to_a_team_reaches_its_members(api: Users, handle: str, unique: Names) -> None:
    team = api("organizer").ok("POST", "/team", {"name": unique("mail"), "canPublicJoin": True})["id"]
    api("participant").ok("PUT", f"/team/{team}/member/{id_of(api, 'participant')}")
    sent = api("organizer").ok("POST", "/message", {"recipients": [team], "fileHandleId": handle})
    assert api("participant").get(f"/message/{sent['id']}").status == 200


@pytest.mark.usefixtures("slowly")
def test_a_message_to_a_team_that_may_not_be_written_to_bounces_without_a_word(
    api: Users, handle: str, unique: Names
) -> None:
    team = api("colleague").ok("POST", "/team", {"name": unique("closed")})["id"]
    acl = api("colleague").ok("GET", f"/team/{team}/acl")
    acl["resourceAccess"] = [entry for entry in acl["resourceAccess"] if entry["principalId"] != 273948]
    api("colleague").ok("PUT", "/team/acl", acl)
    status, sent = api("organizer").post("/message", {"recipients": [team], "fileHandleId": handle})
    assert status == 201
    assert api("colleague").get(f"/message/{sent['id']}").status == 403


@pytest.mark.usefixtures("slowly")
def test_refusals_of_a_message_say_what_is_wrong(api: Users, handle: str, upload: Upload) -> None:
    me = api("organizer")
    assert me.post("/message", {"fileHandleId": handle}).reason == "recipients must be set."
    unknown = me.post("/message", {"recipients": ["12", id_of(api, "participant")], "fileHandleId": handle})
    assert (unknown.status, unknown.reason) == (400, "One or more of the following IDs are not recognized: [12]")
    foreign = upload(api("stranger"), "body.txt", b"not yours", "text/plain")
    assert me.post("/message", {"recipients": [id_of(api, "participant")], "fileHandleId": foreign}).status == 403
    assert api().post("/message", {"recipients": ["1"], "fileHandleId": handle}).status == 403


@pytest.mark.usefixtures("slowly")
def test_the_eleventh_message_of_a_minute_is_refused_with_the_sentence_that_clients_wait_on(
    api: Users, handle: str
) -> None:
    body = {"recipients": [id_of(api, "participant")], "fileHandleId": handle}
    replies = [api("organizer").post("/message", body) for _ in range(11)]
    assert [reply.status for reply in replies] == [201] * 10 + [429]
    assert replies[-1].reason == "Please slow down.  You may send a maximum of 10 message(s) every 60 second(s)"


@pytest.mark.usefixtures("slowly")
def test_an_answer_knows_what_it_answers(api: Users, handle: str, upload: Upload) -> None:
    sent = api("organizer").ok("POST", "/message", {"recipients": [id_of(api, "colleague")], "fileHandleId": handle})
    own = upload(api("colleague"), "body.txt", b"Thanks", "text/plain")
    answer = {"recipients": [id_of(api, "organizer")], "fileHandleId": own, "inReplyTo": sent["id"]}
    assert api("colleague").ok("POST", "/message", answer)["inReplyToRoot"] == sent["id"]


def test_messages_cannot_be_deleted(api: Users) -> None:
    assert api("organizer").delete("/message/1").status == 410


@pytest.mark.usefixtures("slowly")
def test_the_official_client_sends_a_message(api: Users, client: Any) -> None:
    sent = client.sendMessage([id_of(api, "participant")], "From the client", "Hello from the client")
    assert sent["subject"] == "From the client"


def test_a_project_has_a_forum_from_the_start(api: Users, project: str) -> None:
    forum = api("organizer").ok("GET", f"/project/{project}/forum")
    assert forum["projectId"] == project
    assert api("organizer").ok("GET", f"/project/{project}/forum") == forum
    assert api("stranger").get(f"/project/{project}/forum").status == 403


def thread(api: Users, project: str, **members: Any) -> dict[str, Any]:
    forum = api("organizer").ok("GET", f"/project/{project}/forum")["id"]
    body = {"forumId": forum, "title": "Welcome", "messageMarkdown": "Hello", **members}
    return dict(api("organizer").ok("POST", "/thread", body))


def test_a_thread_is_posted_listed_and_read(api: Users, project: str) -> None:
    made = thread(api, project)
    found = api("organizer").ok("GET", f"/forum/{made['forumId']}/threads", limit=20, offset=0)["results"]
    assert found == [made]
    url = api("organizer").ok("GET", "/thread/messageUrl", messageKey=made["messageKey"])["messageUrl"]
    assert httpx.get(url).text == "Hello"


def test_changing_a_thread_answers_201_and_asks_for_no_etag(api: Users, project: str) -> None:
    made = thread(api, project)
    status, titled = api("organizer").put(f"/thread/{made['id']}/title", {"title": "Start here"})
    assert (status, titled["title"], titled["isEdited"]) == (201, "Start here", True)
    assert api("organizer").put(f"/thread/{made['id']}/message", {"messageMarkdown": "Hi"}).status == 201
    assert api("reviewer").put(f"/thread/{made['id']}/title", {"title": "Mine"}).status == 403


def test_pinned_threads_come_first_and_deleted_ones_can_be_left_out(api: Users, project: str) -> None:
    first, second = thread(api, project), thread(api, project, title="Later")
    forum = f"/forum/{first['forumId']}/threads"
    assert api("organizer").put(f"/thread/{first['id']}/pin").status == 204
    assert [one["id"] for one in api("organizer").ok("GET", forum)["results"]] == [first["id"], second["id"]]
    assert api("organizer").delete(f"/thread/{second['id']}").status == 204
    left = api("organizer").ok("GET", forum, filter="EXCLUDE_DELETED")["results"]
    assert [one["id"] for one in left] == [first["id"]]


def test_replies_count_and_keep_their_order(api: Users, project: str) -> None:
    made = thread(api, project)
    for text in ("one", "two"):
        assert api("organizer").post("/reply", {"threadId": made["id"], "messageMarkdown": text}).status == 201
    replies = api("organizer").ok("GET", f"/thread/{made['id']}/replies")["results"]
    assert [reply["threadId"] for reply in replies] == [made["id"]] * 2
    assert api("organizer").ok("GET", f"/thread/{made['id']}")["numberOfReplies"] == 2


@pytest.mark.parametrize("missing", ["forumId", "title", "messageMarkdown"])
def test_a_thread_needs_all_of_its_members(api: Users, project: str, missing: str) -> None:
    forum = api("organizer").ok("GET", f"/project/{project}/forum")["id"]
    body = {"forumId": forum, "title": "Welcome", "messageMarkdown": "Hello"}
    del body[missing]
    reply = api("organizer").post("/thread", body)
    assert (reply.status, reply.reason) == (400, f"{missing} is required.")


def test_anonymous_reads_a_public_forum_but_does_not_post(api: Users, project: str) -> None:
    acl = api("organizer").ok("GET", f"/entity/{project}/acl")
    acl["resourceAccess"].append({"principalId": 273949, "accessType": ["READ"]})
    api("organizer").ok("PUT", f"/entity/{project}/acl", acl)
    forum = api().ok("GET", f"/project/{project}/forum")["id"]
    assert api().ok("GET", f"/forum/{forum}/threads")["results"] == []
    body = {"forumId": forum, "title": "Spam", "messageMarkdown": "x"}
    assert api().post("/thread", body).status == 403
