"""A challenge with everything that the pages show, made through the API: who looks decides what there is to see."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.sandbox.making import (
    MODEL,
    Client,
    Json,
    id_of,
    limit,
    make_folder,
    make_project,
    make_queue,
    make_round,
    make_team,
    set_clock,
    share_entity,
    share_queue,
    uploaded,
)

NOW: Final = "2027-03-10T12:00:00.000Z"
TRUTH: Final = "truth-labels.csv"
SECRET: Final = "private-note-for-the-scorers"
PUBLIC, SIGNED_IN = 273949, 273948
_LONG: Final = "A-name-without-any-blank-that-is-as-long-as-some-people-make-them-to-tell-everything-at-once.csv"

_HOME: Final = """# Welcome

${{toc}}

${{image?fileName=plot.png&align=Right&scale=40&altText=Scores over time}}

Find **everything** in [the data](#!Synapse:{project}), or [elsewhere](https://example.org/).

## Take part

${{jointeam?teamId={team}&isChallenge=true}}

${{evalsubmit?evaluationIds={queue}&buttonText=Submit a file}}

${{buttonlink?text=Read the rules&url=#!Synapse:{project}/wiki/{rules}}}

${{youtube?videoId=abc123}}

## Leaderboard

${{leaderboard?query=SELECT id, name, status, score FROM {view} ORDER BY score DESC}}

${{challengeparticipants?challengeId={challenge}}}

${{challengeteams?challengeId={challenge}}}

Asked often: `${{toc}}` is code, ${{userbadge?alias=organizer}} is a person, ${{novelty?x=1}} is new.

| Metric | Meaning | Range | Direction | Weight | Remark |
|---|---|---|---|---|---|
| Dice_coefficient_of_the_whole | overlap | 0 to 1 | maximize | 0.5 | averaged over all cases of the hidden test set |
"""


@dataclass(frozen=True, slots=True)
class Showcase:
    """The ids of what was made."""

    project: str
    hidden: str
    team: str
    queue: str
    view: str
    private: str
    truth: str
    pages: dict[str, str]

    def addresses(self) -> list[str]:
        """Every kind of page, once."""
        base = f"/projects/{self.project}"
        parts = ("", "/wiki", "/teams", "/queues", "/submissions", "/leaderboards", "/files", "/sharing")
        return ["/", "/teams", "/messages", *(f"{base}{part}" for part in parts)]


def make_showcase(user: Callable[..., Client]) -> Showcase:
    """Fill a sandbox: one public challenge with a private folder, and one project that is the organizer's alone."""
    me, other = user("organizer"), user("participant")
    set_clock(user("admin"), NOW)
    project = make_project(me, "Showcase Challenge")["id"]
    me.ok("PUT", f"/entity/{project}", me.ok("GET", f"/entity/{project}") | {"description": "Find the best method."})
    share_entity(me, project, PUBLIC, "READ")
    team = make_team(me, "Showcase Participants", canPublicJoin=True, description="Everybody who takes part")["id"]
    challenge = me.ok("POST", "/challenge", {"projectId": project, "participantTeamId": team})["id"]
    queue = _queues(me, project, team)
    other.ok("PUT", f"/team/{team}/member/{id_of(other)}")
    _pending(me, user("colleague"), team)
    _submit(me, other, queue)
    view = _view(me, project, queue)
    private, truth = _files(me, project)
    pages = _wiki(me, project, {"team": team, "queue": queue, "view": view, "challenge": challenge})
    _message(me, other)
    hidden = make_project(me, "Hidden Staging")["id"]
    return Showcase(project, hidden, team, queue, view, private, truth, pages)


def plot(width: int = 120, height: int = 60) -> bytes:
    """A small picture: an empty square of one colour, as PNG."""
    row = b"\x00" + b"\x14\x63\x7f" * width
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(row * height)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _queues(me: Client, project: str, team: str) -> str:
    queue = make_queue(
        me, "Main task", project, description="Predictions as CSV", submissionInstructionsMessage="Read the rules first"
    )["id"]
    for start, end in (("01", "09"), ("10", "20"), ("22", "30")):
        limits = (limit("TOTAL", 3), limit("DAILY", 1))
        _round(me, queue, f"2027-03-{start}", f"2027-03-{end}", *limits)
    share_queue(me, queue, PUBLIC, "READ")
    share_queue(me, queue, int(team), "READ", "SUBMIT")
    late = make_queue(me, "Final evaluation of images, behind closed doors", project)["id"]
    _round(me, late, "2027-04-01", "2027-04-10")
    return str(queue)


def _round(me: Client, queue: str, start: str, end: str, *limits: Json) -> None:
    # Rounds that are over can't be made: the clock goes back for a moment.
    set_clock(me, "2027-02-01T00:00:00.000Z")
    make_round(me, queue, f"{start}T09:00:00.000Z", f"{end}T09:00:00.000Z", *limits)
    set_clock(me, NOW)


def _pending(me: Client, colleague: Client, team: str) -> None:
    body = {"teamId": team, "inviteeId": str(id_of(colleague)), "message": "Do join us"}
    me.ok("POST", "/membershipInvitation", body)


def _submit(me: Client, other: Client, queue: str) -> None:
    own = make_project(other, "Work of a participant")["id"]
    share_entity(other, own, id_of(me), "READ", "DOWNLOAD")
    for name in ("first try", "second try"):
        folder = make_folder(other, name, own)
        body = {"evaluationId": queue, "entityId": folder["id"], "versionNumber": 1, "name": name}
        set_clock(me, f"2027-03-1{1 if name == 'first try' else 2}T10:00:00.000Z")
        made = other.ok("POST", "/evaluation/submission", body, etag=folder["etag"])
        _score(me, made["id"], 0.8125 if name == "first try" else 0.875)
    set_clock(me, NOW)


def _score(me: Client, submission: str, score: float) -> None:
    status = me.ok("GET", f"/evaluation/submission/{submission}/status")
    values = {
        "score": {"type": "DOUBLE", "value": [str(score)]},
        "note": {"type": "STRING", "value": [SECRET]},
    }
    annotations = {"id": submission, "etag": status["etag"], "annotations": values}
    body = status | {"status": "SCORED", "submissionAnnotations": annotations}
    me.ok("PUT", f"/evaluation/submission/{submission}/status", body)


def _view(me: Client, project: str, queue: str) -> str:
    columns = me.ok("GET", "/column/tableview/defaults", viewEntityType="submissionview")["list"]
    score = me.ok("POST", "/column", {"name": "score", "columnType": "DOUBLE"})
    body = {
        "concreteType": f"{MODEL}table.SubmissionView",
        "name": "Leaderboard",
        "parentId": project,
        "scopeIds": [queue],
        "columnIds": [column["id"] for column in (*columns, score)],
    }
    return str(me.ok("POST", "/entity", body)["id"])


def _files(me: Client, project: str) -> tuple[str, str]:
    data = make_folder(me, "Data", project)["id"]
    private = make_folder(me, "Private Data", project)["id"]
    acl = me.ok("GET", f"/entity/{project}/acl")["resourceAccess"]
    me.ok("POST", f"/entity/{private}/acl", {"resourceAccess": [one for one in acl if one["principalId"] != PUBLIC]})
    _file(me, _LONG, data, b"id,value\n1,2\n")
    return private, _file(me, TRUTH, private, b"id,label\n1,0\n")


def _file(me: Client, name: str, parent: str, content: bytes) -> str:
    handle = uploaded(me, name, content, "text/csv")
    body = {"concreteType": f"{MODEL}FileEntity", "name": name, "parentId": parent, "dataFileHandleId": handle}
    return str(me.ok("POST", "/entity", body)["id"])


def _wiki(me: Client, project: str, ids: dict[str, str]) -> dict[str, str]:
    picture = uploaded(me, "plot.png", plot(), "image/png")
    address = f"/entity/{project}/wiki"
    body = {"title": "Showcase Challenge", "markdown": "", "attachmentFileHandleIds": [picture]}
    home = me.ok("POST", address, body)
    made = {"Home": str(home["id"])}
    for title in ("Rules", "How to submit your predictions"):
        page = {"title": title, "parentWikiId": home["id"], "markdown": f"# {title}\n\nPlay **fair**."}
        made[title] = str(me.ok("POST", address, page)["id"])
    text = _HOME.format(project=project, rules=made["Rules"], **ids)
    me.ok("PUT", f"{address}/{home['id']}", home | {"markdown": text})
    return made


def _message(me: Client, other: Client) -> None:
    text = uploaded(me, "message.txt", b"The second round begins today.\n", "text/plain")
    body = {"fileHandleId": text, "recipients": [str(id_of(other))], "subject": "Second round"}
    me.ok("POST", "/message", body)
