"""Names that Synapse would refuse, derived ones included: said before half of a plan has been applied.

This states rules of the server on purpose a second time (contract 1.5, 2.3, 5.1); the sandbox has its own statement.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from challenge_spec.rules.context import Room
from challenge_spec.source import Path

MAX_NAME = 256

_MARKED = re.compile(r"\b(staging|draft|rehearsal|internal|test|sandbox|practice)\b", re.IGNORECASE)
_ENTITY = re.compile(r"[a-zA-Z0-9,_. \-+()']+")
_TEAM = re.compile(r"[a-z0-9 ._-]{3,}")
_ENTITY_CHARS = "letters without accents, digits, blanks and , _ . - + ( ) '"
_TEAM_CHARS = "letters without accents, digits, blanks and . - _"


@dataclass(frozen=True, slots=True)
class Named:
    """A name that will stand on Synapse: where it is said, or what it is derived from, and where it must be unique."""

    what: str
    name: str
    own: Path
    rule: Literal["entity", "team"]
    scope: str
    given: bool


def check(room: Room) -> None:
    """Run the rules of this family."""
    named = list(_named(room))
    for item in named:
        _allowed(room, item)
    _unique(room, named)
    _telling(room)
    _marked(room)


def _named(room: Room) -> Iterator[Named]:
    """Every name that we would give on Synapse; things that belong to others keep theirs."""
    challenge = room.challenge
    for project in challenge.projects:
        yield from _one(room, f"project {project.key}", project.name, ("projects", project.key, "name"), project.use)
    for team in challenge.teams:
        yield from _one(room, f"team {team.key}", team.name, ("teams", team.key, "name"), team.use)
    for queue in challenge.queues:
        own = room.where(queue, "name")
        place = own if own[-1] == "name" else ("queues", queue.queue, "name")
        yield from _one(room, f"queue {queue.key}", queue.name, place, queue.use)
    for view in challenge.views:
        yield from _one(room, f"view {view.key}", view.name, ("views", view.key, "name"), view.use)
    for workflow in challenge.workflows:
        place = ("workflows", workflow.key.partition("/")[0], "name")
        yield from _one(room, f"workflow {workflow.key}", workflow.name, place, workflow.use)
    for entry in challenge.data:
        for part in (*entry.folder, *((entry.file,) if entry.file else ())):
            where = "folder" if part in entry.folder else "file"
            yield Named(f"data {entry.key}", part, ("data", entry.key, where), "entity", "", given=True)


def _one(room: Room, what: str, name: str, own: Path, use: str | None) -> Iterator[Named]:
    kind = what.partition(" ")[0]
    scope = {"view": "staging", "workflow": "staging"}.get(kind, kind)
    if use is None:
        yield Named(what, name, own, "team" if kind == "team" else "entity", scope, given=room.said(*own))


def _allowed(room: Room, item: Named) -> None:
    name, chars = (item.name.lower(), _TEAM_CHARS) if item.rule == "team" else (item.name, _ENTITY_CHARS)
    good = (_TEAM if item.rule == "team" else _ENTITY).fullmatch(name.strip())
    if good and len(name) <= MAX_NAME:
        return
    problem = f"has {len(name)} characters, {MAX_NAME} are possible"
    if not good:
        bad = sorted({char for char in name if not re.fullmatch(f"[{_class(item.rule)}]", char)})
        problem = f"has {' '.join(_visible(char) for char in bad)}" if bad else "is shorter than 3 characters"
    source = "" if item.given else " (derived)"
    path = item.own if item.given else ("challenge", "name")
    room.findings.error(
        "name.not-allowed",
        path,
        f"Synapse refuses the name `{item.name}` of {item.what}{source}: it {problem}",
        f"Use {chars}"
        + ("." if item.given else f", or choose a name of its own with `{'.'.join(map(str, item.own))}`."),
    )


def _visible(char: str) -> str:
    return char if char.isprintable() and not char.isspace() else unicodedata.name(char, f"U+{ord(char):04X}")


def _class(rule: Literal["entity", "team"]) -> str:
    return r"a-z0-9 ._-" if rule == "team" else r"a-zA-Z0-9,_. \-+()'"


def _unique(room: Room, named: list[Named]) -> None:
    """Names that Synapse compares as equal within one scope."""
    seen: dict[tuple[str, str], Named] = {}
    for item in named:
        if not item.scope:
            continue
        other = seen.setdefault((item.scope, comparable(item.scope, item.name)), item)
        if other is not item:
            message = f"{item.what} and {other.what} would both be named `{item.name}`"
            path = item.own if item.given else item.own[:-1]
            remedy = "Give one of them another `name`; for one sub-challenge of a queue, below `by_sub_challenge`."
            room.findings.error("name.same", path, message, remedy)


def comparable(scope: str, name: str) -> str:
    """A name as Synapse compares it: teams by letters and digits only, queues without case and accents."""
    if scope == "team":
        return re.sub(r"[^a-z0-9]", "", name.lower())
    if scope == "queue":
        plain = unicodedata.normalize("NFKD", name).casefold()
        return "".join(char for char in plain if not unicodedata.combining(char))
    return name


def _telling(room: Room) -> None:
    """Queue names are unique over all of Synapse; one that could be anybody's is taken already."""
    words = set(_words(" ".join((room.challenge.name, room.challenge.key, room.challenge.alias or ""))))
    for queue in room.challenge.queues:
        if queue.use is None and not words & set(_words(queue.name)):
            path = room.where(queue, "name")
            message = f"the queue name `{queue.name}` does not say which challenge it belongs to"
            why = "Queue names are unique over all of Synapse (contract 5.1); such a name is probably taken."
            room.findings.warning("name.too-general", path, message, "Put the challenge's name in front.", why)


def _words(text: str) -> list[str]:
    general = {"the", "and", "of", "for", "challenge", "dream", "task", "phase", "queue", "final", "test"}
    return [word for word in re.findall(r"[a-z0-9]{2,}", text.lower()) if word not in general]


def _marked(room: Room) -> None:
    """People found a rehearsal by search and took it for the real thing (what-goes-wrong B6)."""
    staging = next((project for project in room.challenge.projects if project.key == "staging"), None)
    if staging is not None and staging.use is None and not _MARKED.search(staging.name):
        message = f"nothing in `{staging.name}` says that it is not the real challenge"
        remedy = "Put `staging` into the name."
        room.findings.warning("name.staging-unmarked", ("projects", "staging", "name"), message, remedy)
