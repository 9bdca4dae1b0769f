"""The command line as its users run it: on a small challenge, against the embedded sandbox."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from challenge_cli.main import run

QUICKSTART = Path(__file__).resolve().parents[2] / "examples" / "quickstart"
BIN = Path(sys.executable).parent / "challenge"
BEFORE_LAUNCH = ("--sandbox", "--now", "2027-02-02T12:00")
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


@pytest.fixture(scope="session")
def applied_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The quick start's challenge, applied as it is (draft)."""
    folder = tmp_path_factory.mktemp("applied") / "challenge"
    shutil.copytree(QUICKSTART, folder, ignore=shutil.ignore_patterns(".challenge"))
    command = [str(BIN), "apply", *BEFORE_LAUNCH, "--auto-approve"]
    subprocess.run(command, cwd=folder, env=os.environ | {"HOME": str(folder)}, check=True, capture_output=True)
    return folder


@pytest.fixture
def applied(here: Path, applied_once: Path) -> Path:
    """A working directory where the challenge is applied already, with a sandbox of its own."""
    shutil.copytree(applied_once / ".challenge", here / ".challenge")
    return here


class serving:  # noqa: N801 -- reads as a verb where it is used
    """`challenge sandbox serve` in a process of its own, as long as the block; gives its address."""

    def __init__(self, data: Path, *users: str, latency: int = 0) -> None:
        options = [part for user in users for part in ("--user", user)]
        self._command = [
            str(BIN),
            "sandbox",
            "serve",
            "--port",
            "0",
            "--latency",
            str(latency),
            "--data",
            str(data),
            *options,
        ]

    def __enter__(self) -> str:
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        found = re.search(r"http://\S+?(?=[.]? )", self._process.stdout.readline())
        assert found
        return found[0]

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(60)
        assert self._process.stdout is not None
        self._process.stdout.close()
