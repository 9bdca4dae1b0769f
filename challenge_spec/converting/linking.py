"""Links of a foreign page, rewritten: to other pages that were converted, to files that come along, or taken out."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from challenge_spec.pages.markdown import Token, scan, target_of

Resolve = Callable[[str, str | None], str | None]
"""(path as written, anchor) → the new target, relative to the page; None where it leads nowhere."""
_CLOSING = re.compile(r"</a\s{0,20}>", re.IGNORECASE)
_LONGEST_TAG = 2000
_ON_SYNAPSE = re.compile(r"(?:https?://(?:www\.)?synapse\.org/?)?#!Synapse:syn[0-9]+/wiki/(?P<page>[0-9]+)")


@dataclass(frozen=True, slots=True)
class Dead:
    """A link that leads nowhere. line: of the page's text."""

    line: int
    target: str


def relinked(text: str, resolve: Resolve, by_number: Callable[[str], str | None]) -> tuple[str, list[Dead]]:
    """The text with its relative links rewritten, and those that were taken out, with their words left.

    by_number: number of a page on Synapse → the new target, None where it is no page of ours.
    """
    edits: list[tuple[int, int, str]] = []
    dead: list[Dead] = []
    lines = [match.start() for match in re.finditer("\n", text)]
    ends = [match.span() for match in _CLOSING.finditer(text)]
    for token in scan(text):
        if token.kind == "value":
            continue
        found = _target(token, resolve, by_number)
        if found == token.text:
            continue
        if found is None:
            dead.append(Dead(bisect_left(lines, token.start) + 1, token.text))
        edits += _html(text, token, found, ends) if token.kind == "html" else _markdown(token, found)
    return _applied(text, edits), dead


def _target(token: Token, resolve: Resolve, by_number: Callable[[str], str | None]) -> str | None:
    on_synapse = _ON_SYNAPSE.match(token.text)
    if on_synapse:
        return by_number(on_synapse["page"]) or token.text
    target = target_of(token.text)
    return token.text if target.is_external else resolve(target.path, target.anchor)


def _markdown(token: Token, found: str | None) -> Iterator[tuple[int, int, str]]:
    """Another target, or the label alone; a definition goes as a whole."""
    if found is not None and token.kind != "definition":
        yield (*token.inner, found)
    elif token.kind == "link":
        label = token.start + 1 + len(token.label)
        yield token.start, token.start + 1, ""
        yield label, token.end, ""
    else:
        yield token.start, token.end, token.label if token.kind == "image" else ""


def _html(text: str, token: Token, found: str | None, ends: list[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """A tag whose target would not be found on Synapse, in Markdown: `<img>` as an image, `<a>` as a link.

    ends: where `</a>` stands.
    """
    end = text.find(">", token.end, token.end + _LONGEST_TAG) + 1 or token.end
    if text[token.start : token.start + 2].lower() != "<a":
        yield token.start, end, f"![]({found})" if found else ""
        return
    following = bisect_left(ends, (end, 0))
    closing = ends[following] if following < len(ends) else None
    yield token.start, end, "[" if found and closing else ""
    if closing:
        yield *closing, f"]({found})" if found else ""


def _applied(text: str, edits: list[tuple[int, int, str]]) -> str:
    """The text with all edits made; of two that overlap, the first."""
    parts, done = [], 0
    for start, end, new in sorted(edits):
        if start >= done:
            parts += [text[done:start], new]
            done = end
    return "".join([*parts, text[done:]])


def relative(target: str, page: str) -> str:
    """A file as a link on a page says it: both are paths from the same folder."""
    return quote(posixpath.relpath(target, posixpath.dirname(page) or "."), safe="/-._~")


def without_values(text: str) -> str:
    """Braces that our pages would fill in are escaped: `{{` of other tools stays what it was."""
    return re.sub(r"(\\*)\{(?=\{)", lambda found: found[0] if len(found[1]) % 2 else f"{found[1]}\\{{", text)
