"""Colour and width: only where somebody watches."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent / "challenge"


def on_a_terminal(*arguments: str, folder: Path, **environment: str) -> str:
    """What a command prints where its output is a terminal (100 columns)."""
    reader, writer = pty.openpty()
    variables = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS")}
    process = subprocess.Popen(
        [BIN, *arguments], cwd=folder, stdin=writer, stdout=writer, stderr=writer, close_fds=True,
        env=variables | {"TERM": "xterm-256color", "HOME": str(folder), "COLUMNS": "100"} | environment,
    )  # fmt: skip
    os.close(writer)
    shown = bytearray()
    while chunk := _read(reader):
        shown += chunk
    os.close(reader)
    process.wait(30)
    return shown.decode()


def _read(reader: int) -> bytes:
    try:
        return os.read(reader, 65536)
    except OSError:  # a terminal whose last writer has gone
        return b""


def test_a_terminal_gets_colour_and_live_progress(here: Path) -> None:
    shown = on_a_terminal("apply", "--sandbox", "--auto-approve", folder=here)
    assert "\x1b[32m\x1b[1m+\x1b[0m" in shown
    assert "Apply complete" in shown
    assert "\x1b[?25l" in shown  # the cursor is hidden while lines move


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=lambda item: next(iter(item)))
def test_no_colour_where_it_is_not_wanted(here: Path, environment: dict[str, str]) -> None:
    assert "\x1b[" not in on_a_terminal("plan", "--sandbox", folder=here, **environment)


def test_json_has_no_colour_on_a_terminal_either(here: Path) -> None:
    assert "\x1b[" not in on_a_terminal("plan", "--sandbox", "--format", "json", folder=here)


def test_a_terminal_that_knows_ascii_only_stops_nothing(here: Path) -> None:
    shown = on_a_terminal("plan", "--sandbox", "--format", "markdown", folder=here, PYTHONIOENCODING="ascii")
    assert "error" not in shown
    assert "### Melting Points Challenge: plan" in shown
