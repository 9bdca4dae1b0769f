"""The script of a story: everything that will happen, as plain data, each piece with a chance of its own.

So a piece can be left out without changing what the others do, and a script can be kept in a file.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from tests.simulation.deeds import BEFORE, DEEDS
from tests.simulation.edits import EDITS
from tests.simulation.faults import Fault, Kind, weather
from tests.simulation.parts import PARTS

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that happens, by its name in a register, with the seed of its chance.

    at: the request of an apply before which it happens; None: before the apply begins.
    """

    what: str
    seed: int
    at: int | None = None

    def chance(self) -> random.Random:
        """The chance that belongs to this piece alone."""
        return random.Random(self.seed)  # noqa: S311 -- chance that can be repeated is what is wanted


@dataclass(frozen=True, slots=True)
class Chapter:
    """What happens between two calm moments. days: how long it was calm before. gap: seconds between the beginnings of
    two applies. applies: the faults of each.
    """

    days: float
    gap: float
    edits: tuple[Piece, ...]
    deeds: tuple[Piece, ...]
    applies: tuple[tuple[Fault, ...], ...]


@dataclass(frozen=True, slots=True)
class Script:
    """A whole story. parts: what the manifest has; before: what was there before it; allow: consents that are given."""

    seed: int
    parts: tuple[Piece, ...]
    before: tuple[Piece, ...]
    allow: tuple[str, ...]
    chapters: tuple[Chapter, ...]


def write(seed: int, *, small: bool = False) -> Script:
    """The script of a seed."""
    chance = random.Random(seed)  # noqa: S311 -- chance that can be repeated is what is wanted
    parts = _pieces(chance, PARTS, chance.randint(0, 3 if small else 10))
    before = _pieces(chance, BEFORE, chance.choice((0, 0, 1, 2)))
    allow = tuple(name for name in ("delete", "widen-access", "going-public", "reopen") if chance.random() < 0.3)
    chapters = tuple(_chapter(chance) for _ in range(chance.choice((1, 1, 2)) if small else chance.randint(2, 5)))
    return Script(seed, parts, before, allow, chapters)


def _chapter(chance: random.Random) -> Chapter:
    edits = _pieces(chance, EDITS, chance.choice((0, 1, 2, 3)))
    deeds = _pieces(chance, DEEDS, chance.choice((0, 1, 2, 3, 4)))
    deeds = tuple(replace(deed, at=chance.randint(1, 80)) if chance.random() < 0.4 else deed for deed in deeds)
    applies = tuple(weather(chance) for _ in range(2 if chance.random() < 0.25 else 1))
    return Chapter(chance.choice((0.0, 0.1, 3.0, 20.0)), round(chance.uniform(0, 5), 2), edits, deeds, applies)


def _pieces(chance: random.Random, register: Mapping[str, tuple[Any, int]], number: int) -> tuple[Piece, ...]:
    """Some pieces of a register, whose entries have weights."""
    names = chance.choices([*register], [weight for _, weight in register.values()], k=number)
    return tuple(Piece(name, chance.getrandbits(32)) for name in names)


def lighter(script: Script) -> Iterator[Script]:
    """The same script with one thing left out, the largest things first."""
    yield from (replace(script, chapters=fewer) for fewer in _without_one(script.chapters) if fewer)
    for index, chapter in enumerate(script.chapters):
        for less in _lighter_chapter(chapter):
            yield replace(script, chapters=_with(script.chapters, index, less))
    yield from (replace(script, before=fewer) for fewer in _without_one(script.before))
    yield from (replace(script, parts=fewer) for fewer in _without_one(script.parts))
    yield from (replace(script, allow=fewer) for fewer in _without_one(script.allow))


def _lighter_chapter(chapter: Chapter) -> Iterator[Chapter]:
    yield from (replace(chapter, applies=fewer) for fewer in _without_one(chapter.applies))
    yield from (replace(chapter, deeds=fewer) for fewer in _without_one(chapter.deeds))
    yield from (replace(chapter, edits=fewer) for fewer in _without_one(chapter.edits))
    for index, faults in enumerate(chapter.applies):
        for fewer in _without_one(faults):
            yield replace(chapter, applies=_with(chapter.applies, index, fewer))
    if chapter.days:
        yield replace(chapter, days=0.0)
    for index, deed in enumerate(chapter.deeds):
        if deed.at is not None:
            yield replace(chapter, deeds=_with(chapter.deeds, index, replace(deed, at=None)))


def _with(things: tuple[T, ...], index: int, other: T) -> tuple[T, ...]:
    return (*things[:index], other, *things[index + 1 :])


def _without_one(things: tuple[T, ...]) -> Iterator[tuple[T, ...]]:
    return ((*things[:index], *things[index + 1 :]) for index in range(len(things)))


def dumped(script: Script) -> str:
    """A script as one line of JSON."""
    return json.dumps(asdict(script), separators=(", ", ": "))


def loaded(text: str) -> Script:
    """The script that was kept as a line of JSON."""
    raw = json.loads(text)
    chapters = tuple(_chapter_of(item) for item in raw["chapters"])
    parts, before = (_pieces_of(raw[name]) for name in ("parts", "before"))
    return Script(raw["seed"], parts, before, tuple(raw["allow"]), chapters)


def _chapter_of(raw: Mapping[str, Any]) -> Chapter:
    applies = tuple(tuple(Fault(Kind(it["kind"]), it["at"], it["size"]) for it in faults) for faults in raw["applies"])
    return Chapter(raw["days"], raw["gap"], _pieces_of(raw["edits"]), _pieces_of(raw["deeds"]), applies)


def _pieces_of(raw: Sequence[Mapping[str, Any]]) -> tuple[Piece, ...]:
    return tuple(Piece(item["what"], item["seed"], item["at"]) for item in raw)
