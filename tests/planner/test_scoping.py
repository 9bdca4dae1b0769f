"""Parts of a plan: closed over what needs what, and never the beginning of a stage."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.applied import Applied
from planner.desired import compile_challenge
from planner.plan import Part, Plan
from planner.planning import Options, make_plan
from planner.render.document import document
from planner.render.spans import to_plain
from planner.render.text import render
from planner.scoping import UnknownAddress
from tests.planner.challenges import BEFORE, RUNNING, challenge, page
from tests.planner.worlds import edited, empty_world, ready_to_open, world_at

TINY = challenge()
DESIRED = compile_challenge(TINY, "draft", BEFORE)
ADDRESSES = sorted(DESIRED.resources)


def part(targets: tuple[str, ...] = (), excludes: tuple[str, ...] = ()) -> Plan:
    """A part of the first plan of the tiny challenge."""
    options = Options(targets=frozenset(targets), excludes=frozenset(excludes))
    return make_plan(TINY, empty_world(BEFORE, DESIRED), Applied(), options).plan


def decided(name: str, address: str) -> Options:
    """One decision, by its name, about one address."""
    said: dict[str, Any] = {name: frozenset({address})}
    return Options(**said)


def addresses(plan: Plan) -> set[str]:
    return {item.address for item in plan.operations}


WHOLE = part()


def test_a_target_brings_along_what_it_needs_and_nothing_else() -> None:
    found = addresses(part(targets=("challenge.live",)))
    assert {"challenge.live", "project.live", "team.participants", "folder.ledger"} <= found
    assert not any(address.startswith(("queue.", "wiki.", "view.", "stage.", "round.")) for address in found)


def test_what_is_born_with_its_owner_comes_with_it() -> None:
    assert {"folder.logs", "acl.folder.logs"} <= addresses(part(targets=("folder.logs",)))
    assert {"folder.logs", "acl.folder.logs"} <= addresses(part(targets=("acl.folder.logs",)))


def test_an_exclusion_takes_along_what_needs_it_and_nothing_else() -> None:
    left = addresses(WHOLE) - addresses(part(excludes=("queue.leaderboard/task",)))
    assert {"queue.leaderboard/task", "acl.queue.leaderboard/task", "round.leaderboard/task/1"} <= left
    assert "view.dashboard" in left, "a view can't be made over a queue that isn't there"
    assert not left & {"team.participants", "folder.logs", "wiki.live", "project.live"}


def test_a_target_whose_need_is_excluded_is_left_out() -> None:
    assert "round.leaderboard/task/1" not in addresses(
        part(targets=("round.leaderboard/task/1",), excludes=("queue.leaderboard/task",))
    )


def test_pages_that_link_to_each_other_come_and_go_together() -> None:
    both = {"wiki.staging", "wiki.staging/data"}
    found = part(targets=("wiki.staging/data",))
    assert both <= addresses(found)
    assert {item.part for item in found.operations if item.address in both} == {Part.SHELL, Part.TEXT}
    assert not both & addresses(part(excludes=("wiki.staging/data",)))


@given(st.sets(st.sampled_from(ADDRESSES), max_size=4), st.sets(st.sampled_from(ADDRESSES), max_size=4))
def test_every_part_is_closed_in_an_order_that_can_run(targets: set[str], excludes: set[str]) -> None:
    plan = part(tuple(targets), tuple(excludes))
    seen: set[str] = set()
    whole = {item.id: item for item in WHOLE.operations}
    for item in plan.operations:
        assert set(item.depends_on) <= seen
        seen.add(item.id)
        assert item.address not in excludes
    if targets or excludes:
        made = addresses(plan)
        needed = {need for item in plan.operations for need in DESIRED.resources[item.address].refers_to()}
        assert needed & DESIRED.resources.keys() <= made
        assert plan.left_out == len({item.address for item in whole.values() if item.kind != "stage"} - made)
    else:
        assert plan == WHOLE


@pytest.mark.parametrize("decision", ["targets", "excludes", "take_manifest", "take_live", "publish", "adopt"])
def test_an_address_that_nothing_has_is_refused(decision: str) -> None:
    with pytest.raises(UnknownAddress):
        make_plan(TINY, empty_world(BEFORE, DESIRED), Applied(), decided(decision, "queue.x"))


@pytest.mark.parametrize("decision", ["take_manifest", "take_live", "publish"])
def test_all_is_every_address(decision: str) -> None:
    plan = make_plan(TINY, empty_world(BEFORE, DESIRED), Applied(), decided(decision, "all")).plan
    assert plan.operations == WHOLE.operations


def test_nobody_adopts_everything() -> None:
    with pytest.raises(UnknownAddress):
        make_plan(TINY, empty_world(BEFORE, DESIRED), Applied(), Options(adopt=frozenset({"all"})))


def test_a_misspelt_address_gets_a_suggestion() -> None:
    with pytest.raises(UnknownAddress) as no:
        part(targets=("queue.leaderbord/task",))
    assert no.value.mend == "Did you mean `queue.leaderboard/task`?"


@pytest.mark.parametrize(
    "options", [Options(targets=frozenset({"project.live"})), Options(excludes=frozenset({"team.testers"}))]
)
def test_a_part_of_a_plan_never_begins_a_stage_and_says_so(options: Options) -> None:
    tiny = challenge("open")
    live, applied = ready_to_open(tiny, RUNNING)
    assert "stage.begun" in addresses(make_plan(tiny, live, applied, Options()).plan)
    plan = make_plan(tiny, live, applied, options).plan
    assert not plan.operations
    assert not plan.gates
    assert [note.code for note in plan.notes] == ["partial-plan"]
    assert (plan.stage, plan.reached) == ("open", "preregistration")


def test_a_part_of_a_plan_of_the_stage_that_is_reached_has_nothing_to_say_about_stages() -> None:
    assert not part(targets=("project.live",)).notes


def test_drift_elsewhere_is_not_spoken_of() -> None:
    live, applied = world_at(TINY, "draft", BEFORE)
    drifted = edited(live, "wiki.staging/rules", text="Edited by hand.")
    elsewhere, there = (
        make_plan(TINY, drifted, applied, Options(targets=frozenset({address}))).plan
        for address in ("team.testers", "wiki.staging/rules")
    )
    assert not elsewhere.drift
    assert [item.address for item in there.drift] == ["wiki.staging/rules"]
    assert "wiki.staging/rules" not in elsewhere.unchanged


def test_what_moves_elsewhere_makes_a_part_no_other_plan() -> None:
    live, applied = world_at(TINY, "draft", BEFORE)
    pages = (*TINY.wiki.pages[:2], page("rules", text="Changed."), *TINY.wiki.pages[3:])
    changed = replace(TINY, wiki=replace(TINY.wiki, pages=pages))
    options = Options(targets=frozenset({"wiki.staging/rules"}))
    one = document(make_plan(changed, live, applied, options).plan)
    moved = edited(live, "team.testers", description="Edited by hand.")
    assert document(make_plan(changed, moved, applied, options).plan).digest == one.digest
    near = edited(live, "project.staging", description="Edited by hand.")
    assert document(make_plan(changed, near, applied, options).plan).digest != one.digest


def test_the_header_says_which_part_it_is() -> None:
    shown = to_plain(render(document(part(targets=("team.testers",), excludes=("folder.logs",)))))
    assert "part of the plan: only team.testers and what that needs, without folder.logs and what needs that; " in shown
    assert "part of the plan" not in to_plain(render(document(WHOLE)))
