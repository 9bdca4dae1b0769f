"""What waits for the gates of a stage, or to be published by hand: shown beside what is done now, and told from it."""

from __future__ import annotations

from dataclasses import replace

from planner.applied import Applied
from planner.plan import Plan
from planner.planning import Options, make_plan
from tests.planner.challenges import BEFORE, OPEN, RUNNING, challenge
from tests.planner.worlds import edited, ready_to_open, world_at

BOARD = "acl.queue.leaderboard/task"


def too_early() -> Plan:
    """A launch for which nothing is missing but its time."""
    live, applied = ready_to_open(challenge("open"), RUNNING)
    return make_plan(challenge("open"), replace(live, now=BEFORE), applied, Options()).plan


def by_hand(options: Options) -> Plan:
    """A launched challenge whose pages are published by hand, and whose last two pages changed places."""
    tiny = challenge("open")
    tiny = replace(tiny, wiki=replace(tiny.wiki, publish="by-hand"))
    live, applied = world_at(tiny, "open", RUNNING)
    home, data, *rules = tiny.wiki.pages
    turned = replace(tiny, wiki=replace(tiny.wiki, pages=(home, *rules, data)))
    return make_plan(turned, live, applied, options).plan


def test_what_a_stage_opens_is_held_by_the_gates_that_are_shut_and_by_no_other() -> None:
    plan = too_early()
    assert {item.held_by for item in plan.held()} == {("launch-time",)}
    assert len(plan.gates) > 1


def test_what_is_held_has_an_id_of_its_own_and_waits_for_what_is_held() -> None:
    held = {item.id: item for item in too_early().held()}
    assert f"{BOARD}@open" in held
    assert "stage.begun@open" in held[f"{BOARD}@open"].depends_on
    assert all(other in held for item in held.values() for other in item.depends_on)


def test_an_address_may_have_something_done_now_and_something_held() -> None:
    live, applied = ready_to_open(challenge("open"), RUNNING)
    shared = edited(replace(live, now=BEFORE), BOARD, **{live.ids["team.preregistrants"]: ("READ", "SUBMIT")})
    plan = make_plan(challenge("open"), shared, applied, Options()).plan
    assert [(item.id, item.held) for item in plan.steps(BOARD)] == [(BOARD, False), (f"{BOARD}@open", True)]


def test_once_every_gate_is_passed_nothing_is_held() -> None:
    live, applied = ready_to_open(challenge("open"), OPEN)
    assert not list(make_plan(challenge("open"), live, applied, Options()).plan.held())


def test_the_order_of_live_pages_waits_to_be_published_by_hand_as_pages_do() -> None:
    plan = by_hand(Options())
    assert [(item.id, item.held_by) for item in plan.held()] == [("order.live", ("unpublished",))]
    assert [item.id for item in plan.to_do()] == ["order.staging"]


def test_the_order_of_live_pages_is_published_by_its_address_or_with_all() -> None:
    for said in ("order.live", "all"):
        assert not list(by_hand(Options(publish=frozenset({said}))).held())


def test_what_somebody_changed_on_the_live_site_is_put_back_without_being_published_by_hand() -> None:
    tiny = challenge("open")
    tiny = replace(tiny, wiki=replace(tiny.wiki, publish="by-hand"))
    live, applied = world_at(tiny, "open", RUNNING)
    options = Options(take_manifest=frozenset({"wiki.live/rules"}))
    plan = make_plan(tiny, edited(live, "wiki.live/rules", text="Edited by hand."), applied, options).plan
    assert [(item.id, item.held) for item in plan.operations] == [("wiki.live/rules", False)]


def test_without_a_launch_there_is_nothing_to_publish() -> None:
    tiny = challenge("preregistration")
    tiny = replace(tiny, wiki=replace(tiny.wiki, publish="by-hand"))
    live, _ = world_at(tiny, "preregistration", RUNNING)
    later = replace(tiny, wiki=replace(tiny.wiki, preregistration=replace(tiny.wiki.pages[0], parts=("Later.",))))
    plan = make_plan(later, live, Applied(), Options()).plan
    assert [(item.id, item.held) for item in plan.operations] == [("wiki.live", False)]
