"""The discussion forum of a project, its threads and replies (contract 11.3). Nothing here has an etag check."""

from __future__ import annotations

from typing import Final

from synapse_sandbox import reading
from synapse_sandbox.call import Answer, Call, created, no_content
from synapse_sandbox.permissions import check_exists, may_entity, require_entity
from synapse_sandbox.refusals import forbidden, not_found, required
from synapse_sandbox.routing import Route
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json, entity_number, estimated, number, page_from, syn, to_iso

SCHEMA = """
CREATE TABLE IF NOT EXISTS forums (
    id INTEGER PRIMARY KEY,
    project_id INTEGER NOT NULL UNIQUE,
    etag TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS forum_posts (
    id INTEGER PRIMARY KEY,
    forum_id INTEGER NOT NULL REFERENCES forums (id),
    thread_id INTEGER REFERENCES forum_posts (id),
    etag TEXT NOT NULL,
    title TEXT,
    message TEXT NOT NULL,
    created_on INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    modified_on INTEGER NOT NULL,
    is_edited INTEGER NOT NULL DEFAULT 0,
    is_deleted INTEGER NOT NULL DEFAULT 0,
    is_pinned INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS forum_posts_by_thread ON forum_posts (thread_id);
"""
MESSAGE_TEXT: Final = "/sandbox/v1/forum-message/{messageKey}"
_MAX_PAGE: Final = 20


def get_project_forum(call: Call) -> Answer:
    """The forum of a project; it is there as soon as the project is."""
    project_id = entity_number(call.path["projectId"])
    require_entity(call.store, call.caller, project_id, "READ")
    return Answer(_forum_json(forum_of(call.store, project_id)))


def get_forum(call: Call) -> Answer:
    """One forum by its id."""
    return Answer(_forum_json(_readable_forum(call, call.number("forumId"))))


def create_thread(call: Call) -> Answer:
    """POST {forumId, title, messageMarkdown}; equal threads are made as often as they are posted."""
    title, message = _required_text(call, "title"), _required_text(call, "messageMarkdown")
    forum = _readable_forum(call, number(_required_text(call, "forumId")))
    _check_may_post(call)
    return created(_thread_json(call.store, _post(call, forum["id"], None, title, message)))


def create_reply(call: Call) -> Answer:
    """POST {threadId, messageMarkdown}."""
    message = _required_text(call, "messageMarkdown")
    thread = _readable_post(call, number(_required_text(call, "threadId")), is_thread=True)
    _check_may_post(call)
    return created(_reply_json(call.store, _post(call, thread["forum_id"], thread["id"], None, message)))


def get_thread(call: Call) -> Answer:
    """One thread."""
    return Answer(_thread_json(call.store, _readable_post(call, call.number("threadId"), is_thread=True)))


def get_reply(call: Call) -> Answer:
    """One reply."""
    return Answer(_reply_json(call.store, _readable_post(call, call.number("replyId"), is_thread=False)))


def list_threads(call: Call) -> Answer:
    """The threads of a forum, pinned ones first, then by last activity, newest first."""
    forum, page = _readable_forum(call, call.number("forumId")), page_from(call.query, _MAX_PAGE)
    rows = call.store.all(
        "SELECT * FROM forum_posts AS t WHERE forum_id = ?1 AND thread_id IS NULL AND is_deleted <= ?2"
        " ORDER BY is_pinned DESC, max(modified_on, coalesce((SELECT max(created_on) FROM forum_posts AS r"
        " WHERE r.thread_id = t.id), 0)) DESC, id DESC LIMIT ?3 OFFSET ?4",
        forum["id"], int(call.query.get("filter") != "EXCLUDE_DELETED"), page.limit, page.offset,
    )  # fmt: skip
    return Answer(estimated([_thread_json(call.store, row) for row in rows], page))


