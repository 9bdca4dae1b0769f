"""Messages between users: sent for real, delivered within the sandbox, mailed nowhere (contract 11.2)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from synapse_sandbox import reading
from synapse_sandbox.call import Answer, Call, created, redirect_to
from synapse_sandbox.permissions import TRUSTED_SENDERS, may_team
from synapse_sandbox.refusals import Refusal, forbidden, gone, invalid, not_found
from synapse_sandbox.routing import Route
from synapse_sandbox.services.downloads import download_url
from synapse_sandbox.services.files import handle_row, own_handle
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json, estimated, to_iso

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY,
    sender_id INTEGER NOT NULL,
    file_handle INTEGER NOT NULL,
    recipients TEXT NOT NULL,
    fields TEXT NOT NULL,
    in_reply_to INTEGER REFERENCES messages (id),
    root_id INTEGER NOT NULL,
    sent_on INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_by_sender ON messages (sender_id, sent_on);
CREATE TABLE IF NOT EXISTS message_deliveries (
    message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    recipient_id INTEGER NOT NULL,
    status TEXT NOT NULL DEFAULT 'UNREAD' CHECK (status IN ('READ', 'UNREAD', 'ARCHIVED')),
    PRIMARY KEY (message_id, recipient_id)
);
"""

_DIGITS: Final = re.compile("[0-9]{1,18}")
MAX_MESSAGES: Final = 10
INTERVAL_SECONDS: Final = 60
MAX_RECIPIENTS: Final = 50
_TEXT_FIELDS: Final = ("subject", "notificationUnsubscribeEndpoint", "userProfileSettingEndpoint", "to", "cc", "bcc")
_FLAG_FIELDS: Final = ("withUnsubscribeLink", "withProfileSettingLink", "isNotificationMessage")
_FIRST_REAL_PRINCIPAL: Final = 3_000_000


def send_message(call: Call) -> Answer:
    """POST a MessageToUser; its text is a file handle of the sender's own."""
    if call.caller.is_anonymous:
        raise forbidden("Anonymous user cannot send messages.")
    recipients = _recipients(call)
    handle = reading.principal(call.body, "fileHandleId")
    if handle is None:
        raise invalid("fileHandleId must be set.")
    own_handle(call, handle)
    _check_rate(call)
    message_id = _keep(call, recipients, handle)
    _deliver(call, message_id, recipients)
    return created(_message_json(_message(call.store, message_id)))


def list_outbox(call: Call) -> Answer:
    """What the caller sent, newest first."""
    page = call.page()
    rows = call.store.all(
        "SELECT * FROM messages WHERE sender_id = ? ORDER BY sent_on DESC, id DESC LIMIT ? OFFSET ?",
        call.caller.id, page.limit, page.offset,
    )  # fmt: skip
    return Answer(estimated([_message_json(row) for row in rows], page))


def list_inbox(call: Call) -> Answer:
    """What the caller received, newest first; `inboxFilter` names the statuses, by default READ and UNREAD."""
    page, wanted = call.page(), call.query.get("inboxFilter", "READ,UNREAD").split(",")
    rows = call.store.all(
        "SELECT messages.*, status FROM messages JOIN message_deliveries ON message_id = id WHERE recipient_id = ?"
        " AND status IN (SELECT value FROM json_each(?)) ORDER BY sent_on DESC, id DESC LIMIT ? OFFSET ?",
        call.caller.id, json.dumps(wanted), page.limit, page.offset,
    )  # fmt: skip
    bundles = [{"message": _message_json(row), "status": _status_json(call, row)} for row in rows]
    return Answer(estimated(bundles, page))


def get_message(call: Call) -> Answer:
    """One message, for its sender and its recipients."""
    return Answer(_message_json(_readable(call)))


def get_message_file(call: Call) -> Answer:
    """Redirect to the text of a message."""
    return redirect_to(call, download_url(call, handle_row(call.store, _readable(call)["file_handle"])))


def set_status(call: Call) -> Answer:
    """PUT a MessageStatus: read, unread, archived."""
    message_id = reading.principal(call.body, "messageId")
    status = reading.choice(call.body, "status", ("READ", "UNREAD", "ARCHIVED"))
    changed = call.store.run(
        "UPDATE message_deliveries SET status = ? WHERE message_id = ? AND recipient_id = ?",
        status, message_id, call.caller.id,
    )  # fmt: skip
    if not changed:
        raise not_found(f"Message status of message {message_id} for user {call.caller.id} not found")
    return Answer({"messageId": str(message_id), "recipientId": str(call.caller.id), "status": status})


def delete_message(_call: Call) -> Answer:
    """Retired."""
    raise gone("This service is deprecated: messages can not be deleted.")


