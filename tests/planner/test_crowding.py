"""Rounds of one queue never overlap: what would get into the way of one that stays isn't tried, and is said."""

from __future__ import annotations

from datetime import datetime, timedelta

from challenge_spec.resolved import ResolvedChallenge
from planner.applied import Applied
from planner.comparing import about_to_change
from planner.desired import compile_challenge
from planner.live import Live
from planner.plan import Plan
from planner.planning import Options, make_plan
from planner.resources import Kind
from tests.planner.challenges import RUNNING, challenge, queue, window
from tests.planner.worlds import edited, world_at

FIRST, SECOND, THIRD = (f"round.leaderboard/task/{name}" for name in "123")
DAY = timedelta(days=1)


def having(*spans: tuple[int, int]) -> ResolvedChallenge:
    """A challenge whose queue has rounds with these days from now."""
    rounds = (window(str(number), RUNNING + a * DAY, RUNNING + b * DAY) for number, (a, b) in enumerate(spans, start=1))
    return challenge("open", queues=(queue(rounds=tuple(rounds)),))


def stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"


def planned(wanted: ResolvedChallenge, live: Live, applied: Applied, options: Options | None = None) -> Plan:
    return make_plan(wanted, live, applied, options or Options()).plan


def of_rounds(plan: Plan) -> tuple[list[str], dict[str | None, str]]:
    """Rounds that the plan writes, and what is said of those in somebody's way."""
    told = {item.address: item.message for item in plan.problems if item.code == "round-in-the-way"}
    return [item.address for item in plan.to_do() if item.kind is Kind.ROUND], told


def test_a_new_round_waits_for_what_somebody_decides_on_the_one_that_was_prolonged_on_the_web() -> None:
    live, applied = world_at(having((-5, 10)), "open", RUNNING)
    prolonged = edited(live, FIRST, end=stamp(RUNNING + 15 * DAY))
    wanted = having((-5, 10), (10, 20))
    written, told = of_rounds(planned(wanted, prolonged, applied))
    assert written == []
    assert told.keys() == {SECOND}
    assert f"overlaps with {FIRST}, which stays from" in told[SECOND]
    assert stamp(RUNNING + 15 * DAY) in told[SECOND]
    ours = Options(take_manifest=frozenset({"all"}), allow=frozenset({"shorten-round"}))
    assert of_rounds(planned(wanted, prolonged, applied, ours)) == ([FIRST, SECOND], {})


def test_what_stays_for_another_s_sake_is_in_the_way_of_the_next() -> None:
    live, applied = world_at(having((-5, 10), (10, 20)), "open", RUNNING)
    wanted = having((-5, -1), (5, 15), (15, 30))
    plan = planned(wanted, live, applied)
    written, told = of_rounds(plan)
    assert [item.address for item in plan.problems if item.code == "round-over"] == [FIRST]
    assert written == []
    assert {address: text.split(",")[0] for address, text in told.items()} == {
        SECOND: f"overlaps with {FIRST}",
        THIRD: f"overlaps with {SECOND}",
    }


def test_rounds_that_move_together_are_in_nobodys_way() -> None:
    live, applied = world_at(having((-5, 10), (10, 20)), "open", RUNNING)
    assert of_rounds(planned(having((-5, 12), (12, 22)), live, applied)) == ([SECOND, FIRST], {})


def test_a_round_whose_limit_changes_stays_in_its_place() -> None:
    live, applied = world_at(having((-5, 10)), "open", RUNNING)
    prolonged = edited(live, FIRST, end=stamp(RUNNING + 15 * DAY))
    limited = challenge("open", queues=(queue(rounds=(window("1", RUNNING - 5 * DAY, RUNNING + 10 * DAY, total=9),)),))
    assert of_rounds(planned(limited, prolonged, applied)) == ([FIRST], {})


def test_a_gate_isn_t_told_that_a_crowded_round_is_about_to_be_made() -> None:
    live, applied = world_at(having((-5, 10)), "open", RUNNING)
    desired = compile_challenge(having((-5, 10), (10, 20)), "open", RUNNING)
    prolonged = edited(live, FIRST, end=stamp(RUNNING + 15 * DAY))
    assert about_to_change(desired, live, applied, Options())(SECOND)
    assert not about_to_change(desired, prolonged, applied, Options())(SECOND)
