"""Dates, ids, pages and addresses as they travel (contract 0.2 to 0.6)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synapse_sandbox.call import Answer, Call
from synapse_sandbox.refusals import Refusal
from synapse_sandbox.routing import Route, Router
from synapse_sandbox.services import ROUTES
from synapse_sandbox.wire import (
    Page,
    decode_body,
    entity_number,
    estimated,
    from_iso,
    number,
    page_from_token,
    parse_json,
    to_iso,
    tokened,
    without_nulls,
)

MOMENTS = st.integers(min_value=0, max_value=4102444800000)


@given(MOMENTS)
def test_a_moment_survives_the_way_to_text_and_back(moment: int) -> None:
    text = to_iso(moment)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
    assert from_iso(text) == moment


@given(MOMENTS, st.integers(min_value=-14 * 60, max_value=14 * 60))
def test_an_offset_is_reckoned_with(moment: int, minutes: int) -> None:
    zone = timezone(timedelta(minutes=minutes))
    text = datetime.fromtimestamp(moment / 1000, UTC).astimezone(zone).isoformat(timespec="milliseconds")
    assert abs(from_iso(text) - moment) <= 1


@pytest.mark.parametrize(
    "text", ["2026-03-01T00:00:00Z", "2026-03-01T00:00:00.000", "2026-03-01", "", "2026-13-01T00:00:00.000Z", None, 5]
)
def test_fraction_and_offset_are_compulsory(text: object) -> None:
    with pytest.raises(Refusal, match="Invalid format") as refused:
        from_iso(text)
    assert refused.value.status == 400


def test_digits_beyond_milliseconds_are_dropped() -> None:
    assert from_iso("1970-01-01T00:00:00.0019999Z") == 1


@pytest.mark.parametrize("text", ["1_000", "\u0663", " 5", "", "1.0", "0x10", "True", "9223372036854775808"])
def test_a_number_is_plain_decimal_digits_of_a_java_long(text: str) -> None:
    with pytest.raises(Refusal, match="For input string"):
        number(text)
    assert (number("-12"), number(7)) == (-12, 7)


@given(st.text())
def test_whatever_is_no_entity_id_is_refused_in_one_way(text: str) -> None:
    if re.fullmatch(r"(syn)?[0-9]{1,18}", text.strip().lower()):
        return
    with pytest.raises(Refusal, match="is not a valid Synapse ID"):
        entity_number(text)


@given(st.lists(st.integers(), max_size=30), st.integers(1, 50), st.integers(0, 10))
def test_a_full_page_promises_one_more(results: list[int], limit: int, offset: int) -> None:
    shown = results[:limit]
    total = estimated(shown, Page(limit, offset))["totalNumberOfResults"]
    assert total == offset + len(shown) + (1 if len(shown) == limit else 0)


@given(st.integers(0, 130))
def test_following_the_tokens_shows_every_row_once(count: int) -> None:
    rows, seen, token = list(range(count)), [], None
    while True:
        page = page_from_token(token)
        shown, token = tokened(rows[page.offset : page.offset + page.probe], page)
        seen += shown
        if token is None:
            break
    assert seen == rows


def test_a_token_may_not_ask_for_more_than_the_maximum() -> None:
    with pytest.raises(Refusal, match="Limit must not exceed: 50"):
        page_from_token("51a0")
    with pytest.raises(Refusal):
        page_from_token("nonsense")


def test_nulls_of_objects_vanish_and_those_of_lists_stay() -> None:
    assert without_nulls({"a": None, "b": [None, {"c": None}]}) == {"b": [None, {}]}


def test_a_character_across_a_slice_of_1024_bytes_is_damaged_and_an_escape_is_not() -> None:
    whole = "x" * 1022 + "é"
    split = "x" * 1023 + "é"
    assert decode_body(whole.encode(), "utf-8") == whole
    assert decode_body(split.encode(), "utf-8") != split
    assert parse_json(decode_body(b'"\\u00e9"', "utf-8")) == "é"


def _answer(_: Call) -> Answer:
    return Answer()


def test_a_literal_segment_wins_over_a_variable_and_gives_way_for_other_methods() -> None:
    router = Router([Route("POST", "/e/children", _answer), Route("GET", "/e/{id}", _answer)])
    assert router.find("POST", "/e/children")[0].template == "/e/children"
    route, variables = router.find("GET", "/e/children")
    assert (route.template, variables) == ("/e/{id}", {"id": "children"})


def test_an_encoded_slash_stays_inside_its_segment() -> None:
    router = Router([Route("GET", "/n/{name}", _answer)])
    assert router.find("GET", "/n/a%2Fb%20c")[1] == {"name": "a/b c"}


def test_a_segment_is_never_empty_and_never_swallows_the_next() -> None:
    router = Router([Route("GET", "/n/{name}/x", _answer)])
    for path in ("/n//x", "/n/a/b/x", "/n/a"):
        with pytest.raises(Refusal) as refused:
            router.find("GET", path)
        assert refused.value.status == 404


def test_the_same_address_may_not_be_served_twice() -> None:
    with pytest.raises(ValueError, match="two routes"):
        Router([Route("GET", "/n/{a}", _answer), Route("GET", "/n/{b}", _answer)])


def test_every_call_of_the_sandbox_is_found_under_its_own_template() -> None:
    router = Router(ROUTES)
    for route in ROUTES:
        path = re.sub(r"\{[^}]*\}", "1", route.template)
        assert router.find(route.method, path)[0].template == route.template


def test_whatever_only_looks_says_so() -> None:
    writing_gets = [route.template for route in ROUTES if route.method == "GET" and not route.reads]
    assert [template for template in writing_gets if "/async/get/" not in template] == []
