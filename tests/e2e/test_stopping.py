"""Ctrl-C, once and twice, as people press it: at a terminal, while the server answers slowly or not at all."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from challenge_cli import engine
from challenge_cli.errors import Code
from challenge_cli.target import token_of
from providers.synapse.lock_state import Unfinished
from synapse_sandbox.faults import Fault, FaultPlan
from tests.e2e.rehearsal import DEPLOYER, EXAMPLES, Rehearsal, rehearsal, world

START = "2026-11-21T12:00:00+00:00"
STALLED_MS = 30_000
CTRL_C = b"\x03"


def stalling(route: str, at: str, delay: int = STALLED_MS) -> FaultPlan:
    """The first request of a route is carried out (or not yet) and then not answered for long."""
    fault = {"match": {"method": "POST", "route": route}, "nth": 1, "at": at, "delay_ms": delay}
    return FaultPlan((Fault.model_validate(fault),))


@dataclass
class Terminal:
    """`challenge apply` at a terminal of its own."""

    process: subprocess.Popen[bytes]
    screen: int

    def press(self, keys: bytes) -> None:
        os.write(self.screen, keys)

    def wait_for(self, ready: Callable[[], object], seconds: float = 60) -> None:
        """Wait until something is so; that is seen from outside, so by looking again and again."""
        end = time.monotonic() + seconds
        while not ready():
            assert time.monotonic() < end, "it never came to that"
            assert self.process.poll() is None, "it ended too early"
            time.sleep(0.02)

    def ends(self, seconds: float) -> int:
        return self.process.wait(seconds)


@contextmanager
def applying(one: Rehearsal) -> Iterator[Terminal]:
    leader, follower = pty.openpty()
    env = {"SYNAPSE_AUTH_TOKEN": token_of(DEPLOYER), "HOME": str(one.folder), "PATH": "/usr/bin:/bin", "TERM": "xterm"}
    manifest = one.folder / "challenge.yaml"
    command = [sys.executable, "-m", "challenge_cli", "apply", str(manifest), "--endpoint", one.url, "--auto-approve"]
    # A session of its own makes the pty its terminal, so that Ctrl-C is what the terminal makes of the key.
    process = subprocess.Popen(
        [sys.executable, "-c", _AT_TERMINAL, *command],
        env=env | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=follower,
        stdout=subprocess.DEVNULL,
        stderr=follower,
        start_new_session=True,
        cwd=one.folder,
    )
    os.close(follower)
    watching = threading.Thread(target=_watch, args=(leader,), daemon=True)
    watching.start()
    try:
        yield Terminal(process, leader)
    finally:
        process.kill()
        process.wait()
        watching.join()
        os.close(leader)


def _watch(screen: int) -> None:
    """Read what is shown until nobody shows anything any more: a screen that is full would stop the program."""
    with suppress(OSError):
        while os.read(screen, 4096):
            pass


_AT_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


@contextmanager
def stalled(folder: Path, plan: FaultPlan) -> Iterator[Rehearsal]:
    """The quick start's challenge, beside its data, on a server that makes these faults."""
    from shutil import copytree, ignore_patterns

    copytree(EXAMPLES / "quickstart", folder, dirs_exist_ok=True, ignore=ignore_patterns(".challenge"))
    with rehearsal("quickstart", folder, START, faults=plan) as one:
        yield one


def receipt(one: Rehearsal) -> dict[str, Any]:
    (kept,) = (one.folder / ".challenge/receipts").iterdir()
    found: dict[str, Any] = json.loads(kept.read_text())
    return found


def sent(one: Rehearsal, route: str) -> bool:
    return any(line["route"] == route for line in one.requests())


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> object:
    with rehearsal("quickstart", tmp_path_factory.mktemp("peace"), START) as one:
        one.apply()
        return world(one.look())


def finished_later(one: Rehearsal) -> object:
    """The world after one more apply, once the lease is over."""
    one.advance_clock(125_000)
    one.apply()
    look = one.look()
    assert look.plan.empty
    return world(look)


def left_behind(one: Rehearsal) -> Unfinished | None:
    """The apply that didn't finish, as `challenge status` reads it."""

    async def read() -> Unfinished | None:
        async with engine.signed_in(one.job()) as session:
            return await engine.unfinished(session, await engine.look(session, one.job()))

    return asyncio.run(read())


TEAM = "/repo/v1/team"


def test_the_first_ctrl_c_finishes_what_is_under_way_and_begins_nothing_more(
    tmp_path: Path, undisturbed: object
) -> None:
    with stalled(tmp_path, stalling(TEAM, "before", 1500)) as one:
        with applying(one) as terminal:
            terminal.wait_for(lambda: sent(one, "/repo/v1/entity/{id}/annotations2"))
            terminal.press(CTRL_C)
            assert terminal.ends(60) == Code.INCOMPLETE
        found = receipt(one)
        assert found["stopped"].startswith("Ctrl-C: what was under way was finished")
        assert found["ledger"] == "written"
        assert {"done", "stopped"} == {line["result"] for line in found["lines"]}
        assert finished_later(one) == undisturbed


@pytest.mark.parametrize("at", ["before", "after"])
def test_the_second_ctrl_c_stops_at_once_and_leaves_a_receipt(tmp_path: Path, undisturbed: object, at: str) -> None:
    with stalled(tmp_path, stalling(TEAM, at)) as one:
        with applying(one) as terminal:
            terminal.wait_for(lambda: len(one.requests()) > 20 and quiet(one))
            terminal.press(CTRL_C)
            time.sleep(0.3)  # two signals at the very same moment are one to the kernel
            assert terminal.process.poll() is None, "the first one waits for what is under way"
            terminal.press(CTRL_C)
            assert terminal.ends(15) == Code.INCOMPLETE
        found = receipt(one)
        assert found["stopped"].startswith("Ctrl-C, twice")
        assert found["ledger"] == "it was stopped at once"
        (abandoned,) = (line for line in found["lines"] if line["result"] == "failed")
        assert "it may have happened or not" in abandoned["error"]["what"]
        unfinished = left_behind(one)
        assert unfinished is not None
        assert (unfinished.holder, unfinished.plan) == (DEPLOYER, found["plan_digest"])
        if at == "after":
            assert finished_later(one) == undisturbed
            assert left_behind(one) is None


def quiet(one: Rehearsal) -> bool:
    """Whether nothing but a stalled request is left: nothing came for a while."""
    seen = len(one.requests())
    time.sleep(1)
    return len(one.requests()) == seen


def test_a_polite_request_to_stop_counts_as_the_first_ctrl_c(tmp_path: Path) -> None:
    with stalled(tmp_path, stalling(TEAM, "before", 1500)) as one:
        with applying(one) as terminal:
            terminal.wait_for(lambda: sent(one, "/repo/v1/entity/{id}/annotations2"))
            terminal.process.send_signal(signal.SIGTERM)
            assert terminal.ends(60) == Code.INCOMPLETE
        assert receipt(one)["stopped"].startswith("asked to stop")
