"""Each launch gate, shut and open, with its evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from challenge_spec.resolved import (
    ResolvedApproval,
    ResolvedChallenge,
    ResolvedFolder,
    ResolvedGovernance,
    ResolvedRequirement,
)
from planner.live import Guarded, Live, Membership
from planner.plan import Gate, GateState
from planner.planning import Options, make_plan
from tests.planner.challenges import BEFORE, RUNNING, challenge, orchestrator, page, queue, team
from tests.planner.worlds import DEPLOYER, edited, ready_to_open, without, world_at

Scene = tuple[ResolvedChallenge, Live]


def gates_of(tiny: ResolvedChallenge, live: Live) -> dict[str, Gate]:
    _, applied = ready_to_open(challenge(), RUNNING)
    plan = make_plan(tiny, live, applied, Options()).plan
    return {gate.code: gate for gate in plan.gates}


def scene(**said: Any) -> Scene:
    tiny = challenge("open", **said)
    live, _ = ready_to_open(tiny, RUNNING)
    return tiny, live


def too_early() -> Scene:
    tiny, live = scene()
    return tiny, replace(live, now=BEFORE)


def placeholder() -> Scene:
    return scene(wiki=replace(challenge().wiki, pages=(page(marks={"TODO": 7}),)))


def empty_page() -> Scene:
    return scene(wiki=replace(challenge().wiki, pages=(page(text=" "),)))


def no_workflow() -> Scene:
    return scene(queues=(queue(workflow=None),))


def truth_shared() -> Scene:
    tiny, live = scene()
    open_to = {DEPLOYER.id: ("READ",), live.ids["team.participants"]: ("READ",)}
    return tiny, replace(live, guarded={"truth": Guarded("syn9", "truth.csv", open_to)})


def truth_public() -> Scene:
    tiny, live = scene()
    return tiny, replace(live, guarded={"truth": Guarded("syn9", "truth.csv", {"273949": ("READ",)})})


def truth_missing() -> Scene:
    tiny, live = scene()
    return tiny, replace(live, guarded={})


def orchestrator_unknown() -> Scene:
    return scene(orchestrators=(orchestrator(memory_per_submission=None),))


def nobody_accepted() -> Scene:
    tiny, live = scene()
    waiting = Membership(frozenset(), frozenset({live.ids["user.example-organizer-1"]}))
    return tiny, replace(live, memberships={**live.memberships, "team.organizers": waiting})


def no_terms() -> Scene:
    terms = ResolvedRequirement(key="terms", kind="clickwrap", description=None, url=None, grants=None, use=None)
    teams = (team("participants", join="request", requires=("terms",)), *challenge().teams[1:])
    return scene(requirements=(terms,), teams=teams)


def not_approved() -> Scene:
    legal = ResolvedApproval(
        key="legal-dua",
        description=None,
        by="administrators",
        evidence_required=True,
        approved_by="example-admin",
        evidence=None,
    )
    return scene(approvals=(legal,))


def people_unanswered() -> Scene:
    return scene(governance=ResolvedGovernance(human_data=None, sensitive=False, ticket=None))


def no_time() -> Scene:
    return scene(timeline={**challenge().timeline, "open": None})


def no_pages() -> Scene:
    return scene(wiki=replace(challenge().wiki, pages=()))


def no_such_bot() -> Scene:
    tiny, live = scene()
    return tiny, replace(live, ids={key: id_ for key, id_ in live.ids.items() if key != "user.example-bot"})


def people_without_a_ticket() -> Scene:
    return scene(governance=ResolvedGovernance(human_data=True, sensitive=False, ticket=None))


SHUT: list[tuple[str, Callable[[], Scene], str]] = [
    ("launch-time", too_early, "is still to come"),
    ("launch-time", no_time, "timeline.open is not set"),
    ("pages-complete", no_pages, "there are no pages"),
    ("orchestrator-ready", no_such_bot, "there is no account named example-bot"),
    ("governance", people_without_a_ticket, "governance.ticket is empty"),
    ("pages-complete", placeholder, "line 7: placeholder `TODO`"),
    ("pages-complete", empty_page, "is empty"),
    ("workflows-linked", no_workflow, "no workflow is named"),
    ("truths-closed", truth_shared, "can be read by team.participants"),
    ("truths-closed", truth_public, "can be read by public"),
    ("truths-closed", truth_missing, "not found on Synapse"),
    ("orchestrator-ready", orchestrator_unknown, "memory_per_submission not set"),
    ("staff-accepted", nobody_accepted, "waiting for example-organizer-1"),
    ("requirements-in-force", no_terms, "no access requirement is in force"),
    ("approvals", not_approved, "without the evidence that is required"),
    ("governance", people_unanswered, "human_data is not answered"),
]


@pytest.mark.parametrize(("code", "make", "words"), SHUT, ids=[f"{code}: {words}" for code, _, words in SHUT])
def test_a_gate_is_shut_with_its_evidence_and_a_remedy(code: str, make: Callable[[], Scene], words: str) -> None:
    gate = gates_of(*make())[code]
    assert gate.state is GateState.FAILED
    assert words in " ".join(gate.evidence)
    assert gate.remedy


@pytest.mark.parametrize("code", sorted({code for code, _, _ in SHUT} - {"requirements-in-force", "approvals"}))
def test_the_same_gate_passes_in_a_world_that_is_ready(code: str) -> None:
    assert gates_of(*scene())[code].state is GateState.PASSED


MADE_BY_APPLY = [
    ("rounds-ready", "round.leaderboard/task/1", "Tiny leaderboard task has no round to come"),
    ("workflows-linked", "link.scoring", "Tiny leaderboard task: the link to the workflow scoring does not exist"),
    ("orchestrator-ready", "folder.logs", "the Logs folder does not exist"),
]


@pytest.mark.parametrize(("code", "address", "evidence"), MADE_BY_APPLY, ids=[row[1] for row in MADE_BY_APPLY])
def test_what_the_same_apply_makes_is_pending(code: str, address: str, evidence: str) -> None:
    tiny, live = scene()
    gate = gates_of(tiny, without(live, address))[code]
    assert (gate.state, gate.evidence) == (GateState.PENDING, (evidence,))
    assert gate.remedy == "This apply takes care of it."


def test_a_gate_that_is_shut_for_two_reasons_is_not_pending_though_apply_mends_one_of_them() -> None:
    tiny, live = scene(orchestrators=(orchestrator(memory_per_submission=None),))
    gate = gates_of(tiny, without(live, "folder.logs"))["orchestrator-ready"]
    assert (gate.state, gate.remedy) == (GateState.FAILED, "Fill in the fields under `orchestrators`.")
    assert gate.evidence == (
        "orchestrators.main: memory_per_submission not set",
        "the Logs folder does not exist",
    )


def test_each_reason_for_which_a_gate_is_shut_has_its_remedy() -> None:
    without_logs = scene(orchestrators=(orchestrator(memory_per_submission=None),), logs=ResolvedFolder(exists=False))
    assert gates_of(*without_logs)["orchestrator-ready"].remedy == (
        "Fill in the fields under `orchestrators`. "
        "Delete `exists: false` of projects.logs, or name a folder: `projects.logs: { use: synID }`."
    )


def test_a_truth_that_apply_closes_again_is_pending() -> None:
    tiny, live = scene()
    shared = edited(live, "acl.folder.private-data/truth", **{live.ids["team.participants"]: ("READ",)})
    found = {"truth": Guarded("syn9", "truth.csv", {live.ids["team.participants"]: ("READ",)})}
    assert gates_of(tiny, replace(shared, guarded=found))["truths-closed"].state is GateState.PENDING


def test_a_queue_that_lets_participants_in_early_is_seen_and_taken_back_first() -> None:
    tiny, live = scene()
    early = edited(live, "acl.queue.leaderboard/task", **{live.ids["team.participants"]: ("READ", "SUBMIT")})
    gate = gates_of(tiny, early)["nobody-submits-yet"]
    assert gate.state is GateState.PENDING
    assert "takes submissions from team.participants already" in gate.evidence[0]


def test_the_service_account_may_read_the_truth() -> None:
    tiny, live = scene()
    access = {DEPLOYER.id: ("READ",), live.ids["user.example-bot"]: ("DOWNLOAD", "READ")}
    shared = replace(live, guarded={"truth": Guarded("syn9", "truth.csv", access)})
    assert gates_of(tiny, shared)["truths-closed"].state is GateState.PASSED


def test_a_placeholder_on_the_preregistration_page_shuts_the_way_to_it() -> None:
    soon = replace(challenge().wiki, preregistration=page(marks={"TODO": 3}))
    tiny = challenge("preregistration", wiki=soon)
    live, _ = world_at(tiny, "draft", RUNNING)
    gate = gates_of(tiny, live)["preregistration-page"]
    assert gate.state is GateState.FAILED
    assert "line 3: placeholder `TODO`" in gate.evidence[0]


def test_a_queue_that_is_open_always_needs_no_round() -> None:
    gate = gates_of(*scene(queues=(queue(always=True, rounds=()),)))["rounds-ready"]
    assert gate.state is GateState.PASSED
    assert "is open without rounds, as declared" in gate.evidence[0]
