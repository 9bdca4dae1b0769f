"""What stops a plan or a part of it, with how to mend it; and things that wait for each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from challenge_spec.resolved import ResolvedRequirement
from planner.applied import Applied
from planner.live import Live
from planner.ordering import CycleError, order
from planner.plan import Action, Cause, Operation, Part, Problem
from planner.planning import Options, make_plan
from planner.resources import Desired, Kind, Resource
from tests.planner.challenges import RUNNING, challenge, data, team
from tests.planner.worlds import world_at


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
        for address, other in (("folder.a", "folder.b"), ("folder.b", "folder.a"))
    }
    desired = Desired("tiny", "draft", "project.live", resources)
    with pytest.raises(CycleError) as no:
        order([step("folder.a"), step("folder.b")], desired, frozenset())
    assert set(no.value.cycle) == {"folder.a", "folder.b"}
    assert "these wait for each other: folder." in str(no.value)
