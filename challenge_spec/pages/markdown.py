"""Markdown scanned for what has to be rewritten: links, images, values; and for headings. Code is left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Token:
    """Something in a text, from `start` to `end` (offsets).

    link, image: `text` is the target as written, `label` what people read, `inner` where the target stands.
    definition: `[name]: target`; html: the target of an HTML tag. value: `text` is the name between the braces.
    """

    kind: Literal["link", "image", "definition", "html", "value"]
    start: int
    end: int
    text: str
    label: str = ""
    inner: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its level, its text, and the anchor that links to it use on GitHub."""

    level: int
    text: str
    anchor: str


# Quantifiers are possessive (`*+`) where a text could otherwise make the scanner try many ways to fail.
_VALUE = r"\{\{(?P<value>[^{}\n]*+)\}\}"
_TARGET = r"(?P<target><[^<>\n]*+>|(?:\{\{[^{}\n]*+\}\}|\\.|\((?:\\.|[^\s()\\])*+\)|[^\s()\\])*+)"
_TITLE = r"(?:\s++(?:\"(?:\\.|[^\"\\])*+\"|'(?:\\.|[^'\\])*+')?+)?+"
_LABEL = r"(?P<label>(?:!\[[^\[\]]*+\]\([^()]*+\)|\\.|[^\[\]\\])*+)"
_INLINE = re.compile(
    r"(?P<escape>\\[^\n])|(?P<code>(?P<ticks>`+)(?!`)(?:.*?[^`])?(?P=ticks)(?!`))|(?P<comment><!--(?:.*?-->|.*))"
    r"|(?P<widget>\$\{(?:\{\{[^{}\n]*+\}\}|[^{}\n])*+\})"
    rf"|{_VALUE}|(?P<bang>!)?\[{_LABEL}\]\(\s*+{_TARGET}{_TITLE}\s*+\)"
    r"|<(?:img|a)\b[^<>]*?\b(?:src|href)\s*+=\s*+[\"'](?P<html>[^\"'\n]*+)[\"']",
    re.DOTALL,
)
_BEGINNING = re.compile(r"[\\`<${!\[]")
"""With what everything begins that `_INLINE` finds: looked for first, for most of a text is none of it."""
_DEFINITION = re.compile(r"^ {0,3}\[(?P<label>[^\[\]\n]++)\]:[ \t]*+(?P<target><[^<>\n]*+>|\S++)", re.MULTILINE)
_ANY_VALUE = re.compile(rf"(?P<escape>\\\{{)|{_VALUE}")
_FENCE = re.compile(
    r"^ {0,3}(?:[-*+] ++|[0-9]++[.)] ++|> ?)*+[ \t]*+(?P<fence>`{3,}+|~{3,}+)(?P<rest>[^\n]*+)$", re.MULTILINE
)
_HEADING = re.compile(r"^ {0,3}(?P<marks>#{1,6})[ \t]++(?P<text>[^\n]*+)$", re.MULTILINE)
_LABELLED = re.compile(r"!?\[([^\[\]]*+)\]\([^()]*+\)")
_NO_SLUG = re.compile(r"[^\w\- ]")
_UNDERLINED = re.compile(r"^(?P<text>[^\n#>|\-=\s][^\n]*+)\n(?P<marks>=++|-{2,}+)[ \t]*+$", re.MULTILINE)


def scan(text: str, begin: int = 0) -> list[Token]:
    """Every link, image, definition and value from an offset on (the beginning of a line), in order.

    In code and widgets only values count; `\\{{` is never one.
    """
    found: list[Token] = []
    for start, end, is_code in _stretches(text, begin):
        if is_code:
            found += _values(text, start, end)
        else:
            found += _definitions(text, start, end)
            found += _inline(text, start, end)
    return sorted(found, key=lambda token: token.start)


def prose(text: str) -> str:
    """The text with blanks in the place of code, comments and values: offsets stay what they were."""
    parts, written = [], 0
    for start, end in _without_meaning(text):
        parts += [text[written:start], _blank(text[start:end])]
        written = end
    return "".join([*parts, text[written:]])


def _without_meaning(text: str) -> Iterator[tuple[int, int]]:
    """Where code, comments and values stand."""
    for start, end, is_code in _stretches(text):
        if is_code:
            yield start, end
        else:
            matches = _matches(text, start, end)
            yield from (m.span() for m in matches if m["code"] or m["comment"] or m["value"])


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text) if "\n" in text else " " * len(text)


def headings(text: str) -> list[Heading]:
    """The headings outside code, with anchors made unique as GitHub does."""
    found: list[tuple[int, int, str]] = []
    for start, end, is_code in _stretches(text):
        if not is_code:
            found += [(m.start(), len(m["marks"]), _closed(m["text"])) for m in marked_headings(text, start, end)]
            found += [(m.start(), 1 + (m["marks"][0] == "-"), m["text"]) for m in _underlined(text, start, end)]
    return list(_with_anchors(sorted(found)))


