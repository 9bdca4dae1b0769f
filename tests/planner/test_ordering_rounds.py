"""A queue's rounds never overlap, not even for a moment (contract 5.5): what makes room comes before what takes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from planner.plan import Action, Operation
from planner.planning import Options, make_plan
from tests.planner.challenges import BEFORE, CLOSE, OPEN, RUNNING, challenge, queue, window
from tests.planner.worlds import world_at

FIRST, SECOND = "round.leaderboard/task/first", "round.leaderboard/task/second"
EARLIER, LATER = RUNNING - timedelta(days=9), RUNNING + timedelta(days=9)


def changing(before: tuple[Any, ...], after: tuple[Any, ...]) -> dict[str, Operation]:
    """What a plan does when a challenge's queues become other ones."""
    live, applied = world_at(challenge(queues=before), "draft", BEFORE)
    plan = make_plan(challenge(queues=after), live, applied, Options()).plan
    return {item.id: item for item in plan.operations}


def meeting_at(moment: datetime, **said: Any) -> tuple[Any, ...]:
    """A queue whose second round begins when its first one ends."""
    return (queue(rounds=(window("first", OPEN, moment), window("second", moment, CLOSE)), **said),)


def test_a_round_that_ends_earlier_makes_room_for_one_that_begins_earlier() -> None:
    operations = changing(meeting_at(RUNNING), meeting_at(EARLIER))
    assert FIRST in operations[SECOND].depends_on
    assert SECOND not in operations[FIRST].depends_on


def test_a_round_that_begins_later_makes_room_for_one_that_ends_later() -> None:
    operations = changing(meeting_at(RUNNING), meeting_at(LATER))
    assert SECOND in operations[FIRST].depends_on
    assert FIRST not in operations[SECOND].depends_on


def test_a_round_that_ends_earlier_makes_room_for_a_new_one() -> None:
    operations = changing((queue(rounds=(window("first", OPEN, CLOSE),)),), meeting_at(RUNNING))
    assert (operations[FIRST].action, operations[SECOND].action) == (Action.UPDATE, Action.CREATE)
    assert FIRST in operations[SECOND].depends_on


def test_a_round_with_other_limits_makes_no_room_and_needs_none() -> None:
    limited = queue(rounds=(window("first", OPEN, RUNNING, total=9), window("second", RUNNING, CLOSE, total=9)))
    operations = changing(meeting_at(RUNNING), (limited,))
    assert operations[FIRST].depends_on == operations[SECOND].depends_on == ()


def test_rounds_of_two_queues_do_not_wait_for_each_other_though_they_are_one_entry_of_the_manifest() -> None:
    other = queue("leaderboard/other", name="Tiny other")
    before = (*meeting_at(RUNNING), replace(other, rounds=(window("only", OPEN, RUNNING),)))
    after = (*meeting_at(EARLIER), replace(other, rounds=(window("only", OPEN, CLOSE),)))
    assert changing(before, after)["round.leaderboard/other/only"].depends_on == ()
