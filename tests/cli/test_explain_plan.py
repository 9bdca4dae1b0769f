"""`challenge explain --plan`: what apply would do to one address, step by step."""

from __future__ import annotations

import json
from pathlib import Path

from challenge_cli.errors import Code
from tests.cli.conftest import BEFORE_LAUNCH, Challenge, edit


def test_a_creation_is_explained_with_what_it_waits_for(challenge: Challenge, here: Path) -> None:
    shown = challenge("explain", "--plan", *BEFORE_LAUNCH, "queue.writeups")
    assert shown.code == Code.FINE
    assert shown.out.startswith("create queue.writeups: is new\n  waits for: challenge.live, project.live\n")
    assert "  expects: absent\n" in shown.out


def test_what_is_born_with_its_owner_says_so(challenge: Challenge, here: Path) -> None:
    shown = challenge("explain", "--plan", *BEFORE_LAUNCH, "acl.folder.logs")
    assert "  is made in one step with: folder.logs\n" in shown.out


def test_a_change_is_explained_field_by_field_as_the_plan_has_it(challenge: Challenge, applied: Path) -> None:
    edit(applied / "challenge.yaml", "stage: draft", "stage: preregistration")
    plan = json.loads(challenge("plan", *BEFORE_LAUNCH, "--format", "json").out)
    change = next(item for item in plan["changes"] if item["action"] == "update" and item["fields"])
    (operation,) = (item for item in plan["operations"] if item["address"] == change["address"])
    address = change["address"]
    (step,) = json.loads(challenge("explain", "--plan", *BEFORE_LAUNCH, address, "--format", "json").out)
    assert (step["id"], step["expects"], step["waits_for"], step["rank"]) == (
        operation["id"],
        operation["precondition"],
        operation["depends_on"],
        operation["rank"],
    )
    assert list(step["fields"]) == [field["name"] for field in change["fields"]]
    said = challenge("explain", "--plan", *BEFORE_LAUNCH, address).out
    assert f"update {operation['id']}: the manifest changed\n" in said
    assert f"  expects: etag {operation['precondition']}\n" in said


def test_an_address_that_is_as_wanted_has_nothing_to_do(challenge: Challenge, applied: Path) -> None:
    assert challenge("explain", "--plan", *BEFORE_LAUNCH, "team.testers").out == "team.testers: nothing to do\n"


def test_an_address_that_nothing_has_gets_a_suggestion(challenge: Challenge, here: Path) -> None:
    shown = challenge("explain", "--plan", *BEFORE_LAUNCH, "team.testrs")
    assert shown.code == Code.ERROR
    assert "Did you mean `team.testers`?" in shown.err


def test_a_target_without_a_plan_says_nothing(challenge: Challenge, here: Path) -> None:
    shown = challenge("explain", "team.testers", "--sandbox")
    assert shown.code == Code.ERROR
    assert "with --plan only" in shown.err
