"""Edits in place: one value changes, everything else stays as it is written."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from challenge_spec.edit import CannotEdit, put, remove

MANIFEST = """\
# who it is
challenge:
  name: "A name"      # what people see
  alias: 'old'
teams:                # people
  organizers: { members: [one, two] }   # two of them
  judges:
    members:
      - three         # the first
      - four
    description: |
      Two lines,
      both of them.

# at the end
queues:
  final: { limits: { total: 3, daily: 1 }, rounds: [{ name: Trial, end: close }] }
"""


def changed(before: str, after: str) -> list[str]:
    """The lines that an edit took away and put in."""
    lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


CASES: dict[str, tuple[Any, Any, list[str]]] = {
    "a quoted text keeps its quotes and its comment": (
        ("challenge", "name"),
        "Another",
        ['-  name: "A name"      # what people see', '+  name: "Another"      # what people see'],
    ),
    "a text in single quotes keeps those": (
        ("challenge", "alias"),
        "it's",
        ["-  alias: 'old'", "+  alias: 'it''s'"],
    ),
    "a list in brackets grows and shrinks": (
        ("teams", "organizers", "members"),
        ("two", "five"),
        [
            "-  organizers: { members: [one, two] }   # two of them",
            "+  organizers: { members: [two, five] }   # two of them",
        ],
    ),
    "a list of lines grows and shrinks": (
        ("teams", "judges", "members"),
        ("four", "five"),
        ["-      - three         # the first", "+      - five"],
    ),
    "a block in braces is edited key by key": (
        ("queues", "final", "limits"),
        {"daily": 1, "total": 5},
        [
            "-  final: { limits: { total: 3, daily: 1 }, rounds: [{ name: Trial, end: close }] }",
            "+  final: { limits: { total: 5, daily: 1 }, rounds: [{ name: Trial, end: close }] }",
        ],
    ),
    "an item of a list of blocks is reached by its place": (
        ("queues", "final", "rounds", 0, "end"),
        "2027-05-01T10:00",
        [
            "-  final: { limits: { total: 3, daily: 1 }, rounds: [{ name: Trial, end: close }] }",
            "+  final: { limits: { total: 3, daily: 1 }, rounds: [{ name: Trial, end: 2027-05-01T10:00 }] }",
        ],
    ),
    "a text of several lines stays one": (
        ("teams", "judges", "description"),
        "Three lines,\nall\nof them.\n",
        ["-      Two lines,", "-      both of them.", "+      Three lines,", "+      all", "+      of them."],
    ),
    "a new entry stands behind the last of its block": (
        ("teams", "testers", "name"),
        "Crew: all",
        ['+  testers: { name: "Crew: all" }'],
    ),
    "a new block at the top stands at the end": (
        ("projects", "live", "name"),
        "New",
        ["+projects:", "+  live: { name: New }"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_edit_changes_only_what_it_must(case: str) -> None:
    path, value, lines = CASES[case]
    edited = put(MANIFEST, path, value)
    assert changed(MANIFEST, edited) == lines
    assert put(edited, path, value) == edited


@pytest.mark.parametrize("path", [path for path, _, _ in CASES.values() if path[0] != "projects"])
def test_what_was_removed_is_gone_and_nothing_else(path: Any) -> None:
    edited = remove(MANIFEST, path)
    before, after = yaml.safe_load(MANIFEST), yaml.safe_load(edited)
    block = before
    for key in path[:-1]:
        block = block.get(key, {}) if isinstance(block, dict) else block[key]
    block.pop(path[-1], None)
    assert after == before
    assert remove(edited, path) == edited


def test_what_stands_elsewhere_as_a_single_value_is_no_block() -> None:
    with pytest.raises(CannotEdit, match="there is no block for `deeper`"):
        put(MANIFEST, ("challenge", "name", "deeper"), "x")


def test_a_list_of_blocks_is_not_replaced_by_texts() -> None:
    with pytest.raises(CannotEdit, match="holds more than single values"):
        put(MANIFEST, ("queues", "final", "rounds"), ("x",))


QUICKSTART = (Path(__file__).parents[2] / "examples" / "quickstart" / "challenge.yaml").read_text()
PATHS = [
    ("challenge", "name"),
    ("teams", "organizers", "description"),
    ("queues", "leaderboard", "receipt"),
    ("queues", "writeups", "receipt"),
    ("teams", "new-team", "name"),
    ("milestones-of-ours", "a"),
]


@given(
    path=st.sampled_from(PATHS), value=st.text(st.characters(codec="utf-8", exclude_characters="\r\x85\u2028\u2029"))
)
def test_any_text_at_any_place_reads_back_as_itself(path: tuple[str, ...], value: str) -> None:
    edited = put(QUICKSTART, path, value)
    block = yaml.load(edited, Loader=yaml.BaseLoader)  # noqa: S506 -- our own text, and a loader that makes only texts
    expected = yaml.load(QUICKSTART, Loader=yaml.BaseLoader)  # noqa: S506 -- the same
    inner = expected
    for key in path[:-1]:
        inner = inner.setdefault(key, {})
    inner[path[-1]] = value
    assert block == expected
    assert put(edited, path, value) == edited
