"""Plans that were kept: they come with manifest, target and decisions, and are carried out as reviewed or refused."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from challenge_cli import saved
from challenge_cli.errors import Code, Failure
from challenge_cli.options import Aim
from challenge_cli.target import SANDBOX_NAME
from planner.options import Decisions
from planner.render.document import document
from planner.render.schema import PlanDocument
from tests.cli.conftest import BEFORE_LAUNCH, Challenge
from tests.cli.test_sandbox import writes
from tests.planner.render.scenes import three_edits

NOWHERE = Aim(sandbox=False, endpoint=None, now=None)
PLAN = Path("plan.json")


def kept(target: str = SANDBOX_NAME, **fields: object) -> PlanDocument:
    """A plan as it is read from a file."""
    return document(three_edits()).model_copy(update={"target": target, **fields})


def test_a_kept_plan_needs_no_repetition(challenge: Challenge, here: Path) -> None:
    manifest = (here / "challenge.yaml").rename(here / "other.yaml")
    decisions = ("--exclude", "view.dashboard", "--publish", "all")
    challenge("plan", manifest.name, *BEFORE_LAUNCH, *decisions, "--out", "plan.json")
    shown = challenge("apply", "plan.json", "--auto-approve")
    assert shown.code == Code.FINE, shown.err
    assert "without view.dashboard and what needs it" in shown.out.replace("needs that", "needs it")
    rest = challenge("plan", manifest.name, *BEFORE_LAUNCH, "--format", "json")
    assert "view.dashboard" in {change["address"] for change in json.loads(rest.out)["changes"]}


def test_a_kept_plan_may_have_any_name(challenge: Challenge, here: Path) -> None:
    challenge("plan", *BEFORE_LAUNCH, "--out", "reviewed.plan")
    assert saved.is_saved_plan(here / "reviewed.plan")
    assert not saved.is_saved_plan(here / "challenge.yaml")
    assert not saved.is_saved_plan(here / "nowhere.json")


@pytest.mark.parametrize("name", ["challenge.yaml", "wiki/index.md"])
def test_a_plan_is_kept_over_an_earlier_plan_and_over_nothing_else(challenge: Challenge, here: Path, name: str) -> None:
    before = (here / name).read_bytes()
    shown = challenge("plan", *BEFORE_LAUNCH, "--out", name)
    assert (shown.code, (here / name).read_bytes()) == (Code.ERROR, before)
    assert "it is no plan" in shown.err
    assert not (here / ".challenge").exists()


def test_an_empty_file_and_an_earlier_plan_take_a_plan(tmp_path: Path) -> None:
    empty, earlier = tmp_path / "empty", tmp_path / "earlier.yaml"
    empty.touch()
    earlier.write_text(kept().model_dump_json(indent=2))
    for path in (empty, earlier, tmp_path / "nothing", Path(os.devnull)):
        saved.require_free(path)
    assert saved.is_saved_plan(earlier)


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff\xfe{", b"[" * 100_000, b'{"format_version": "1.0"}', b"null"])
def test_garbage_is_no_plan_and_says_what_to_do(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    with pytest.raises(Failure) as no:
        saved.read(path)
    assert no.value.code is Code.STALE
    assert "this is no" in no.value.what
    assert no.value.mend == "plan again, review it, and apply that"


def test_both_can_not_win(challenge: Challenge, here: Path) -> None:
    take = ("--take", "manifest", "wiki.live", "--take", "live", "wiki.live")
    shown = challenge("plan", *BEFORE_LAUNCH, *take)
    assert shown.code == Code.ERROR
    assert "both are to win at wiki.live" in shown.err
    assert not (here / ".challenge").exists()


def test_other_decisions_than_those_of_the_plan_are_refused(challenge: Challenge, here: Path) -> None:
    challenge("plan", *BEFORE_LAUNCH, "--out", "plan.json")
    shown = challenge("apply", "plan.json", "--publish", "all", "--auto-approve")
    assert shown.code == Code.ERROR
    assert "others were said now: publish" in shown.err
    assert writes(here) == 0


def test_the_same_decisions_may_be_said_again() -> None:
    said = Decisions(publish=frozenset({"all"}))
    assert saved.decisions_of(PLAN, kept(options={"publish": ["all"]}), said) == said


def test_decisions_that_this_version_does_not_know_are_refused() -> None:
    with pytest.raises(Failure, match="doesn't know: hurry") as no:
        saved.decisions_of(PLAN, kept(options={"hurry": ["all"]}), Decisions())
    assert no.value.code == Code.STALE


def test_the_target_comes_with_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHALLENGE_ENDPOINT", raising=False)
    assert saved.aim_of(PLAN, kept(), NOWHERE) == Aim(sandbox=True, endpoint=None, now=None)
    assert saved.aim_of(PLAN, kept("http://127.0.0.1:8080"), NOWHERE).endpoint == "http://127.0.0.1:8080"
    assert saved.aim_of(PLAN, kept("Synapse"), NOWHERE) == NOWHERE


def test_what_is_said_now_stands_before_what_the_plan_says(monkeypatch: pytest.MonkeyPatch) -> None:
    said = Aim(sandbox=False, endpoint="https://example.org", now=None)
    assert saved.aim_of(PLAN, kept(), said) == said
    monkeypatch.setenv("CHALLENGE_ENDPOINT", "https://example.org")
    assert saved.aim_of(PLAN, kept("https://example.com"), NOWHERE) == NOWHERE


def test_the_address_of_another_server_is_not_believed_from_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHALLENGE_ENDPOINT", raising=False)
    with pytest.raises(Failure, match="your token would be sent") as no:
        saved.aim_of(PLAN, kept("https://example.org"), NOWHERE)
    assert "--endpoint https://example.org" in no.value.mend


def test_a_plan_for_one_target_is_refused_on_another(challenge: Challenge, here: Path) -> None:
    challenge("plan", *BEFORE_LAUNCH, "--out", "plan.json")
    text = (here / "plan.json").read_text().replace(SANDBOX_NAME, "Synapse")
    (here / "plan.json").write_text(text)
    assert "changed after it was planned" in challenge("apply", "plan.json", "--auto-approve").err


def test_the_manifest_is_found_beside_the_plan_too(
    challenge: Challenge, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    challenge("plan", *BEFORE_LAUNCH, "--out", "plan.json")
    (here / "elsewhere").mkdir()
    monkeypatch.chdir(here / "elsewhere")
    assert challenge("apply", os.path.relpath(here / "plan.json"), "--auto-approve").code == Code.FINE


def test_a_plan_without_its_manifest_is_refused(challenge: Challenge, here: Path) -> None:
    challenge("plan", *BEFORE_LAUNCH, "--out", "plan.json")
    (here / "challenge.yaml").rename(here / "gone.yaml")
    shown = challenge("apply", "plan.json", "--auto-approve")
    assert shown.code == Code.ERROR
    assert "the manifest of the plan plan.json isn't here" in shown.err


def test_a_target_that_nothing_has_gets_a_suggestion(challenge: Challenge, here: Path) -> None:
    shown = challenge("plan", *BEFORE_LAUNCH, "--target", "team.testrs")
    assert shown.code == Code.ERROR
    assert "Did you mean `team.testers`?" in shown.err


def test_a_part_is_applied_and_nothing_else(challenge: Challenge, here: Path) -> None:
    shown = challenge("apply", *BEFORE_LAUNCH, "--target", "team.testers", "--auto-approve")
    assert shown.code == Code.FINE
    receipt = json.loads(min((here / ".challenge/receipts").iterdir()).read_text())
    assert {line["address"].split(".")[0] for line in receipt["lines"]} <= {"team", "project", "folder", "annotations"}
    assert challenge("apply", *BEFORE_LAUNCH, "--auto-approve").code == Code.FINE
    assert "No changes." in challenge("plan", *BEFORE_LAUNCH).out
