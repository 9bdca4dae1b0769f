"""An apply killed at any request, or any answer lost: the next one finishes, with exactly the world of a quiet one."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from challenge_cli.target import token_of
from synapse_sandbox.faults import Fault, FaultPlan
from tests.e2e.rehearsal import DEPLOYER, EXAMPLES, Rehearsal, rehearsal, shown, world

START = "2021-06-15T12:00:00+00:00"
LEASE_IS_OVER = 125_000
STALL_MS = 3_600_000
QUIET = 5
"""Tenths of a second without a request after which the apply is taken to be stalled."""


LANES = 10
"""The requests are dealt out to this many tests, so that they can run side by side."""


def stalled(when: dict[str, int], at: str) -> FaultPlan:
    """Some write of the deployer is committed (or not) and then never answered in time."""
    return FaultPlan((_fault(when | {"at": at, "delay_ms": STALL_MS}),))


def lost(nth: int) -> FaultPlan:
    """The nth POST that writes is carried out, and its answer is lost."""
    return FaultPlan((_fault({"nth": nth, "at": "after", "drop": True}, method="POST"),))


def _fault(what: dict[str, object] | dict[str, int], **match: str) -> Fault:
    return Fault.model_validate({"match": {"write": True, "user": DEPLOYER, **match}, **what})


def apply_and_kill(one: Rehearsal) -> int | None:
    """Run `challenge apply`; kill it once nothing moves any more. The exit code, None if it was killed."""
    command = [sys.executable, "-m", "challenge_cli", "apply", str(EXAMPLES / "brats-2021" / "challenge.yaml")]
    env = {"SYNAPSE_AUTH_TOKEN": token_of(DEPLOYER), "HOME": str(one.folder), "PATH": "/usr/bin:/bin"}
    process = subprocess.Popen(
        [*command, "--endpoint", one.url, "--auto-approve"],
        env=env,
        cwd=one.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    before = seen = len(one.requests())
    quiet = 0
    while process.poll() is None and quiet < QUIET:
        time.sleep(0.1)  # the only sign of a stalled request is that nothing happens
        lines = len(one.requests())
        quiet = quiet + 1 if lines == seen and lines > before else 0
        seen = lines
    if process.poll() is not None:
        return process.returncode
    process.kill()
    process.wait()
    return None


def killed_again_and_again(folder: Path, every: int, at: str) -> tuple[object, int]:
    """Apply until it is through; the world then, and how often it was killed."""
    with rehearsal("brats-2021", folder, START, faults=stalled({"every": every}, at)) as one:
        kills = 0
        while apply_and_kill(one) is None:
            kills += 1
            assert kills < 400, "it never gets through"
            one.advance_clock(LEASE_IS_OVER)
        one.advance_clock(LEASE_IS_OVER)
        look = one.look()
        assert look.plan.empty, shown(look)
        return world(look), kills


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> object:
    """BraTS, applied in peace."""
    with rehearsal("brats-2021", tmp_path_factory.mktemp("peace"), START) as one:
        one.apply()
        return world(one.look())


@pytest.mark.parametrize("at", [pytest.param("before", marks=pytest.mark.prove), "after"])
def test_killed_at_every_tenth_write_it_ends_in_the_same_world(tmp_path: Path, undisturbed: object, at: str) -> None:
    found, kills = killed_again_and_again(tmp_path, 10, at)
    assert kills > 3
    assert found == undisturbed


@pytest.mark.prove
@pytest.mark.parametrize("at", ["before", "after"])
def test_killed_at_every_seventh_write_it_ends_in_the_same_world(tmp_path: Path, undisturbed: object, at: str) -> None:
    """Not more often: taking the lock and storing a ledger is six writes, and they would be the same ones each time."""
    found, _ = killed_again_and_again(tmp_path, 7, at)
    assert found == undisturbed


def lane(folder: Path, first: int) -> Iterator[tuple[int, Path]]:
    """Every LANES-th request from the first, each with a folder of its own, until the caller has had enough."""
    for nth in count(first, LANES):
        own = folder / str(nth)
        own.mkdir()
        yield nth, own


@pytest.mark.prove
@pytest.mark.parametrize("at", ["before", "after"])
@pytest.mark.parametrize("first", range(1, LANES + 1))
def test_killed_once_at_each_write_the_next_apply_finishes(
    tmp_path: Path, undisturbed: object, first: int, at: str
) -> None:
    """One kill, one more apply: nothing to unlock, nothing left to do, nothing twice."""
    for nth, folder in lane(tmp_path, first):
        with rehearsal("brats-2021", folder, START, faults=stalled({"nth": nth}, at)) as one:
            if apply_and_kill(one) is not None:
                assert nth > 50, "the apply makes more writes than that"
                return
            one.advance_clock(LEASE_IS_OVER)
            assert all(receipt.complete for receipt in one.apply().receipts), f"killed {at} write {nth}"
            assert_quiet_world(one, undisturbed, f"killed {at} write {nth}")


@pytest.mark.prove
@pytest.mark.parametrize("first", range(1, LANES + 1))
def test_whichever_answer_to_a_post_is_lost_the_world_is_the_same(
    tmp_path: Path, undisturbed: object, first: int
) -> None:
    """The apply finds out by itself; at most one more is needed."""
    for nth, folder in lane(tmp_path, first):
        with rehearsal("brats-2021", folder, START, faults=lost(nth)) as one:
            one.apply()
            if posts(one) < nth:
                assert nth > 50, "the apply makes more POSTs than that"
                return
            one.apply()
            assert_quiet_world(one, undisturbed, f"lost the answer to POST {nth}")


def posts(one: Rehearsal) -> int:
    """How many POSTs that write the deployer has sent."""
    return sum(line["method"] == "POST" and line["write"] and line["user"] == DEPLOYER for line in one.requests())


def assert_quiet_world(one: Rehearsal, undisturbed: object, story: str) -> None:
    look = one.look()
    assert look.plan.empty, f"{story}: {shown(look)}"
    assert world(look) == undisturbed, story