def list_replies(call: Call) -> Answer:
    """The replies of a thread, oldest first."""
    thread, page = _readable_post(call, call.number("threadId"), is_thread=True), page_from(call.query, _MAX_PAGE)
    rows = call.store.all(
        "SELECT * FROM forum_posts WHERE thread_id = ? ORDER BY id LIMIT ? OFFSET ?",
        thread["id"], page.limit, page.offset,
    )  # fmt: skip
    return Answer(estimated([_reply_json(call.store, row) for row in rows], page))


def set_title(call: Call) -> Answer:
    """PUT {title}, by the author alone; 201."""
    return created(_thread_json(call.store, _edited(call, "title", _required_text(call, "title"))))


def set_message(call: Call) -> Answer:
    """PUT {messageMarkdown}, by the author alone; 201."""
    return created(_thread_json(call.store, _edited(call, "message", _required_text(call, "messageMarkdown"))))


def delete_thread(call: Call) -> Answer:
    """Mark a thread deleted; it stays in the list."""
    return _moderated(call, is_deleted=1)


def pin_thread(call: Call) -> Answer:
    """Keep a thread on top."""
    return _moderated(call, is_pinned=1)


def unpin_thread(call: Call) -> Answer:
    """Let a thread sink again."""
    return _moderated(call, is_pinned=0)


def get_message_url(call: Call) -> Answer:
    """{messageUrl}: where the text of a thread or reply can be fetched."""
    key = call.parameter("messageKey")
    _readable_forum(call, _post_by_key(call.store, key)["forum_id"])
    return Answer({"messageUrl": f"{call.base_url}{MESSAGE_TEXT.format(messageKey=key)}"})


def serve_message(call: Call) -> Answer:
    """The text itself, to whoever has the address."""
    return Answer(str(_post_by_key(call.store, call.path["messageKey"])["message"]))


def forum_of(store: Store, project_id: int) -> Row:
    """The forum of a project, made when it is first asked for."""
    row = store.one("SELECT * FROM forums WHERE project_id = ?", project_id)
    if row is None:
        store.insert("forums", id=store.next_id("forum"), project_id=project_id, etag=store.new_etag())
        return forum_of(store, project_id)
    return row


def _required_text(call: Call, field: str) -> str:
    value = reading.text(call.body, field)
    if not value:
        raise required(field)
    return value


def _readable_forum(call: Call, forum_id: int) -> Row:
    row = call.store.one("SELECT * FROM forums WHERE id = ?", forum_id)
    if row is None:
        raise not_found(f"Forum {forum_id} does not exist")
    require_entity(call.store, call.caller, row["project_id"], "READ")
    return row


def _readable_post(call: Call, post_id: int, *, is_thread: bool) -> Row:
    row = call.store.one("SELECT * FROM forum_posts WHERE id = ?", post_id)
    if row is None or (row["thread_id"] is None) != is_thread:
        raise not_found(f"{'Discussion thread' if is_thread else 'Reply'} {post_id} does not exist")
    _readable_forum(call, row["forum_id"])
    return row


def _check_may_post(call: Call) -> None:
    if call.caller.is_anonymous:
        raise forbidden("Anonymous users cannot post to the discussion forum.")


def _post(call: Call, forum_id: int, thread_id: int | None, title: str | None, message: str) -> Row:
    post_id = call.store.next_id("forum_post")
    call.store.insert(
        "forum_posts", id=post_id, forum_id=forum_id, thread_id=thread_id, etag=call.store.new_etag(), title=title,
        message=message, created_on=call.now, created_by=call.caller.id, modified_on=call.now,
    )  # fmt: skip
    return _by_id(call.store, post_id)


def _by_id(store: Store, post_id: int) -> Row:
    row = store.one("SELECT * FROM forum_posts WHERE id = ?", post_id)
    if row is None:
        raise not_found(f"Discussion thread {post_id} does not exist")
    return row


