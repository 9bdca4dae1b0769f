"""The page about converting shows what the command prints, line by line."""

from __future__ import annotations

import shlex
from pathlib import Path
from shutil import copytree

import pytest

from challenge_cli.commands.convert import command
from challenge_cli.errors import Code
from challenge_cli.main import run
from tests.docs.test_readme import ROOT, matches, steps

PAGE = (ROOT / "docs" / "convert.md").read_text(encoding="utf-8")
SOURCE = ROOT / "tests" / "challenge_spec" / "converting" / "sources" / "evalai"


def test_every_command_of_the_page_prints_what_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copytree(SOURCE, tmp_path / "beetles")
    monkeypatch.chdir(tmp_path)
    found = list(steps(PAGE))
    assert len(found) == 2
    for said, shown in found:
        program, *arguments = shlex.split(said)
        assert (program, run(arguments)) == ("challenge", Code.FINE)
        lines = iter(capsys.readouterr().out.splitlines())
        for expected in shown:
            if expected != "...":
                assert any(matches(expected, line) for line in lines), f"`{said}` does not print: {expected}"


def test_the_page_has_every_format() -> None:
    (kinds,) = [option.type for option in command.params if option.name == "kind"]
    assert all(f"| `{kind}` |" in PAGE for kind in getattr(kinds, "choices", ()))
