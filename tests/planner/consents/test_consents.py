"""Each kind of harm is held until somebody consents to it by name, and everything else goes on.

`GOLDEN=write pytest tests/planner/consents` rewrites the golden files; read the diff.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from planner.consents import CONSENT_PREFIX, CONSENTS, PROTECTED, waits_for_people
from planner.desired import compile_challenge
from planner.plan import Action, Plan
from planner.planning import Options, make_plan
from planner.render.consenting import holding
from planner.render.document import document, from_json, to_json
from planner.render.markdown import render as markdown
from planner.render.spans import to_plain
from planner.render.text import render
from planner.resources import STAGE_COMPLETED
from tests.planner.challenges import BEFORE, CLOSE, OPEN, RUNNING, challenge, data, page, queue, team, window
from tests.planner.consents.scenes import SCENES, edited, plan_of, remembering
from tests.planner.worlds import dropping, ready_to_open, world_at
from tests.planner.worlds import edited as on_the_web

GOLDEN = Path(__file__).parent / "golden"
NEEDED = {
    "mass-delete": ("delete", "mass-delete"),
    "delete-submissions": ("delete", "delete-submissions"),
    "delete-data": ("delete", "delete-data"),
}
"""Consents that need others besides."""
PROBLEMS = {"reopen", "adopt"}
"""Consents without which there is a problem, for nothing can be done in part."""


def consents(name: str) -> tuple[str, ...]:
    return NEEDED.get(name, (name,))


def held_by(plan: Plan) -> set[str]:
    return {code for item in plan.held() for code in item.held_by}


def test_every_consent_has_its_scene() -> None:
    assert set(SCENES) == set(CONSENTS)


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize("given", [False, True], ids=["held", "given"])
def test_a_plan_reads_as_agreed(name: str, given: bool) -> None:
    golden = GOLDEN / f"{name}-{'given' if given else 'held'}.txt"
    shown = to_plain(render(document(plan_of(SCENES[name](), *(consents(name) if given else ()))), 100))
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(shown)
    assert shown == golden.read_text()


@pytest.mark.parametrize("name", [name for name in SCENES if name not in PROBLEMS])
def test_without_consent_it_is_held_and_with_it_it_is_done(name: str) -> None:
    plan = plan_of(SCENES[name]())
    assert f"{CONSENT_PREFIX}{name}" in held_by(plan)
    assert not any(item.consents for item in plan.to_do())
    assert {item.name for item in plan.consents} == set(consents(name))
    allowed = plan_of(SCENES[name](), *consents(name))
    assert not list(allowed.held())
    assert any(name in item.consents for item in allowed.to_do())
    assert all(item.given for item in allowed.consents)


@pytest.mark.parametrize("name", SCENES)
def test_no_other_consent_stands_in_for_it(name: str) -> None:
    others = [other for other in CONSENTS if other != name]
    plan = plan_of(SCENES[name](), *others)
    assert f"{CONSENT_PREFIX}{name}" in held_by(plan) or plan.problems


@pytest.mark.parametrize("name", SCENES)
def test_a_saved_plan_and_a_pull_request_say_the_same(name: str) -> None:
    planned = document(plan_of(SCENES[name]()))
    assert from_json(to_json(planned)).consents == planned.consents
    assert all(f"`{item.remedy}`" in markdown(planned) for item in planned.consents)


def test_a_consent_that_is_missing_or_given_makes_another_plan() -> None:
    assert document(plan_of(SCENES["delete"]())).digest != document(plan_of(SCENES["delete"](), "delete")).digest


# What needs no consent


def test_a_launch_that_passes_its_gates_needs_none() -> None:
    tiny = challenge("open")
    live, applied = ready_to_open(tiny, OPEN)
    plan = make_plan(tiny, live, replace(applied, at=BEFORE), Options()).plan
    assert any(item.address == "acl.queue.leaderboard/task" for item in plan.to_do())
    assert plan.consents == ()


def test_a_launch_that_died_half_way_needs_none() -> None:
    tiny = challenge("open")
    live, applied = world_at(tiny, "preregistration", OPEN)
    begun = on_the_web(live, "stage.begun", stage="open")
    plan = make_plan(tiny, begun, replace(applied, at=BEFORE), Options()).plan
    assert any(item.address == "acl.queue.leaderboard/task" for item in plan.to_do())
    assert plan.consents == ()


def test_a_first_apply_that_died_half_way_needs_none() -> None:
    tiny = challenge("draft")
    live, _ = world_at(tiny, "draft", BEFORE)
    address = "acl.project.staging"
    alone = replace(live.resources[address], spec={"1": live.resources[address].spec["1"]})
    unmarked = {key: item for key, item in live.resources.items() if key != STAGE_COMPLETED} | {address: alone}
    lost = replace(world_at(tiny, "draft", BEFORE)[1], entries={}, lost="there is no ledger on the home project")
    plan = make_plan(tiny, replace(live, resources=unmarked), lost, Options()).plan
    assert address in {item.address for item in plan.to_do()}
    assert plan.consents == ()


def test_data_that_opens_by_its_date_needs_none_if_the_date_was_still_to_come() -> None:
    soon = RUNNING + timedelta(days=1)
    entry = data("training", "Data", "Training", access={"participants": "download"}, start=soon)
    tiny = challenge("open")
    dated = replace(tiny, data=(entry, *tiny.data[1:]))
    live, applied = world_at(dated, "open", RUNNING)
    later = replace(live, now=soon + timedelta(hours=1))
    opened = make_plan(dated, later, replace(applied, at=RUNNING), Options()).plan
    assert "acl.folder.data/training" in {item.address for item in opened.to_do()}
    assert opened.consents == ()
    mistyped = make_plan(dated, later, replace(applied, at=soon + timedelta(minutes=1)), Options()).plan
    assert held_by(mistyped) == {"consent:widen-access"}


def test_a_page_that_comes_down_by_its_own_date_needs_none_unless_somebody_wrote_on_it() -> None:
    until = RUNNING + timedelta(days=1)
    tiny = challenge("open")
    pages = (page(), page("news", until=until))
    dated = replace(tiny, wiki=replace(tiny.wiki, pages=pages))
    live, applied = world_at(dated, "open", RUNNING)
    later = replace(dropping(live, compile_challenge(dated, "open", until)), now=until + timedelta(hours=1))
    plan = make_plan(dated, later, replace(applied, at=RUNNING), Options()).plan
    assert [item.address for item in plan.to_do() if item.action is Action.DELETE] == ["wiki.live/news"]
    assert plan.consents == ()
    written = replace(later.dropped["wiki.live/news"], spec={**later.dropped["wiki.live/news"].spec, "text": "Theirs."})
    theirs = replace(later, dropped={**later.dropped, written.address: written})
    plan = make_plan(dated, theirs, replace(applied, at=RUNNING), Options()).plan
    assert held_by(plan) == {"consent:delete"}


def test_what_was_taken_away_on_the_web_is_given_back_without_asking() -> None:
    tiny = challenge("open")
    live, applied = world_at(tiny, "open", RUNNING)
    taken = on_the_web(live, "acl.queue.leaderboard/task", **{"id-team.participants": ("READ",)})
    plan = make_plan(tiny, taken, replace(applied, at=RUNNING), Options()).plan
    assert [item.address for item in plan.to_do()] == ["acl.queue.leaderboard/task"]
    assert plan.consents == ()


def test_narrowing_access_needs_none() -> None:
    tiny = challenge("open")
    narrower = replace(tiny, data=(data("training", "Data", "Training"), *tiny.data[1:]))
    plan = plan_of(edited(tiny, narrower))
    assert "acl.folder.data/training" in {item.address for item in plan.to_do()}
    assert plan.consents == ()


def test_a_round_that_gets_longer_and_one_that_has_not_begun_need_none() -> None:
    tiny = challenge("open")
    long, later = window(total=3), window("2", CLOSE, CLOSE + timedelta(days=20))
    two = replace(tiny, queues=(queue(rounds=(long, later)),))
    moved = (long, window("2", CLOSE, CLOSE + timedelta(days=10)))
    plan = plan_of(edited(two, replace(two, queues=(queue(rounds=moved),))))
    assert [item.address for item in plan.to_do()] == ["round.leaderboard/task/2"]
    grown = (window(end=CLOSE + timedelta(days=2), total=3),)
    assert not plan_of(edited(tiny, replace(tiny, queues=(queue(rounds=grown),)))).consents


# What is held with what is held


def test_a_round_that_needs_the_room_waits_for_the_one_that_gives_it() -> None:
    tiny = challenge("open")
    half = RUNNING + timedelta(days=10)
    split = (window(end=half, total=3), window("2", half, CLOSE, total=3))
    plan = plan_of(edited(tiny, replace(tiny, queues=(queue(rounds=split),))))
    held = {item.address: item.held_by for item in plan.held()}
    assert held == {
        "round.leaderboard/task/1": ("consent:shorten-round",),
        "round.leaderboard/task/2": ("consent:shorten-round",),
    }


# What is guarded


def test_a_guard_that_was_said_once_outlives_its_entry() -> None:
    tiny, live, applied = SCENES["delete"]()
    guarded = remembering(applied, team__finalists=True)
    plan = plan_of((tiny, live, guarded), "delete")
    assert {item.address: item.held_by for item in plan.held()} == {"team.finalists": (PROTECTED,)}
    assert "protected" in {note.code for note in plan.notes}


@pytest.mark.parametrize("name", ["delete-submissions", "delete-data"])
def test_what_holds_something_is_guarded_unless_somebody_said_that_it_may_go(name: str) -> None:
    tiny, live, applied = SCENES[name]()
    unsaid = (
        remembering(applied, queue__trial_task=None)
        if name == "delete-submissions"
        else remembering(applied, folder__extra=None)
    )
    plan = plan_of((tiny, live, unsaid), *consents(name))
    (held,) = plan.held()
    assert held.held_by == (PROTECTED,)


def test_an_empty_queue_that_was_dropped_needs_one_consent_only() -> None:
    tiny, live, applied = SCENES["delete-submissions"]()
    plan = plan_of((tiny, replace(live, submissions={}, now=BEFORE), applied), "delete")
    assert [item.address for item in plan.to_do() if item.action is Action.DELETE] == ["queue.trial/task"]


def test_saying_that_something_is_guarded_is_a_change_of_its_own() -> None:
    tiny = challenge("open")
    guarded = replace(tiny, queues=(queue(protect=True),))
    (operation,) = plan_of(edited(tiny, guarded)).operations
    assert [(change.name, change.before, change.after) for change in operation.changes] == [("protect", None, True)]
    assert plan_of(edited(guarded, guarded)).empty


def test_nothing_is_mass_deletion_below_ten_things() -> None:
    tiny = challenge("open")
    more = replace(tiny, data=(*tiny.data, *(data(f"extra-{number}", f"Extra {number}") for number in range(4))))
    assert {item.name for item in plan_of(edited(more, tiny)).consents} == {"delete"}


def test_the_logs_and_the_ledger_are_never_pruned() -> None:
    tiny = challenge("open")
    live, applied = world_at(tiny, "open", RUNNING)
    without_logs = replace(tiny, logs=replace(tiny.logs, exists=False))
    seen = dropping(live, compile_challenge(without_logs, "open", RUNNING))
    assert "folder.logs" in seen.dropped
    plan = plan_of((without_logs, seen, applied), "delete")
    assert not [item for item in plan.operations if item.action is Action.DELETE]


def test_a_team_that_gets_easier_to_join_needs_consent() -> None:
    tiny = challenge("open")
    judges = replace(tiny, teams=(*tiny.teams, team("judges")))
    opened = replace(tiny, teams=(*tiny.teams, team("judges", join="open")))
    assert held_by(plan_of(edited(judges, opened))) == {"consent:widen-access"}
    assert not plan_of(edited(opened, judges)).consents


def test_an_access_list_that_goes_opens_what_the_one_above_lets_in() -> None:
    tiny = challenge("open")
    nested = data("practice", "Data", "Training", "Practice")
    closed = replace(tiny, data=(*tiny.data, nested))
    opened = replace(tiny, data=(*tiny.data, replace(nested, inherits=True)))
    assert held_by(plan_of(edited(closed, opened))) == {"consent:widen-access"}


def test_an_access_list_of_its_own_that_gives_more_than_the_one_above_needs_consent() -> None:
    tiny = challenge("open")
    folder = data("practice", "Data", "Training", "Practice", inherits=True)
    inheriting = replace(tiny, data=(*tiny.data, folder))
    own = replace(folder, inherits=False, access={"testers": "download"})
    after, live, applied = edited(inheriting, replace(tiny, data=(*tiny.data, own)))
    lost = replace(applied, lost="the ledger is damaged")
    assert "consent:widen-access" in held_by(plan_of((after, live, lost)))


def test_who_administered_what_is_adopted_is_asked_about() -> None:
    tiny = challenge("open")
    live, applied = world_at(tiny, "open", RUNNING)
    address, owner = "acl.folder.data/training", "folder.data/training"
    before = live.resources[address]
    somebody = replace(before, spec={**before.spec, "777": ("CHANGE_PERMISSIONS", "READ")})
    adopted = replace(live.resources[owner], identified_by="manifest")
    world = replace(live, resources={**live.resources, address: somebody, owner: adopted}, names={"777": "example-old"})
    forgot = replace(
        applied, entries={key: item for key, item in applied.entries.items() if key not in (address, owner)}
    )
    plan = plan_of((tiny, world, replace(forgot, at=RUNNING)))
    assert held_by(plan) == {"consent:admin-removal"}
    assert "example-old loses CHANGE_PERMISSIONS" in plan.consents[0].evidence[0]


def test_what_is_held_by_a_gate_and_what_needs_consent_are_told_apart() -> None:
    assert waits_for_people("consent:delete")
    assert waits_for_people("protected")
    assert not waits_for_people("launch-time")
    assert holding(["launch-time", "unpublished", "protected", "consent:delete"]) == (
        "held by 1 gate: launch-time; held until somebody publishes it: apply --publish ADDRESS, or --publish all; "
        "held because it is protected; held until somebody consents: --allow delete"
    )
