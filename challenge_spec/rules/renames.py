"""What was renamed says what it was: one thing that is gone, and says it alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from challenge_spec.rules.context import Room
from challenge_spec.source import Path

_BLOCKS = ("teams", "sub_challenges", "queues", "workflows", "views")


def check(room: Room) -> None:
    """Run the rules of this family."""
    for block in _BLOCKS:
        entries = getattr(room.manifest, block)
        said = {key: item.was for key, item in entries.items() if item.was is not None}
        _check(room, block, said, entries)
    moved = {key: item.was for key, item in room.manifest.data.items() if item.was is not None}
    _check(room, "data", moved, _folders(room))


def _folders(room: Room) -> Iterable[str]:
    """Every folder that some data entry lies in, those on the way included."""
    for entry in room.challenge.data:
        yield from ("/".join(entry.folder[:depth]) for depth in range(1, len(entry.folder) + 1))


def _check(room: Room, block: str, said: Mapping[str, str], existing: Iterable[str]) -> None:
    there, claimed = frozenset(existing), dict[str, str]()
    for key, was in said.items():
        path: Path = (block, key, "was")
        if was in there:
            remedy = "Delete `was` if this is another one, or delete the old entry."
            room.findings.error("rename.still-there", path, f"there is still a `{was}`", remedy)
        elif (other := claimed.setdefault(was, key)) != key:
            message = f"`{other}` says that it was `{was}`, too"
            room.findings.error("rename.claimed-twice", path, message, "Only one of the two can have been it.")
