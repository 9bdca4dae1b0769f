"""What a queue is for, and who may do what with it: as its name says, and so that its access list comes out right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from challenge_spec.resolving.purposes import PURPOSES
from challenge_spec.scoring import Purpose
from challenge_spec.teams import STAFF_TEAMS
from planner.access import QUEUE
from planner.describe.scene import Scene
from planner.discovered import FoundQueue
from planner.stages import SUBMITTING, Submitting

_TELLING: Final[tuple[tuple[str, Purpose], ...]] = (
    (r"write-?\s?ups?|writeup|project submission", "writeup"),
    (r"leaderboard|validation|round|ladder", "leaderboard"),
    (r"express", "express"),
    (r"internal|execution", "internal"),
    (r"\btests?\b|testing|dry run", "test"),
    (r"benchmark", "benchmark"),
    (r"final", "final"),
)
"""What in a name tells the purpose; the first that agrees with the access list wins."""
_ORDER: Final[tuple[Purpose, ...]] = ("leaderboard", "final", "writeup", "internal", "test", "benchmark")


def purpose_of(scene: Scene, entry: str, queue: FoundQueue) -> Purpose:
    """The likeliest purpose with which the access list comes out as it is; the likeliest of all if there is none."""
    candidates = list(dict.fromkeys((*_told(f"{entry} {queue.name}"), *_ORDER)))
    return min(candidates, key=lambda purpose: (_mismatches(scene, purpose, queue), candidates.index(purpose)))


def _told(words: str) -> Iterator[Purpose]:
    return (purpose for pattern, purpose in _TELLING if re.search(pattern, words.lower()))


def access_of(scene: Scene, purpose: Purpose, queue: FoundQueue) -> Any:
    """Who may do what, as the manifest says it; None where the purpose says so anyway."""
    access = _declared(scene, purpose, queue)
    if access == PURPOSES[purpose]["access"]:
        return None
    if set(access.values()) != {"submit"}:
        return access
    return next(iter(access)) if len(access) == 1 else list(access)


def _declared(scene: Scene, purpose: Purpose, queue: FoundQueue) -> dict[str, str]:
    rule, usual = SUBMITTING[purpose][scene.stage], dict(PURPOSES[purpose]["access"])
    teams, rights = scene.teams(), _outside(scene, queue)
    if rule is Submitting.HIDDEN:
        return {name: level for name, level in usual.items() if name in teams.values()}
    levels = {types: level for level, types in QUEUE.items()}
    if rule is Submitting.VIEW:
        return {teams[id_]: "submit" for id_, types in rights.items() if types == QUEUE["view"]}
    return {teams[id_]: levels[types] for id_, types in rights.items() if types in levels}


def _mismatches(scene: Scene, purpose: Purpose, queue: FoundQueue) -> int:
    """How many teams would hold something else than they do."""
    rule, rights = SUBMITTING[purpose][scene.stage], _outside(scene, queue)
    if rule is Submitting.HIDDEN:
        return len(rights)
    return sum(types != QUEUE["view"] for types in rights.values()) if rule is Submitting.VIEW else 0


def _outside(scene: Scene, queue: FoundQueue) -> dict[str, tuple[str, ...]]:
    """What teams besides staff hold, as far as it is about seeing and submitting; more than that is granted."""
    teams = {id_: key for id_, key in scene.teams().items() if key not in STAFF_TEAMS}
    usual = (QUEUE["view"], QUEUE["submit"])
    return {id_: types for id_, types in queue.access.items() if id_ in teams and types in usual}
