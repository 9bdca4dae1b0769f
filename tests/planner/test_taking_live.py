"""--take live: Synapse wins where both sides changed, and the ledger knows that the manifest's version was seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from challenge_spec.resolved import ResolvedChallenge
from planner.applied import Applied, AppliedEntry
from planner.desired import compile_challenge
from planner.live import Live
from planner.plan import Action, Cause, Operation, Part, Plan
from planner.planning import Options, make_plan
from planner.remembering import is_up_to_date, remember
from planner.renames import move_pages
from planner.resources import Kind
from tests.planner.challenges import BEFORE, challenge, page
from tests.planner.worlds import edited, world_at

PAGE = "wiki.staging/rules"
LIVE_WINS = Options(take_live=frozenset({PAGE}))


def with_rules(tiny: ResolvedChallenge, text: str, title: str = "Rules") -> ResolvedChallenge:
    pages = tuple(
        replace(item, parts=(text,), title=title) if item.key == ("rules",) else item for item in tiny.wiki.pages
    )
    return replace(tiny, wiki=replace(tiny.wiki, pages=pages))


@pytest.fixture
def both() -> tuple[ResolvedChallenge, Live, Applied]:
    """A page whose text was changed on both sides."""
    tiny = with_rules(challenge(), "Old.")
    live, applied = world_at(tiny, "draft", BEFORE)
    return with_rules(tiny, "New in the files."), edited(live, PAGE, text="New on the web."), applied


def plan_of(challenge: ResolvedChallenge, live: Live, applied: Applied, options: Options = LIVE_WINS) -> Plan:
    return make_plan(challenge, live, applied, options).plan


def after(plan: Plan, tiny: ResolvedChallenge, live: Live, applied: Applied) -> Applied:
    desired = compile_challenge(tiny, "draft", BEFORE)
    return remember(applied, desired, live.ids, plan.unchanged, plan.put_off())


def test_where_synapse_wins_there_is_no_conflict(both: tuple[ResolvedChallenge, Live, Applied]) -> None:
    plan = plan_of(*both)
    (drift,) = plan.drift
    assert (drift.address, drift.conflict) == (PAGE, False)
    assert "the manifest's version waits" in drift.remedy
    assert plan.empty


def test_the_ledger_notes_it_so_that_synapse_goes_on_winning(both: tuple[ResolvedChallenge, Live, Applied]) -> None:
    tiny, live, applied = both
    desired = compile_challenge(tiny, "draft", BEFORE)
    plan = plan_of(tiny, live, applied)
    assert not is_up_to_date(applied, desired, live.ids, plan)
    noted = after(plan, tiny, live, applied)
    later = plan_of(tiny, live, noted, Options())
    assert later.empty
    assert [item.conflict for item in later.drift] == [False]
    assert is_up_to_date(noted, desired, live.ids, later)


def test_the_next_edit_of_the_manifest_is_a_conflict_again(both: tuple[ResolvedChallenge, Live, Applied]) -> None:
    tiny, live, applied = both
    noted = after(plan_of(tiny, live, applied), tiny, live, applied)
    plan = plan_of(with_rules(tiny, "Newer in the files."), live, noted, Options())
    assert [item.conflict for item in plan.drift] == [True]


def test_what_only_the_manifest_changed_is_written_with_the_words_of_synapse(
    both: tuple[ResolvedChallenge, Live, Applied],
) -> None:
    tiny, live, applied = both
    (operation,) = plan_of(with_rules(tiny, "New in the files.", "The rules"), live, applied).operations
    assert [change.name for change in operation.changes] == ["title"]
    assert (operation.spec["title"], operation.spec["text"]) == ("The rules", "New on the web.")


def test_without_a_ledger_synapse_can_win_as_well(both: tuple[ResolvedChallenge, Live, Applied]) -> None:
    tiny, live, _ = both
    plan = plan_of(tiny, live, Applied())
    assert PAGE in {item.address for item in plan.drift}
    noted = after(plan, tiny, live, Applied())
    assert plan_of(tiny, live, noted, Options()).empty


def test_access_is_put_back_whatever_is_said(both: tuple[ResolvedChallenge, Live, Applied]) -> None:
    tiny, live, applied = both
    address = "acl.queue.leaderboard/task"
    opened = edited(live, address, **{"id-team.participants": ("READ", "SUBMIT")})
    plan = plan_of(tiny, opened, applied, Options(take_live=frozenset({PAGE, address})))
    assert [item.address for item in plan.operations] == [address]
    assert [(note.code, note.address) for note in plan.notes] == [("not-kept", address)]


def test_a_moved_page_keeps_its_identity_and_so_do_those_below_it() -> None:
    tiny = challenge()
    live, applied = world_at(tiny, "draft", BEFORE)
    kept = [item for item in tiny.wiki.pages if item.key[:1] != ("rules",)]
    moved = [replace(page("data", "rules"), was=("rules",)), page("data", "rules", "late")]
    changed = replace(tiny, wiki=replace(tiny.wiki, pages=(*kept, *moved)))
    desired = compile_challenge(changed, "draft", BEFORE)
    known = move_pages(applied, desired.was).entries
    assert known["wiki.staging/data/rules"].id == live.ids["wiki.staging/rules"]
    assert known["wiki.staging/data/rules/late"].id == live.ids["wiki.staging/rules/late"]
    assert "wiki.staging/rules" not in known


def test_what_is_known_under_the_new_address_stays() -> None:
    applied = Applied({"a": AppliedEntry("1", {}), "b": AppliedEntry("2", {})})
    assert move_pages(applied, {"b": "a"}) == applied


def test_what_somebody_wrote_before_the_ledger_was_lost_stays_theirs_when_we_touch_the_thing_ourselves() -> None:
    tiny, home = challenge(), "project.live"
    live, _ = world_at(tiny, "draft", BEFORE)
    live = edited(live, home, description="Words of a colleague.")
    theirs = _touched_by(live, home, "example-admin")
    plan = plan_of(tiny, theirs, Applied(lost="there is no ledger"), Options())
    assert [item.address for item in plan.drift] == [home]
    noted = after(plan, tiny, theirs, Applied())
    later = plan_of(tiny, _touched_by(live, home, live.me.name), noted, Options())
    assert [(item.address, item.conflict) for item in later.drift] == [(home, False)]
    assert later.empty


def test_what_is_held_is_not_noted_as_put_off() -> None:
    """Its other fields wait for something, and nobody has them yet."""
    tiny, home = challenge(), "project.live"
    live, _ = world_at(tiny, "draft", BEFORE)
    plan = plan_of(tiny, _touched_by(edited(live, home, description="Theirs."), home, "example-admin"), Applied())
    step = Operation(home, home, Kind.PROJECT, Action.UPDATE, Part.WHOLE, Cause.MANIFEST, "the stage changed", {})
    held = replace(plan, operations=(replace(step, held_by=("launch-time",)),))
    assert [item.address for item in plan.put_off()] == [home]
    assert list(held.put_off()) == []


def _touched_by(live: Live, address: str, name: str) -> Live:
    touched = replace(live.resources[address], modified_by=name)
    return replace(live, resources={**live.resources, address: touched})
