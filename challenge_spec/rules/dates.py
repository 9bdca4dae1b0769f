"""Dates in the prose of pages: said a second time, and therefore some day wrong (what-goes-wrong A1, A2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from challenge_spec.clock import ANCHORS, written_day
from challenge_spec.diagnostics import Diagnostic
from challenge_spec.pages.tree import PageFile
from challenge_spec.rules.context import Room

_NEAR = 7
"""Days."""
_MONTHS = "January February March April May June July August September October November December".split()
_NAMES = "|".join(f"{name}|{name[:3]}\\.?" for name in _MONTHS) + "|Sept\\.?"
_YEAR = r"(?:,?[ ](?P<year>[0-9]{4}))?"
_DATE = re.compile(
    rf"\b(?P<iso>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})\b"
    rf"|\b(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?[ ](?P<month>{_NAMES})\b{_YEAR}"
    rf"|\b(?P<month2>{_NAMES})[ ](?P<day2>[0-9]{{1,2}})(?:st|nd|rd|th)?\b(?:,?[ ](?P<year2>[0-9]{{4}}))?"
)
_ISO = re.compile(r"[0-9][0-9]{3}-[0-9]{2}-")
_MONTH = re.compile("|".join(name[:3] for name in _MONTHS))
"""One of these is in every date, and in few texts."""
_ZONES: Mapping[str, str] = {
    **dict.fromkeys(("EST", "EDT"), "America/New_York"),
    **dict.fromkeys(("CST", "CDT"), "America/Chicago"),
    **dict.fromkeys(("MST", "MDT"), "America/Denver"),
    **dict.fromkeys(("PST", "PDT"), "America/Los_Angeles"),
    **dict.fromkeys(("CET", "CEST"), "Europe/Berlin"),
    **dict.fromkeys(("GMT", "BST"), "Europe/London"),
}
_ABBREVIATION = re.compile(rf"[^\n]{{0,30}}?\b(?P<zone>{'|'.join(_ZONES)})\b")


@dataclass(frozen=True, slots=True)
class Literal:
    """A date written out in a text: which day, where, and the text itself."""

    day: date
    start: int
    end: int
    text: str


def check(room: Room) -> None:
    """Run the rules of this family."""
    known: dict[date, str] = {}
    for name, day in _known(room):
        known.setdefault(day, name)
    if not known:
        return
    usual = sorted(known)[len(known) // 2].year
    for page in room.pages:
        for found in literal_dates(page.prose, usual):
            _single_source(room, known, page, found)
            _abbreviation(room, page, found)


def _known(room: Room) -> Iterator[tuple[str, date]]:
    """What the manifest says of days, by the name that a page can use, or by where it is said."""
    for name, instant in room.challenge.timeline.items():
        if instant:
            yield (f"timeline.{name}" if name in ANCHORS else f"timeline.milestones.{name}"), _day(room, instant)
    for queue in room.challenge.queues:
        for item in queue.rounds:
            of = f"of round {item.name} of {queue.key}"
            edges = ((f"the start {of}", item.start), (f"the end {of}", item.end))
            yield from ((edge, _day(room, at)) for edge, at in edges if at)
    for entry in room.challenge.data:
        moments = (("start", entry.start), ("release", entry.release), ("expected", entry.expected))
        yield from ((f"data.{entry.key}.{name}", _day(room, at)) for name, at in moments if at)


def _day(room: Room, instant: datetime) -> date:
    return room.clock.wall(instant).date()


def literal_dates(text: str, usual_year: int) -> Iterator[Literal]:
    """Every date written out; those without a year are taken to be in `usual_year`."""
    for match in _DATE.finditer(text) if _ISO.search(text) or _MONTH.search(text) else ():
        day = _read(match, usual_year)
        if day is not None and date.min.year < day.year < date.max.year:  # it has neighbours
            yield Literal(day, match.start(), match.end(), match[0])


def _read(match: re.Match[str], usual_year: int) -> date | None:
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"])
        month, day = match["month"] or match["month2"], match["day"] or match["day2"]
        year = match["year"] or match["year2"] or usual_year
        return date(int(year), _number(month), int(day))
    except ValueError:
        return None


def _number(month: str) -> int:
    return next(number for number, name in enumerate(_MONTHS, 1) if name.startswith(month[:3]))


def _around(day: date) -> Iterator[date]:
    """The day itself, then those near it, nearest first."""
    yield day
    for number in range(1, _NEAR + 1):
        yield from (day - timedelta(days=number), day + timedelta(days=number))


def _single_source(room: Room, known: Mapping[date, str], page: PageFile, found: Literal) -> None:
    """A date that is close to one of the manifest and not the same is probably what that one used to be.

    known: day → what the manifest says of it.
    """
    day = next((day for day in _around(found.day) if day in known), None)
    if day is None or day == found.day:
        return
    nearest = known[day]
    message = f"`{found.text}` is near `{nearest}`, which is {written_day(day)}"
    remedy = f"Write `{{{{ {nearest} }}}}`; what is said once can't contradict itself."
    if not nearest.startswith("timeline."):
        remedy = "Give the date a name in `timeline.milestones`, and use that here and there."
    place = page.at(page.body_start + found.start, len(found.text))
    room.findings.extend([Diagnostic("time.single-source", "warning", place, message, help=remedy)])


def _abbreviation(room: Room, page: PageFile, found: Literal) -> None:
    """`August 15, 17:00 EST` is an hour off: in August it is EDT."""
    match = _ABBREVIATION.match(page.prose, found.end)
    if match is None:
        return
    said = match["zone"]
    right = datetime.combine(found.day, time(12), ZoneInfo(_ZONES[said])).tzname()
    if right == said:
        return
    message = f"on {written_day(found.day)} clocks show {right}, not {said}: is this an hour off?"
    remedy = "Fill the moment in from the manifest with `{{ timeline... }}`: it comes with the right zone, and in UTC."
    place = page.at(page.body_start + match.start("zone"), len(said))
    room.findings.extend([Diagnostic("time.wrong-abbreviation", "warning", place, message, help=remedy)])
