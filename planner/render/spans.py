"""Lines for people as plain data: pieces of text with a style each. Who prints decides what a style looks like."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Style(StrEnum):
    """What a piece of text means; a terminal turns it into colour."""

    PLAIN = "plain"
    HEADING = "heading"
    STRONG = "strong"
    DIM = "dim"
    CREATE = "create"
    UPDATE = "update"
    ADOPT = "adopt"
    DELETE = "delete"
    HELD = "held"
    ADDED = "added"
    REMOVED = "removed"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of one line; its text holds no line break."""

    text: str
    style: Style = Style.PLAIN


Line: TypeAlias = tuple[Span, ...]
BLANK: Line = ()


def line(*pieces: str | Span | tuple[str, Style]) -> Line:
    """A line of pieces; a bare string is plain, a pair is text and style. Control characters are shown, not obeyed."""
    return tuple(span for span in map(_span, pieces) if span.text)


def _span(piece: str | Span | tuple[str, Style]) -> Span:
    if isinstance(piece, Span):
        return piece
    text, style = (piece, Style.PLAIN) if isinstance(piece, str) else piece
    return Span(printable(text), style)


def printable(text: str) -> str:
    """A text without anything that a terminal would obey: control characters are shown as escapes."""
    if text.isprintable():
        return text
    return "".join(mark if mark.isprintable() else repr(mark)[1:-1] for mark in text)


def printable_rows(text: str) -> str:
    """A text of several lines, made printable row by row; tabs stay."""
    return "\n".join("\t".join(map(printable, row.split("\t"))) for row in text.split("\n"))


def indent(lines: Iterable[Line], columns: int) -> Iterator[Line]:
    """Move lines to the right."""
    return (line(" " * columns, *pieces) if pieces else pieces for pieces in lines)


def width_of(pieces: Line) -> int:
    """Number of characters of a line."""
    return sum(len(span.text) for span in pieces)


def wrap(
    text: str, width: int, style: Style = Style.PLAIN, lead: str = "", lead_style: Style = Style.DIM
) -> list[Line]:
    """A paragraph in lines of a width; `lead` stands before the first, the others are indented as far."""
    rows = textwrap.wrap(printable(text), max(20, width - len(lead)), break_long_words=False, break_on_hyphens=False)
    return [
        line((lead if number == 0 else " " * len(lead), lead_style), (row, style))
        for number, row in enumerate(rows or [""])
    ]


def flow(head: Line, pieces: Iterable[Line], width: int, hang: int) -> Iterator[Line]:
    """Pieces behind a head, parted by commas, on as many lines as they need; further lines hang `hang` columns."""
    row, empty = head, True
    for piece in pieces:
        if empty:
            row = line(*row, *piece)
        elif width_of(row) + width_of(piece) + 3 <= width:
            row = line(*row, (", ", Style.DIM), *piece)
        else:
            yield line(*row, (",", Style.DIM))
            row = line(" " * hang, *piece)
        empty = False
    yield row


def to_plain(lines: Iterable[Line]) -> str:
    """The text without styles, each line ended by a line break, without trailing blanks."""
    return "".join("".join(span.text for span in pieces).rstrip() + "\n" for pieces in lines)
