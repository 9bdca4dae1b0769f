"""Instants as an organizer writes them, and the timeline as far as rounds and today show it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from planner.describe.draft import tidy
from planner.describe.scene import Scene
from planner.discovered import FoundQueue
from planner.stages import reached

EARLIEST, LATEST = datetime(1991, 1, 1, tzinfo=UTC), datetime(2199, 1, 1, tzinfo=UTC)
"""What the manifest's dates can say."""


def written(instant: datetime, zone: ZoneInfo, edge: Literal["start", "end"]) -> str:
    """A date where that says it all, else the time in the zone; with its offset where the clocks show it twice."""
    local = instant.astimezone(zone)
    wall = local.replace(tzinfo=None, fold=0)
    if wall.replace(tzinfo=zone).astimezone(UTC) != instant or _twice(wall, zone):
        return _short(local.isoformat(timespec="milliseconds"))
    whole = (0, 0, 0, 0) if edge == "start" else (23, 59, 59, 0)
    if (wall.hour, wall.minute, wall.second, wall.microsecond) == whole:
        return wall.date().isoformat()
    return _short(wall.isoformat(timespec="milliseconds"))


def _twice(wall: datetime, zone: ZoneInfo) -> bool:
    return wall.replace(tzinfo=zone).utcoffset() != wall.replace(tzinfo=zone, fold=1).utcoffset()


def _short(text: str) -> str:
    """Without milliseconds and seconds that are zero: `2021-07-07T09:00`."""
    text = text.replace(".000", "", 1)
    return text[:16] + text[19:] if text[16:19] == ":00" and text[19:20] != "." else text


def describe_timeline(scene: Scene, queues: Iterable[FoundQueue], preregistering: bool) -> None:
    """Fill the block `timeline`: nothing on Synapse says it, so it is a guess that people should look at."""
    windows = [(_instant(item.start), _instant(item.end)) for queue in queues for item in queue.rounds]
    usual = [(start, end) for start, end in windows if EARLIEST < start < end < LATEST]
    now, opened = scene.found.now, reached(scene.stage, "open")
    start = min((start for start, _ in usual), default=_midnight(now, scene.zone) if opened else None)
    end = max((end for _, end in usual), default=_after(now, scene.stage) if opened else None)
    if opened and start is not None and start > now:
        start = _midnight(now, scene.zone)
    if start is not None and end is not None and end <= start:
        start = end - timedelta(days=1)
    before = min(_midnight(now, scene.zone), start or now)
    known = reached(scene.stage, "preregistration") and not opened
    said = {
        "preregistration": written(before, scene.zone, "start") if known else "tbd" if preregistering else None,
        "open": written(start, scene.zone, "start") if start else None,
        "close": written(end, scene.zone, "end") if end else None,
        "conclude": written(max(now, end or now), scene.zone, "start") if scene.stage == "concluded" else None,
    }
    if tidy(said):
        scene.draft.document["timeline"] = tidy(said)
        text = "decide: Synapse doesn't keep these moments; open and close are the first and last of all rounds"
        scene.draft.comment(text, "timeline")


def _midnight(instant: datetime, zone: ZoneInfo) -> datetime:
    """The first minute of that day."""
    wall = instant.astimezone(zone).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _after(now: datetime, stage: str) -> datetime:
    """A close for queues without rounds: still to come while the challenge is open."""
    return now + timedelta(days=365) if stage == "open" else now.replace(microsecond=0)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
