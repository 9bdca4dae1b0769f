"""A sandbox in a process of its own, as far away as Synapse: every answer takes the latency asked for."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.startup import CHALLENGE
from challenge_cli.target import DEPLOYER, token_of


@contextmanager
def sandbox(data: Path, accounts: Iterable[str], latency_ms: int, *options: str) -> Iterator[str]:
    """Serve a new sandbox; yields its base address. options: more of `challenge sandbox serve`."""
    users = [part for name in (DEPLOYER, *accounts) for part in ("--user", f"{name}:{token_of(name)}")]
    command = [CHALLENGE, "sandbox", "serve", "--data", str(data), "--port", "0", "--latency", str(latency_ms)]
    with served([*command, *users, *options]) as address:
        yield address


@contextmanager
def served(command: Sequence[str]) -> Iterator[str]:
    """Run a server that announces its address in its first line, until the block ends; yields the address."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield _address(process)
    finally:
        process.terminate()
        process.communicate()


def _address(process: subprocess.Popen[str]) -> str:
    """The address that the server announces in its first line. Raises RuntimeError where it doesn't start."""
    line = process.stdout.readline() if process.stdout else ""
    found = re.search(r"http://[\d.]+:\d+", line)
    if found is None:
        raise RuntimeError(f"the sandbox did not start: {line!r}")
    return found.group()
