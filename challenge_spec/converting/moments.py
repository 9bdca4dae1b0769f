"""Dates of other platforms as moments of a manifest, with the instants that they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from challenge_spec.clock import Clock, TimeProblem
from challenge_spec.schedule import Timeline, parse_moment

_FORM = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})"
    r"(?:(?:[Tt]|[ \t]+)(?P<clock>[0-9]{1,2}:[0-9]{2})(?P<seconds>:[0-9]{2})?(?:[.,][0-9]+)?"
    r"[ \t]*(?P<zone>[Zz]|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)


@dataclass(frozen=True, slots=True)
class Said:
    """A moment as the manifest will say it, and its instant in UTC (None for `tbd`).

    is_date: only a day was written. has_zone: an offset was written, or the platform has one zone only.
    problem: why it became `tbd`, in words.
    """

    text: str = "tbd"
    instant: datetime | None = None
    is_date: bool = False
    has_zone: bool = False
    problem: str = ""


TBD: Final = Said()


def said(written: str, zone: ZoneInfo, *, always_utc: bool = False) -> Said:
    """Read a date or time (ISO 8601, with a blank for the T if need be).

    Without an offset it is a time of the challenge's zone, or of UTC where the platform knows nothing else
    (`always_utc`). A day alone is its first minute, as those platforms read it.
    """
    match = _FORM.fullmatch(written.strip())
    if match is None:
        return Said(problem=f"`{written[:60]}` is not a date or time that can be read")
    text = f"{_padded(match['day'], '-')}T{_padded(match['clock'] or '00:00', ':')}{_seconds(match['seconds'])}"
    offset = _offset(match["zone"], always_utc=always_utc)
    try:
        instant = Clock(zone, Timeline()).instant(parse_moment(text + offset), "start")
    except (TimeProblem, ValueError, OverflowError) as problem:
        return Said(problem=str(problem))
    shown = in_utc(instant) if offset and instant else text
    return Said(shown, instant, is_date=match["clock"] is None, has_zone=bool(offset))


def in_utc(instant: datetime) -> str:
    """`2027-03-03T09:00Z`."""
    at = instant.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at.second else f"{at:%Y-%m-%dT%H:%MZ}"


def _padded(text: str, mark: str) -> str:
    return mark.join(part.zfill(2) for part in text.split(mark))


def _seconds(found: str | None) -> str:
    return found if found and found != ":00" else ""


def _offset(zone: str | None, *, always_utc: bool) -> str:
    if zone is None:
        return "Z" if always_utc else ""
    if zone[0] not in "+-":
        return "Z"
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return f"{zone[0]}{digits[:2]}:{digits[2:]}"
