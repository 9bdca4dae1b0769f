"""The command line as its users run it: on a small challenge, against the embedded sandbox."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from challenge_cli.main import run

QUICKSTART = Path(__file__).resolve().parents[2] / "examples" / "quickstart"
Challenge = Callable[..., "Ran"]


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended: its exit code, and what it printed where."""

    code: int
    out: str
    err: str


@pytest.fixture
def challenge(capsys: pytest.CaptureFixture[str]) -> Challenge:
    """Run `challenge ...` in this process."""

    def ran(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return ran


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the quick start's challenge in it, and nobody's credentials or settings."""
    shutil.copytree(QUICKSTART, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".challenge"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "100")
    for variable in ("CHALLENGE_ENDPOINT", "SYNAPSE_AUTH_TOKEN", "SYNAPSE_PROFILE"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


def edit(manifest: Path, old: str, new: str) -> None:
    """Change one place of a manifest."""
    text = manifest.read_text()
    assert text.count(old) == 1
    manifest.write_text(text.replace(old, new))
