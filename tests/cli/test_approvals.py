"""The comment of a pull request as the yes to an apply."""

import json
import os
from pathlib import Path

import pytest

from challenge_cli.errors import Code
from tests.cli.conftest import BEFORE_LAUNCH, Challenge, edit

CUT = (
    '<!-- challenge-plan {"version":2,"challenge":"melting-points","target":"x","stage":"draft","truncated":true} -->\n'
)


@pytest.fixture
def reviewed(challenge: Challenge, here: Path) -> Path:
    """A plan that was kept, with the comment that showed it."""
    shown = challenge("plan", *BEFORE_LAUNCH, "--format", "markdown", "--out", "plan.json")
    (here / "comment.md").write_text(shown.out)
    return here


def applied_with(challenge: Challenge, *what: str) -> tuple[int, str]:
    shown = challenge("apply", *what, *BEFORE_LAUNCH, "--auto-approve", "--approval", "comment.md")
    return shown.code, shown.err


def test_the_plan_that_a_comment_showed_is_carried_out(challenge: Challenge, reviewed: Path) -> None:
    assert applied_with(challenge, "plan.json")[0] == Code.FINE
    assert "No changes." in challenge("plan", *BEFORE_LAUNCH).out


def test_the_same_plan_made_again_is_approved_as_well(challenge: Challenge, reviewed: Path) -> None:
    assert applied_with(challenge)[0] == Code.FINE


def test_another_plan_than_the_comment_showed_is_refused_before_any_write(challenge: Challenge, reviewed: Path) -> None:
    edit(reviewed / "challenge.yaml", "daily: 2", "daily: 5")
    code, said = applied_with(challenge)
    assert code == Code.STALE
    assert "nothing was done: the comment showed sha256:" in said
    log = reviewed / ".challenge/sandbox/access.jsonl"
    assert not [row for row in log.read_text().splitlines() if json.loads(row)["write"]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("LGTM\n", "no comment with a plan"),
        ("\udcff\udcfe", "this is no text"),
        (CUT, "didn't show the whole plan"),
    ],
)
def test_a_comment_without_a_plan_approves_nothing(challenge: Challenge, reviewed: Path, text: str, said: str) -> None:
    (reviewed / "comment.md").write_bytes(os.fsencode(text))
    code, heard = applied_with(challenge)
    assert code == Code.STALE
    assert said in heard


def test_a_comment_that_is_not_there_is_said(challenge: Challenge, reviewed: Path) -> None:
    (reviewed / "comment.md").unlink()
    code, said = applied_with(challenge)
    assert code == Code.ERROR
    assert "comment.md" in said
