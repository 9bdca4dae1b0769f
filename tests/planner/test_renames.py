"""A rename moves identity in the ledger: nothing is deleted, nothing made, and what follows is a change of name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from challenge_spec.resolved import ResolvedChallenge
from planner.applied import Applied, AppliedEntry
from planner.desired import compile_challenge
from planner.live import Live
from planner.plan import Action, Plan
from planner.planning import Options, make_plan
from planner.renames import claims, rename_keys
from planner.resources import Desired
from tests.planner.challenges import BEFORE, RUNNING, challenge, data, page, queue, team, workflow
from tests.planner.worlds import world_at

Change = tuple[ResolvedChallenge, ResolvedChallenge, dict[str, str]]


def team_change() -> Change:
    tiny = challenge("open")
    before = replace(tiny, teams=(*tiny.teams, team("winners", members=("example-winner",))))
    after = replace(tiny, teams=(*tiny.teams, team("finalists", members=("example-winner",), was="winners")))
    return before, after, {"team.finalists": "team.winners"}


def queue_change() -> Change:
    tiny = challenge("open")
    after = replace(tiny, queues=(queue("board/task", was="leaderboard/task"),), orchestrators=_serving("board/task"))
    view = replace(tiny.views[0], queues=("board/task",))
    return tiny, replace(after, views=(view,)), {"queue.board/task": "queue.leaderboard/task"}


def _serving(key: str) -> Any:
    return (replace(challenge().orchestrators[0], queues=(key,)),)


def link_change() -> Change:
    tiny = challenge("open")
    after = replace(tiny, workflows=(replace(workflow("grading"), was="scoring"),), queues=(queue(workflow="grading"),))
    return tiny, after, {"link.grading": "link.scoring"}


def view_change() -> Change:
    tiny = challenge("open")
    board = replace(tiny.views[0], key="board", was="dashboard")
    return tiny, replace(tiny, views=(board,)), {"view.board": "view.dashboard"}


def folder_change() -> Change:
    tiny = challenge("open")
    moved = data("training", "Data", "Practice", access={"participants": "download"}, was="Data/Training")
    return tiny, replace(tiny, data=(moved, *tiny.data[1:])), {"folder.data/practice": "folder.data/training"}


CHANGES = {
    "team": team_change,
    "queue": queue_change,
    "workflow": link_change,
    "view": view_change,
    "data": folder_change,
}


def seen_by_id(live: Live, ledger: Applied, wanted: Desired) -> Live:
    """What a reader finds: everything that the ledger knows under its new address, under that one."""
    by_address = {
        ledger_address: replace(live.resources[old], address=ledger_address)
        for ledger_address, entry in ledger.entries.items()
        for old in live.resources
        if live.resources[old].id == entry.id and old.partition(".")[0] == ledger_address.partition(".")[0]
    }
    known = dict(live.ids) | {address: item.id for address, item in by_address.items()}
    return replace(live, resources={key: by_address[key] for key in wanted.resources if key in by_address}, ids=known)


def planned(before: ResolvedChallenge, after: ResolvedChallenge) -> tuple[Plan, Applied]:
    live, applied = world_at(before, "open", RUNNING)
    ledger = rename_keys(replace(applied, at=RUNNING), after)
    wanted = compile_challenge(after, "open", RUNNING)
    return make_plan(after, seen_by_id(live, ledger, wanted), ledger, Options()).plan, ledger


@pytest.mark.parametrize("kind", CHANGES)
def test_a_rename_makes_and_deletes_nothing_and_says_what_it_was(kind: str) -> None:
    before, after, moved = CHANGES[kind]()
    plan, ledger = planned(before, after)
    assert ledger.moved == moved
    assert {item.action for item in plan.operations} == {Action.UPDATE}
    said = {
        change.after: change.before for item in plan.operations for change in item.changes if change.name == "address"
    }
    assert said == moved
    assert not plan.consents
    assert not plan.problems


@pytest.mark.parametrize("kind", CHANGES)
def test_everything_that_goes_by_the_key_moves_with_it(kind: str) -> None:
    before, after, _ = CHANGES[kind]()
    _, ledger = planned(before, after)
    assert set(ledger.entries) == set(compile_challenge(after, "open", RUNNING).resources)


@pytest.mark.parametrize("kind", CHANGES)
def test_once_the_ledger_knows_it_the_word_has_done_its_work(kind: str) -> None:
    _, after, moved = CHANGES[kind]()
    live, applied = world_at(after, "open", RUNNING)
    assert rename_keys(applied, after).moved == {}
    plan = make_plan(after, live, applied, Options()).plan
    assert plan.empty
    assert {note.address for note in plan.notes if note.code == "was-needless"} == set(moved)


@pytest.mark.parametrize("kind", CHANGES)
def test_what_nobody_knows_is_not_made_a_second_time(kind: str) -> None:
    before, after, moved = CHANGES[kind]()
    live, applied = world_at(
        replace(before, teams=challenge().teams, queues=(), data=(), views=(), workflows=()), "open", RUNNING
    )
    plan = make_plan(after, live, rename_keys(applied, after), Options()).plan
    assert {problem.address for problem in plan.problems if problem.code == "was-unknown"} == set(moved)
    assert not {item.address for item in plan.to_do()} & set(moved)


def test_a_former_name_that_nobody_knows_is_reported_where_it_stands() -> None:
    _, after, _ = team_change()
    said = replace(after, was_at={"teams.finalists": "people.yaml:7:25"})
    live, applied = world_at(challenge("open"), "open", RUNNING)
    (problem,) = make_plan(said, live, applied, Options()).plan.problems
    expected = "people.yaml:7:25: teams.finalists.was says that it was team.winners: the ledger knows no such thing"
    assert problem.message == expected


def test_a_queue_whose_sub_challenge_was_renamed_points_there() -> None:
    tiny = challenge("open")
    renamed = replace(
        tiny, queues=(queue("board/task", was="board/question"),), was_at={"sub_challenges.task": "a:1:2"}
    )
    assert [claim.where for claim in claims(renamed)] == ["a:1:2: sub_challenges.task.was"]


def test_a_further_entry_point_of_a_renamed_workflow_points_to_the_workflow() -> None:
    tiny = challenge("open")
    link = replace(workflow("grading/other"), was="scoring/other")
    renamed = replace(tiny, workflows=(link,), was_at={"workflows.grading": "a:1:2"})
    assert [claim.where for claim in claims(renamed)] == ["a:1:2: workflows.grading.was"]


def test_on_a_first_apply_a_former_name_means_nothing() -> None:
    _, after, _ = team_change()
    ledger = rename_keys(Applied(), after)
    assert ledger == Applied()


def test_queue_and_sub_challenge_may_be_renamed_one_after_the_other() -> None:
    tiny = challenge("open")
    both = replace(tiny, queues=(queue("board/question", was="leaderboard/task"),))
    between = Applied({"queue.leaderboard/question": AppliedEntry("9", {})})
    assert rename_keys(between, both).moved == {"queue.board/question": "queue.leaderboard/question"}


def test_a_folder_takes_along_what_lies_in_it() -> None:
    tiny = challenge("open")
    moved = replace(tiny, data=(data("all", "Files", was="Data"),))
    ledger = Applied(
        {f"{kind}folder.data{rest}": AppliedEntry("1", {}) for kind in ("", "acl.") for rest in ("", "/in")}
    )
    assert set(rename_keys(ledger, moved).entries) == {
        "folder.files",
        "folder.files/in",
        "acl.folder.files",
        "acl.folder.files/in",
    }


def test_what_is_left_to_the_web_is_neither_compared_nor_written() -> None:
    tiny = challenge("open")
    lenient = replace(tiny, queues=(queue(ignore=("description",), instructions="New."),))
    live, applied = world_at(tiny, "open", RUNNING)
    address = "queue.leaderboard/task"
    found = live.resources[address]
    edited = {**live.resources, address: replace(found, spec={**found.spec, "description": "By hand."})}
    plan = make_plan(lenient, replace(live, resources=edited), applied, Options()).plan
    assert plan.drift == ()
    (operation,) = plan.operations
    assert [change.name for change in operation.changes] == ["instructions"]
    assert operation.spec["description"] == "By hand."


def with_page(**said: Any) -> ResolvedChallenge:
    tiny = challenge()
    return replace(tiny, wiki=replace(tiny.wiki, pages=(*tiny.wiki.pages, page("laws", **said))))


@pytest.mark.parametrize(("was", "noted"), [(("rulez",), True), (("rules",), False), (None, False)])
def test_a_page_whose_former_place_nobody_knows_is_made_and_that_is_said(was: tuple[str, ...], noted: bool) -> None:
    live, applied = world_at(challenge(), "draft", BEFORE)
    plan = make_plan(with_page(was=was), live, applied, Options()).plan
    assert {item.address for item in plan.to_do()} >= {"wiki.staging/laws"}
    said = [note.message for note in plan.notes if note.code == "was-unknown"]
    assert said == ["its head says that it was rulez, and the ledger knows no such page: it is made anew"] * noted


def test_a_page_that_one_site_knows_by_now_is_no_matter_on_the_other() -> None:
    moved = with_page(was=("rulez",))
    live, applied = world_at(moved, "draft", BEFORE)
    assert not [note for note in make_plan(moved, live, applied, Options()).plan.notes if note.code == "was-unknown"]
