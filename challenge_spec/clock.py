"""Moments into instants: IANA zones, calendar time across daylight saving, names of the timeline."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from challenge_spec.fields import Span
from challenge_spec.schedule import Moment, Timeline

Edge = Literal["start", "end"]
"""How a bare date is read: its first minute, or all of it (until 23:59:59)."""

ANCHORS: Mapping[str, Edge] = {"preregistration": "start", "open": "start", "close": "end", "conclude": "start"}
"""The timeline's own names and how a bare date in them is read. Milestones are read as the place that names them is."""


MAX_CHAIN = 20
_FIRST_YEAR, _LAST_YEAR = 1990, 2199


class TimeProblem(ValueError):
    """A moment that is no instant; carries a stable code, what is wrong, how to mend it."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.code, self.message, self.remedy = code, message, remedy


def zone_named(name: str) -> ZoneInfo:
    """The zone of that IANA name. Raises TimeProblem for anything else, abbreviations such as EST included."""
    if "/" not in name and name != "UTC":
        raise TimeProblem(
            "time.zone-abbreviation",
            f"`{name}` is not the name of a time zone",
            "Write an IANA name such as `America/New_York`, `Europe/Berlin` or `UTC`.",
        )
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise TimeProblem("time.unknown-zone", f"there is no time zone `{name}`", _nearest_zone(name)) from None


def _nearest_zone(name: str) -> str:
    from zoneinfo import available_timezones  # reads a directory tree: on errors only

    from challenge_spec.diagnostics import did_you_mean

    return did_you_mean(name, sorted(available_timezones())) or "Write an IANA name such as `Europe/Berlin`."


@dataclass(frozen=True, slots=True)
class Clock:
    """Reads moments in the challenge's zone."""

    zone: ZoneInfo
    timeline: Timeline
    _known: dict[tuple[str, Edge], datetime] = field(default_factory=dict, repr=False, compare=False)
    """What was read before: rounds of many queues share their dates."""

    def moment(self, name: str) -> Moment | None:
        """What the timeline says for a name; None if it says nothing."""
        if name in ANCHORS:
            found: Moment | None = getattr(self.timeline, name)
            return found
        return self.timeline.milestones.get(name)

    def names(self) -> list[str]:
        """Every name that a moment may use."""
        return [*ANCHORS, *self.timeline.milestones]

    def named(self, name: str, edge: Edge = "start") -> datetime | None:
        """The instant of a name of the timeline."""
        return self.instant(Moment(name, "name"), edge)

    def instant(self, moment: Moment, edge: Edge) -> datetime | None:
        """The instant in UTC, None for `tbd`. Raises TimeProblem."""
        written, edge = self.follow(moment, edge)
        return self._read(written, edge) if written else None

    def follow(self, moment: Moment, edge: Edge) -> tuple[Moment | None, Edge]:
        """The date or time that a moment comes down to through names, and how to read it; None for `tbd`."""
        seen: list[str] = []
        while moment.kind == "name":
            if moment.text in seen:
                raise TimeProblem("time.cycle", f"{' → '.join([*seen, moment.text])} goes in a circle", "Give a date.")
            if len(seen) == MAX_CHAIN:
                message = f"`{seen[0]}` leads through more than {MAX_CHAIN} names"
                raise TimeProblem("time.long-chain", message, "Give a date.")
            seen.append(moment.text)
            edge = ANCHORS.get(moment.text, edge)
            moment = self._look_up(moment.text)
        return (moment if moment.is_known else None), edge

    def _look_up(self, name: str) -> Moment:
        found = self.moment(name)
        if found is None:
            from challenge_spec.diagnostics import did_you_mean

            known = [other for other in self.names() if self.moment(other)]
            remedy = did_you_mean(name, known) or "Add it to `timeline.milestones`."
            raise TimeProblem("time.unknown-moment", f"the timeline has no `{name}`", remedy)
        return found

    def _read(self, moment: Moment, edge: Edge) -> datetime:
        asked = moment.text, edge
        if asked not in self._known:
            self._known[asked] = self._instant(moment, edge)
        return self._known[asked]

    def _instant(self, moment: Moment, edge: Edge) -> datetime:
        if not _FIRST_YEAR <= int(moment.text[:4]) <= _LAST_YEAR:
            message = f"the year of `{moment.text}` can't be meant"
            raise TimeProblem("time.impossible-date", message, f"Take one from {_FIRST_YEAR} to {_LAST_YEAR}.")
        if moment.kind == "date":
            day = _date(moment.text)
            return self.at(datetime.combine(day, time(0) if edge == "start" else time(23, 59, 59)))
        naive_or_aware = _datetime(moment.text)
        if naive_or_aware.tzinfo is not None:
            return naive_or_aware.astimezone(UTC)
        self._refuse_unclear(naive_or_aware, moment.text)
        return self.at(naive_or_aware)

    def at(self, wall: datetime) -> datetime:
        """The instant when the clocks of the zone show this; the first of two, and after a gap what they then show."""
        return wall.replace(tzinfo=self.zone).astimezone(UTC)

    def wall(self, instant: datetime) -> datetime:
        """What the clocks of the zone show at an instant (naive)."""
        return instant.astimezone(self.zone).replace(tzinfo=None)

    def later(self, instant: datetime, span: Span, times: int = 1) -> datetime:
        """The instant some spans later in calendar time: the same time of day even where the clocks change."""
        wall = _add_months(self.wall(instant), span.months * times) + timedelta(days=span.days * times)
        return self.at(wall) + timedelta(seconds=span.seconds * times)

    def unclear(self, instant: datetime, span: Span, times: int) -> str:
        """Why the time of day some spans later is none, or two; empty where it is clear, as it mostly is."""
        if span.seconds:
            return ""
        wall = _add_months(self.wall(instant), span.months * times) + timedelta(days=span.days * times)
        try:
            self._refuse_unclear(wall, f"{wall:%Y-%m-%dT%H:%M}")
        except TimeProblem as problem:
            return problem.message
        return ""

    def _refuse_unclear(self, wall: datetime, text: str) -> None:
        first = wall.replace(tzinfo=self.zone)
        second = first.replace(fold=1)
        if first.utcoffset() == second.utcoffset():
            return
        readings = f"`{_with_offset(wall, first)}` or `{_with_offset(wall, second)}`"
        if self.wall(first.astimezone(UTC)) != wall:
            message = f"{text} does not exist in {self.zone.key}: the clocks are put forward over it"
            raise TimeProblem("time.missing-hour", message, f"Take another hour, or write {readings}.")
        message = f"{text} happens twice in {self.zone.key}: the clocks are put back"
        raise TimeProblem("time.ambiguous-hour", message, f"Write {readings}.")


