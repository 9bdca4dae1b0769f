"""One way to write YAML: the tokens stay, what stands between them is set anew.

Comments, their columns, quotes, the order of keys, lines or braces are an organizer's choice; indentation
(two columns), the blanks inside a line, runs of blank lines and line ends are ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import yaml

from challenge_spec.source import LOADER, read_yaml

_STEP = 2
_OPENING = (yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken)
_CLOSING = (yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)
_PROPERTIES = (yaml.AnchorToken, yaml.TagToken)


class CannotFormat(Exception):
    """A file can't be set anew; the message says why, in words for people."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A block of keys or items: the column it stood at, and the one it will stand at."""

    old: int
    new: int
    is_list: bool


@dataclass(slots=True)
class _Piece:
    """A token that is written: where it was, and what is known of its surroundings."""

    token: Any
    start: int
    end: int
    blocks: tuple[_Block, ...]
    depth: int
    """How many braces and brackets it stands in."""
    begins_block: bool = False
    column: int = 0
    """Where it will stand."""


@dataclass(slots=True)
class _Writer:
    """The text so far, and the columns that lines were moved from and to."""

    text: str
    out: list[str] = field(default_factory=list)
    moved: int = 0
    """By how many columns the line that is being written was moved."""

    def column(self) -> int:
        """Characters of the line being written."""
        line: list[str] = []
        for part in reversed(self.out):
            line.append(part.rpartition("\n")[2])
            if "\n" in part:
                break
        return sum(len(part) for part in line)


def formatted(text: str) -> str:
    """The text in our layout, with the same values at the same paths. Raises CannotFormat for what can't be read."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    _readable(text)
    result = _write(plain)
    if _values(result) != _values(plain) or _write(result) != result:
        raise CannotFormat("its layout is one that can't be set anew without changing what it says")
    return result


def _readable(text: str) -> None:
    _, _, problems = read_yaml(text.encode(), "")
    if problems:
        place = problems[0].position
        raise CannotFormat(f"it can't be read as YAML (line {place.line}: {problems[0].message})")


def _values(text: str) -> object:
    """What a text says: values and keys in order, with plain and quoted scalars told apart."""
    return _typed(read_yaml(text.encode(), "")[0].value)


def _typed(value: Any) -> object:
    if isinstance(value, dict):
        return [(key, _typed(item)) for key, item in value.items()]
    if isinstance(value, list):
        return [_typed(item) for item in value]
    return type(value).__name__, str(value)


def _write(text: str) -> str:
    pieces = _pieces(text)
    writer = _Writer(text)
    if pieces:
        _first(writer, pieces[0])
    for before, piece in pairwise(pieces):
        _between(writer, before, piece)
        writer.out.append(_said(writer, before, piece))
    _last(writer, pieces)
    return "".join(writer.out)


def _pieces(text: str) -> list[_Piece]:
    """The tokens that are written, each with the blocks it stands in, before and after being moved."""
    pieces: list[_Piece] = []
    blocks: list[_Block] = []
    depth = 0
    begins = False
    for token in yaml.scan(text, Loader=LOADER):
        start, end = token.start_mark.index, token.end_mark.index
        if isinstance(token, (yaml.BlockMappingStartToken, yaml.BlockSequenceStartToken)):
            is_list = isinstance(token, yaml.BlockSequenceStartToken)
            blocks.append(_Block(token.start_mark.column, _new_column(pieces, blocks), is_list))
            begins = True
        elif isinstance(token, yaml.BlockEndToken):
            blocks.pop()
        elif end > start and not isinstance(token, (yaml.StreamStartToken, yaml.StreamEndToken)):
            depth -= isinstance(token, _CLOSING)
            piece = _Piece(token, start, _end(text, token), tuple(blocks), depth, begins)
            depth += isinstance(token, _OPENING)
            piece.column = _column(pieces, piece)
            pieces.append(piece)
            begins = False
    return pieces


def _end(text: str, token: Any) -> int:
    """Where a token's own text ends: the mark of a text of several lines stands behind the line ends that follow."""
    end: int = token.end_mark.index
    if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
        return len(text[:end].rstrip("\n"))
    return end


def _lead(pieces: list[_Piece]) -> _Piece | None:
    """The last token before, anchors and tags left out."""
    return next((piece for piece in reversed(pieces) if not isinstance(piece.token, _PROPERTIES)), None)


def _new_column(pieces: list[_Piece], blocks: list[_Block]) -> int:
    """Where a block that begins here will stand: below its key, or behind its dash."""
    lead = _lead(pieces)
    if lead is not None and isinstance(lead.token, yaml.BlockEntryToken):
        return lead.column + _STEP
    return blocks[-1].new + _STEP if blocks else 0


def _column(pieces: list[_Piece], piece: _Piece) -> int:
    """Where a token will stand if it is the first of its line."""
    if not piece.blocks:
        return 0
    block = piece.blocks[-1]
    if isinstance(piece.token, yaml.BlockEntryToken):
        return block.new + (0 if block.is_list else _STEP)  # a list may stand in the column of its key
    lead = _lead(pieces)
    if lead is not None and isinstance(lead.token, yaml.BlockEntryToken) and not piece.begins_block:
        return lead.column + _STEP
    if lead is not None and isinstance(lead.token, yaml.ValueToken) and not piece.begins_block:
        return block.new + _STEP
    return block.new


