"""Instants for people: in the challenge's zone, with UTC beside it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
"""How specs write instants (ISO 8601, UTC)."""


def zone_of(name: str) -> tzinfo:
    """The zone of an IANA name; UTC where this machine doesn't know it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def is_instant(value: object) -> bool:
    """Whether a value of a spec is an instant."""
    return isinstance(value, str) and INSTANT.fullmatch(value) is not None


def show_instant(value: datetime | str, zone: tzinfo) -> str:
    """`2027-06-01 17:00 PDT (2027-06-02 00:00 UTC)`; zero seconds and a date of UTC that is the same are left out.

    Fractions of a second are shown where they were written down (a text), not where a clock was read (a datetime).
    """
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value.replace(microsecond=0)
    local, universal = instant.astimezone(zone), instant.astimezone(UTC)
    if local.utcoffset() == universal.utcoffset():
        return f"{_date(universal)} {_clock(universal)} UTC"
    beside = _clock(universal) if local.date() == universal.date() else f"{_date(universal)} {_clock(universal)}"
    return f"{_date(local)} {_clock(local)} {local.strftime('%Z')} ({beside} UTC)"


def show_window(start: str, end: str, zone: tzinfo) -> str:
    """A round's window in the challenge's zone alone, to fit on a line: `2027-06-01 00:00 - 2027-06-07 23:59 PDT`."""
    first, last = (datetime.fromisoformat(value).astimezone(zone) for value in (start, end))
    before = first.strftime("%Z") if first.utcoffset() != last.utcoffset() else ""
    return " ".join(
        filter(None, (_date(first), _clock(first), before, "-", _date(last), _clock(last), last.strftime("%Z")))
    )


def _date(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d")


def _clock(instant: datetime) -> str:
    if milliseconds := instant.microsecond // 1000:
        return instant.strftime("%H:%M:%S.") + f"{milliseconds:03d}"
    return instant.strftime("%H:%M:%S" if instant.second else "%H:%M")
