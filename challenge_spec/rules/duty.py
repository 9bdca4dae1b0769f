"""Somebody is there when submissions end (guide, item 142; what-goes-wrong H9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from challenge_spec.clock import written
from challenge_spec.resolving.times import Times
from challenge_spec.rules.context import Room


def check(room: Room) -> None:
    """Run the rules of this family."""
    watches = list(_watches(room))
    ends = sorted(_ends(room)) if watches else []
    alone = [end for end in ends if not any(start <= end <= until for start, until in watches)]
    if alone:
        more = f", nor at {len(alone) - 1} other ends of rounds" if len(alone) > 1 else ""
        message = f"nobody is on call on {written(alone[0], room.clock.zone)}, when submissions end{more}"
        remedy = "Add somebody to `timeline.on_call` for that time."
        room.findings.warning_at_key("time.nobody-on-call", ("timeline", "on_call"), message, remedy)


def _watches(room: Room) -> Iterator[tuple[datetime, datetime]]:
    """Start and end of each duty whose dates are known."""
    times = Times(room.clock, room.findings)
    for index, duty in enumerate(room.manifest.timeline.on_call):
        path = ("timeline", "on_call", index)
        start, end = times.read(duty.start, "start", (*path, "start")), times.read(duty.end, "end", (*path, "end"))
        if start and end and end <= start:
            room.findings.error(
                "time.order", (*path, "end"), "this duty ends before it starts", "Correct one of the two."
            )
        elif start and end:
            yield start, end


def _ends(room: Room) -> set[datetime]:
    """The close, and when a round ends in which participants submit."""
    close = room.challenge.timeline.get("close")
    open_to_them = [queue for queue in room.challenge.queues if queue.access.get("participants") == "submit"]
    return {item.end for queue in open_to_them for item in queue.rounds if item.end} | ({close} if close else set())
