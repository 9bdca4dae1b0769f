"""A challenge that is taken over is as far as it has come: its gates are not asked again, and nothing is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from challenge_spec.resolved import ResolvedChallenge
from planner.applied import Applied
from planner.live import Guarded, Live
from planner.plan import GateState, Plan
from planner.planning import Options, make_plan
from planner.recognising import Signs, stage_of
from planner.resources import FIXED_PRINCIPALS, SIGNED_IN
from tests.planner.challenges import OPEN, RUNNING, challenge, queue
from tests.planner.worlds import DEPLOYER as ME
from tests.planner.worlds import edited, without, world_at

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


CLOSED = {"truth": Guarded(id="syn9", name="truth.csv", access={ME.id: ("READ",)})}
"""A truth that nobody but the deployer reads."""


def unmarked(stage: str, wanted: str, now: datetime = RUNNING) -> tuple[ResolvedChallenge, Live]:
    """A challenge that somebody else brought to a stage, and a manifest that adopts it."""
    live, _ = world_at(challenge("open"), stage, now)
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


def looks_open(now: datetime = RUNNING) -> tuple[ResolvedChallenge, Live]:
    """An adopted challenge whose portal page says that it is open, though nobody submits yet."""
    said, live = unmarked("open", "open", now)
    return said, closed_to_participants(live)


def closed_to_participants(live: Live) -> Live:
    queue = "acl.queue.leaderboard/task"
    spec = {who: types for who, types in live.resources[queue].spec.items() if who != live.ids["team.participants"]}
    return replace(live, resources={**live.resources, queue: replace(live.resources[queue], spec=spec)})


def held(plan: Plan) -> dict[str, tuple[str, ...]]:
    return {item.address: item.held_by for item in plan.operations if item.held}


def test_a_queue_that_nobody_opened_is_not_opened_a_week_early_because_the_portal_says_open() -> None:
    said, live = looks_open(OPEN - timedelta(days=7))
    live = edited(replace(live, guarded=CLOSED), "team.participants", description="Theirs.")
    plan = make_plan(said, live, Applied(), Options()).plan
    assert plan.reached == "open"
    waiting = ("acl.queue.leaderboard/task", "stage.begun", "stage.completed")
    assert held(plan) == dict.fromkeys(waiting, ("launch-time",))
    assert {"team.participants", "folder.ledger"} <= {item.address for item in plan.to_do()}, "nothing opens by these"
    assert {gate.code: gate.state for gate in plan.gates} == {"launch-time": GateState.FAILED}


def test_a_queue_is_not_opened_while_others_can_read_its_truth() -> None:
    said, live = looks_open()
    truth = Guarded(id="syn9", name="truth.csv", access={FIXED_PRINCIPALS[SIGNED_IN]: ("READ",)})
    plan = make_plan(said, replace(live, guarded={"truth": truth}), Applied(), Options()).plan
    assert held(plan)["acl.queue.leaderboard/task"] == ("truths-closed",)
    assert "can be read by signed-in" in plan.gates[0].evidence[0]


def test_what_waits_is_asked_about_again_so_no_mark_says_that_the_stage_was_begun() -> None:
    said, live = looks_open(OPEN - timedelta(days=7))
    plan = make_plan(said, replace(live, guarded=CLOSED), Applied(), Options()).plan
    assert {"stage.begun", "stage.completed"} <= held(plan).keys()
    assert not {"stage.begun", "stage.completed"} & {item.address for item in plan.to_do()}


def test_once_its_guards_are_met_a_queue_is_opened() -> None:
    said, live = looks_open()
    plan = make_plan(said, replace(live, guarded=CLOSED), Applied(), Options()).plan
    assert plan.gates == ()
    assert "acl.queue.leaderboard/task" in {item.address for item in plan.to_do()}


def test_people_who_ask_to_join_are_not_let_in_by_a_click_before_the_launch() -> None:
    said, live = unmarked("open", "open", OPEN - timedelta(days=7))
    live = edited(replace(live, guarded=CLOSED), "team.participants", join="request")
    plan = make_plan(said, live, Applied(), Options()).plan
    assert held(plan)["team.participants"] == ("launch-time",)


def test_the_right_to_submit_to_one_queue_opens_no_other_one() -> None:
    said, live = unmarked("open", "open", OPEN - timedelta(days=7))
    said = replace(said, queues=(*said.queues, queue("second/task")))
    plan = make_plan(said, replace(live, guarded=CLOSED), Applied(), Options()).plan
    assert plan.reached == "open"
    assert held(plan)["acl.queue.second/task"] == ("launch-time",)
    assert {"queue.second/task", "round.second/task/First"} - held(plan).keys()


def test_a_live_project_of_a_stranger_shows_nothing() -> None:
    said, live = unmarked("open", "open")
    staging_alone = tuple(replace(item, adopt=item.adopt if item.key == "staging" else None) for item in said.projects)
    theirs = replace(live.resources["project.live"], identified_by="name")
    live = replace(live, resources={**live.resources, "project.live": theirs})
    plan = make_plan(replace(said, projects=staging_alone), live, Applied(), Options()).plan
    assert plan.reached != "open"
    assert plan.gates != ()


def test_what_people_opened_since_we_first_met_it_passed_no_gate() -> None:
    said, live = unmarked("preregistration", "open")
    participants = live.ids["team.participants"]
    opened = edited(live, "acl.queue.leaderboard/task", **{participants: ("READ", "SUBMIT")})
    assert make_plan(said, opened, Applied(), Options()).plan.reached == "open"
    plan = make_plan(said, opened, Applied(first_seen="preregistration"), Options()).plan
    assert plan.reached == "preregistration"
    assert "staff-accepted" in {gate.code for gate in plan.gates}
