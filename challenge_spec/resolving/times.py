"""The timeline and rounds as instants; what can't be read is reported once, where it was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from challenge_spec.clock import ANCHORS, Clock, Edge, TimeProblem, written
from challenge_spec.findings import Findings
from challenge_spec.schedule import Moment, Round, RoundSeries
from challenge_spec.source import Path

MAX_SERIES = 400


@dataclass(frozen=True, slots=True)
class Window:
    """Start and end of a round, `None` for tbd; `said` is the round's own entry, if it has one."""

    name: str
    start: datetime | None
    end: datetime | None
    said: Round | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """Reads moments of the manifest and reports those that are none."""

    clock: Clock
    findings: Findings

    def read(self, moment: Moment | None, edge: Edge, path: Path) -> datetime | None:
        """The instant of a moment written at `path`; None for tbd, for nothing, and after a report."""
        if moment is None:
            return None
        try:
            return self.clock.instant(moment, edge)
        except TimeProblem as problem:
            if not self._blamed_elsewhere(moment, problem):
                self.findings.error(problem.code, path, problem.message, problem.remedy)
            return None

    def _blamed_elsewhere(self, moment: Moment, problem: TimeProblem) -> bool:
        """Whether a name leads to an entry of the timeline that is itself reported."""
        return moment.kind == "name" and problem.code != "time.unknown-moment" and bool(self.clock.moment(moment.text))

    def timeline(self) -> dict[str, datetime | None]:
        """Every name of the timeline, with its instant."""
        found = {name: self._entry(name, edge, ("timeline", name)) for name, edge in ANCHORS.items()}
        milestones = self.clock.timeline.milestones
        return found | {name: self._entry(name, "start", ("timeline", "milestones", name)) for name in milestones}

    def _entry(self, name: str, edge: Edge, path: Path) -> datetime | None:
        moment = self.clock.moment(name)
        if moment is None:
            return None
        try:
            return self.clock.named(name, edge)
        except TimeProblem as problem:
            self.findings.error(problem.code, path, problem.message, problem.remedy)
            return None

    def listed(self, rounds: tuple[Round, ...], path: Path) -> Iterator[Window]:
        """The windows of rounds that are written one by one."""
        for index, said in enumerate(rounds):
            start = self.read(said.start, "start", (*path, index, "start"))
            end = self.read(said.end, "end", (*path, index, "end"))
            yield Window(said.name, start, end, said)

    def series(self, said: RoundSeries, path: Path) -> tuple[Window, ...]:
        """The windows of equal rounds, back to back, at the same time of day across daylight saving."""
        start = self.read(said.start or Moment("open", "name"), "start", (*path, "start"))
        end = self.read(said.end or Moment("close", "name"), "end", (*path, "end"))
        if not self._is_consistent(said, path) or start is None or end is None:
            return tuple(Window(f"Round {number}", None, None) for number in range(1, _at_most(said.count or 1) + 1))
        try:
            bounds = self._bounds(start, end, said)
        except (OverflowError, ValueError):
            self.findings.error("time.impossible-date", path, "the last of these rounds would end after the year 9999")
            return ()
        self._clock_changes(said, bounds, path)
        if not said.count and bounds[-1] < end:
            self._too_many((*path, "every"))
        if said.count and said.end and said.every and bounds[-1] != end:
            self._contradiction(path, end, bounds[-1])
        return tuple(Window(f"Round {number}", *pair) for number, pair in enumerate(pairwise(bounds), 1))

    def _is_consistent(self, said: RoundSeries, path: Path) -> bool:
        if (said.count or 1) > MAX_SERIES:
            self._too_many((*path, "count"))
            return False
        if said.every is None and (said.count or 1) > 1:
            remedy = "Say it: `every: 4 weeks`."
            self.findings.error_at_key("time.series", (*path, "count"), "how long is each of these rounds?", remedy)
            return False
        if said.every is not None and said.every.is_zero:
            self.findings.error("time.zero-length", (*path, "every"), "a round must last longer than nothing")
            return False
        return True

    def _bounds(self, start: datetime, end: datetime, said: RoundSeries) -> list[datetime]:
        """Where rounds begin and end; without a count as many as there is time for, the last one cut at the end."""
        if said.every is None:
            return [start, end]
        if said.count:
            return [self.clock.later(start, said.every, number) for number in range(_at_most(said.count) + 1)]
        bounds = [start]
        while bounds[-1] < end and len(bounds) <= MAX_SERIES:
            bounds.append(min(end, self.clock.later(start, said.every, len(bounds))))
        return bounds

    def _clock_changes(self, said: RoundSeries, bounds: list[datetime], path: Path) -> None:
        """A boundary that follows from a length may meet the hour that is left out or happens twice."""
        for number, bound in enumerate(bounds[1:], 1):
            is_counted = said.every is not None and bound == self.clock.later(bounds[0], said.every, number)
            why = self.clock.unclear(bounds[0], said.every, number) if said.every and is_counted else ""
            if why:
                message = f"round {number} ends at a time that {why.partition(' ')[2]}; taken is "
                remedy = "Let the first round start at another time of day."
                message += written(bound, self.clock.zone)
                self.findings.warning("round.clock-change", path, message, remedy)

    def _too_many(self, path: Path) -> None:
        message = f"more than {MAX_SERIES} rounds can't be meant"
        self.findings.error("round.too-many", path, message, "Correct the number, or the length of each.")

    def _contradiction(self, path: Path, end: datetime, computed: datetime) -> None:
        last = written(computed, self.clock.zone)
        message = f"these rounds end on {last}, which is {'before' if computed < end else 'after'} the `end` given here"
        remedy = "Correct one of `count`, `every` and `end`, or leave `count` or `end` out."
        self.findings.error("time.duration-vs-end", (*path, "end"), message, remedy)


def _at_most(count: int) -> int:
    return min(count, MAX_SERIES)
