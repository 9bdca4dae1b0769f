"""Plans: nothing to do when nothing differs, exactly what differs otherwise, held where a gate is shut."""

from __future__ import annotations

from dataclasses import replace

import pytest

from challenge_spec.resolved import ResolvedChallenge
from planner.applied import Applied
from planner.desired import compile_challenge
from planner.live import Live
from planner.plan import Action, Cause, GateState, Plan
from planner.planning import Options, make_plan
from tests.planner.challenges import BEFORE, OPEN, RUNNING, challenge, page, queue, window
from tests.planner.worlds import DEPLOYER, edited, empty_world, ready_to_open, without, world_at

STAGES = ("draft", "preregistration", "open", "closed", "concluded")


def plan_of(challenge: ResolvedChallenge, live: Live, applied: Applied, options: Options | None = None) -> Plan:
    return make_plan(challenge, live, applied, options or Options()).plan


@pytest.mark.parametrize("stage", STAGES)
def test_a_world_as_wanted_needs_no_change(stage: str) -> None:
    tiny = challenge(stage)
    live, applied = world_at(tiny, stage, RUNNING)
    plan = plan_of(tiny, live, applied)
    assert plan.empty
    assert not plan.problems


@pytest.mark.parametrize("stage", STAGES)
def test_a_lost_ledger_costs_causes_not_changes(stage: str) -> None:
    tiny = challenge(stage)
    live, _ = world_at(tiny, stage, RUNNING)
    assert plan_of(tiny, live, Applied()).empty


def test_a_first_plan_creates_everything_that_a_draft_needs() -> None:
    tiny = challenge()
    desired = compile_challenge(tiny, "draft", BEFORE)
    plan = plan_of(tiny, empty_world(BEFORE, desired), Applied())
    assert {item.address for item in plan.changes()} == set(desired.resources)
    assert {item.action for item in plan.changes()} == {Action.CREATE}


@pytest.mark.parametrize("address", sorted(compile_challenge(challenge(), "draft", BEFORE).resources))
def test_deleting_one_thing_plans_exactly_that_thing(address: str) -> None:
    tiny = challenge()
    live, applied = world_at(tiny, "draft", BEFORE)
    plan = plan_of(tiny, without(live, address), applied)
    if address.startswith("member."):
        assert plan.empty
        assert [note.code for note in plan.notes] == ["invitation-gone"]
        return
    made = {item.address for item in plan.operations if item.action is Action.CREATE}
    assert address in made
    assert all(item.cause is Cause.SYNAPSE for item in plan.operations if item.address == address)


def test_a_right_given_on_the_web_is_taken_back() -> None:
    tiny = challenge()
    live, applied = world_at(tiny, "draft", BEFORE)
    opened = edited(live, "acl.queue.leaderboard/task", **{"id-team.participants": ("READ", "SUBMIT")})
    (operation,) = plan_of(tiny, opened, applied).operations
    assert (operation.address, operation.cause) == ("acl.queue.leaderboard/task", Cause.SYNAPSE)
    assert [change.name for change in operation.changes] == ["id-team.participants"]


def test_a_text_edited_on_the_web_is_kept_and_reported() -> None:
    tiny = challenge()
    live, applied = world_at(tiny, "draft", BEFORE)
    plan = plan_of(tiny, edited(live, "wiki.staging/rules", text="Edited by hand."), applied)
    assert plan.empty
    (drift,) = plan.drift
    assert (drift.address, drift.conflict) == ("wiki.staging/rules", False)


def test_take_manifest_restores_a_text_edited_on_the_web() -> None:
    tiny = challenge()
    live, applied = world_at(tiny, "draft", BEFORE)
    options = Options(take_manifest=frozenset({"wiki.staging/rules"}))
    plan = plan_of(tiny, edited(live, "wiki.staging/rules", text="Edited by hand."), applied, options=options)
    assert [item.address for item in plan.operations] == ["wiki.staging/rules"]
    assert not plan.drift


def test_a_text_edited_on_both_sides_is_a_conflict_that_stops_the_page_only() -> None:
    tiny = challenge()
    live, applied = world_at(tiny, "draft", BEFORE)
    pages = tuple(replace(item, parts=("New words.",)) if item.key else item for item in tiny.wiki.pages)
    changed = replace(tiny, wiki=replace(tiny.wiki, pages=pages))
    plan = plan_of(changed, edited(live, "wiki.staging/rules", text="Edited by hand."), applied)
    assert [item.address for item in plan.drift if item.conflict] == ["wiki.staging/rules"]
    assert {item.address for item in plan.operations} == {"wiki.staging/data", "wiki.staging/rules/late"}


def test_opening_before_its_time_is_held_and_everything_else_is_planned() -> None:
    tiny = challenge("open")
    live, applied = world_at(tiny, "preregistration", BEFORE)
    plan = plan_of(tiny, live, applied)
    assert "launch-time" in {gate.code for gate in plan.gates if gate.state is GateState.FAILED}
    assert not list(plan.to_do())
    held = {item.address for item in plan.held()}
    assert {"acl.queue.leaderboard/task", "wiki.live/data", "team.participants", "stage.begun"} <= held
    assert not any(address.startswith(("project.", "round.")) for address in held)


def test_opening_with_every_gate_passed_changes_what_the_stage_opens_after_it_has_begun() -> None:
    tiny = challenge("open")
    live, applied = ready_to_open(tiny, RUNNING)
    plan = plan_of(tiny, live, applied)
    assert {gate.state for gate in plan.gates} == {GateState.PASSED}, [g for g in plan.gates if g.state != "passed"]
    assert not list(plan.held())
    order = [item.id for item in plan.operations]
    assert order[0] == "stage.begun"
    assert order[-1] == "stage.completed"
    assert "acl.queue.leaderboard/task" in order


