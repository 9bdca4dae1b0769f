"""A sandbox in a process of its own, started as users start it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CHALLENGE = str(Path(sys.executable).with_name("challenge"))


def start(*arguments: str) -> subprocess.Popen[str]:
    """`python -m synapse_sandbox` with these arguments."""
    return _started(sys.executable, "-m", "synapse_sandbox", *arguments)


def configuration(process: subprocess.Popen[str]) -> dict[str, str]:
    """What a started server prints for ~/.synapseConfig."""
    settings: dict[str, str] = {}
    assert process.stdout is not None
    while "authtoken" not in settings:
        line = process.stdout.readline()
        assert line, process.stderr.read() if process.stderr else ""
        name, _, value = line.strip().partition(" = ")
        settings[name] = value
    return settings


def address(process: subprocess.Popen[str]) -> str:
    """Where a started server listens."""
    return configuration(process)["repoEndpoint"].removesuffix("/repo/v1")


@dataclass(frozen=True)
class Served:
    """A running server: where it listens, and its process."""

    url: str
    process: subprocess.Popen[str]


@contextmanager
def served(data: Path, users: Sequence[str], *options: str) -> Iterator[Served]:
    """`challenge sandbox serve` on a data folder, ended when the block ends (unless it is dead by then)."""
    accounts = [part for user in users for part in ("--user", user)]
    process = _started(CHALLENGE, "sandbox", "serve", "--port", "0", "--data", str(data), *accounts, *options)
    try:
        yield Served(address(process), process)
    finally:
        process.terminate()
        process.communicate(timeout=60)


def _started(*command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
