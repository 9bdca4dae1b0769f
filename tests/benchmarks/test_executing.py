"""The executor's benchmark does all of a plan; a large challenge and many of them come to their end at the bound."""

from __future__ import annotations

from pathlib import Path

from benchmarks.executing import executed
from benchmarks.planning import CASES
from benchmarks.scale import large, many
from planner.planning import Options, make_plan


def test_everything_of_a_plan_is_executed() -> None:
    world = CASES["everything new"](200)
    planned = make_plan(world.challenge, world.live, world.applied, Options())
    receipt = executed(world, planned)
    assert len(receipt.lines) == len(planned.plan.operations)
    assert receipt.ledger == "written"


def test_a_challenge_with_many_queues_comes_to_its_end_at_the_bound(tmp_path: Path) -> None:
    *phases, _ = large(tmp_path, queues=10, chapters=1)
    assert [figure.why for figure in phases if not 1 <= figure.value < 1.25] == []


def test_challenges_one_after_another_leave_nothing_to_do(tmp_path: Path) -> None:
    figures = list(many(tmp_path, 2))
    assert [figure.what for figure in figures] == [
        "plan and apply, 2 challenges / bound",
        "plan again, 2 challenges / bound",
    ]
    assert [(figure.what, figure.why) for figure in figures if figure.value < 1] == []
