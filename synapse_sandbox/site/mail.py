"""What the pages show of messages: what the viewer sent and received; nothing is mailed (contract 11.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from synapse_sandbox.services.files import content_of
from synapse_sandbox.site.viewing import Viewer, principal_name
from synapse_sandbox.wire import Json, from_iso

MAX_MESSAGES: Final = 100
MAX_TEXT: Final = 10_000


@dataclass(frozen=True, slots=True)
class Message:
    """A message; `sent_on` is epoch ms, `status` the recipient's (unread, read), empty for what was sent."""

    id: str
    subject: str
    sender: str
    recipients: tuple[str, ...]
    sent_on: int
    status: str
    text: str


def outbox(viewer: Viewer) -> list[Message]:
    """What the viewer sent, newest first."""
    return [_message(viewer, body, "") for body in viewer.every("/message/outbox", MAX_MESSAGES)]


def inbox(viewer: Viewer) -> list[Message]:
    """What the viewer received, newest first."""
    bundles = viewer.every("/message/inbox", MAX_MESSAGES)
    return [_message(viewer, one["message"], one["status"]["status"].lower()) for one in bundles]


def _message(viewer: Viewer, body: Json, status: str) -> Message:
    return Message(
        id=body["id"],
        subject=body.get("subject", ""),
        sender=principal_name(viewer.store, body["createdBy"]),
        recipients=tuple(principal_name(viewer.store, one) for one in body["recipients"]),
        sent_on=from_iso(body["createdOn"]),
        status=status,
        text=_text(viewer, body),
    )


def _text(viewer: Viewer, body: Json) -> str:
    # Whoever may not read the message is refused here, before its file is opened.
    viewer.get(f"/message/{body['id']}")
    content = content_of(viewer.store, int(body["fileHandleId"]))
    return content.decode("utf-8", "replace")[:MAX_TEXT]
