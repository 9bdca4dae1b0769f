"""One layout: comments and meaning stay, a second time changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from challenge_spec.format import CannotFormat, formatted
from challenge_spec.load import load_challenge
from challenge_spec.rulebook.sound import PAGES, SOUND
from challenge_spec.source import read_yaml
from tests.challenge_spec.sound import shown, write

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*/*.yaml"))

LAYOUTS = {
    "blanks inside a line": ("a:   {b: 1,c : [ 2,3 ]}\n", "a: { b: 1, c: [2, 3] }\n"),
    "nothing between braces": ("a: { }\nb: [ ]\n", "a: {}\nb: []\n"),
    "indentation": ("a:\n     b:\n       c: 1\n", "a:\n  b:\n    c: 1\n"),
    "a list below its key": ("a:\n- b: 1\n  c: 2\n- d\n", "a:\n  - b: 1\n    c: 2\n  - d\n"),
    "a dash far from its item": ("a:\n  -   b: 1\n      c: 2\n", "a:\n  - b: 1\n    c: 2\n"),
    "a dash alone": ("a:\n  -\n      b: 1\n", "a:\n  -\n    b: 1\n"),
    "a list of lists": ("a:\n- - 1\n  - 2\n", "a:\n  - - 1\n    - 2\n"),
    "a value on a line of its own": ("a:\n        long\n", "a:\n  long\n"),
    "empty lines": ("\n\na: 1\n\n\n\nb: 2\n\n\n", "a: 1\n\nb: 2\n"),
    "line ends": ("a: 1\r\nb: 2", "a: 1\nb: 2\n"),
    "blanks at line ends": ("a: 1   \nb:  \n  c: 2 \n", "a: 1\nb:\n  c: 2\n"),
    "quotes stay": ("a:  '1'\nb: \"2\"\n'c': 3\n", "a: '1'\nb: \"2\"\n'c': 3\n"),
    "a text of several lines": (
        "a:\n    b: |\n      x\n        y\n\n      z\n",
        "a:\n  b: |\n    x\n      y\n\n    z\n",
    ),
    "braces over several lines": ("a:\n    b: {\n      c: 1,\n    }\n", "a:\n  b: {\n    c: 1,\n  }\n"),
    "comments move with what they are about": (
        "# top\na:\n    # b's\n    b: 1\n    # end of a\n# c's\nc: 2\n# bye\n",
        "# top\na:\n  # b's\n  b: 1\n  # end of a\n# c's\nc: 2\n# bye\n",
    ),
    "comments keep their column": ("a:    1      # x\nbb: 2      # y\n", "a: 1         # x\nbb: 2      # y\n"),
    "comments make room": ("a: {b: [1,2,3]} # x\n", "a: { b: [1, 2, 3] }  # x\n"),
    "anchors and aliases": ("a:   &x\n    b: 1\nc:   *x\n", "a: &x\n  b: 1\nc: *x\n"),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layout(name: str) -> None:
    before, after = LAYOUTS[name]
    assert formatted(before) == after
    assert formatted(after) == after


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_examples_are_laid_out_like_that(path: Path) -> None:
    assert formatted(path.read_text()) == path.read_text()


@pytest.mark.parametrize("text", ["a: [1", "a: 1\na: 2\n", "", "- a\n", "a: !!str 1\n", "a:\n"])
def test_what_can_not_be_read_is_left_alone_with_a_reason(text: str) -> None:
    with pytest.raises(CannotFormat):
        formatted(text)


def test_a_challenge_is_the_same_after_formatting(tmp_path: Path) -> None:
    crooked = SOUND.replace("\n  ", "\n      ").replace("      - {", "         -    {").replace(": {", ":   {")
    write(tmp_path, {**PAGES, "challenge.yaml": SOUND})
    straight = load_challenge(tmp_path / "challenge.yaml")
    write(tmp_path, {"challenge.yaml": formatted(crooked)})
    again = load_challenge(tmp_path / "challenge.yaml")
    assert again.resolved is not None, shown(again)
    assert again.resolved == straight.resolved


WORDS = st.text("ab:,#-&*!|>'\"{}[] \n\té0", max_size=12)
KEYS = st.text("abc -#:", min_size=1, max_size=6)
VALUES = st.recursive(
    WORDS | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(
    value=st.dictionaries(KEYS, VALUES, min_size=1, max_size=4),
    indent=st.integers(2, 7),
    flow=st.sampled_from([True, False, None]),
    style=st.sampled_from([None, "'", '"', "|", ">"]),
    width=st.integers(10, 80),
)
def test_whatever_is_readable_keeps_its_values_and_a_second_time_changes_nothing(
    value: dict[str, Any], indent: int, flow: bool | None, style: str | None, width: int
) -> None:
    text = yaml.safe_dump(value, indent=indent, default_flow_style=flow, default_style=style, width=width)
    source, _, problems = read_yaml(text.encode(), "x.yaml")
    if problems:
        return  # tags of other types, which the vocabulary doesn't have
    once = formatted(text)
    assert formatted(once) == once
    assert read_yaml(once.encode(), "x.yaml")[0].value == source.value
