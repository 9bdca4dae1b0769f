"""What is wrong, where, why, and how to mend it: as a compiler says it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file: path as shown to people, line and column from 1, and how many characters are meant."""

    file: str
    line: int = 1
    column: int = 1
    length: int = 1


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `code` is stable (`family.name`); `related` names further places that belong to it."""

    code: str
    severity: Severity
    position: Position
    message: str
    why: str = ""
    help: str = ""
    related: tuple[tuple[Position, str], ...] = ()


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether anything is worse than a warning."""
    return any(item.severity == "error" for item in diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By place, each finding once."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda item: (item.position, item.code, item.message)))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence with the most likely word, or with all where they are few; empty if there is nothing to say."""
    choices = list(known)
    close = get_close_matches(word, choices, n=1, cutoff=0.6)
    if close:
        return f"Did you mean `{close[0]}`?"
    if 0 < len(choices) <= 12:
        return "Known here: " + ", ".join(f"`{choice}`" for choice in choices) + "."
    return ""


def render(diagnostics: Iterable[Diagnostic], files: Mapping[str, str]) -> str:
    """All findings as text, in order of place, then their number. `files`: text of each file by its shown path."""
    found = in_order(diagnostics)
    lines = {name: lines_of(files.get(name, "")) for name in {place.file for item in found for place in _places(item)}}
    blocks = [_rendered(item, lines) for item in found]
    return "\n\n".join([*blocks, count(found)]) if blocks else ""


def count(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`."""
    severities = [item.severity for item in diagnostics]
    levels: tuple[Severity, ...] = ("error", "warning", "info")
    numbers = [(severities.count(level), level) for level in levels if level in severities]
    return ", ".join(f"{number} {level}{'s' if number > 1 and level != 'info' else ''}" for number, level in numbers)


def page_of(code: str) -> str:
    """Where the page about a rule stands in the repository."""
    return f"docs/rules/{code}.md"


def lines_of(text: str) -> list[str]:
    """The lines of a text as positions count them."""
    return re.split(r"\r\n|\r|\n", text)


def _places(item: Diagnostic) -> list[Position]:
    return [item.position, *(place for place, _ in item.related)]


def _rendered(item: Diagnostic, files: Mapping[str, list[str]]) -> str:
    """One finding: the sentence, the place, the line with a caret, why and help."""
    lines = [f"{item.severity}[{item.code}]: {item.message}", *_excerpt(item.position, files[item.position.file])]
    for place, note in item.related:
        lines += [f"  note: {note}", *_excerpt(place, files[place.file])]
    lines += [f"  why: {item.why}"] if item.why else []
    lines += [f"  help: {item.help}"] if item.help else []
    lines += [f"  rule: {page_of(item.code)}"]
    return "\n".join(_harmless(line) for line in lines)


def _harmless(text: str) -> str:
    """A text without characters that would do something to a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


def _excerpt(place: Position, lines: list[str]) -> list[str]:
    where = f"  --> {place.file}:{place.line}:{place.column}"
    if lines == [""] or not 0 < place.line <= len(lines):
        return [where]
    number, (text, column) = str(place.line), _window(lines[place.line - 1], place.column)
    caret = " " * (column - 1) + "^" * max(1, min(place.length, len(text) - column + 1))
    return [where, f"  {number} | {text}", f"  {' ' * len(number)} | {caret}"]


def _window(text: str, column: int, width: int = 160) -> tuple[str, int]:
    """The part of a long line around the column, control characters made harmless, and the column within it."""
    start = max(0, column - width // 2) if len(text) > width else 0
    visible = _harmless(text[start : start + width])
    return visible, min(column - start, len(visible) + 1)
