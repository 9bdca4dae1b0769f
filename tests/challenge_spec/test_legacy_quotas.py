"""The guide's two examples of quotas, which older tools set by milliseconds, as rounds (items 169 and 170)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from challenge_spec.clock import Clock, zone_named
from challenge_spec.resolved import ResolvedQueue
from challenge_spec.schedule import Timeline
from tests.challenge_spec.sound import Break, shown

SERIES = "rounds: { count: 4, every: 4 weeks, start: open }\n    limits: { total: 3 }"
LOS_ANGELES = Clock(zone_named("America/Los_Angeles"), Timeline())


def leaderboard(broken: Break, rounds: str, limits: str) -> ResolvedQueue:
    loaded = broken(SERIES, f"rounds: {rounds}\n    limits: {limits}")
    assert loaded.resolved is not None, shown(loaded)
    return next(queue for queue in loaded.resolved.queues if queue.key == "leaderboard/similarity")


def walls(queue: ResolvedQueue) -> list[tuple[datetime, datetime]]:
    """What clocks in Los Angeles show at the start and end of each round."""
    return [
        (LOS_ANGELES.wall(item.start), LOS_ANGELES.wall(item.end)) for item in queue.rounds if item.start and item.end
    ]


def test_four_rounds_of_three_submissions(broken: Break) -> None:
    queue = leaderboard(broken, "{ count: 4, every: 4 weeks, start: open, gap: intended }", "{ total: 3 }")
    assert [dict(item.limits) for item in queue.rounds] == [{"total": 3}] * 4
    assert [item.name for item in queue.rounds] == ["Round 1", "Round 2", "Round 3", "Round 4"]
    lengths = {end - start for start, end in walls(queue)}
    assert lengths == {timedelta(weeks=4)}, "four weeks by the clock on the wall, though the clocks change in round 1"
    first = queue.rounds[0]
    assert first.start is not None
    assert first.end is not None
    assert first.end - first.start == timedelta(weeks=4) - timedelta(hours=1)


def test_four_months_with_three_submissions_a_day(broken: Break) -> None:
    queue = leaderboard(broken, "{ count: 1, every: 4 months, start: 2027-03-05 }", "{ daily: 3 }")
    (only,) = queue.rounds
    assert dict(only.limits) == {"daily": 3}
    assert walls(queue) == [(datetime(2027, 3, 5), datetime(2027, 7, 5))]  # noqa: DTZ001 -- clocks on the wall
    assert only.start is not None
    assert only.end is not None
    assert only.end - only.start != timedelta(days=4 * 30), "months are no fixed number of milliseconds"


def test_months_that_end_on_days_that_others_lack(broken: Break) -> None:
    queue = leaderboard(broken, "{ count: 4, every: 1 month, start: 2027-03-31, gap: intended }", "{ daily: 3 }")
    assert [start.day for start, _ in walls(queue)] == [31, 30, 31, 30]


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe", "UTC"])
def test_rounds_back_to_back_leave_no_moment_between_them_in_any_zone(zone: str, broken: Break) -> None:
    loaded = broken("timezone: America/Los_Angeles", f"timezone: {zone}")
    assert loaded.resolved is not None, shown(loaded)
    rounds = next(queue for queue in loaded.resolved.queues if queue.queue == "leaderboard").rounds
    assert [item.end for item in rounds[:-1]] == [item.start for item in rounds[1:]]
    assert all(item.start and item.start.tzinfo is UTC for item in rounds)
