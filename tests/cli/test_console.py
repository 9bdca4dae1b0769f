"""Colour and width: only where somebody watches."""

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from challenge_cli import console
from challenge_cli.errors import Code
from planner.render.spans import Style, line
from tests.cli.conftest import Challenge

BIN = Path(sys.executable).parent / "challenge"


def on_a_terminal(*arguments: str, folder: Path, typed: str = "", **environment: str) -> str:
    """What a command prints where its output is a terminal (100 columns), with something typed ahead."""
    reader, writer = pty.openpty()
    os.write(reader, typed.encode())
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
    process.wait(60)
    return shown.decode()


def _read(reader: int) -> bytes:
    try:
        return os.read(reader, 65536)
    except OSError:  # a terminal whose last writer has gone
        return b""


@pytest.mark.parametrize(("typed", "said"), [("n\n", "nothing was done"), ("y\n", "Apply complete")])
def test_an_apply_asks_and_obeys_the_answer(here: Path, typed: str, said: str) -> None:
    shown = on_a_terminal("apply", "--sandbox", folder=here, typed=typed)
    assert "Apply this to the embedded sandbox" in shown
    assert said in shown
    assert "\x1b[32m\x1b[1m+\x1b[0m" in shown
    assert ("\x1b[?25l" in shown) == (typed == "y\n")  # the cursor is hidden while lines move


class Screen(io.TextIOWrapper):
    """A terminal, as far as a program can tell; remembers what was shown."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self.shown = io.BytesIO()
        super().__init__(self.shown, encoding=encoding, errors="strict", write_through=True)

    def isatty(self) -> bool:
        return True


HELLO = [line(("Plan: ", Style.HEADING), ("1 to create", Style.CREATE))]


def screen(monkeypatch: pytest.MonkeyPatch, encoding: str = "utf-8", **environment: str) -> Screen:
    """Standard output as a terminal with some environment."""
    for name, value in {"TERM": "xterm", "NO_COLOR": "", **environment}.items():
        monkeypatch.setenv(name, value)
    found = Screen(encoding)
    monkeypatch.setattr(sys, "stdout", found)
    return found


def test_a_terminal_gets_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = screen(monkeypatch)
    console.show(HELLO)
    assert b"\x1b[32m\x1b[1m1 to create\x1b[0m\n" in shown.shown.getvalue()


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=lambda item: next(iter(item)))
def test_no_colour_where_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    shown = screen(monkeypatch, **environment)
    console.show(HELLO)
    assert shown.shown.getvalue() == b"Plan: 1 to create\n"


def test_no_colour_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    console.show(HELLO)
    assert capsys.readouterr().out == "Plan: 1 to create\n"


def test_results_for_scripts_are_left_alone_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = screen(monkeypatch)
    console.result('{"a": 1}')
    assert shown.shown.getvalue() == b'{"a": 1}\n'


def test_a_terminal_that_knows_few_characters_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = screen(monkeypatch, encoding="latin-1")
    console.result("draft → open")
    assert shown.shown.getvalue() == b"draft ? open\n"


HOSTILE = "\x1b]0;gone\x07\x1b[2J\x9b31m\u202e"


def test_no_word_of_an_error_commands_the_terminal(challenge: Challenge, here: Path) -> None:
    shown = challenge("plan", f"{HOSTILE}.yaml")
    assert shown.code == Code.ERROR
    assert "there is no such file" in shown.err
    assert all(mark.isprintable() for mark in shown.err.replace("\n", ""))


def test_no_message_commands_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    console.message(f"a\t{HOSTILE}\nb")
    assert capsys.readouterr().err == "a\t\\x1b]0;gone\\x07\\x1b[2J\\x9b31m\\u202e\nb\n"
