"""An apply killed at any request: the next one finishes, with exactly the world of an undisturbed one."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from challenge_cli.target import token_of
from synapse_sandbox.faults import read_faults
from tests.e2e.rehearsal import DEPLOYER, EXAMPLES, Rehearsal, rehearsal, shown, world

START = "2021-06-15T12:00:00+00:00"
LEASE_IS_OVER = 125_000
STALL_MS = 3_600_000
QUIET = 8
"""Tenths of a second without a request after which the apply is taken to be stalled."""


def faults_file(folder: Path, every: int, at: str) -> Path:
    """Every nth write is committed (or not) and then never answered in time."""
    file = folder / "stall.yaml"
    file.write_text(
        f"faults: [{{match: {{write: true, user: {DEPLOYER}}}, every: {every}, at: {at}, delay_ms: {STALL_MS}}}]\n"
    )
    return file


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
    with rehearsal("brats-2021", folder, START, faults=read_faults(faults_file(folder, every, at))) as one:
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
@pytest.mark.parametrize("every", [2, 3, 5, 7])
def test_killed_more_often_it_ends_in_the_same_world(tmp_path: Path, undisturbed: object, every: int, at: str) -> None:
    found, _ = killed_again_and_again(tmp_path, every, at)
    assert found == undisturbed
