"""Values written as YAML are read back as the same values, whatever they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from challenge_spec.dump import WIDTH, dump
from challenge_spec.fields import PlainText
from challenge_spec.source import read_yaml

EXAMPLES = sorted(Path(__file__).parents[2].glob("examples/*/*.yaml"))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
KEYS = TEXTS.filter(lambda key: key != "<<")
VALUES = st.recursive(
    TEXTS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=15
)


def read(text: str) -> dict[str, Any]:
    source, _, problems = read_yaml(text.encode(), "challenge.yaml")
    assert not problems, (text, problems)
    return source.value


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=5))
def test_whatever_is_written_is_read_back(document: dict[str, Any]) -> None:
    assert read(dump(document)) == document


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=5))
def test_texts_stay_texts_for_every_reader_of_yaml(document: dict[str, Any]) -> None:
    assert yaml.safe_load(dump(document)) == document


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_manifest_that_is_loaded_and_written_is_the_same_manifest(path: Path) -> None:
    once = read(path.read_text())
    assert read(dump(once)) == once
    assert dump(read(dump(once))) == dump(once)


@pytest.mark.parametrize(
    "text", ["true", "no", "null", "~", "3", "0x1f", "1e3", "12:30:45", "2027-03-03", ".5", "", " "]
)
def test_what_some_reader_takes_for_another_type_is_quoted_where_it_is_a_text(text: str) -> None:
    assert dump({"a": text}) in (f'a: "{text}"\n', f"a: {text}\n")
    value = read(dump({"a": text}))["a"]
    assert value == text
    assert isinstance(value, PlainText) == (text == "2027-03-03"), "a date is what a date looks like"


def test_numbers_and_truth_values_need_no_quotes() -> None:
    assert dump({"count": 3, "flag": True, "plain": PlainText("3")}) == "count: 3\nflag: true\nplain: 3\n"


def test_a_comment_stands_above_what_it_is_about_and_opens_the_block_around_it() -> None:
    text = dump({"a": {"b": 1, "c": {"d": 2}}}, {("a", "c", "d"): "decide: which", (): "Written by hand."})
    assert text == "# Written by hand.\na:\n  b: 1\n  c:\n    # decide: which\n    d: 2\n"


def test_short_blocks_stand_on_one_line_and_long_ones_do_not() -> None:
    text = dump({"short": {"a": 1, "b": [1, 2]}, "long": {f"key{number}": "x" * 20 for number in range(9)}})
    assert "long:\n  key0: xxx" in text
    assert max(map(len, text.splitlines())) <= WIDTH
