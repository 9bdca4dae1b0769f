"""What each stage promises to people, row by row: said here once more, as what they can do on Synapse."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from challenge_spec.resolved import ResolvedChallenge
from planner.access import ENTITY, QUEUE, TEAM
from planner.desired import compile_challenge
from planner.plan import GateState
from planner.planning import Options, make_plan
from planner.resources import LEDGER_FOLDER, PUBLIC, SIGNED_IN, Kind, Resource
from planner.stages import STAGES, reached
from tests.planner.challenges import BEFORE, RESULTS, RUNNING, challenge, data, queue, team
from tests.planner.worlds import world_at

MAY: dict[object, str] = {(): "nothing", ("READ",): "read", ("READ", "SUBMIT"): "submit"}


def compiled(tiny: ResolvedChallenge, address: str) -> dict[str, Resource | None]:
    """Stage → a resource at that stage."""
    return {stage: compile_challenge(tiny, stage, RUNNING).resources.get(address) for stage in STAGES}


def rights(tiny: ResolvedChallenge, address: str, principal: str) -> list[str]:
    """What somebody may do at each stage."""
    found = compiled(tiny, f"acl.{address}").values()
    return [MAY.get(types, str(types)) for acl in found if acl for types in [acl.spec.get(principal, ())]]


@pytest.mark.parametrize(
    ("purpose", "promised"),
    [
        ("leaderboard", "nothing nothing submit read read"),
        ("final", "nothing nothing submit read read"),
        ("express", "nothing nothing submit read read"),
        ("writeup", "nothing nothing submit submit read"),
        ("benchmark", "nothing nothing submit submit submit"),
        ("test", "submit submit submit submit read"),
        ("internal", "submit submit submit submit read"),
    ],
)
def test_a_queue_lets_its_people_do_what_its_purpose_promises(purpose: str, promised: str) -> None:
    tiny = challenge(queues=(queue(purpose=purpose),), views=())
    assert rights(tiny, "queue.leaderboard/task", "team.participants") == promised.split()


@pytest.mark.parametrize(
    ("key", "promised"),
    [
        ("participants", "invitation invitation request invitation invitation"),
        ("preregistrants", "invitation open invitation invitation invitation"),
        ("organizers", "invitation invitation invitation invitation invitation"),
        ("administrators", "invitation invitation invitation invitation invitation"),
        ("testers", "invitation invitation invitation invitation invitation"),
        ("friends", "request request request request request"),
    ],
)
def test_a_team_lets_people_in_as_its_stage_promises(key: str, promised: str) -> None:
    teams = (team(key, join="request"), *(item for item in challenge().teams if item.key != key))
    found = compiled(challenge(teams=teams), f"team.{key}").values()
    assert [item.spec["join"] for item in found if item] == promised.split()


@pytest.mark.parametrize("principal", [PUBLIC, SIGNED_IN])
def test_everybody_reads_the_live_project_from_its_first_page_on(principal: str) -> None:
    bare = challenge(wiki=replace(challenge().wiki, preregistration=None))
    assert rights(challenge(), "project.live", principal) == ["nothing", "read", "read", "read", "read"]
    assert rights(bare, "project.live", principal) == ["nothing", "nothing", "read", "read", "read"]


def test_the_live_site_shows_nothing_then_one_page_then_all_for_ever() -> None:
    pages = [compile_challenge(challenge(), stage, RUNNING).of_kind(Kind.WIKI) for stage in STAGES]
    assert [sum(page.address.startswith("wiki.live") for page in site) for site in pages] == [0, 1, 4, 4, 4]


def test_the_portal_shows_the_status_of_the_stage() -> None:
    found = compiled(challenge(), "annotations.project.live").values()
    status = [item.spec["Status"] for item in found if item]
    assert status == [("Upcoming",), ("Upcoming",), ("Active",), ("Closed",), ("Closed",)]


def test_data_reaches_its_people_from_the_opening_and_everybody_only_after_the_close() -> None:
    released = data("training", "Data", access={"participants": "view"}, release=BEFORE)
    tiny = challenge(data=(released,))
    assert rights(tiny, "folder.data", "team.participants") == ["nothing", "nothing", "read", "read", "read"]
    everybody = [types != "nothing" for types in rights(tiny, "folder.data", SIGNED_IN)]
    assert everybody == [False, False, False, True, True]


@pytest.mark.parametrize(
    ("scores", "promised"),
    [
        ("immediate", "nothing nothing read read read"),
        ("after_round", "nothing nothing read read read"),
        ("after_close", "nothing nothing nothing read read"),
        ("never", "nothing nothing nothing nothing nothing"),
    ],
)
def test_scores_are_seen_when_the_results_say(scores: Any, promised: str) -> None:
    board = replace(challenge().views[0], access={"participants": "view"})
    shown = queue(results=replace(RESULTS, scores=scores))
    tiny = challenge(queues=(shown,), views=(board,))
    assert rights(tiny, "view.dashboard", "team.participants") == promised.split()


LONE = challenge(layout="one-project", projects=challenge().projects[:1])


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(
    ("tiny", "address", "organizers", "administrators"),
    [
        (challenge(), "project.live", ENTITY["moderate"], ENTITY["admin"]),
        (challenge(), "project.staging", ENTITY["edit"], ENTITY["admin"]),
        (LONE, "project.live", ENTITY["edit"], ENTITY["admin"]),
        (challenge(), "queue.leaderboard/task", QUEUE["score"], QUEUE["admin"]),
        (challenge(), "folder.data/training", ENTITY["edit_and_delete"], ENTITY["admin"]),
        (challenge(), "folder.logs", ENTITY["download"], ENTITY["admin"]),
        (challenge(), "link.scoring", ENTITY["edit"], ENTITY["admin"]),
        (challenge(), "view.dashboard", ENTITY["edit"], ENTITY["admin"]),
        (challenge(), LEDGER_FOLDER, None, ENTITY["admin"]),
        (challenge(), "team.participants", TEAM["message"], TEAM["admin"]),
    ],
)
def test_staff_may_do_the_same_at_every_stage(
    stage: str,
    tiny: ResolvedChallenge,
    address: str,
    organizers: tuple[str, ...] | None,
    administrators: tuple[str, ...],
) -> None:
    spec = compile_challenge(tiny, stage, RUNNING).resources[f"acl.{address}"].spec
    assert spec.get("team.organizers") == organizers
    assert spec["team.administrators"] == administrators


def test_the_preregistration_waits_for_its_time() -> None:
    tiny = challenge("preregistration")
    for now, state in ((BEFORE - timedelta(days=1), GateState.FAILED), (BEFORE, GateState.PASSED)):
        live, applied = world_at(tiny, "draft", now)
        gates = {gate.code: gate.state for gate in make_plan(tiny, live, applied, Options()).plan.gates}
        assert gates["preregistration-time"] is state


def test_a_stage_is_reached_with_itself_and_all_later_ones() -> None:
    assert [reached(stage, "open") for stage in STAGES] == [False, False, True, True, True]