def test_a_launch_that_began_and_stopped_half_way_goes_on_without_asking_the_gates_again() -> None:
    tiny = challenge("open")
    ready, applied = ready_to_open(tiny, RUNNING)
    begun = edited(ready, "stage.begun", stage="open")
    plan = plan_of(tiny, begun, applied)
    assert not plan.gates
    assert not list(plan.held())
    assert "acl.queue.leaderboard/task" in {item.address for item in plan.to_do()}


def test_skipping_a_stage_passes_the_gates_of_both() -> None:
    tiny = challenge("open")
    desired = compile_challenge(tiny, "open", BEFORE)
    plan = plan_of(tiny, empty_world(BEFORE, desired), Applied())
    assert {gate.stage for gate in plan.gates} == {"preregistration", "open"}
    assert next(item for item in plan.to_do() if item.address == "stage.begun").spec == {"stage": "preregistration"}


def test_going_back_needs_a_consent() -> None:
    tiny = challenge("draft")
    live, applied = world_at(tiny, "open", RUNNING)
    assert "going-back" in {problem.code for problem in plan_of(tiny, live, applied).problems}
    allowed = Options(allow=frozenset({"reopen"}))
    assert "going-back" not in {problem.code for problem in plan_of(tiny, live, applied, options=allowed).problems}


def test_a_page_changed_after_the_launch_waits_to_be_published_by_hand() -> None:
    tiny = challenge("open")
    tiny = replace(tiny, wiki=replace(tiny.wiki, publish="by-hand"))
    live, applied = world_at(tiny, "open", RUNNING)
    pages = (*tiny.wiki.pages[:2], page("rules", text="Changed."), *tiny.wiki.pages[3:])
    changed = replace(tiny, wiki=replace(tiny.wiki, pages=pages))
    plan = plan_of(changed, live, applied)
    assert [(item.address, item.held_by) for item in plan.held()] == [("wiki.live/rules", ("unpublished",))]
    assert [item.address for item in plan.to_do()] == ["wiki.staging/rules"]
    published = plan_of(changed, live, applied, options=Options(publish=frozenset({"wiki.live/rules"})))
    assert not list(published.held())


def test_an_ended_round_that_is_missing_is_noted_not_planned() -> None:
    ended = window("old", start=BEFORE, end=OPEN)
    tiny = challenge("open", queues=(queue(rounds=(ended, window("new", start=RUNNING))),))
    live, applied = world_at(tiny, "open", RUNNING)
    plan = plan_of(tiny, without(live, "round.leaderboard/task/old"), applied)
    assert plan.empty
    assert [note.code for note in plan.notes] == ["round-ended"]


def test_the_plan_never_depends_on_the_order_in_which_the_world_was_read() -> None:
    tiny = challenge("open")
    live, applied = ready_to_open(tiny, RUNNING)
    backwards = replace(
        live,
        resources=dict(reversed(list(live.resources.items()))),
        ids=dict(reversed(list(live.ids.items()))),
    )
    assert plan_of(tiny, live, applied) == plan_of(tiny, backwards, applied)


def strangers_project() -> tuple[ResolvedChallenge, Live]:
    """A project of the wanted name that belongs to somebody else, with nothing of ours on it."""
    tiny = challenge()
    live, _ = world_at(tiny, "draft", BEFORE)
    found = live.resources["project.live"]
    lone = without(live, *(address for address in live.resources if address != "project.live"))
    return tiny, replace(lone, resources={"project.live": replace(found, identified_by="name")})


def test_nothing_is_made_on_a_strangers_project() -> None:
    tiny, live = strangers_project()
    plan = plan_of(tiny, live, Applied())
    assert [problem.code for problem in plan.problems] == ["not-ours"]
    made = {item.address for item in plan.operations}
    assert not any(address.startswith(("queue.", "folder.logs", "challenge.", "wiki.live")) for address in made)
    assert "project.staging" in made


def test_a_consent_to_take_over_a_project_covers_what_stands_on_it() -> None:
    tiny, live = strangers_project()
    plan = plan_of(tiny, live, Applied(), options=Options(adopt=frozenset({"project.live"})))
    assert not plan.problems
    assert {"queue.leaderboard/task", "folder.logs", "challenge.live"} <= {item.address for item in plan.operations}


def test_what_is_born_with_something_out_of_reach_is_not_planned_either() -> None:
    tiny, live = strangers_project()
    plan = plan_of(tiny, live, Applied())
    assert "acl.folder.logs" not in {item.address for item in plan.operations}


@pytest.mark.parametrize(("author", "kept"), [("example-organizer-1", True), (DEPLOYER.name, False), (None, False)])
def test_without_a_memory_a_text_that_somebody_else_touched_last_is_kept(author: str | None, kept: bool) -> None:
    tiny = challenge()
    live, _ = world_at(tiny, "draft", BEFORE)
    changed = edited(live, "wiki.staging/rules", text="Edited by hand.")
    page = replace(changed.resources["wiki.staging/rules"], modified_by=author)
    touched = replace(changed, resources={**changed.resources, page.address: page})
    plan = plan_of(tiny, touched, Applied())
    assert [item.address for item in plan.drift] == ([page.address] if kept else [])
    assert plan.empty == kept
