"""Missing rights are said before the first write, once for each access list."""

from __future__ import annotations

from dataclasses import replace

from planner.live import Live
from planner.plan import Problem
from planner.planning import Options, make_plan
from tests.planner.challenges import BEFORE, challenge
from tests.planner.worlds import DEPLOYER, edited, without, world_at

TINY = challenge()


def problems(live: Live) -> list[Problem]:
    _, applied = world_at(TINY, "draft", BEFORE)
    found = make_plan(TINY, live, applied, Options()).plan.problems
    return [problem for problem in found if problem.code == "no-right"]


def as_somebody(live: Live, *groups: str) -> Live:
    return replace(live, me=replace(DEPLOYER, id="77", name="example-other", groups=frozenset({"77", *groups})))


def test_a_stranger_is_told_which_right_is_missing_and_for_what() -> None:
    live, _ = world_at(TINY, "draft", BEFORE)
    (problem,) = problems(as_somebody(without(live, "round.leaderboard/task/1")))
    assert problem.address == "queue.leaderboard/task"
    assert "example-other lacks UPDATE" in problem.message
    assert "round.leaderboard/task/1" in problem.message


def test_a_member_of_the_administrators_may_do_what_the_deployer_may() -> None:
    live, _ = world_at(TINY, "draft", BEFORE)
    broken = edited(without(live, "round.leaderboard/task/1"), "acl.folder.logs", **{"999": ("READ",)})
    assert problems(as_somebody(broken, "id-team.administrators")) == []


def test_one_access_list_that_denies_many_things_is_named_once() -> None:
    live, _ = world_at(TINY, "draft", BEFORE)
    pages = [address for address in live.resources if address.startswith("wiki.staging/")]
    (problem,) = problems(as_somebody(without(live, *pages), "id-team.organizers-of-another-challenge"))
    assert "lacks CREATE, UPDATE on project.staging" in problem.message
    assert "more)" in problem.message


def test_where_the_groups_are_not_known_nothing_is_claimed() -> None:
    live, _ = world_at(TINY, "draft", BEFORE)
    assert problems(without(live, "round.leaderboard/task/1")) == []
