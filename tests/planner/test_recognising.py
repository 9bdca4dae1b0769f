"""A challenge that is taken over is as far as it has come: its gates are not asked again, and nothing is taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from challenge_spec.resolved import ResolvedChallenge
from planner.applied import Applied
from planner.live import Live
from planner.planning import Options, make_plan
from planner.recognising import Signs, stage_of
from tests.planner.challenges import RUNNING, challenge
from tests.planner.worlds import without, world_at

SIGNS = {
    "nobody but staff gets in": (Signs(public=False, submitting=False, begun=False), "draft"),
    "nobody but staff gets in, and rounds have passed": (Signs(public=False, submitting=False, begun=True), "draft"),
    "everybody reads, nothing has begun": (Signs(public=True, submitting=False, begun=False), "preregistration"),
    "participants submit": (Signs(public=True, submitting=True, begun=True), "open"),
    "participants submit to a challenge that only they see": (Signs(public=False, submitting=True, begun=True), "open"),
    "rounds have passed": (Signs(public=True, submitting=False, begun=True), "closed"),
    "rounds have passed, and the portal says that it is to come": (
        Signs(public=True, submitting=False, begun=True, status="Upcoming"),
        "preregistration",
    ),
    "the portal shows it": (Signs(public=True, submitting=False, begun=False, status="Active"), "open"),
    "the portal has closed it": (Signs(public=True, submitting=False, begun=False, status="Closed"), "closed"),
    "the portal shows what nobody can see": (
        Signs(public=False, submitting=False, begun=False, status="Active"),
        "draft",
    ),
}


@pytest.mark.parametrize("name", SIGNS)
def test_the_stage_is_told_from_what_people_may_do(name: str) -> None:
    signs, stage = SIGNS[name]
    assert stage_of(signs) == stage


def unmarked(stage: str, wanted: str) -> tuple[ResolvedChallenge, Live]:
    """A challenge that somebody else brought to a stage, and a manifest that adopts it."""
    live, _ = world_at(challenge("open"), stage, RUNNING)
    said = challenge(wanted)
    projects = tuple(replace(item, adopt=f"id-project.{item.key}") for item in said.projects)
    return replace(said, projects=projects), without(live, "stage.begun", "stage.completed", "folder.ledger")


def test_an_open_challenge_that_is_adopted_stays_open_though_no_gate_was_ever_asked() -> None:
    said, live = unmarked("open", "open")
    plan = make_plan(said, live, Applied(), Options()).plan
    assert plan.gates == ()
    assert plan.reached == "open"
    assert not [item for item in plan.operations if item.address.startswith("acl.queue.")]


def test_a_challenge_that_is_not_adopted_begins_at_the_first_gate() -> None:
    live, _ = world_at(challenge("open"), "open", RUNNING)
    live = without(live, "stage.begun", "stage.completed")
    assert make_plan(challenge("open"), live, Applied(), Options()).plan.gates != ()


def test_what_was_not_open_yet_is_not_opened_by_adopting_it() -> None:
    said, live = unmarked("preregistration", "open")
    plan = make_plan(said, live, Applied(), Options()).plan
    assert plan.reached == "preregistration"
    assert plan.gates != ()


def test_adopting_an_open_challenge_as_a_draft_would_take_it_back_and_is_refused() -> None:
    said, live = unmarked("open", "draft")
    assert "going-back" in {problem.code for problem in make_plan(said, live, Applied(), Options()).plan.problems}
