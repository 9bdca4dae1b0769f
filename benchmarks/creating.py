"""A challenge set up by `cnb-tools challenge create` (from PyPI, unmodified) and by us, on a Synapse 100 ms away."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.beside import CACHE
from benchmarks.figures import Figure, duration
from benchmarks.startup import CHALLENGE, EXAMPLES
from challenge_cli.engine import accounts_of
from challenge_cli.manifests import usable
from challenge_cli.target import token_of
from synapse_sandbox.server import running
from tests.sandbox.conftest import TOKENS, USERS, Api
from tests.tools.workbench import Tool, built, furnish, surroundings

LATENCY_MS: Final = 100
TOOL: Final = "cnb-tools"
EXAMPLE: Final = EXAMPLES / "quickstart"
"""Two projects, two queues, teams and pages, as `create --tasks 2` makes; and rounds, rights, data folders beyond."""


@dataclass(frozen=True, slots=True)
class Set:
    """What setting a challenge up took: seconds from command to prompt, and its requests from the access log."""

    seconds: float
    requests: Sequence[dict[str, Any]]

    @property
    def writes(self) -> int:
        """How many requests changed something."""
        return sum(line["write"] for line in self.requests)


def run(quick: bool) -> Iterator[Figure]:
    """Both commands, from start to end, in turns."""
    pairs = [_both() for _ in range(1 if quick else 3)]
    ours, theirs = (min((pair[side] for pair in pairs), key=lambda one: one.seconds) for side in (0, 1))
    yield Figure(
        "setting up a challenge / cnb-tools challenge create --tasks 2",
        ours.seconds / theirs.seconds,
        why=f"{duration(ours.seconds)} / {duration(theirs.seconds)}, start-up included",
    )
    mine, others = len(ours.requests), len(theirs.requests)
    why = f"{mine} ({ours.writes} writing) / {others} ({theirs.writes} writing)"
    yield Figure("requests for it / those of cnb-tools", mine / others, why=why)
    each = ours.seconds / ours.writes / (theirs.seconds / theirs.writes)
    why = f"{ours.seconds / ours.writes * 1000:.0f} / {theirs.seconds / theirs.writes * 1000:.0f} ms for each write"
    yield Figure("time for each thing that is written / that of cnb-tools", each, why=why)


def _both() -> tuple[Set, Set]:
    with TemporaryDirectory() as place:
        folder = Path(place)
        files = copytree(EXAMPLE, folder / "files", ignore=ignore_patterns(".challenge"))
        accounts = [f"{name}:{token_of(name)}" for name in accounts_of(usable(files / "challenge.yaml"))]
        log = folder / "access.jsonl"
        with running(folder / "data", [*USERS, *accounts], latency_ms=LATENCY_MS, access_log=log) as url:
            furnish(Api(url, TOKENS["admin"]))
            tool = Tool(built(TOOL, CACHE), folder / "home", url, TOKENS)
            theirs = _timed(log, lambda: tool.succeed(TOOL, "challenge", "create", "Odor Challenge", "--tasks", "2"))
            ours = _timed(log, lambda: _apply(files, folder, url))
        return ours, theirs


def _apply(files: Path, folder: Path, url: str) -> None:
    environment = surroundings(folder) | {"SYNAPSE_AUTH_TOKEN": TOKENS["organizer"], "PYTHONPATH": str(Path.cwd())}
    command = [CHALLENGE, "apply", str(files), "--endpoint", url, "--auto-approve"]
    subprocess.run(command, env=environment, cwd=folder, check=True, capture_output=True)


def _timed(log: Path, work: Any) -> Set:
    before, begun = len(log.read_text().splitlines()), time.perf_counter()
    work()
    seconds = time.perf_counter() - begun
    return Set(seconds, [json.loads(line) for line in log.read_text().splitlines()[before:]])
