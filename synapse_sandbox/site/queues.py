"""What the pages show of evaluation queues: rounds, limits, who may do what (contract 5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from synapse_sandbox.site import sharing
from synapse_sandbox.site.moments import span
from synapse_sandbox.site.sharing import Grant
from synapse_sandbox.site.viewing import Viewer
from synapse_sandbox.site.wiki import Page, queue_wiki, root_page
from synapse_sandbox.wire import Json, from_iso

_LIMITS: Final = {"TOTAL": "in the round", "DAILY": "a day", "WEEKLY": "a week", "MONTHLY": "a month"}
# What a viewer may do with a queue: the member of UserEvaluationPermissions, and the words for it.
_RIGHTS: Final = (
    ("canSubmit", "submit"),
    ("canViewPrivateSubmissionStatusAnnotations", "see everybody’s submissions"),
    ("canEditSubmissionStatuses", "score"),
    ("canEdit", "edit"),
    ("canChangePermissions", "change sharing"),
)


@dataclass(frozen=True, slots=True)
class Round:
    """A round with its limits in words; `state` is over, running or ahead, times are epoch ms."""

    id: int
    start: int
    end: int
    state: str
    limits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Queue:
    """An evaluation queue with everything that decides who may submit what when.

    `rights` are the viewer's; `submissions` is None for somebody who may not count them.
    """

    id: int
    name: str
    description: str
    instructions: str
    receipt: str
    rounds: tuple[Round, ...]
    legacy_quota: str
    rights: tuple[str, ...]
    submissions: int | None
    grants: tuple[Grant, ...]
    wiki: Page | None

    @property
    def current(self) -> Round | None:
        """The round that is running."""
        return next((one for one in self.rounds if one.state == "running"), None)

    @property
    def next(self) -> Round | None:
        """The round that comes next."""
        return next((one for one in self.rounds if one.state == "ahead"), None)


@dataclass(frozen=True, slots=True)
class Bar:
    """A round on a time line; left and width in percent of it."""

    round: Round
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Lane:
    """The rounds of one queue on a time line."""

    queue: Queue
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class TimeLine:
    """All rounds between the first start and the last end; `now` in percent, None when it lies outside."""

    start: int
    end: int
    now: float | None
    lanes: tuple[Lane, ...]


def queues(viewer: Viewer, project_id: int) -> list[Queue]:
    """The queues of a project that the viewer sees, by name."""
    return [_queue(viewer, body) for body in viewer.every(f"/entity/syn{project_id}/evaluation")]


def time_line(found: list[Queue], now: int) -> TimeLine | None:
    """The rounds of some queues, the queues by their first start; None when there are no rounds."""
    held = sorted((queue for queue in found if queue.rounds), key=lambda queue: queue.rounds[0].start)
    if not held:
        return None
    start, end = held[0].rounds[0].start, max(one.end for queue in held for one in queue.rounds)
    scale = 100 / max(end - start, 1)
    lanes = tuple(Lane(queue, tuple(_bar(one, start, scale) for one in queue.rounds)) for queue in held)
    return TimeLine(start, end, (now - start) * scale if start <= now <= end else None, lanes)


def _bar(one: Round, start: int, scale: float) -> Bar:
    return Bar(one, (one.start - start) * scale, (one.end - one.start) * scale)


def _queue(viewer: Viewer, body: Json) -> Queue:
    address = f"/evaluation/{body['id']}"
    count, permissions = viewer.find(f"{address}/submission/count"), viewer.get(f"{address}/permissions")
    return Queue(
        id=int(body["id"]),
        name=body["name"],
        description=body.get("description", ""),
        instructions=body.get("submissionInstructionsMessage", ""),
        receipt=body.get("submissionReceiptMessage", ""),
        rounds=tuple(_rounds(viewer, address)),
        legacy_quota=_quota(body.get("quota")),
        rights=tuple(word for right, word in _RIGHTS if permissions[right]),
        submissions=count,
        grants=sharing.of_queue(viewer, body["id"]),
        wiki=root_page(viewer, queue_wiki(body["id"])),
    )


def _rounds(viewer: Viewer, address: str) -> Iterator[Round]:
    token: str | None = None
    while True:
        answer = viewer.post(f"{address}/round/list", {"nextPageToken": token})
        yield from (_round(one, viewer.now) for one in answer["page"])
        token = answer.get("nextPageToken")
        if token is None:
            return


def _round(body: Json, now: int) -> Round:
    start, end = from_iso(body["roundStart"]), from_iso(body["roundEnd"])
    state = "over" if end <= now else "ahead" if start > now else "running"
    limits = (f"{one['maximumSubmissions']} {_LIMITS[one['limitType']]}" for one in body.get("limits", []))
    return Round(int(body["id"]), start, end, state, tuple(limits))


def _quota(quota: Json | None) -> str:
    """A quota of the old kind in words; nothing without one."""
    if quota is None:
        return ""
    limit = f", {quota['submissionLimit']} submissions in each" if "submissionLimit" in quota else ""
    each = span(quota["roundDurationMillis"])
    return f"{quota['numberOfRounds']} rounds of {each} from {quota['firstRoundStart']}{limit}"
