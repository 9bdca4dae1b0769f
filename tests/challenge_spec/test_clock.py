"""Moments into instants: zones by their IANA names, calendar time across daylight saving."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from challenge_spec.clock import Clock, Edge, TimeProblem, written, zone_named
from challenge_spec.fields import parse_span
from challenge_spec.schedule import Timeline, parse_moment

BERLIN = "Europe/Berlin"


def clock(zone: str = "America/Los_Angeles", **moments: object) -> Clock:
    return Clock(zone_named(zone), Timeline.model_validate(moments))


def instant(text: str, edge: Edge = "start", zone: str = "America/Los_Angeles", **moments: object) -> datetime | None:
    return clock(zone, **moments).instant(parse_moment(text), edge)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("name", ["EST", "PST", "EST5EDT", "CET", "GMT", "local", "", "Z"])
def test_an_abbreviation_is_no_zone(name: str) -> None:
    with pytest.raises(TimeProblem) as problem:
        zone_named(name)
    assert problem.value.code == "time.zone-abbreviation"


@pytest.mark.parametrize("name", ["Mars/Olympus", "../UTC", "/etc/localtime", "Europe", "Europe/", "a/\0b"])
def test_a_zone_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(TimeProblem):
        zone_named(name)


def test_the_nearest_zone_is_proposed() -> None:
    with pytest.raises(TimeProblem) as problem:
        zone_named("America/New_Yrok")
    assert problem.value.remedy == "Did you mean `America/New_York`?"


def test_a_time_is_in_the_zone_of_the_challenge() -> None:
    assert instant("2027-03-03T09:00") == at("2027-03-03T17:00")


def test_a_time_in_summer_is_in_summer_time() -> None:
    assert instant("2027-06-30T17:00") == at("2027-07-01T00:00")


def test_an_offset_wins_over_the_zone() -> None:
    assert instant("2027-06-30T17:00+02:00") == instant("2027-06-30 15:00Z") == at("2027-06-30T15:00")


def test_a_bare_date_is_the_first_minute_of_a_start() -> None:
    assert instant("2027-03-03", "start") == at("2027-03-03T08:00")


def test_a_bare_date_is_the_last_minute_of_an_end() -> None:
    assert instant("2027-03-03", "end") == at("2027-03-04T07:59:59")


def test_the_closing_day_ends_for_those_who_start_there() -> None:
    assert instant("close", "start", close="2027-06-30") == instant("2027-06-30", "end")


def test_a_milestone_is_read_as_its_use_demands() -> None:
    milestones = {"papers": "2027-07-14"}
    assert instant("papers", "end", milestones=milestones) == instant("2027-07-14", "end")
    assert instant("papers", "start", milestones=milestones) == instant("2027-07-14", "start")


def test_tbd_is_no_instant_yet() -> None:
    assert instant("tbd") is None
    assert instant("open") is None


def test_a_circle_of_names_is_found() -> None:
    with pytest.raises(TimeProblem) as problem:
        instant("a", milestones={"a": "b", "b": "a"})
    assert "a → b → a" in problem.value.message


def test_an_hour_that_happens_twice_is_given_in_both_readings() -> None:
    with pytest.raises(TimeProblem) as problem:
        instant("2027-11-07T01:30")
    assert "2027-11-07T01:30-07:00" in problem.value.remedy
    assert "2027-11-07T01:30-08:00" in problem.value.remedy


def test_an_hour_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TimeProblem) as problem:
        instant("2027-03-28T02:30", zone=BERLIN)
    assert problem.value.code == "time.missing-hour"


def test_a_week_later_is_the_same_time_of_day_when_the_clocks_change() -> None:
    spring = clock(BERLIN)
    assert spring.later(at("2027-03-24T08:00"), parse_span("1 week")) == at("2027-03-31T07:00")


def test_a_month_later_is_the_same_day_or_the_last_one() -> None:
    utc = clock("UTC")
    assert utc.later(at("2027-01-31T12:00"), parse_span("1 month")) == at("2027-02-28T12:00")
    assert utc.later(at("2027-01-31T12:00"), parse_span("1 month"), 2) == at("2027-03-31T12:00")


def test_hours_are_hours_whatever_the_clocks_do() -> None:
    assert clock(BERLIN).later(at("2027-03-28T00:00"), parse_span("24h")) == at("2027-03-29T00:00")


def test_an_instant_is_written_in_the_zone_and_in_utc() -> None:
    zone = zone_named("America/Los_Angeles")
    assert written(at("2027-03-03T17:00"), zone) == "Wednesday, 3 March 2027, 09:00 PST (17:00 UTC)"


def test_another_day_in_utc_is_named() -> None:
    zone = zone_named("America/Los_Angeles")
    assert written(at("2027-07-01T00:00"), zone) == "Wednesday, 30 June 2027, 17:00 PDT (1 July, 00:00 UTC)"


def test_utc_is_written_once() -> None:
    assert written(at("2027-07-01T00:00"), zone_named("UTC")) == "Thursday, 1 July 2027, 00:00 UTC"


ZONES = st.sampled_from(["UTC", BERLIN, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"])


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), ZONES)  # noqa: DTZ001 -- wall time has no zone
def test_a_time_is_read_back_as_written_or_refused(wall: datetime, zone: str) -> None:
    wall = wall.replace(microsecond=0)
    here = clock(zone)
    try:
        found = here.instant(parse_moment(wall.isoformat(timespec="seconds")), "start")
    except TimeProblem as problem:
        assert problem.code in ("time.missing-hour", "time.ambiguous-hour")  # noqa: PT017 -- both ways out are fine
        return
    assert found is not None
    assert here.wall(found) == wall


@given(st.integers(0, 400), ZONES)
def test_a_day_later_never_moves_by_more_than_the_clocks_do(days: int, zone: str) -> None:
    start = at("2027-01-01T12:00")
    moved = clock(zone).later(start, parse_span("1 day"), days) - start
    assert abs(moved - timedelta(days=days)) <= timedelta(hours=1)
