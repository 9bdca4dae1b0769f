"""Places in the text of a page."""

from __future__ import annotations

from challenge_spec.diagnostics import Position
from challenge_spec.pages.tree import HEAD


def body_of(text: str) -> str:
    """A page's text without its head."""
    head = HEAD.match(text)
    return text[head.end() :] if head else text


def position(name: str, text: str, offset: int, length: int = 1) -> Position:
    """The position of an offset of a page's whole text."""
    line_start = text.rfind("\n", 0, offset) + 1
    return Position(name, text.count("\n", 0, offset) + 1, offset - line_start + 1, max(1, length))
