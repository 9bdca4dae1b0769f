"""Unified diffs of long texts and of lists, as lines for people."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Final

from planner.counting import count
from planner.render.spans import Line, Style, line, wrap

FOLD_AT: Final = 40
"""Lines of one diff that are shown unless everything is unfolded."""
_HUNK: Final = re.compile(r"@@ -\d+(?:,\d+)? \+(\d+)")
_STYLES: Final = {"+": Style.ADDED, "-": Style.REMOVED, " ": Style.DIM}


def diff_texts(before: str, after: str, width: int, verbose: bool) -> list[Line]:
    """The unified diff of two texts, long lines wrapped; folded after FOLD_AT lines unless verbose."""
    old, new = before.splitlines(), after.splitlines()
    if old == new:
        return [line(("the texts differ in their line ends only", Style.DIM))]
    return _fold(list(_rows(difflib.unified_diff(old, new, lineterm="", n=2), width)), verbose)


def diff_items(before: list[str], after: list[str], width: int, verbose: bool) -> list[Line]:
    """The unified diff of two lists, an item a line, with one neighbour for orientation."""
    return _fold(list(_rows(difflib.unified_diff(before, after, lineterm="", n=1), width)), verbose)


def count_lines(before: str, after: str) -> str:
    """`2 lines added, 1 removed`."""
    diff = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    rows = [row[0] for number, row in enumerate(diff) if number >= 2]
    added, removed = rows.count("+"), rows.count("-")
    return f"{count(added, 'line')} added, {removed} removed"


def _rows(diff: Iterator[str], width: int) -> Iterator[Line]:
    for number, row in enumerate(diff):
        if number < 2:
            continue
        if found := _HUNK.match(row):
            yield line((f"@@ line {found[1]}", Style.DIM))
        else:
            yield from wrap(row[1:], width, _STYLES[row[0]], f"{row[0]} ", _STYLES[row[0]])


def _fold(rows: list[Line], verbose: bool) -> list[Line]:
    if verbose or len(rows) <= FOLD_AT:
        return rows
    hidden = len(rows) - FOLD_AT + 1
    return [*rows[: FOLD_AT - 1], line((f"... {count(hidden, 'more line')}: --verbose shows them", Style.DIM))]
