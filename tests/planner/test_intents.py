"""An apply that died is told apart from people who edit on the web."""

from __future__ import annotations

from dataclasses import replace

from planner.applied import Applied
from planner.intents import intended, with_intents
from planner.live import Live
from planner.plan import Action, Cause
from planner.planning import Options, make_plan
from tests.planner.challenges import BEFORE, challenge, queue, window
from tests.planner.worlds import edited, without, world_at

OLD = challenge()
ROUND = "round.leaderboard/task/1"


def killed_apply() -> tuple[Live, Applied, frozenset[tuple[str, str]]]:
    """The limit was to become 5; the apply died after it had written that, before it could remember it."""
    live, applied = world_at(OLD, "draft", BEFORE)
    five = challenge(queues=(queue(rounds=(window(total=5),)),))
    planned = make_plan(five, live, applied, Options())
    marks = intended(planned.plan.operations, planned.desired, live.ids)
    return edited(live, ROUND, limits={"total": 5}), applied, marks


def test_without_the_intent_its_work_would_look_like_somebody_elses() -> None:
    live, applied, _ = killed_apply()
    seven = challenge(queues=(queue(rounds=(window(total=7),)),))
    plan = make_plan(seven, live, applied, Options()).plan
    assert [item.address for item in plan.drift] == [ROUND]


def test_with_the_intent_its_work_is_ours_and_the_next_edit_goes_through() -> None:
    live, applied, marks = killed_apply()
    seven = challenge(queues=(queue(rounds=(window(total=7),)),))
    plan = make_plan(seven, live, with_intents(replace(applied, intents=marks), live), Options()).plan
    assert not plan.drift
    (operation,) = plan.operations
    assert (operation.address, operation.cause) == (ROUND, Cause.MANIFEST)


def test_what_somebody_changed_after_it_died_is_still_theirs() -> None:
    live, applied, marks = killed_apply()
    later = edited(live, ROUND, limits={"total": 50})
    assert with_intents(replace(applied, intents=marks), later).entries[ROUND] == applied.entries[ROUND]


def test_what_was_intended_and_not_reached_changes_nothing() -> None:
    live, applied, marks = killed_apply()
    untouched = edited(live, ROUND, limits={"total": 3})
    assert with_intents(replace(applied, intents=marks), untouched).entries == applied.entries


def test_an_adoption_is_no_intent_for_what_it_is_about_is_as_wanted_already() -> None:
    """Else an apply would meet its own mark when it looks again under the lock, and take itself for somebody else."""
    projects = (replace(OLD.projects[0], adopt="id-project.live"), *OLD.projects[1:])
    adopting = replace(OLD, projects=projects)
    live, _ = world_at(OLD, "draft", BEFORE)
    found = replace(live.resources["project.live"], identified_by="manifest")
    named = replace(live, resources={**live.resources, "project.live": found})
    planned = make_plan(adopting, named, Applied(), Options())
    assert [item.address for item in planned.plan.operations if item.action is Action.ADOPT] == ["project.live"]
    assert "project.live" not in dict(intended(planned.plan.operations, planned.desired, live.ids))


def test_what_was_said_about_deleting_outlives_the_apply_that_died() -> None:
    live, applied, marks = killed_apply()
    guarded = replace(applied, entries={**applied.entries, ROUND: replace(applied.entries[ROUND], protect=True)})
    known = with_intents(replace(guarded, intents=marks), live).entries[ROUND]
    assert (known.protect, known.fields["limits"]) == (True, {"total": 5})


def test_what_a_dead_apply_made_half_is_nobodys_edit() -> None:
    """It was to be made anew where people had removed it, and refers to what had no id beforehand."""
    live, applied, _ = killed_apply()
    gone = without(live, "queue.leaderboard/task", ROUND)
    planned = make_plan(OLD, gone, applied, Options())
    marks = intended(planned.plan.operations, planned.desired, gone.ids)
    half = replace(edited(live, ROUND, start="2027-03-09T00:00:00.000Z").resources[ROUND], id="another")
    found = replace(live, resources={**live.resources, ROUND: half})
    assert ROUND not in with_intents(replace(applied, intents=marks), found).entries
    assert ROUND in with_intents(applied, found).entries


def test_what_a_dead_apply_wrote_with_an_id_that_it_got_on_the_way_is_its_own() -> None:
    """People removed a page, and another one links to it: its text gets the id of the page that is made anew."""
    page = "wiki.staging/rules/late"
    live, applied = world_at(OLD, "draft", BEFORE)
    marks = frozenset({(page, "later")})
    written = edited(live, page, text="With the new id.")
    for who, ours in ((live.me.name, True), ("example-admin", False), (None, False)):
        touched = replace(written.resources[page], modified_by=who)
        found = replace(written, resources={**written.resources, page: touched})
        known = with_intents(replace(applied, intents=marks), found).entries[page]
        assert (known.fields["text"] == "With the new id.") is ours
