"""The timeline is in order, known when it must be, and ends when somebody is at work."""

from __future__ import annotations

from datetime import datetime, time
from itertools import pairwise

from challenge_spec.clock import ANCHORS, written
from challenge_spec.manifest import Stage
from challenge_spec.rules.context import Room

_NEEDED: tuple[tuple[Stage, str], ...] = (
    ("preregistration", "preregistration"),
    ("open", "open"),
    ("open", "close"),
    ("concluded", "conclude"),
)


def check(room: Room) -> None:
    """Run the rules of this family."""
    _in_order(room)
    _known_in_time(room)
    _staffed_end(room)


def _in_order(room: Room) -> None:
    known = [(name, at) for name in ANCHORS if (at := room.challenge.timeline.get(name))]
    for (first, earlier), (second, later) in pairwise(known):
        if later < earlier or (later == earlier and second == "close"):
            room.findings.error(
                "time.order",
                ("timeline", second),
                f"`{second}` ({written(later, room.clock.zone)}) is not after `{first}` "
                f"({written(earlier, room.clock.zone)})",
                "Correct one of the two.",
            )


def _known_in_time(room: Room) -> None:
    """`tbd` is fine until the stage that needs the moment."""
    for stage, name in _NEEDED:
        moment = room.clock.moment(name)
        if not room.has_come_to(stage) or (moment is not None and moment.is_known):
            continue
        if name == "preregistration" and room.has_come_to("open"):
            continue
        room.findings.error_at_key(
            "stage.tbd",
            ("timeline", name),
            f"`timeline.{name}` is not known, and the challenge is to be {stage}",
            "Give it a date, or go back to an earlier `challenge.stage`.",
        )


def _staffed_end(room: Room) -> None:
    close = room.challenge.timeline.get("close")
    if close is None:
        return
    wall = room.clock.wall(close)
    holiday = wall.date().isoformat() in room.manifest.timeline.holidays
    if holiday or is_unstaffed(wall):
        when = "a holiday" if holiday else "near a weekend"
        message = f"submissions close on {written(close, room.clock.zone)}, {when}"
        why = "The last hours bring most submissions and most trouble; somebody should be there (guide, item 141)."
        remedy = "End between Tuesday and Thursday."
        room.findings.warning("time.staffed-end", ("timeline", "close"), message, remedy, why)


def is_unstaffed(wall: datetime) -> bool:
    """Whether local clocks show a time between Friday noon and Monday noon."""
    day, noon = wall.weekday(), time(12)
    return day in (5, 6) or (day == 4 and wall.time() > noon) or (day == 0 and wall.time() < noon)
