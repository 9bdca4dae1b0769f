"""Which live round or page is which of the manifest: by the id that the ledger remembers, else by what people would
say.

Rounds match by greatest overlap in time, never by position (a round added in front must not rename the others). Pages
match by parent and title.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A round's window, half open: start ≤ t < end."""

    start: datetime
    end: datetime

    def overlap(self, other: Span) -> float:
        """Seconds that both windows share; zero where they only touch."""
        return max(0.0, (min(self.end, other.end) - max(self.start, other.start)).total_seconds())


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands: its title and its parent (an address for wanted pages, an id for found ones; None for the
    root).
    """

    parent: str | None
    title: str


def match_rounds(wanted: Mapping[str, Span], found: Mapping[str, Span], known: Mapping[str, str]) -> dict[str, str]:
    """Pair addresses of wanted rounds with ids of found ones; either side may stay alone.

    known: address → id as the ledger remembers them. What is left is paired by greatest overlap first; ties go to the
    earlier start. What the ledger knows as another round takes the place of none that was removed.
    """
    pairs = {address: known[address] for address in wanted if known.get(address) in found}
    free = found.keys() - set(pairs.values())
    others = {id_ for address, id_ in known.items() if address.startswith("round.")}
    candidates = sorted(
        (-span.overlap(found[id_]), span.start, address, id_)
        for address, span in wanted.items()
        if address not in pairs
        for id_ in free
        if span.overlap(found[id_]) > 0 and not (address in known and id_ in others)
    )
    for _, _, address, id_ in candidates:
        if address not in pairs and id_ in free:
            pairs[address] = id_
            free = free - {id_}
    return pairs


def match_pages(wanted: Mapping[str, Place], found: Mapping[str, Place], known: Mapping[str, str]) -> dict[str, str]:
    """Pair addresses of wanted pages with ids of found ones.

    wanted must list parents before children. The roots always pair: a project has one root page only. What the ledger
    doesn't know is
    paired by title below the same (already paired) parent; two equal titles below one parent pair in the order found.
    """
    pairs = {address: known[address] for address in wanted if known.get(address) in found}
    taken = set(pairs.values())
    free: dict[Place, deque[str]] = defaultdict(deque)
    for id_, place in found.items():
        if id_ not in taken:
            free[_spot(place.parent, place.title)].append(id_)
    for address, place in wanted.items():
        if address in pairs or (place.parent is not None and place.parent not in pairs):
            continue
        parent = None if place.parent is None else pairs[place.parent]
        candidates = free.get(_spot(parent, place.title))
        if candidates:
            pairs[address] = candidates.popleft()
    return pairs


def _spot(parent: str | None, title: str) -> Place:
    """By what pages pair: roots whatever their title, all others by parent and title."""
    return Place(parent, "" if parent is None else title)
