"""What became of a foreign file, field by field: taken over, without a target, or somebody's to decide."""

from __future__ import annotations

from dataclasses import dataclass, field

from challenge_spec.diagnostics import Position
from challenge_spec.source import Path


class CannotConvert(Exception):
    """There is nothing to convert here; says where, what is wrong and how to mend it."""

    def __init__(self, where: str, what: str, mend: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where, self.what, self.mend = where, what, mend


@dataclass(frozen=True, slots=True)
class Taken:
    """A field of the source, and what it became in the manifest or among the pages."""

    place: Position
    field: str
    target: str


@dataclass(frozen=True, slots=True)
class Left:
    """A field of the source that nothing in the manifest can say; why, and what to do instead."""

    place: Position
    what: str
    why: str
    instead: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that only people can decide. path: where in the manifest; place: where the source made us ask."""

    path: Path
    what: str
    place: Position | None = None


@dataclass(slots=True)
class Report:
    """All of it, in the order in which it was read."""

    taken: list[Taken] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)

    def take(self, place: Position, what: str, target: str) -> None:
        """A field was taken over."""
        self.taken.append(Taken(place, what, target))

    def leave(self, place: Position, what: str, why: str, instead: str) -> None:
        """A field has no target."""
        self.left.append(Left(place, what, why, instead))

    def decide(self, path: Path, what: str, place: Position | None = None) -> None:
        """Somebody has to decide about a place of the manifest."""
        self.decisions.append(Decision(path, what, place))

    def in_order(self) -> None:
        """Sort what was taken and what was left by place; decisions stay in the order of the manifest's blocks."""
        self.taken.sort(key=lambda item: (item.place, item.field))
        self.left.sort(key=lambda item: (item.place, item.what))
