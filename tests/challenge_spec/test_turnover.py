"""Limits begin anew at midnight UTC; people want to know when that is where they are."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from challenge_spec.turnover import everywhere, limits_in_words, turns_over


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


SPRING = (at("2027-03-03"), at("2027-06-30"))
JULY = (at("2027-07-01"), at("2027-07-31"))


def test_an_instant_is_known_in_three_zones() -> None:
    assert everywhere(at("2027-03-03T17:00"), ZoneInfo("America/Los_Angeles")) == {
        "local": "2027-03-03T09:00:00-08:00",
        "utc": "2027-03-03T17:00:00+00:00",
        "anywhere_on_earth": "2027-03-03T05:00:00-12:00",
    }


@pytest.mark.parametrize(
    ("zone", "limit", "expected"),
    [
        ("America/Los_Angeles", "daily", "daily at 17:00 PDT"),
        ("America/Los_Angeles", "weekly", "Sundays at 17:00 PDT"),
        ("America/Los_Angeles", "monthly", "on the last day of the month at 17:00 PDT"),
        ("Europe/Berlin", "daily", "daily at 02:00 CEST"),
        ("Europe/Berlin", "weekly", "Mondays at 02:00 CEST"),
        ("Europe/Berlin", "monthly", "on the first day of the month at 02:00 CEST"),
        ("UTC", "weekly", "Mondays at 00:00 UTC"),
        ("Asia/Kolkata", "daily", "daily at 05:30 IST"),
        ("America/Sao_Paulo", "daily", "daily at 21:00 UTC-0300"),
    ],
)
def test_a_limit_begins_anew_by_the_clocks_of_the_zone(zone: str, limit: str, expected: str) -> None:
    assert turns_over({limit: 3}, *JULY, ZoneInfo(zone)) == {limit: expected}


def test_both_times_are_given_where_the_clocks_change_in_between() -> None:
    assert turns_over({"daily": 3}, *SPRING, ZoneInfo("America/Los_Angeles")) == {
        "daily": "daily at 16:00 PST, from 14 March 17:00 PDT"
    }


def test_a_total_never_begins_anew() -> None:
    assert turns_over({"total": 3}, *JULY, ZoneInfo("UTC")) == {}


def test_a_round_of_an_hour_has_a_turnover_too() -> None:
    hour = (at("2027-07-01T09:00"), at("2027-07-01T10:00"))
    assert turns_over({"daily": 1}, *hour, ZoneInfo("UTC")) == {"daily": "daily at 00:00 UTC"}


def test_a_round_without_an_end_in_sight_is_looked_at_for_a_while_only() -> None:
    ages = (at("2027-07-01"), at("2199-07-01"))
    assert turns_over({"daily": 1}, *ages, ZoneInfo("Europe/Berlin"))["daily"].count(", from") < 8


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"daily": 2, "total": 20}, "2 a day, 20 in each round"),
        ({"weekly": 3, "monthly": 5}, "3 a week, 5 a month"),
        ({}, "no limit"),
    ],
)
def test_limits_in_words(limits: dict[str, int], words: str) -> None:
    assert limits_in_words(limits) == words
