"""Phrases that compute a date, beside the date that they should come to (what-goes-wrong A6)."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from challenge_spec.clock import ANCHORS, written_day
from challenge_spec.diagnostics import Diagnostic
from challenge_spec.pages.tree import PageFile
from challenge_spec.rules.context import Room
from challenge_spec.rules.dates import literal_dates

_NUMBERS: Final = {
    word: number
    for number, words in enumerate(
        "zero|a an one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve".split("|")
    )
    for word in words.split()
}
_ANCHOR: Final = {
    **dict.fromkeys(("open", "opening", "launch", "start"), "open"),
    **dict.fromkeys(("close", "closing", "deadline", "end"), "close"),
    **dict.fromkeys(("conclusion",), "conclude"),
}
_UNITS: Final = ("day", "days", "week", "weeks", "month", "months")
_PHRASE = re.compile(
    rf"\b(?P<number>[0-9]{{1,3}}|{'|'.join(_NUMBERS)}) (?P<unit>day|week|month)s? (?P<way>after|before) (?:the )?"
    rf"(?P<anchor>{'|'.join(_ANCHOR)})\b(?P<rest>[^\n.;]{{0,40}})",
    re.IGNORECASE,
)


def check(room: Room) -> None:
    """Run the rules of this family."""
    days = {name: room.clock.wall(at).date() for name in ANCHORS if (at := room.challenge.timeline.get(name))}
    for page in room.pages if days else ():
        if _may_say(page.prose):
            for match in _PHRASE.finditer(page.prose):
                room.findings.extend(_compared(page, match, days))


def _may_say(text: str) -> bool:
    """Whether a closer look is worth it: a length of time stands before `after` or `before`."""
    ways = (part for way in (" after ", " before ") if way in text for part in text.split(way)[:-1])
    return any(part[-6:].lower().endswith(_UNITS) for part in ways)


def _compared(page: PageFile, match: re.Match[str], days: dict[str, date]) -> Iterator[Diagnostic]:
    """A finding where the date that follows a phrase is not the one that the phrase means."""
    anchor = days.get(_ANCHOR[match["anchor"].lower()])
    said = next(literal_dates(match["rest"], anchor.year), None) if anchor else None
    if anchor is None or said is None:
        return
    meant = _moved(anchor, match)
    if abs((said.day - meant).days) <= 1:
        return
    phrase = match[0][: match.start("rest") - match.start()]
    place = page.at(page.body_start + match.start("rest") + said.start, len(said.text))
    message = f"`{said.text}` is not {phrase}: that is {written_day(meant)}"
    remedy = "Give the date a name in `timeline.milestones`, and let the page fill it in."
    yield Diagnostic("time.relative-phrase", "info", place, message, help=remedy)


def _moved(anchor: date, match: re.Match[str]) -> date:
    """The day that a phrase means."""
    said = match["number"].lower()
    number = (_NUMBERS[said] if said in _NUMBERS else int(said)) * (1 if match["way"].lower() == "after" else -1)
    if match["unit"].lower() != "month":
        return anchor + timedelta(days=number * (7 if match["unit"].lower() == "week" else 1))
    year, month0 = divmod(anchor.year * 12 + anchor.month - 1 + number, 12)
    return date(year, month0 + 1, min(anchor.day, monthrange(year, month0 + 1)[1]))
