"""Rules that look at the whole challenge, one file per family."""

from __future__ import annotations

from challenge_spec.rules import (
    access,
    catalogs,
    code,
    dates,
    duty,
    fitting,
    machines,
    names,
    pages,
    phrases,
    queues,
    references,
    renames,
    rights,
    rounds,
    stages,
    texts,
    things,
    timeline,
    tracks,
    unused,
    views,
)
from challenge_spec.rules.context import Room

FAMILIES = (
    references,
    renames,
    timeline,
    duty,
    rounds,
    queues,
    tracks,
    names,
    access,
    rights,
    fitting,
    things,
    views,
    machines,
    code,
    unused,
    catalogs,
    stages,
    texts,
    pages,
    dates,
    phrases,
)


def check(room: Room) -> None:
    """Run every rule; what is found goes to `room.findings`."""
    for family in FAMILIES:
        family.check(room)
