"""Which round is which, and which page is which."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from planner.matching import Place, Span, match_pages, match_rounds

START = datetime(2027, 3, 1, tzinfo=UTC)


def span(first_day: int, days: int) -> Span:
    return Span(START + timedelta(days=first_day), START + timedelta(days=first_day + days))


spans = st.builds(span, st.integers(0, 60), st.integers(1, 30))


def test_a_round_added_in_front_does_not_take_the_place_of_the_others() -> None:
    wanted = {"new": span(0, 7), "old": span(7, 7)}
    assert match_rounds(wanted, {"11": span(7, 7)}, {}) == {"old": "11"}


def test_a_moved_round_is_still_itself() -> None:
    assert match_rounds({"a": span(2, 7)}, {"11": span(0, 7)}, {}) == {"a": "11"}


def test_the_ledger_knows_better_than_the_overlap() -> None:
    wanted, found = {"a": span(0, 7), "b": span(7, 7)}, {"1": span(0, 7), "2": span(7, 7)}
    assert match_rounds(wanted, found, {"a": "2"}) == {"a": "2"}


def test_what_the_ledger_knows_as_another_round_takes_the_place_of_none_that_was_removed() -> None:
    known = {"round.final/a": "1", "round.final/dropped": "2"}
    wanted, found = {"round.final/a": span(0, 9)}, {"2": span(7, 7)}
    assert match_rounds(wanted, found, known) == {}
    assert match_rounds({"round.final/new": span(0, 9)}, found, known) == {"round.final/new": "2"}


def test_rounds_that_only_touch_are_not_the_same() -> None:
    assert match_rounds({"a": span(7, 7)}, {"1": span(0, 7)}, {}) == {}


@given(
    st.dictionaries(st.text("ab", min_size=1), spans, max_size=4),
    st.dictionaries(st.text("12", min_size=1), spans, max_size=4),
)
def test_every_round_is_paired_at_most_once_and_only_where_they_overlap(
    wanted: dict[str, Span], found: dict[str, Span]
) -> None:
    pairs = match_rounds(wanted, found, {})
    assert len(set(pairs.values())) == len(pairs)
    assert all(wanted[address].overlap(found[id_]) > 0 for address, id_ in pairs.items())


def test_pages_pair_by_title_below_the_same_parent() -> None:
    wanted = {"w": Place(None, "Home"), "w/a": Place("w", "Rules"), "w/a/b": Place("w/a", "Late")}
    found = {"1": Place(None, "Old title"), "2": Place("1", "Rules"), "3": Place("2", "Late"), "4": Place("1", "Late")}
    assert match_pages(wanted, found, {}) == {"w": "1", "w/a": "2", "w/a/b": "3"}


def test_a_page_that_the_ledger_knows_is_found_under_any_title() -> None:
    wanted = {"w": Place(None, "Home"), "w/a": Place("w", "Rules")}
    found = {"1": Place(None, "Home"), "2": Place("1", "Renamed on the web")}
    assert match_pages(wanted, found, {"w/a": "2"}) == {"w": "1", "w/a": "2"}


def test_two_pages_never_share_one() -> None:
    wanted = {"w": Place(None, "Home"), "w/a": Place("w", "Same"), "w/b": Place("w", "Same")}
    found = {"1": Place(None, "Home"), "2": Place("1", "Same")}
    assert match_pages(wanted, found, {}) == {"w": "1", "w/a": "2"}
