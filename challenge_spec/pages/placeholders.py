"""Marks that somebody meant to replace: template ids, lorem ipsum, `UPDATE_ME` and their like."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MARKS = re.compile(
    r"""
      \b(?:UPDATE|CHANGE|REPLACE|FILL|EDIT)[_ ]ME\b | \bINSERT_\w+ | \bYOUR_\w+
    | <\s*(?:YOUR|INSERT|ENTER|ADD)\b[^<>\n]* >
    | \b(?:TODO|FIXME|XXX)\b
    | (?i:\blorem\ ipsum\b) | (?i:\bcoming\ soon\b)
    | (?i:\bsyn(?:0+|123|1234|12345|123456)\b)
    | \b(?:challengeId|teamId|projectId|evaluationId)=(?:syn)?0*(?![0-9{}\w])
    | \bsyn18058986\b | \#!Map:0 | (?<!\{)\{(?:teamId|challengeName|projectId)\}(?!\})   # the template wiki's own
    | (?i:\bjane\.doe\b) | (?i:\bjohn\.doe\b)
    """,
    re.VERBOSE,
)


_HINT = re.compile(
    r"UPDATE|CHANGE|REPLACE|FILL|EDIT|INSERT|YOUR|ENTER|ADD|TODO|FIXME|XXX|Id=|#!Map:0|\{team|\{challengeName|\{project"
)
_FOLDED_HINTS = ("lorem", "g soon", "syn0", "syn1", ".doe")
"""Every mark has one of these in it, as it is or in small letters: most texts have none, and that is quickly seen.

Each begins with a plain letter: for those `re` looks quickly.
"""


def may_have_placeholders(text: str) -> bool:
    """Whether a closer look is worth it."""
    folded = text.casefold()
    return _HINT.search(text) is not None or any(hint in folded for hint in _FOLDED_HINTS)


def placeholders(text: str) -> Iterator[tuple[int, str]]:
    """Offset and text of every mark (what-goes-wrong B2, D5)."""
    if may_have_placeholders(text):
        yield from ((match.start(), match[0]) for match in _MARKS.finditer(text))


def has_only_headings(text: str) -> bool:
    """Whether nothing but headings and blank lines is there."""
    lines = [line for line in text.splitlines() if line.strip()]
    return bool(lines) and all(line.lstrip().startswith("#") for line in lines)