def _recipients(call: Call) -> list[int]:
    texts = reading.texts(call.body, "recipients")
    if not texts:
        raise invalid("recipients must be set.")
    found = [int(text) if _DIGITS.fullmatch(text) else None for text in dict.fromkeys(texts)]
    known = [one for one in found if one is not None and _is_principal(call.store, one)]
    unknown = [text for text, one in zip(dict.fromkeys(texts), found, strict=True) if one not in known]
    if unknown:
        raise invalid(f"One or more of the following IDs are not recognized: [{', '.join(unknown)}]")
    if len(known) > MAX_RECIPIENTS and not _is_trusted(call):
        raise invalid(f"May not message more than {MAX_RECIPIENTS} at once.")
    return known


def _is_principal(store: Store, principal: int) -> bool:
    return store.one("SELECT 1 FROM principals WHERE id = ?", principal) is not None


def _is_trusted(call: Call) -> bool:
    return call.caller.is_admin or TRUSTED_SENDERS in call.caller.groups


def _check_rate(call: Call) -> None:
    since = call.now - INTERVAL_SECONDS * 1000
    recent = call.store.value(
        "SELECT count(*) FROM messages WHERE sender_id = ? AND sent_on > ?", call.caller.id, since
    )
    if recent >= MAX_MESSAGES and not _is_trusted(call):
        # Clients wait on this sentence, two blanks included (contract 0.9).
        raise Refusal(
            429,
            f"Please slow down.  You may send a maximum of {MAX_MESSAGES} message(s)"
            f" every {INTERVAL_SECONDS} second(s)",
        )


def _keep(call: Call, recipients: Sequence[int], handle: int) -> int:
    message_id = call.store.next_id("message")
    parent = reading.principal(call.body, "inReplyTo")
    root = message_id if parent is None else _message(call.store, parent)["root_id"]
    fields: Json = {name: reading.text(call.body, name) for name in _TEXT_FIELDS}
    fields |= {name: reading.boolean(call.body, name) for name in _FLAG_FIELDS}
    call.store.insert(
        "messages", id=message_id, sender_id=call.caller.id, file_handle=handle, recipients=json.dumps(recipients),
        fields=json.dumps(fields), in_reply_to=parent, root_id=root, sent_on=call.now,
    )  # fmt: skip
    return message_id


def _deliver(call: Call, message_id: int, recipients: Sequence[int]) -> None:
    """Put the message into inboxes. What may not be delivered bounces, which the POST does not tell."""
    reached = {person for principal in recipients for person in _people(call, principal)}
    for person in sorted(reached):
        call.store.insert("message_deliveries", message_id=message_id, recipient_id=person)


def _people(call: Call, principal: int) -> list[int]:
    individual = call.store.value("SELECT is_individual FROM principals WHERE id = ?", principal)
    if individual:
        return [principal]
    allowed = (
        _is_trusted(call)
        if principal < _FIRST_REAL_PRINCIPAL
        else may_team(call.store, call.caller, principal, "SEND_MESSAGE")
    )
    members = call.store.all("SELECT member_id FROM group_members WHERE group_id = ?", principal)
    return [row[0] for row in members] if allowed else []


def _message(store: Store, message_id: int) -> Row:
    row = store.one("SELECT * FROM messages WHERE id = ?", message_id)
    if row is None:
        raise not_found(f"Message ({message_id}) not found")
    return row


def _readable(call: Call) -> Row:
    message = _message(call.store, call.number("messageId"))
    delivered = call.store.one(
        "SELECT 1 FROM message_deliveries WHERE message_id = ? AND recipient_id = ?", message["id"], call.caller.id
    )
    if delivered is None and message["sender_id"] != call.caller.id and not call.caller.is_admin:
        raise forbidden("You are not the sender or receiver of this message.")
    return message


def _message_json(row: Row) -> Json:
    body: dict[str, Any] = {
        "id": str(row["id"]),
        "createdBy": str(row["sender_id"]),
        "createdOn": to_iso(row["sent_on"]),
        "fileHandleId": str(row["file_handle"]),
        "recipients": [str(principal) for principal in json.loads(row["recipients"])],
        "inReplyToRoot": str(row["root_id"]),
        "inReplyTo": None if row["in_reply_to"] is None else str(row["in_reply_to"]),
    }
    return {**body, **json.loads(row["fields"])}


def _status_json(call: Call, row: Row) -> Json:
    return {"messageId": str(row["id"]), "recipientId": str(call.caller.id), "status": row["status"]}


ROUTES = (
    Route("POST", "/repo/v1/message", send_message),
    Route("GET", "/repo/v1/message/outbox", list_outbox, reads=True),
    Route("GET", "/repo/v1/message/inbox", list_inbox, reads=True),
    Route("PUT", "/repo/v1/message/status", set_status),
    Route("GET", "/repo/v1/message/{messageId}", get_message, reads=True),
    Route("GET", "/repo/v1/message/{messageId}/file", get_message_file, reads=True),
    Route("DELETE", "/repo/v1/message/{messageId}", delete_message),
)
