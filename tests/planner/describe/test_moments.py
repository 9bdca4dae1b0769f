"""Instants written for an organizer are read back as the same, in every zone and across every change of clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from challenge_spec.clock import Clock
from challenge_spec.schedule import Timeline, parse_moment
from planner.describe.moments import written

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia"]
Edge = Literal["start", "end"]


def read(text: str, zone: str, edge: Edge) -> datetime | None:
    return Clock(ZoneInfo(zone), Timeline()).instant(parse_moment(text), edge)


FIRST = datetime(1995, 1, 1, tzinfo=UTC)
MILLISECONDS = 150 * 365 * 86_400_000
"""A hundred and fifty years."""


@given(st.integers(0, MILLISECONDS), st.sampled_from(ZONES), st.sampled_from(["start", "end"]))
def test_what_is_written_is_read_as_the_same_instant(since: int, zone: str, edge: Edge) -> None:
    instant = FIRST + timedelta(milliseconds=since)
    assert read(written(instant, ZoneInfo(zone), edge), zone, edge) == instant


@pytest.mark.parametrize("minutes", range(0, 240, 15))
def test_the_hour_that_happens_twice_is_told_apart(minutes: int) -> None:
    instant = datetime(2026, 10, 24, 23, tzinfo=UTC) + timedelta(minutes=minutes)
    assert read(written(instant, ZoneInfo("Europe/Berlin"), "start"), "Europe/Berlin", "start") == instant


@pytest.mark.parametrize(
    ("instant", "edge", "text"),
    [
        ("2027-03-02T23:00:00+00:00", "start", "2027-03-03"),
        ("2027-03-02T22:59:59+00:00", "end", "2027-03-02"),
        ("2027-03-02T22:59:59+00:00", "start", "2027-03-02T23:59:59"),
        ("2027-03-03T08:00:00+00:00", "start", "2027-03-03T09:00"),
        ("2027-03-03T08:00:00.250+00:00", "end", "2027-03-03T09:00:00.250"),
        ("2026-10-25T01:30:00+00:00", "start", "2026-10-25T02:30+01:00"),
    ],
)
def test_moments_are_as_short_as_they_can_be(instant: str, edge: Edge, text: str) -> None:
    assert written(datetime.fromisoformat(instant), ZoneInfo("Europe/Berlin"), edge) == text
