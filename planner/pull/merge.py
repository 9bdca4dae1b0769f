"""A page's live text back into its file, line by line: lines that nobody touched on Synapse keep how they are written.

The base is what the file says now, rendered: a page whose file has changed since is a conflict, and not merged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final, TypeAlias

from planner.describe.texts import Kept

Convert: TypeAlias = Callable[[str, Sequence[Kept]], str]
"""Live lines, and the pieces that stood where they stand now → how a file writes them."""

_TELLING: Final = 8
"""Characters from which on a piece of the file is looked for in lines that stand elsewhere now."""


@dataclass(slots=True)
class Lines:
    """Whole lines of a file: how they are written, what they became, and the pieces in them that are no plain text."""

    written: str = ""
    rendered: str = ""
    pieces: list[Kept] = field(default_factory=list)

    def add(self, written: str, rendered: str) -> None:
        """Take one more stretch in."""
        self.written += written
        self.rendered += rendered


def merged(pieces: Sequence[tuple[str, str, bool]], live: str, convert: Convert) -> str:
    """The body of a file that says what the live text says. pieces: (as written, as rendered, plain text)."""
    blocks = list(_in_lines(pieces))
    same = _unchanged(blocks, live)
    elsewhere = [
        kept
        for place, block in enumerate(blocks)
        if place not in same
        for kept in block.pieces
        if len(kept.rendered) >= _TELLING
    ]
    return "".join(_merged(blocks, same, _lines(live), lambda text, own: convert(text, [*own, *elsewhere])))


def _in_lines(pieces: Sequence[tuple[str, str, bool]]) -> Iterator[Lines]:
    """The file cut at the line ends of its plain text: a piece of several lines is never cut."""
    block = Lines()
    for written, rendered, is_plain in pieces:
        if not is_plain:
            block.add(written, rendered)
            block.pieces.append(Kept(rendered, written))
            continue
        for said, became in zip(_lines(written), _lines(rendered), strict=True):
            block.add(said, became)
            if said.endswith("\n"):
                yield block
                block = Lines()
    if block.written or block.rendered:
        yield block


def _lines(text: str) -> list[str]:
    """Lines with their ends; only a line feed ends one."""
    lines = text.split("\n")
    return [*(f"{line}\n" for line in lines[:-1]), *([lines[-1]] if lines[-1] else [])]


def _unchanged(blocks: Sequence[Lines], live: str) -> dict[int, tuple[int, int]]:
    """Block → where its lines stand in the live text, for those whose lines stand there one after another."""
    lines = [(line, place) for place, block in enumerate(blocks) for line in _lines(block.rendered)]
    matcher = SequenceMatcher(None, [line for line, _ in lines], _lines(live), autojunk=False)
    found = {a + step: b + step for a, b, size in matcher.get_matching_blocks() for step in range(size)}
    same: dict[int, tuple[int, int]] = {}
    first = 0
    for place, block in enumerate(blocks):
        count = len(_lines(block.rendered))
        places = [found.get(first + step) for step in range(count)]
        begin = places[0] if places else None
        if begin is not None and places == list(range(begin, begin + count)):
            same[place] = (begin, begin + count)
        first += count
    return same


def _merged(
    blocks: Sequence[Lines], same: dict[int, tuple[int, int]], live: Sequence[str], convert: Convert
) -> Iterator[str]:
    position, replaced = 0, list[Kept]()
    for place, block in enumerate(blocks):
        if place not in same:
            replaced += block.pieces
            continue
        begin, end = same[place]
        yield convert("".join(live[position:begin]), replaced)
        yield block.written
        position, replaced = end, []
    yield convert("".join(live[position:]), replaced)