def _edited(call: Call, column: str, value: str) -> Row:
    thread = _readable_post(call, call.number("threadId"), is_thread=True)
    if thread["created_by"] != call.caller.id:
        raise forbidden("Only the user that created the thread can modify it.")
    call.store.update(
        "forum_posts", thread["id"], etag=call.store.new_etag(), is_edited=1, modified_on=call.now, **{column: value}
    )
    return _by_id(call.store, thread["id"])


def _moderated(call: Call, **change: int) -> Answer:
    thread = _readable_post(call, call.number("threadId"), is_thread=True)
    project_id = call.store.value("SELECT project_id FROM forums WHERE id = ?", thread["forum_id"])
    check_exists(call.store, project_id)
    if not may_entity(call.store, call.caller, project_id, "MODERATE"):
        raise forbidden("You lack MODERATE access to the requested entity.")
    call.store.update("forum_posts", thread["id"], etag=call.store.new_etag(), **change)
    return no_content()


def _post_by_key(store: Store, key: str) -> Row:
    return _by_id(store, number(key.rpartition("/")[2]))


def _forum_json(row: Row) -> Json:
    return {"id": str(row["id"]), "projectId": syn(row["project_id"]), "etag": row["etag"]}


def _post_json(store: Store, row: Row) -> Json:
    project_id = store.value("SELECT project_id FROM forums WHERE id = ?", row["forum_id"])
    return {
        "id": str(row["id"]),
        "forumId": str(row["forum_id"]),
        "projectId": syn(project_id),
        "createdOn": to_iso(row["created_on"]),
        "createdBy": str(row["created_by"]),
        "modifiedOn": to_iso(row["modified_on"]),
        "etag": row["etag"],
        "messageKey": str(row["id"]),
        "isEdited": bool(row["is_edited"]),
        "isDeleted": bool(row["is_deleted"]),
    }


def _reply_json(store: Store, row: Row) -> Json:
    return _post_json(store, row) | {"threadId": str(row["thread_id"])}


def _thread_json(store: Store, row: Row) -> Json:
    replies = store.all("SELECT created_by, created_on FROM forum_posts WHERE thread_id = ?", row["id"])
    authors = dict.fromkeys([row["created_by"], *(reply["created_by"] for reply in replies)])
    return _post_json(store, row) | {
        "title": row["title"],
        "numberOfViews": 0,
        "numberOfReplies": len(replies),
        "lastActivity": to_iso(max([row["modified_on"], *(reply["created_on"] for reply in replies)])),
        "activeAuthors": [str(author) for author in authors],
        "isPinned": bool(row["is_pinned"]),
    }


ROUTES = (
    Route("GET", "/repo/v1/project/{projectId}/forum", get_project_forum, reads=True),
    Route("GET", "/repo/v1/forum/{forumId}", get_forum, reads=True),
    Route("GET", "/repo/v1/forum/{forumId}/threads", list_threads, reads=True),
    Route("POST", "/repo/v1/thread", create_thread),
    Route("GET", "/repo/v1/thread/{threadId}", get_thread, reads=True),
    Route("GET", "/repo/v1/thread/messageUrl", get_message_url, reads=True),
    Route("PUT", "/repo/v1/thread/{threadId}/title", set_title),
    Route("PUT", "/repo/v1/thread/{threadId}/message", set_message),
    Route("DELETE", "/repo/v1/thread/{threadId}", delete_thread),
    Route("PUT", "/repo/v1/thread/{threadId}/pin", pin_thread),
    Route("PUT", "/repo/v1/thread/{threadId}/unpin", unpin_thread),
    Route("GET", "/repo/v1/thread/{threadId}/replies", list_replies, reads=True),
    Route("POST", "/repo/v1/reply", create_reply),
    Route("GET", "/repo/v1/reply/{replyId}", get_reply, reads=True),
    Route("GET", "/repo/v1/reply/messageUrl", get_message_url, reads=True),
    Route("GET", MESSAGE_TEXT, serve_message, reads=True, scopes=(), raw=True),
)