def _first(writer: _Writer, piece: _Piece) -> None:
    lines = [line.strip() for line in writer.text[: piece.start].split("\n")[:-1]]
    writer.out += [f"{line}\n" for line in _thinned(lines, keep_first=False)]
    writer.moved = piece.column - piece.token.start_mark.column
    writer.out += [" " * piece.column, _said(writer, None, piece)]


def _between(writer: _Writer, before: _Piece, piece: _Piece) -> None:
    gap = writer.text[before.end : piece.start]
    if "\n" not in gap:
        writer.out.append(_blank(before, piece) if gap.strip() == "" else gap)
        return
    behind, *lines = gap.split("\n")
    _behind(writer, behind, before)
    own = piece.token.start_mark.column
    column = piece.column if piece.depth == 0 and not _closes(piece) else max(0, own + writer.moved)
    if piece.depth == 0 and not _closes(piece):
        writer.moved = column - own
    keeps = _keeps_line_ends(before)
    comments = [_moved(line, before, own, column) for line in lines[:-1]]
    for line in comments if keeps else _thinned(comments, keep_first=True):
        writer.out.append(f"{line}\n")
    writer.out.append(" " * column)


def _closes(piece: _Piece) -> bool:
    return isinstance(piece.token, _CLOSING)


def _keeps_line_ends(piece: _Piece) -> bool:
    """Whether empty lines behind a text belong to it (`|+`)."""
    token = piece.token
    return isinstance(token, yaml.ScalarToken) and token.style in ("|", ">") and token.value.endswith("\n\n")


def _behind(writer: _Writer, text: str, before: _Piece) -> None:
    """The end of a line: a comment keeps its column where there is room."""
    comment = text.strip()
    if comment:
        line_start = writer.text.rfind("\n", 0, before.end) + 1
        was = before.end - line_start + len(text) - len(text.lstrip())
        here = writer.column()
        writer.out.append(" " * (was - here if was > here else 2) + comment)
    writer.out.append("\n")


def _moved(line: str, before: _Piece, own: int, column: int) -> str:
    """A comment on a line of its own, moved with what it stands above, or with the block it stands in."""
    comment = line.strip()
    if not comment:
        return ""
    was = len(line) - len(line.lstrip())
    columns = {block.old: block.new for block in before.blocks} | {own: column}
    nearest = max((old for old in columns if old <= was), default=own)
    return " " * (columns[nearest] if was == nearest else max(0, was + columns[nearest] - nearest)) + comment


def _thinned(lines: list[str], *, keep_first: bool) -> Iterator[str]:
    """Lines with one empty line where several followed each other."""
    last_empty = not keep_first
    for line in lines:
        if line or not last_empty:
            yield line
        last_empty = not line


def _blank(before: _Piece, piece: _Piece) -> str:
    """What stands between two tokens of a line."""
    first, second = before.token, piece.token
    if isinstance(second, (yaml.FlowEntryToken, yaml.FlowSequenceEndToken)) or isinstance(
        first, yaml.FlowSequenceStartToken
    ):
        return ""
    if isinstance(second, yaml.ValueToken):
        return " " if isinstance(first, yaml.AliasToken) else ""
    if isinstance(first, yaml.FlowMappingStartToken) and isinstance(second, yaml.FlowMappingEndToken):
        return ""
    return " "


def _said(writer: _Writer, before: _Piece | None, piece: _Piece) -> str:
    """A token's own text; further lines of it move with the block it stands in."""
    text = writer.text[piece.start : piece.end]
    if "\n" not in text:
        return text
    by = _shift(writer, before, piece)
    first, *rest = text.split("\n")
    literal = piece.token.style in ("|", ">")
    return "\n".join([first.rstrip() if literal else first, *(_shifted(line, by) for line in rest)])


def _shift(writer: _Writer, before: _Piece | None, piece: _Piece) -> int:
    if piece.depth or not piece.blocks:
        return writer.moved
    if before is not None and isinstance(before.token, yaml.BlockEntryToken):
        return before.column - int(before.token.start_mark.column)
    return piece.blocks[-1].new - piece.blocks[-1].old


def _shifted(line: str, by: int) -> str:
    if by >= 0 or not line:
        return " " * by + line if line else line
    return line[min(-by, len(line) - len(line.lstrip(" "))) :]


def _last(writer: _Writer, pieces: list[_Piece]) -> None:
    """What follows the last token: comments, and one line end."""
    if not pieces:
        writer.out.append(writer.text.strip() + "\n")
        return
    last = pieces[-1]
    behind, *lines = writer.text[last.end :].split("\n")
    _behind(writer, behind, last)
    if _keeps_line_ends(last):
        writer.out += [f"{line}\n" for line in lines[:-1]]
        return
    moved = [_moved(line, last, 0, 0) for line in lines]
    while moved and not moved[-1]:
        moved.pop()
    writer.out += [f"{line}\n" for line in _thinned(moved, keep_first=True)]
