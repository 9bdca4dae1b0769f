"""What is printed: results to standard output, messages to standard error, colour only where a terminal is."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from typing import IO, Any, Final

import click

from planner.render.spans import Line, Style, printable_rows, to_plain

_LOOKS: Final[dict[Style, dict[str, Any]]] = {
    Style.HEADING: {"bold": True},
    Style.STRONG: {"bold": True},
    Style.DIM: {"dim": True},
    Style.CREATE: {"fg": "green", "bold": True},
    Style.UPDATE: {"fg": "yellow", "bold": True},
    Style.ADOPT: {"fg": "cyan", "bold": True},
    Style.DELETE: {"fg": "red", "bold": True},
    Style.HELD: {"fg": "magenta", "bold": True},
    Style.ADDED: {"fg": "green"},
    Style.REMOVED: {"fg": "red"},
    Style.GOOD: {"fg": "green"},
    Style.WARNING: {"fg": "yellow"},
    Style.BAD: {"fg": "red", "bold": True},
}
UNBOUNDED: Final = 100
"""Columns where the width isn't known: in a pipe or a file."""


def is_terminal(stream: IO[str]) -> bool:
    """Whether somebody watches."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def has_colour(stream: IO[str]) -> bool:
    """Whether colour is wanted: on a terminal, unless NO_COLOR is set."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR")


def width() -> int:
    """Columns of the terminal."""
    return shutil.get_terminal_size((UNBOUNDED, 24)).columns


def show(lines: Iterable[Line]) -> None:
    """Styled lines, as a result."""
    _tolerant(sys.stdout)
    click.echo(_coloured(lines) if has_colour(sys.stdout) else to_plain(lines), nl=False, color=has_colour(sys.stdout))


def result(text: str) -> None:
    """A result for machines or people, untouched."""
    _tolerant(sys.stdout)
    click.echo(text)


def message(text: str) -> None:
    """A message beside the result; what others wrote into it commands no terminal."""
    _tolerant(sys.stderr)
    click.echo(printable_rows(text), err=True)


def messages(lines: Iterable[Line]) -> None:
    """Styled lines beside the result."""
    _tolerant(sys.stderr)
    colour = has_colour(sys.stderr)
    click.echo(_coloured(lines) if colour else to_plain(lines), nl=False, err=True, color=colour)


def _coloured(lines: Iterable[Line]) -> str:
    return "".join("".join(_styled(span.text, span.style) for span in line) + "\n" for line in lines)


def _styled(text: str, style: Style) -> str:
    return click.style(text, **_LOOKS[style]) if style in _LOOKS else text


def _tolerant(stream: Any) -> None:
    """Characters that a terminal can't show must not stop a command."""
    if getattr(stream, "errors", None) == "strict" and hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")
