"""What speaks against an edit: a goal that was missed, or anything else that would change."""

from __future__ import annotations

from dataclasses import replace

from challenge_spec.resolved import ResolvedChallenge
from planner.desired import compile_challenge
from planner.live import Live
from planner.planning import Options, make_plan
from planner.pull.check import objections
from planner.pull.goals import Goal
from planner.pull.moves import objections_to_move
from planner.pull.taking import moves, tasks
from planner.resources import Desired
from tests.planner.challenges import RUNNING, challenge, page, queue, window
from tests.planner.worlds import edited, world_at

LIVE, STAGING = "wiki.live/rules", "wiki.staging/rules"


def rules(tiny: ResolvedChallenge, text: str) -> ResolvedChallenge:
    pages = tuple(replace(item, parts=(text,)) if item.key == ("rules",) else item for item in tiny.wiki.pages)
    return replace(tiny, wiki=replace(tiny.wiki, pages=pages))


def desired(tiny: ResolvedChallenge) -> Desired:
    return compile_challenge(tiny, tiny.stage, RUNNING)


def world(tiny: ResolvedChallenge) -> Live:
    return world_at(tiny, tiny.stage, RUNNING)[0]


def test_an_edit_that_says_what_synapse_says_is_right() -> None:
    tiny = challenge("open")
    live = edited(edited(world(tiny), LIVE, text="New."), STAGING, text="New.")
    goals = [Goal(LIVE, "text", "New.")]
    assert objections(desired(tiny), desired(rules(tiny, "New.")), live, goals, frozenset({LIVE, STAGING})) == []


def test_an_edit_that_misses_its_goal_is_not() -> None:
    tiny = challenge("open")
    live = edited(world(tiny), LIVE, text="New.")
    found = objections(desired(tiny), desired(rules(tiny, "Other.")), live, [Goal(LIVE, "text", "New.")])
    assert found[0] == f"the text of {LIVE} would still differ from Synapse"


def test_the_same_page_of_the_other_site_follows() -> None:
    tiny = challenge("open")
    live = edited(world(tiny), LIVE, text="New.")
    assert objections(desired(tiny), desired(rules(tiny, "New.")), live, [Goal(LIVE, "text", "New.")]) == []


def test_the_same_page_of_the_other_site_that_was_changed_otherwise_stands_in_the_way() -> None:
    tiny = challenge("open")
    live = edited(edited(world(tiny), LIVE, text="New."), STAGING, text="Newer.")
    after = desired(rules(tiny, "New."))
    (found,) = objections(desired(tiny), after, live, [Goal(LIVE, "text", "New.")], frozenset({LIVE, STAGING}))
    assert found == f"{STAGING} shows the same file, and was changed in another way; name the one that is to win"


def test_nothing_else_may_change_appear_or_go() -> None:
    tiny = challenge("open", queues=(queue(rounds=(window("one"),)),))
    more = replace(tiny, queues=(replace(queue(rounds=(window("two"),)), name="Another name"),))
    found = objections(desired(tiny), desired(more), world(tiny), [])
    assert found == [
        "the name of queue.leaderboard/task would change as well",
        "round.leaderboard/task/one would go",
        "round.leaderboard/task/two would appear",
    ]


def test_members_are_a_goal_of_their_team() -> None:
    tiny = challenge("open")
    teams = tuple(replace(team, members=("a", "b")) if team.key == "organizers" else team for team in tiny.teams)
    after = desired(replace(tiny, teams=teams))
    live = world(tiny)
    assert objections(desired(tiny), after, live, [Goal("team.organizers", "members", ("b", "a"))]) == []
    (found,) = objections(desired(tiny), after, live, [Goal("team.organizers", "members", ("a",))])
    assert found == "the members of team.organizers would still differ"


def moved(tiny: ResolvedChallenge) -> ResolvedChallenge:
    pages = [item for item in tiny.wiki.pages if item.key[:1] != ("rules",)]
    below = (page("data", "rules"), page("data", "rules", "late"))
    return replace(tiny, wiki=replace(tiny.wiki, pages=(*pages, *below)))


def test_a_move_changes_the_place_only() -> None:
    tiny = challenge("draft")
    live, applied = world_at(tiny, "draft", RUNNING)
    late = replace(tiny, wiki=replace(tiny.wiki, pages=tuple(p for p in tiny.wiki.pages if p.key != ("rules", "late"))))
    on_the_web = edited(live, STAGING, parent=live.ids["wiki.staging/data"])
    plan = make_plan(late, on_the_web, applied, Options()).plan
    ((move,), nothing) = (
        list(moves(plan, on_the_web, frozenset())),
        list(tasks(plan, on_the_web, desired(late), frozenset())),
    )
    assert (move.address, move.parent, nothing) == (STAGING, "wiki.staging/data", [])
    pages = tuple(page("data", "rules") if item.key == ("rules",) else item for item in late.wiki.pages)
    after = desired(replace(late, wiki=replace(late.wiki, pages=pages)))
    new = "wiki.staging/data/rules"
    assert objections_to_move(desired(late), after, on_the_web, STAGING, new) == []
    assert objections_to_move(desired(late), after, live, STAGING, new) == [f"{STAGING} would stand somewhere else"]
    assert f"{STAGING} would go" in objections_to_move(desired(late), after, on_the_web, STAGING, "wiki.staging/rule")
