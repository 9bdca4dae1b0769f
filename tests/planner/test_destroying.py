"""Taking a challenge down: everything of ours, in an order that Synapse allows; one thing that is held stops all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from challenge_spec.resolved import ResolvedChallenge
from planner.desired import compile_challenge
from planner.destroying import counted, make_destruction
from planner.live import Live
from planner.plan import Action, Operation, Plan
from planner.planning import Options
from planner.resources import LEDGER_FOLDER
from tests.planner.challenges import RUNNING, challenge, team
from tests.planner.worlds import without, world_at


def destruction(tiny: ResolvedChallenge, live: Live | None = None, *allow: str) -> Plan:
    there, applied = world_at(tiny, tiny.stage, RUNNING)
    return make_destruction(tiny, live or there, applied, Options(allow=frozenset(allow))).plan


def one_project() -> ResolvedChallenge:
    tiny = challenge("open", layout="one-project")
    return replace(tiny, projects=tiny.projects[:1])


def before(plan: Plan, first: str, then: str) -> bool:
    """Whether one operation comes before another by what they wait for."""
    by_id = {item.id: item for item in plan.operations}
    waits, stack = set[str](), [then]
    while stack:
        for need in by_id[stack.pop()].depends_on:
            if need not in waits:
                waits.add(need)
                stack.append(need)
    return first in waits


@pytest.mark.parametrize("tiny", [challenge("open"), one_project()], ids=["two projects", "one project"])
def test_everything_of_ours_goes_by_itself_or_with_something(tiny: ResolvedChallenge) -> None:
    live, _ = world_at(tiny, "open", RUNNING)
    gone = [item for item in destruction(tiny).operations if item.action is Action.DELETE]
    told = [address for item in gone for address in (item.address, *item.carries)]
    assert sorted(told) == sorted(address for address in live.resources if not address.startswith("stage."))


@pytest.mark.parametrize("tiny", [challenge("open"), one_project()], ids=["two projects", "one project"])
def test_a_team_goes_when_nothing_is_shared_with_it_any_more(tiny: ResolvedChallenge) -> None:
    live, _ = world_at(tiny, "open", RUNNING)
    plan = destruction(tiny)
    teams = [item.address for item in plan.operations if item.address.startswith("team.")]
    ends = {part: item for item in plan.operations for part in (item.address, *item.carries)}
    for address in teams:
        for acl in (item for item in live.resources.values() if item.kind == "acl"):
            if live.ids[address] in acl.spec and acl.address != f"acl.{address}":
                end = plan_step(plan, acl.address) or ends[acl.address]
                assert before(plan, end.id, address), f"{acl.address} is shared with {address}"


def plan_step(plan: Plan, address: str) -> Operation | None:
    return next((item for item in plan.operations if item.address == address), None)


def test_the_home_project_goes_last_with_the_ledger_in_it() -> None:
    plan = destruction(challenge("open"))
    last = plan.operations[-1]
    assert last.address == "project.staging"
    assert LEDGER_FOLDER in last.carries
    assert all(before(plan, item.id, last.id) for item in plan.operations[:-1])


def test_whoever_destroys_keeps_their_rights_to_the_end() -> None:
    plan = destruction(challenge("open"))
    for item in plan.operations:
        if item.action is Action.UPDATE:
            assert "CHANGE_PERMISSIONS" in str(item.spec["1"]) or "TEAM_MEMBERSHIP_UPDATE" in str(item.spec["1"])


def test_one_guarded_thing_refuses_all() -> None:
    tiny = challenge("open")
    guarded = replace(tiny, teams=(*tiny.teams, team("finalists", protect=True)))
    (problem,) = destruction(guarded).problems
    assert (problem.code, problem.address) == ("protected", None)
    assert "team.finalists is protected" in problem.message


def test_submissions_refuse_all_until_they_are_consented_to() -> None:
    tiny = challenge("open")
    free = replace(tiny, queues=(replace(tiny.queues[0], protect=False),))
    live = replace(world_at(free, "open", RUNNING)[0], submissions={"queue.leaderboard/task": 2})
    assert [problem.code for problem in destruction(free, live).problems] == ["needs-consent"]
    allowed = destruction(free, live, "delete-submissions")
    assert allowed.problems == ()
    assert "goes for good, with 2 submissions" in {note.message for note in allowed.notes}
    assert [problem.code for problem in destruction(tiny, live, "delete-submissions").problems] == ["protected"]


def test_what_only_has_the_name_is_not_ours_to_destroy() -> None:
    tiny = challenge("open")
    live, _ = world_at(tiny, "open", RUNNING)
    theirs = {**live.resources, "team.testers": replace(live.resources["team.testers"], identified_by="name")}
    assert "team.testers" not in {
        item.address for item in destruction(tiny, replace(live, resources=theirs)).operations
    }


def test_where_the_home_project_is_gone_the_rest_goes() -> None:
    tiny = challenge("open")
    live, _ = world_at(tiny, "open", RUNNING)
    left = without(live, *(address for address in live.resources if not address.startswith(("team.", "acl.team."))))
    plan = destruction(tiny, left)
    assert {item.kind for item in plan.operations if item.action is Action.DELETE} == {"team"}
    assert not [item for item in plan.operations if "project" in item.address]


def test_nothing_below_the_logs_is_looked_at() -> None:
    looked_at = counted(compile_challenge(challenge("open"), "open", RUNNING))
    assert "queue.leaderboard/task" in looked_at
    assert not {"folder.logs", LEDGER_FOLDER} & looked_at


def test_a_ledger_whose_access_list_is_gone_already_needs_no_narrowing() -> None:
    tiny = challenge("open")
    live, _ = world_at(tiny, "open", RUNNING)
    narrowed = {
        step.address
        for step in destruction(tiny, without(live, f"acl.{LEDGER_FOLDER}")).operations
        if step.action is Action.UPDATE
    }
    assert f"acl.{LEDGER_FOLDER}" not in narrowed
    assert narrowed
