"""Findings that an organizer has seen and keeps on purpose: `# challenge: ignore CODE -- reason` beside them.

In YAML files a comment, in pages an HTML comment; it speaks for its own line and, standing alone, for the next line
that says something. In the head of a page it speaks for the whole page. Errors can't be ignored.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from challenge_spec.checkouts import SCRIPTS
from challenge_spec.diagnostics import Diagnostic, Position, did_you_mean, has_errors, lines_of
from challenge_spec.pages.tree import HEAD
from challenge_spec.source import LOADER

_WORDS = r"challenge:[ \t]*ignore\b(?P<codes>(?:(?!--)[^\n])*?)(?:--[ \t]*(?P<reason>(?:(?!<!--)[^\n])*?))?[ \t]*"
_IN_YAML = re.compile(rf"#[ \t]*{_WORDS}$", re.MULTILINE)
_IN_PAGE = re.compile(rf"<!--[ \t]*{_WORDS}-->")
_LINE_END = re.compile(r"\r\n|\r|\n")
_WHOLE = 0
"""In the place of a line's number: anywhere in the file."""
_NOTHING = re.compile(r"\s*(?:#.*|<!--.*?-->\s*)?")


@dataclass(frozen=True, slots=True)
class Suppression:
    """One comment: what it ignores, why, and for which lines. `lines` is empty where it speaks for the whole file."""

    place: Position
    codes: tuple[str, ...]
    reason: str
    lines: frozenset[int]

    def covers(self, item: Diagnostic) -> bool:
        """Whether a finding is kept on purpose by this comment."""
        here = item.position
        return (
            item.severity != "error"
            and bool(self.reason)
            and here.file == self.place.file
            and (not self.lines or here.line in self.lines)
            and any(matches(item.code, code) for code in self.codes)
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """Findings after the comments have spoken: those that stand, and those kept on purpose with their reasons."""

    shown: tuple[Diagnostic, ...]
    kept: tuple[tuple[Diagnostic, str], ...] = ()


def matches(code: str, chosen: str) -> bool:
    """Whether a code is meant by a code, or by the name of its family (`round` for `round.gap`)."""
    return code == chosen or code.startswith(f"{chosen}.")


def judge(found: Iterable[Diagnostic], files: Mapping[str, str], pages: Iterable[str]) -> Judged:
    """Take out what comments keep on purpose; what is wrong with the comments is added.

    files: texts by shown name. pages: the names among them that are Markdown.
    """
    markdown = frozenset(pages)
    said = [item for name, text in files.items() for item in suppressions(name, text, is_page=name in markdown)]
    items = tuple(found)
    if not said:
        return Judged(items)
    by_place: dict[tuple[str, int], list[Suppression]] = {}
    for one in said:
        for line in one.lines or (_WHOLE,):
            by_place.setdefault((one.place.file, line), []).append(one)
    kept = {
        item: by.reason
        for item in items
        for line in (item.position.line, _WHOLE)
        for by in by_place.get((item.position.file, line), ())
        if by.covers(item)
    }
    shown = [item for item in items if item not in kept]
    return Judged((*shown, *_wrong(said, items)), tuple(kept.items()))


def suppressions(name: str, text: str, *, is_page: bool) -> Iterator[Suppression]:
    """Every such comment of a file."""
    if "challenge:" not in text:
        return
    head = HEAD.match(text) if is_page else None
    yaml_part = head["head"] if head else "" if is_page else text
    offset = head.start("head") if head else 0
    comments = _IN_YAML.finditer(text) if name.lower().endswith(SCRIPTS) else _comments(yaml_part)
    found = [(offset + match.start(), match, is_page) for match in comments]
    found += [(match.start(), match, False) for match in _IN_PAGE.finditer(text)] if is_page else []
    lines = _Lines.of(text) if found else None
    yield from (_suppression(name, lines, *item) for item in found if lines)


def _comments(text: str) -> Iterator[re.Match[str]]:
    """Matches that really are comments: outside of every value, after a blank or at the beginning of a line."""
    found = [
        match for match in _IN_YAML.finditer(text) if text[match.start() - 1 : match.start()] in ("", " ", "\t", "\n")
    ]
    spans = _values(text) if found else []
    starts = [start for start, _ in spans]
    for match in found:
        before = bisect_right(starts, match.start()) - 1
        if before < 0 or match.start() >= spans[before][1]:
            yield match


def _values(text: str) -> list[tuple[int, int]]:
    """Where values stand, in order."""
    try:
        events = list(yaml.parse(text, Loader=LOADER))
    except yaml.YAMLError:
        return [(0, len(text))]  # it is reported where it is read
    scalars: list[Any] = [event for event in events if isinstance(event, yaml.ScalarEvent)]
    return [(event.start_mark.index, event.end_mark.index) for event in scalars]


@dataclass(frozen=True, slots=True)
class _Lines:
    """Where the lines of a text begin, and the numbers of those that say something."""

    starts: list[int]
    speaking: list[int]

    @classmethod
    def of(cls, text: str) -> _Lines:
        starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
        speaking = [number for number, line in enumerate(lines_of(text), 1) if not _NOTHING.fullmatch(line)]
        return cls(starts, speaking)

    def covered(self, line: int) -> frozenset[int]:
        """A comment's own line; if nothing else stands there, the next line that says something, too."""
        following = bisect_left(self.speaking, line)
        return frozenset((line, *self.speaking[following : following + 1]))


def _suppression(name: str, lines: _Lines, start: int, match: re.Match[str], whole: bool) -> Suppression:
    line = bisect_right(lines.starts, start)
    place = Position(name, line, start - lines.starts[line - 1] + 1, match.end() - match.start())
    codes = tuple(code for code in re.split(r"[\s,]+", match["codes"]) if code)
    return Suppression(place, codes, (match["reason"] or "").strip(), frozenset() if whole else lines.covered(line))


def _wrong(said: Iterable[Suppression], items: tuple[Diagnostic, ...]) -> Iterator[Diagnostic]:
    found = _by_place(items)
    broken = has_errors(items)
    for item in said:
        if not item.codes or not item.reason:
            message = "this comment says what to ignore, not why" if item.codes else "what is to be ignored here?"
            remedy = "Write `challenge: ignore CODE -- REASON`; without a reason it has no effect."
            yield _about(item, "ignore.no-reason", message, remedy)
            continue
        touched = {code for line in item.lines or (_WHOLE,) for code in found.get((item.place.file, line), ())}
        yield from (problem for code in item.codes for problem in _useless(item, code, touched, broken=broken))


def _by_place(items: Iterable[Diagnostic]) -> Mapping[tuple[str, int], set[tuple[str, bool]]]:
    """(file, line, or _WHOLE for any) → code of each finding there, and whether it is an error."""
    found: dict[tuple[str, int], set[tuple[str, bool]]] = {}
    for item in items:
        for line in (item.position.line, _WHOLE):
            found.setdefault((item.position.file, line), set()).add((item.code, item.severity == "error"))
    return found


def _useless(said: Suppression, code: str, found: set[tuple[str, bool]], *, broken: bool) -> Iterator[Diagnostic]:
    """What is wrong with ignoring a code. broken: there are errors, so that some rules could not look."""
    from challenge_spec.rulebook import codes_and_families

    touched = [is_error for other, is_error in found if matches(other, code)]
    if code not in codes_and_families():
        remedy = did_you_mean(code, sorted(codes_and_families())) or "docs/rules/README.md lists all codes."
        yield _about(said, "ignore.unknown-code", f"there is no rule `{code}`", remedy)
    elif any(touched):
        message = f"`{code}` is an error here, and errors can't be ignored"
        yield _about(said, "ignore.error", message, "Mend what it says, and delete this comment.")
    elif not touched and not broken:
        yield _about(said, "ignore.unused", f"there is no `{code}` to ignore here", "Delete this comment.")


def _about(said: Suppression, code: str, message: str, remedy: str) -> Diagnostic:
    return Diagnostic(code, "warning", said.place, message, help=remedy)
