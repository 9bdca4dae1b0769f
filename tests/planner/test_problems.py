"""What stops a plan or a part of it, with how to mend it; and things that wait for each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from challenge_spec.resolved import ResolvedRequirement
from planner.applied import Applied
from planner.desired import compile_challenge
from planner.live import Live, Unmanaged
from planner.ordering import CycleError, order
from planner.plan import Action, Cause, Operation, Part, Plan, Problem
from planner.planning import Options, make_plan
from planner.references import references
from planner.resources import Desired, Kind, Resource
from tests.planner.challenges import BEFORE, CLOSE, RUNNING, challenge, data, queue, team, window
from tests.planner.worlds import edited, empty_world, world_at


def problems(live: Live, **said: object) -> dict[str, Problem]:
    tiny = replace(challenge("open"), **said)  # type: ignore[arg-type] # by name
    return {item.code: item for item in make_plan(tiny, live, Applied(), Options()).plan.problems}


LIVE, _ = world_at(challenge("open"), "open", RUNNING)


def test_an_account_that_does_not_exist_is_said_with_the_team_that_names_it() -> None:
    (found,) = problems(replace(LIVE, missing_people=("user.example-organizer-1",))).values()
    assert found.code == "no-such-account"
    assert "teams.organizers.members" in found.remedy


def test_an_account_that_no_team_names_is_somewhere_in_the_manifest() -> None:
    (found,) = problems(replace(LIVE, missing_people=("user.example-bot",))).values()
    assert "in the manifest" in found.remedy


def test_a_number_that_nobody_has_is_said_with_the_team_that_names_it() -> None:
    teams = tuple(replace(item, members=("99",)) if item.key == "organizers" else item for item in challenge().teams)
    (found,) = problems(replace(LIVE, missing_people=("principal.99",)), teams=teams).values()
    assert (found.code, found.address) == ("no-such-account", "principal.99")
    assert found.message == "no account and no team on Synapse has the number 99"
    assert found.remedy.startswith("Correct the number in teams.organizers.members")


@pytest.mark.parametrize("nobody", ["user.example-organizer-1", "user.example-bot"])
def test_what_an_account_that_does_not_exist_would_have_is_left_out_and_all_else_is_done(nobody: str) -> None:
    tiny = challenge()
    live = empty_world(BEFORE, compile_challenge(tiny, "draft", BEFORE))
    whole = make_plan(tiny, live, Applied(), Options()).plan
    ids = {address: id_ for address, id_ in live.ids.items() if address != nobody}
    plan = make_plan(tiny, replace(live, ids=ids, missing_people=(nobody,)), Applied(), Options()).plan
    left_out = {item.address for item in whole.operations} - {item.address for item in plan.operations}
    assert left_out == {f"member.organizers/{nobody.removeprefix('user.')}"} & {
        item.address for item in whole.operations
    }
    assert not any(nobody in (*item.spec, *references(dict(item.spec))) for item in plan.operations)
    assert any(nobody in (*item.spec, *references(dict(item.spec))) for item in whole.operations)


@pytest.mark.parametrize("seen", ["taken", "unreadable"])
def test_without_the_home_project_nothing_is_done(seen: str) -> None:
    tiny = challenge()
    live = empty_world(BEFORE, compile_challenge(tiny, "draft", BEFORE))
    hidden: dict[str, Any] = {seen: {"project.staging": "somebody else has it"}}
    plan = make_plan(tiny, replace(live, **hidden), Applied(), Options()).plan
    assert plan.operations == ()
    assert [item.message for item in plan.problems if item.code == "no-home"] == [
        "project.staging, which keeps the ledger and the lock, is out of reach: somebody else has it"
    ]


def test_a_home_project_of_somebody_else_keeps_nothing_of_ours() -> None:
    home = replace(LIVE.resources["project.staging"], identified_by="name")
    live = replace(LIVE, resources={**LIVE.resources, "project.staging": home})
    plan = make_plan(challenge("open"), live, Applied(), Options()).plan
    assert plan.operations == ()
    assert {"no-home", "not-ours"} <= {item.code for item in plan.problems}
    adopted = make_plan(challenge("open"), live, Applied(), Options(adopt=frozenset({"project.staging"}))).plan
    assert "no-home" not in {item.code for item in adopted.problems}


def test_an_uncertified_account_stops_the_whole_plan() -> None:
    found = problems(replace(LIVE, me=replace(LIVE.me, certified=False)))
    assert found["not-certified"].address is None


def test_something_named_by_its_id_that_can_not_be_read_is_said() -> None:
    judges = team("judges", use="3400001")
    hidden = replace(LIVE, unreadable={"team.judges": "status 403"})
    found = problems(hidden, teams=(*challenge().teams, judges))["cannot-read"]
    assert found.message == "3400001, named in the manifest, can't be read: status 403"


def test_data_whose_terms_are_not_in_force_do_not_go_with_joining_by_a_click() -> None:
    terms = ResolvedRequirement(key="terms", kind="clickwrap", description=None, url=None, grants=None, use=None)
    training = data("training", "Data", "Training", access={"participants": "download"}, requires=("terms",))
    others = tuple(item for item in challenge().data if item.key != "training")
    found = problems(LIVE, requirements=(terms,), data=(training, *others))["open-leak"]
    assert found.address == "folder.data/training"


def step(address: str) -> Operation:
    action, part, cause = Action.CREATE, Part.WHOLE, Cause.MANIFEST
    return Operation(address, address, Kind.FOLDER, action, part, cause, "is new", spec={})


def test_things_that_wait_for_each_other_are_named() -> None:
    resources = {
        address: Resource(address, Kind.FOLDER, {}, after=(other,))
        for address, other in (("folder.a", "folder.b"), ("folder.b", "folder.c"), ("folder.c", "folder.a"))
    }
    desired = Desired("tiny", "draft", "project.live", resources)
    with pytest.raises(CycleError) as no:
        order(map(step, resources), desired, frozenset())
    assert no.value.cycle == ("folder.a", "folder.c", "folder.b")
    assert str(no.value) == "these wait for each other: folder.a → folder.c → folder.b → folder.a"


def another_name(lost: str | None = None) -> Plan:
    """The plan of a challenge whose projects were found by their key, and get another name."""
    live, applied = world_at(challenge("open"), "open", RUNNING)
    said = challenge("open")
    projects = tuple(replace(item, name=f"New {item.name}") for item in said.projects)
    found = {address: live.ids[address] for address in ("project.live", "project.staging")}
    applied = replace(applied, found=found) if lost is None else Applied(lost=lost, found=found)
    return make_plan(replace(said, projects=projects), live, applied, Options()).plan


def test_projects_that_were_found_by_their_key_are_renamed_and_that_is_said() -> None:
    plan = another_name()
    assert {item.address: item.action for item in plan.operations} == {
        "project.live": Action.UPDATE,
        "project.staging": Action.UPDATE,
    }
    (note, _) = [note for note in plan.notes if note.code == "found-by-key"]
    assert "'Tiny Challenge - staging' until now" in note.message or "'Tiny Challenge' until now" in note.message
    assert "challenge.key" in note.message
    assert plan.problems == ()


def test_without_a_ledger_nothing_gets_another_name() -> None:
    plan = another_name(lost="the ledger is damaged")
    (problem,) = [item for item in plan.problems if item.code == "renamed-unremembered"]
    assert problem.address is None
    assert "Tiny Challenge" in problem.message
    assert "the ledger is damaged" in problem.message


def test_what_bears_our_key_and_may_be_another_s_stops_the_whole_plan_before_anything_is_made_twice() -> None:
    doubt = "'Tiny' (syn1) bears the key of this challenge, but stranger made it"
    empty = replace(LIVE, resources={}, ids={})
    plan = make_plan(challenge("open"), empty, Applied(doubt=doubt), Options()).plan
    (problem,) = [item for item in plan.problems if item.code == "which-project"]
    assert problem.address is None
    assert doubt in problem.message
    assert "adopt" in problem.remedy


def in_round(live: Live, **said: object) -> list[Problem]:
    """Problems of the one round of the one queue, whose window is said otherwise in the manifest."""
    moved = replace(queue().rounds[0], **said)  # type: ignore[arg-type] # by name
    tiny = challenge("open", queues=(queue(rounds=(moved,)),))
    _, applied = world_at(challenge("open"), "open", RUNNING)
    plan = make_plan(tiny, live, applied, Options()).plan
    assert not [item for item in plan.operations if item.kind is Kind.ROUND]
    return [item for item in plan.problems if item.address == "round.leaderboard/task/1"]


def test_a_round_that_is_to_end_in_the_past_is_said_instead_of_tried() -> None:
    (found,) = in_round(LIVE, end=RUNNING - timedelta(days=1))
    assert found.code == "round-over"
    assert "still to come" in found.remedy


def test_a_round_that_ended_keeps_its_end() -> None:
    over = edited(LIVE, "round.leaderboard/task/1", end="2027-03-20T00:00:00.000Z")
    _, applied = world_at(challenge("open"), "open", RUNNING)
    tiny = challenge("open", queues=(queue(rounds=(window(end=RUNNING - timedelta(days=1)),)),))
    plan = make_plan(tiny, over, applied, Options(take_manifest=frozenset({"all"}))).plan
    (found,) = [item for item in plan.problems if item.code == "round-over"]
    assert "2027-03-20T00:00:00.000Z" in found.remedy


def test_a_round_that_the_manifest_does_not_mention_is_in_the_way_of_one_that_overlaps() -> None:
    start, end = "2027-07-01T00:00:00.000Z", "2027-08-01T00:00:00.000Z"
    other = Unmanaged(Kind.ROUND, "77", f"{start} to {end}", "queue.leaderboard/task", (start, end))
    (found,) = in_round(replace(LIVE, unmanaged=(other,)), end=CLOSE + timedelta(days=9))
    assert found.code == "round-in-the-way"
    assert "round 77 (2027-07-01" in found.message


def test_a_round_that_is_missing_is_not_made_over_one_that_is_in_the_way() -> None:
    start, end = "2027-07-01T00:00:00.000Z", "2027-08-01T00:00:00.000Z"
    other = Unmanaged(Kind.ROUND, "77", f"{start} to {end}", "queue.leaderboard/task", (start, end))
    missing = {address: item for address, item in LIVE.resources.items() if item.kind is not Kind.ROUND}
    tiny = challenge("open", queues=(queue(rounds=(window(end=CLOSE + timedelta(days=9)),)),))
    plan = make_plan(tiny, replace(LIVE, resources=missing, unmanaged=(other,)), Applied(), Options()).plan
    assert "round-in-the-way" in {item.code for item in plan.problems}
    assert not [item for item in plan.operations if item.kind is Kind.ROUND]


def test_a_round_that_only_touches_is_in_nobodys_way() -> None:
    start, end = "2027-06-30T00:00:00.000Z", "2027-08-01T00:00:00.000Z"
    other = Unmanaged(Kind.ROUND, "77", f"{start} to {end}", "queue.leaderboard/task", (start, end))
    tiny = challenge("open", queues=(queue(rounds=(window(total=9),)),))
    plan = make_plan(tiny, replace(LIVE, unmanaged=(other,)), Applied(), Options()).plan
    assert [item.address for item in plan.to_do() if item.kind is Kind.ROUND] == ["round.leaderboard/task/1"]
