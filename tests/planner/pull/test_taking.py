"""What there is to pull, and what is left to people with what they can do about it."""

from __future__ import annotations

from dataclasses import replace

from planner.live import Membership, Unmanaged
from planner.plan import Action, Cause
from planner.planning import Options, make_plan
from planner.pull.taking import left_over, tasks
from planner.resources import Kind
from tests.planner.challenges import BEFORE, challenge
from tests.planner.render.plans import operation, plan
from tests.planner.worlds import edited, without, world_at

TINY = challenge()
LIVE, APPLIED = world_at(TINY, "draft", BEFORE)
ALL: frozenset[str] = frozenset()


def left(live: object = LIVE, tiny: object = TINY, addresses: frozenset[str] = ALL) -> dict[str, str]:
    """Address → what is left to people."""
    found = make_plan(tiny, live, APPLIED, Options()).plan  # type: ignore[arg-type] # one of ours
    return {item.address: f"{item.reason} {item.remedy}" for item in left_over(found, APPLIED, addresses)}


def test_what_was_removed_or_shared_on_synapse_is_apply_s_matter() -> None:
    moved = edited(without(LIVE, "view.dashboard", "acl.view.dashboard"), "acl.folder.logs", **{"273949": ("READ",)})
    found = left(moved)
    assert "was removed on Synapse" in found["view.dashboard"]
    assert "is nothing that apply keeps" in found["acl.folder.logs"]
    assert left(moved, addresses=frozenset({"team.testers"})) == {}


def test_a_page_that_was_made_on_the_web_needs_a_file() -> None:
    page = Unmanaged(Kind.WIKI, "77", "News", "project.staging")
    assert "'News' was made on Synapse" in left(replace(LIVE, unmanaged=(page,)))["project.staging"]


def test_a_conflict_needs_a_decision() -> None:
    pages = tuple(replace(item, parts=("New words.",)) if item.key else item for item in TINY.wiki.pages)
    changed = replace(TINY, wiki=replace(TINY.wiki, pages=pages))
    found = left(edited(LIVE, "wiki.staging/rules", text="Edited by hand."), changed)
    assert "--take live wiki.staging/rules" in found["wiki.staging/rules"]


def test_another_order_of_pages_is_a_matter_of_file_names() -> None:
    order = LIVE.resources["order.staging"].spec["pages"]
    assert isinstance(order, tuple)
    assert "Number the files" in left(edited(LIVE, "order.staging", pages=order[::-1]))["order.staging"]


def test_members_that_came_or_went_on_the_web_are_a_task() -> None:
    came = replace(
        LIVE, memberships={"team.organizers": Membership(frozenset({"77"}))}, names={**LIVE.names, "77": "example-new"}
    )
    gone = without(came, "member.organizers/example-organizer-1")
    found = make_plan(TINY, gone, APPLIED, Options())
    (task,) = tasks(found.plan, gone, found.desired, ALL)
    assert (task.address, task.goals[0].value) == ("team.organizers", ("example-new",))


def test_teams_that_anybody_may_join_and_teams_of_nobody_are_no_task() -> None:
    open_to_all = challenge("open")
    live, applied = world_at(open_to_all, "open", BEFORE)
    known = {"team.participants": Membership(frozenset({"77"})), "team.nowhere": Membership(frozenset({"77"}))}
    found = make_plan(open_to_all, replace(live, memberships=known), applied, Options())
    assert list(tasks(found.plan, replace(live, memberships=known), found.desired, ALL)) == []


def test_a_field_that_can_be_pulled_is_left_to_nobody() -> None:
    assert left(edited(LIVE, "queue.leaderboard/task", description="Edited by hand.")) == {}


def test_drift_elsewhere_is_not_spoken_of() -> None:
    order = LIVE.resources["order.staging"].spec["pages"]
    assert isinstance(order, tuple)
    assert left(edited(LIVE, "order.staging", pages=order[::-1]), addresses=frozenset({"team.testers"})) == {}


def test_what_somebody_deleted_in_the_files_and_on_synapse_is_nobodys_matter() -> None:
    gone = operation("view.dashboard", Action.DELETE, cause=Cause.SYNAPSE)
    assert list(left_over(plan(operations=(gone,)), APPLIED, ALL)) == []


def test_a_folder_that_was_made_on_the_web_is_no_matter_of_a_pull() -> None:
    assert left(replace(LIVE, unmanaged=(Unmanaged(Kind.FOLDER, "syn77", "Notes", "project.live"),))) == {}
