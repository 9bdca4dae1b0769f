"""The one place where errors become words and exit codes. No traceback ever reaches a user."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

import click

REPORT: Final = "Please report it, with that file; it holds no secrets of yours but look it through first."


class Code(IntEnum):
    """Exit codes, the same for every command."""

    FINE = 0
    ERROR = 1
    PENDING = 2
    INCOMPLETE = 3
    HELD = 4
    STALE = 5


class Failure(Exception):
    """Something a user can mend: where, what, and how; with the exit code that says which kind it is."""

    def __init__(self, where: str, what: str, mend: str, code: Code = Code.ERROR) -> None:
        super().__init__(f"{where}: {what}")
        self.where, self.what, self.mend, self.code = where, what, mend, code


def exit_code_of(error: BaseException) -> int:
    """Say an error on standard error and return the exit code for it."""
    for kind, handle in _HANDLERS:
        if isinstance(error, kind):
            return int(handle(error))
    return _failure(error)


def _failure(error: BaseException) -> int:
    from planner.interfaces import ProviderError, Stale

    if isinstance(error, Failure):
        _say(in_words(error.where, error.what, error.mend))
        return error.code
    if isinstance(error, ProviderError):
        _say(in_words(error.where, error.what, error.mend))
        return Code.STALE if isinstance(error, Stale) else Code.ERROR
    if isinstance(error, OSError) and error.filename:
        _say(in_words(str(error.filename), error.strerror or str(error), "check the path and its permissions"))
        return Code.ERROR
    return _unexpected(error)


def in_words(where: str, what: str, mend: str) -> str:
    """An error as people read it: what, where, and how to mend it."""
    return f"error: {what}\n  --> {where}\n  help: {mend}"


def _exit(error: Any) -> int:
    code = error.exit_code if isinstance(error, click.exceptions.Exit) else error.code
    return code if isinstance(code, int) else Code.ERROR


def _stopped(_: Any) -> int:
    _say("stopped.")
    return Code.ERROR


def _usage(error: Any) -> int:
    _say(f"error: {error.format_message()}")
    if getattr(error, "ctx", None):
        _say(f"  help: `{error.ctx.command_path} --help` shows how it is used")
    return Code.ERROR


def _reader_left(_: Any) -> int:
    """Whoever read our output (`| head`) has enough; nothing may be flushed into the closed pipe at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Code.ERROR


def _unexpected(error: BaseException) -> int:
    """A defect of ours: one sentence for the user, the traceback in a file."""
    kind = f"{type(error).__name__}: {error}".strip().splitlines()[0]
    _say(f"error: this should not have happened ({kind})\n  --> {_write_traceback(error)}\n  help: {REPORT}")
    return Code.ERROR


def _write_traceback(error: BaseException) -> str:
    import traceback

    from challenge_cli.secrets import without_secrets

    text = without_secrets("".join(traceback.format_exception(error)))
    path = Path(".challenge") / f"error-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.txt"
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"challenge {' '.join(sys.argv[1:2])}\n\n{text}", encoding="utf-8")
    except OSError as fault:
        return f"(its details could not be written to {path}: {fault.strerror})"
    return str(path)


def _say(text: str) -> None:
    from challenge_cli import console
    from challenge_cli.secrets import without_secrets

    console.message(without_secrets(text))


_HANDLERS: Final[tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], Callable[[Any], int]], ...]] = (
    ((SystemExit, click.exceptions.Exit), _exit),
    (BrokenPipeError, _reader_left),
    ((KeyboardInterrupt, click.Abort), _stopped),
    (click.ClickException, _usage),
)
