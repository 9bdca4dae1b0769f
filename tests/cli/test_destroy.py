"""`challenge destroy`, and consents on the command line, as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from challenge_cli.errors import Code
from tests.cli.conftest import BEFORE_LAUNCH, Challenge, edit


def test_nobody_destroys_without_the_key(challenge: Challenge, applied: Path) -> None:
    said = challenge("destroy", *BEFORE_LAUNCH)
    assert said.code == Code.ERROR
    assert "say --confirm melting-points" in said.err
    said = challenge("destroy", *BEFORE_LAUNCH, "--confirm", "melting-point")
    assert said.code == Code.ERROR
    assert "its key is melting-points" in said.err
    assert "No changes" in challenge("plan", *BEFORE_LAUNCH).out


def test_what_goes_for_good_is_said_before_and_with_the_key_everything_goes(
    challenge: Challenge, applied: Path
) -> None:
    said = challenge("destroy", *BEFORE_LAUNCH, "--confirm", "melting-points")
    assert said.code == Code.FINE, said.err
    words = " ".join(said.out.split())
    assert "queue.writeups: goes for good" in words
    assert "project.live: goes to the trash can" in words
    again = challenge("destroy", *BEFORE_LAUNCH)
    assert again.code == Code.FINE
    assert "There is nothing of this challenge." in again.err
    assert again.out == "", "and no word of a match with the manifest"
    assert "to create." in challenge("plan", *BEFORE_LAUNCH).out


def test_a_receipt_of_the_end_is_kept(challenge: Challenge, applied: Path) -> None:
    before = set((applied / ".challenge/receipts").iterdir())
    said = challenge("destroy", *BEFORE_LAUNCH, "--confirm", "melting-points", "--format", "json")
    (kept,) = set((applied / ".challenge/receipts").iterdir()) - before
    lines = json.loads(kept.read_text())["lines"]
    assert json.loads(said.out)["lines"] == lines
    assert {line["result"] for line in lines} == {"done"}
    assert lines[-1]["address"] == "project.staging"


def test_a_dropped_entry_is_held_until_somebody_consents(challenge: Challenge, applied: Path) -> None:
    edit(applied / "challenge.yaml", "  writeups: { purpose: writeup, rounds: { start: open, end: papers-due } }\n", "")
    held = challenge("apply", *BEFORE_LAUNCH, "--auto-approve")
    assert held.code == Code.HELD
    assert "held until somebody consents: --allow delete" in held.out
    assert challenge("apply", *BEFORE_LAUNCH, "--auto-approve", "--allow", "delete").code == Code.FINE
    assert "No changes" in challenge("plan", *BEFORE_LAUNCH).out


@pytest.mark.parametrize(("word", "hint"), [("delte", "delete"), ("force", "`going-public`")])
@pytest.mark.parametrize("command", ["plan", "apply", "destroy"])
def test_a_consent_that_nobody_knows_is_refused(
    challenge: Challenge, here: Path, command: str, word: str, hint: str
) -> None:
    said = challenge(command, "--allow", word)
    assert said.code == Code.ERROR
    assert hint in said.err