def marked_headings(text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
    """Headings that begin with `#` (groups `marks` and `text`), in code too."""
    end = len(text) if end is None else end
    while (mark := text.find("#", start, end)) >= 0:
        match = _HEADING.match(text, max(start, text.rfind("\n", 0, mark) + 1), end)
        line_end = text.find("\n", mark, end)
        if match:
            yield match
        start = end if line_end < 0 else line_end


def _underlined(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    if text.find("\n=", start, end) >= 0 or text.find("\n--", start, end) >= 0:
        yield from _UNDERLINED.finditer(text, start, end)


def _closed(text: str) -> str:
    """A heading's text without the marks that may close it."""
    text = text.strip()
    bare = text.rstrip("#")
    return bare.rstrip() if bare != text and (not bare or bare[-1] in " \t") else text


def _with_anchors(found: list[tuple[int, int, str]]) -> Iterator[Heading]:
    seen: dict[str, int] = {}
    for _, level, text in found:
        slug = slug_of(text)
        number = seen.get(slug, 0)
        seen[slug] = number + 1
        yield Heading(level, text, f"{slug}-{number}" if number else slug)


def slug_of(heading: str) -> str:
    """The anchor of a heading on GitHub: small letters, no punctuation, dashes for blanks."""
    plain = _LABELLED.sub(r"\1", heading) if "[" in heading else heading
    return _NO_SLUG.sub("", plain.lower().strip()).replace(" ", "-")


def _stretches(text: str, position: int = 0) -> Iterator[tuple[int, int, bool]]:
    """The text from an offset on, cut into (start, end, whether it is fenced code)."""
    has_fences = "```" in text or "~~~" in text
    while has_fences and (opening := _FENCE.search(text, position)):
        if opening["fence"][0] == "`" and "`" in opening["rest"]:
            yield position, opening.end(), False
            position = opening.end()
            continue
        yield position, opening.start(), False
        position = _fence_end(text, opening)
        yield opening.start(), position, True
    yield position, len(text), False


def _fence_end(text: str, opening: re.Match[str]) -> int:
    mark, length = opening["fence"][0], len(opening["fence"])
    closing = re.compile(rf"^[ \t>]*{re.escape(mark)}{{{length},}}[ \t]*$", re.MULTILINE).search(text, opening.end())
    return closing.end() if closing else len(text)


def _definitions(text: str, start: int, end: int) -> Iterator[Token]:
    matches = _DEFINITION.finditer(text, start, end) if text.find("]:", start, end) >= 0 else ()
    for match in matches:
        yield _targeted("definition", match, match.start(), match.end())


def _matches(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """What `_INLINE.finditer` finds."""
    while found := _BEGINNING.search(text, start, end):
        match = _INLINE.match(text, found.start(), end)
        if match:
            yield match
        start = match.end() if match else found.end()


def _inline(text: str, start: int, end: int) -> Iterator[Token]:
    for match in _matches(text, start, end):
        if match["code"] is not None or match["widget"] is not None:
            yield from _values(text, match.start(), match.end())
        elif match["value"] is not None:
            yield Token("value", match.start(), match.end(), match["value"].strip())
        elif match["html"] is not None:
            yield Token("html", match.start(), match.end(), match["html"], inner=match.span("html"))
            yield from _values(text, *match.span())
        elif match["target"] is not None:
            yield from _link(text, match)


def _link(text: str, match: re.Match[str]) -> Iterator[Token]:
    """A link, and what stands in its label and target."""
    yield _targeted("image" if match["bang"] else "link", match, match.start(), match.end())
    yield from _values(text, *match.span("target"))
    if not match["bang"]:
        yield from _inline(text, *match.span("label"))


def _targeted(kind: Literal["link", "image", "definition"], match: re.Match[str], start: int, end: int) -> Token:
    first, last = match.span("target")
    if match["target"].startswith("<"):
        first, last = first + 1, last - 1
    return Token(kind, start, end, match.string[first:last], match["label"], (first, last))


def _values(text: str, start: int, end: int) -> Iterator[Token]:
    for match in _ANY_VALUE.finditer(text, start, end):
        if match["value"] is not None:
            yield Token("value", match.start(), match.end(), match["value"].strip())


@dataclass(frozen=True, slots=True)
class Target:
    """A link's target taken apart; `path` and `anchor` decoded, `path` empty for an anchor on the same page."""

    path: str
    anchor: str | None
    is_external: bool


def target_of(written: str) -> Target:
    """What a target as written leads to. Addresses with a scheme, and targets with values in them, are external."""
    if "{{" in written or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#!|\$\{", written):
        return Target("", None, is_external=True)
    path, _, anchor = written.partition("#")
    return Target(unquote(path.partition("?")[0].replace("\\", "")), unquote(anchor) or None, is_external=False)