def _with_offset(wall: datetime, reading: datetime) -> str:
    return wall.replace(tzinfo=reading.tzinfo, fold=reading.fold).isoformat(timespec="minutes")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _no_such_date(text, error) from None


def _datetime(text: str) -> datetime:
    try:
        return datetime.fromisoformat(re.sub(r" (?=Z|[-+])", "", text))
    except ValueError as error:
        raise _no_such_date(text, error) from None


def _no_such_date(text: str, error: ValueError) -> TimeProblem:
    return TimeProblem("time.impossible-date", f"there is no `{text}`: {error}", "Correct the date or time.")


def _add_months(wall: datetime, months: int) -> datetime:
    """The same day some months later, or the last day of a shorter month."""
    year, month0 = divmod(wall.year * 12 + wall.month - 1 + months, 12)
    for day in (wall.day, 30, 29, 28):
        try:
            return wall.replace(year=year, month=month0 + 1, day=min(day, wall.day))
        except ValueError:
            continue
    raise ValueError(f"no month {month0 + 1} of {year}")


def written(instant: datetime, zone: ZoneInfo) -> str:
    """An instant for people: `Wednesday, 3 March 2027, 09:00 PST (17:00 UTC)`."""
    local, utc = instant.astimezone(zone), instant.astimezone(UTC)
    day = written_day(local.date())
    if local.utcoffset() == timedelta(0):
        return f"{day}, {local:%H:%M} UTC"
    other_day = "" if utc.date() == local.date() else f"{utc.day} {utc:%B}, "
    return f"{day}, {local:%H:%M} {abbreviation(local)} ({other_day}{utc:%H:%M} UTC)"


def written_day(day: date) -> str:
    """`Wednesday, 3 March 2027`."""
    return f"{day:%A}, {day.day} {day:%B %Y}"


def abbreviation(local: datetime) -> str:
    """What people call the zone at that time; zones without such a name are given by their offset."""
    name = local.tzname() or ""
    return name if name.isalpha() else f"UTC{local:%z}"
