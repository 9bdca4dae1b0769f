"""Instants as people in several places read them, and when limits begin anew for the clocks of the challenge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from challenge_spec.clock import abbreviation

ANYWHERE_ON_EARTH = timezone(timedelta(hours=-12))
"""A day has ended anywhere on Earth once it has ended here."""

_LONGEST = 800
"""Days that are looked at; clocks that change, change within."""

_LIMITS = {"daily": "a day", "weekly": "a week", "monthly": "a month", "total": "in each round"}


def everywhere(instant: datetime, zone: ZoneInfo) -> dict[str, str]:
    """An instant in the challenge's zone, in UTC, and Anywhere on Earth (ISO 8601, with offsets)."""
    zones = {"local": zone, "utc": UTC, "anywhere_on_earth": ANYWHERE_ON_EARTH}
    return {name: instant.astimezone(place).isoformat(timespec="seconds") for name, place in zones.items()}


def turns_over(limits: Mapping[str, int], start: datetime, end: datetime, zone: ZoneInfo) -> dict[str, str]:
    """For each limit that begins anew: when, by the clocks of `zone` between two instants.

    Days begin at midnight UTC, weeks on Monday, months on the first (contract 5.7). Where the clocks change in between,
    both times are given: `16:00 PST, from 14 March 17:00 PDT`.
    """
    midnights = list(_midnights(start, end))
    local = [moment.astimezone(zone) for moment in midnights]
    return {name: _said(name, midnights[0], local) for name in limits if name != "total"}


def midnight_utc(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """What clocks in `zone` show at midnight UTC between two instants: `16:00 PST, from 14 March 17:00 PDT`."""
    return _through_changes([moment.astimezone(zone) for moment in _midnights(start, end)])


def _midnights(start: datetime, end: datetime) -> Iterator[datetime]:
    """Every midnight UTC from the one at or before `start` on; at least one."""
    here = start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    yield here
    for number in range(1, _LONGEST):
        moment = here + timedelta(days=number)
        if moment > end:
            return
        yield moment


def _said(name: str, midnight: datetime, local: list[datetime]) -> str:
    clock = _through_changes(local)
    if name == "daily":
        return f"daily at {clock}"
    evening = local[0].date() < midnight.date()
    if name == "weekly":
        return f"{'Sundays' if evening else 'Mondays'} at {clock}"
    return f"on the {'last' if evening else 'first'} day of the month at {clock}"


def _through_changes(local: list[datetime]) -> str:
    """`16:00 PST, from 14 March 17:00 PDT`."""
    shown = f"{local[0]:%H:%M} {abbreviation(local[0])}"
    last = shown
    for moment in local[1:]:
        here = f"{moment:%H:%M} {abbreviation(moment)}"
        if here != last:
            shown, last = f"{shown}, from {moment.day} {moment:%B} {here}", here
    return shown


def limits_in_words(limits: Mapping[str, int]) -> str:
    """`2 a day, 20 in each round`; `no limit` where there is none."""
    words = [f"{limits[name]} {unit}" for name, unit in _LIMITS.items() if name in limits]
    return ", ".join(words) or "no limit"
