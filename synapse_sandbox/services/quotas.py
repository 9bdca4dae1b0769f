"""The legacy SubmissionQuota of a queue, as Synapse still honours and migrates it (contract 5.4)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

from synapse_sandbox.reading import date, integer, nested
from synapse_sandbox.refusals import invalid, required
from synapse_sandbox.wire import Json, to_iso

DAY: Final = 86_400_000
WEEK: Final = 7 * DAY
Limit = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which submissions are taken: [start, end) in epoch milliseconds, None for unbounded, with limits."""

    start: int | None
    end: int | None
    limits: tuple[Limit, ...] = ()
    round_id: int | None = None


OPEN_FOR_EVER: Final = Span(None, None)


@dataclass(frozen=True, slots=True)
class Quota:
    """Rounds of equal length, one after the other; `duration` in milliseconds, `limit` submissions per round.

    Start, duration and number can't be left out any more, so the open-ended quotas of old never occur here.
    """

    start: int
    duration: int
    rounds: int
    limit: int | None = None

    @property
    def end(self) -> int:
        """When the last round is over."""
        return self.start + self.duration * self.rounds

    def limits(self, limit_type: str = "TOTAL") -> tuple[Limit, ...]:
        """The limit of one round, as a limit of this type."""
        return () if self.limit is None else ((limit_type, self.limit),)

    def is_active(self, now: int) -> bool:
        """Whether one of its rounds is running."""
        return self.start <= now < self.end

    def current(self, now: int) -> Span | None:
        """The round that is running."""
        if not self.is_active(now):
            return None
        start = self.start + (now - self.start) // self.duration * self.duration
        return Span(start, start + self.duration, self.limits())

    def migrated(self) -> list[Span]:
        """The rounds that replace it; days, weeks and months become one round with a limit of that type."""
        limit_type = _limit_type(self.duration)
        if limit_type is not None:
            return [Span(self.start, self.end, self.limits(limit_type))]
        starts = (self.start + self.duration * index for index in range(self.rounds))
        return [Span(start, start + self.duration, self.limits()) for start in starts]

    def stored(self) -> str:
        """As a column of the database."""
        return json.dumps(asdict(self))

    def document(self) -> Json:
        """As it travels."""
        return {
            "firstRoundStart": to_iso(self.start),
            "roundDurationMillis": self.duration,
            "numberOfRounds": self.rounds,
            "submissionLimit": self.limit,
        }


def quota_in(evaluation: Json) -> Quota | None:
    """The quota that an evaluation's body asks for; 400 when it isn't one."""
    body = nested(evaluation, "quota")
    if body is None:
        return None
    limit, rounds = integer(body, "submissionLimit"), integer(body, "numberOfRounds")
    duration, start = integer(body, "roundDurationMillis"), date(body, "firstRoundStart")
    if limit is not None and limit < 0:
        raise invalid("submissionLimit must be non-negative")
    if rounds is None or rounds < 0:
        raise invalid("numberOfRounds must be defined and be non-negative")
    if duration is None or duration < 0:
        raise invalid("roundDurationMillis must be defined and non-negative")
    if start is None:
        raise required("firstRoundStart")
    return Quota(start, duration, rounds, limit)


def stored_quota(column: str | None) -> Quota | None:
    """The quota of a row of the database."""
    return None if column is None else Quota(**json.loads(column))


def _limit_type(duration: int) -> str | None:
    if duration == DAY:
        return "DAILY"
    if duration == WEEK:
        return "WEEKLY"
    return "MONTHLY" if 28 * DAY <= duration <= 31 * DAY else None
