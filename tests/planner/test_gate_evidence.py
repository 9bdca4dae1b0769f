"""What each launch gate says it saw of the challenge itself: its dates, pages, rounds, workflows, terms and approvals.

Who gets in before the launch is in test_gate_people.py, and what a plan makes of the evidence in test_gates.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from challenge_spec.resolved import ResolvedApproval, ResolvedGovernance, ResolvedRequirement
from planner import checks
from planner.checks import Check, Finding, Scene
from tests.planner.challenges import BEFORE, CLOSE, OPEN, challenge, orchestrator, page, queue, team
from tests.planner.worlds import launching, seen, without

World = Callable[[], Scene]
BOARD = "Tiny leaderboard task"
ROUND = "round.leaderboard/task/1"
OPENING = "timeline.open, 2027-03-03 09:00 PST (2027-03-03 17:00 UTC)"
ANNOUNCED = "timeline.preregistration, 2026-12-31 16:00 PST (2027-01-01 00:00 UTC)"


def timed(**moments: Any) -> Scene:
    return launching(timeline={**challenge().timeline, **moments})


def paged(*pages: Any, **said: Any) -> Scene:
    return launching(wiki=replace(challenge().wiki, pages=pages, **said))


def second(**said: Any) -> Any:
    """A queue beside the one that every tiny challenge has."""
    return queue("second/task", name="Second", **said)


def served(engine: str, named: str | None = "main", *others: Any) -> Scene:
    """A scored queue without a link on Synapse, and the engine of the orchestrator `main`."""
    scene = launching(queues=(queue(orchestrator=named),), orchestrators=(orchestrator(engine=engine), *others))
    return replace(scene, live=without(scene.live, "link.scoring"))


def evaluated_by(named: str | None, workflow: str | None = "scoring", **engines: Any) -> Scene:
    """A scored queue without a link on Synapse, and orchestrators by key, none of them called main."""
    known = tuple(replace(orchestrator(engine=engine), key=key) for key, engine in engines.items())
    scene = launching(queues=(queue(orchestrator=named, workflow=workflow),), orchestrators=known)
    return replace(scene, live=without(scene.live, "link.scoring"))


def approved(by: str | None, evidence: str | None, *, required: bool) -> Scene:
    said = ResolvedApproval(
        key="legal", description=None, by="board", evidence_required=required, approved_by=by, evidence=evidence
    )
    return launching(approvals=(said,))


def people(human_data: bool | None, ticket: str | None) -> Scene:
    return launching(governance=ResolvedGovernance(human_data=human_data, sensitive=False, ticket=ticket))


def with_terms(*in_force: str) -> Scene:
    terms = ResolvedRequirement(key="terms", kind="clickwrap", description=None, url=None, grants=None, use=None)
    teams = (team("participants", join="request", requires=("terms",)), *challenge().teams[1:])
    return seen(launching(requirements=(terms,), teams=teams), requirements={"team.participants": in_force})


def unlinked() -> Scene:
    scene = launching()
    return replace(scene, live=without(scene.live, "link.scoring"))


NO_LINK = Finding(False, f"{BOARD}: the link to the workflow scoring does not exist", "link.scoring")
NO_PAGES = Finding(False, "there are no pages: wiki.pages is not set")
NO_ROUND = Finding(False, f"{BOARD} has no round to come", ROUND)
CURRENT = Finding(True, f"{BOARD} has a current or coming round", ROUND)
LINKED = Finding(True, f"{BOARD} is evaluated by scoring (id-link.scoring)")
NOT_APPROVED = Finding(False, "legal: not approved yet")
NO_EVIDENCE = Finding(
    False,
    "legal: approved by example-admin, without the evidence that is required",
    remedy="Write what shows it into launch.approvals.legal.approved.evidence.",
)
UNANSWERED = Finding(False, "governance.human_data is not answered")
NO_TICKET = Finding(False, "there is data about people, and governance.ticket is empty")
NO_TERMS = Finding(False, "team.participants: no access requirement is in force")

SHUT: dict[str, tuple[Check, World, tuple[Finding, ...]]] = {
    "the opening is to come": (
        checks.launch_time,
        lambda: seen(launching(), now=BEFORE),
        (Finding(False, f"{OPENING}, is still to come"),),
    ),
    "nobody said when it opens": (
        checks.launch_time,
        lambda: timed(open=None),
        (Finding(False, "timeline.open is not set"),),
    ),
    "the preregistration is to come": (
        checks.preregistration_time,
        lambda: seen(launching(), now=BEFORE - timedelta(minutes=1)),
        (Finding(False, f"{ANNOUNCED}, is still to come"),),
    ),
    "there are no pages": (checks.pages, paged, (NO_PAGES,)),
    "placeholders are left": (
        checks.pages,
        lambda: paged(page(marks={"TODO": 7, "TBD": 9}), page("data", marks={"???": 2})),
        (
            Finding(False, "index.md, line 7: placeholder `TODO`"),
            Finding(False, "index.md, line 9: placeholder `TBD`"),
            Finding(False, "data.md, line 2: placeholder `???`"),
        ),
    ),
    "a page is empty": (
        checks.pages,
        lambda: paged(page(), page("data", text=" \n")),
        (Finding(False, "data.md: the page `Data` is empty"),),
    ),
    "the preregistration page has a placeholder": (
        checks.preregistration_page,
        lambda: paged(page(), preregistration=page("soon", marks={"TODO": 3})),
        (Finding(False, "soon.md, line 3: placeholder `TODO`"),),
    ),
    "the only round is over": (checks.rounds, lambda: seen(launching(), now=CLOSE + timedelta(days=1)), (NO_ROUND,)),
    "the only round ends at this very moment": (checks.rounds, lambda: seen(launching(), now=CLOSE), (NO_ROUND,)),
    "a queue has no rounds": (
        checks.rounds,
        lambda: launching(queues=(queue(rounds=()),)),
        (Finding(False, f"{BOARD} has no round to come"),),
    ),
    "a queue without rounds stands behind one that is open always": (
        checks.rounds,
        lambda: launching(queues=(second(always=True, rounds=()), queue(rounds=()))),
        (Finding(False, f"{BOARD} has no round to come"),),
    ),
    "a scored queue has no workflow": (
        checks.workflows,
        lambda: launching(queues=(queue(workflow=None),)),
        (Finding(False, f"{BOARD} is scored, but no workflow is named for it"),),
    ),
    "a link is missing": (checks.workflows, unlinked, (NO_LINK,)),
    "a link is missing for a workflow service": (checks.workflows, lambda: served("wes"), (NO_LINK,)),
    "an unnamed orchestrator is the one that is called main": (
        checks.workflows,
        lambda: served("docker", None),
        (NO_LINK,),
    ),
    "the only orchestrator is not called main": (
        checks.workflows,
        lambda: evaluated_by(None, hospital="docker"),
        (NO_LINK,),
    ),
    "one of several orchestrators is Synapse's, and none is called main": (
        checks.workflows,
        lambda: evaluated_by(None, hospital="external", cloud="wes"),
        (NO_LINK,),
    ),
    "no orchestrator is described": (
        checks.workflows,
        lambda: replace(unlinked(), challenge=challenge("open", orchestrators=())),
        (NO_LINK,),
    ),
    "a scored queue without a workflow stands behind one that isn't scored": (
        checks.workflows,
        lambda: launching(queues=(second(evaluation="receive"), queue(workflow=None))),
        (Finding(False, f"{BOARD} is scored, but no workflow is named for it"),),
    ),
    "terms are not in force": (checks.requirements, with_terms, (NO_TERMS,)),
    "nobody looked for terms": (
        checks.requirements,
        lambda: seen(with_terms(), requirements={}),
        (NO_TERMS,),
    ),
    "nobody approved": (checks.approvals, lambda: approved(None, "a letter", required=True), (NOT_APPROVED,)),
    "nobody approved what needs no evidence": (
        checks.approvals,
        lambda: approved(None, None, required=False),
        (NOT_APPROVED,),
    ),
    "the evidence of an approval is missing": (
        checks.approvals,
        lambda: approved("example-admin", None, required=True),
        (NO_EVIDENCE,),
    ),
    "the evidence of an approval is empty": (
        checks.approvals,
        lambda: approved("example-admin", "", required=True),
        (NO_EVIDENCE,),
    ),
    "nobody said whether there is data about people": (checks.governance, lambda: people(None, None), (UNANSWERED,)),
    "data about people have no ticket": (checks.governance, lambda: people(True, None), (NO_TICKET,)),
}

OPEN_GATES: dict[str, tuple[Check, World, tuple[Finding, ...]]] = {
    "the opening was reached": (checks.launch_time, launching, (Finding(True, f"{OPENING}, was reached"),)),
    "the opening is at this very moment": (
        checks.launch_time,
        lambda: seen(launching(), now=OPEN),
        (Finding(True, f"{OPENING}, was reached"),),
    ),
    "the preregistration was reached": (
        checks.preregistration_time,
        launching,
        (Finding(True, f"{ANNOUNCED}, was reached"),),
    ),
    "there is no preregistration": (checks.preregistration_time, lambda: timed(preregistration=None), ()),
    "all pages are complete": (checks.pages, launching, (Finding(True, "4 pages are complete"),)),
    "the only page is complete": (checks.pages, lambda: paged(page()), (Finding(True, "1 page is complete"),)),
    "a page with nothing but a link isn't empty": (
        checks.pages,
        lambda: paged(replace(page(), parts=(page(links=((),)).parts[2],)), page("data")),
        (Finding(True, "2 pages are complete"),),
    ),
    "the preregistration page is complete": (
        checks.preregistration_page,
        launching,
        (Finding(True, "index.md is complete"),),
    ),
    "there is no preregistration page": (
        checks.preregistration_page,
        lambda: paged(page(), preregistration=None),
        (),
    ),
    "a round is under way": (checks.rounds, launching, (CURRENT,)),
    "one queue is open always, the other has rounds": (
        checks.rounds,
        lambda: launching(queues=(second(always=True, rounds=()), queue())),
        (Finding(True, "Second is open without rounds, as declared"), CURRENT),
    ),
    "a queue of somebody else is not asked": (checks.rounds, lambda: launching(queues=(queue(use="9600001"),)), ()),
    "a queue for tests is not asked": (checks.rounds, lambda: launching(queues=(queue(purpose="test"),)), ()),
    "a link is there": (checks.workflows, launching, (LINKED,)),
    "a queue that isn't scored needs no link": (
        checks.workflows,
        lambda: launching(queues=(queue(evaluation="receive", workflow=None),)),
        (),
    ),
    "what is evaluated elsewhere needs no link": (checks.workflows, lambda: served("external"), ()),
    "what the unnamed main orchestrator does elsewhere needs no link": (
        checks.workflows,
        lambda: served("external", None),
        (),
    ),
    "what another orchestrator evaluates elsewhere needs no link": (
        checks.workflows,
        lambda: served("docker", "second", replace(orchestrator(engine="nextflow"), key="second")),
        (),
    ),
    "what the only orchestrator does elsewhere needs no link, whatever it is called": (
        checks.workflows,
        lambda: evaluated_by(None, hospital="external"),
        (),
    ),
    "what one of several orchestrators does needs no link where all of them are elsewhere": (
        checks.workflows,
        lambda: evaluated_by(None, hospital="external", cloud="nextflow"),
        (),
    ),
    "what is evaluated elsewhere needs no workflow": (
        checks.workflows,
        lambda: evaluated_by(None, workflow=None, hospital="external"),
        (),
    ),
    "terms are in force": (
        checks.requirements,
        lambda: with_terms("Terms of use", "Data use agreement"),
        (Finding(True, "team.participants: Terms of use; Data use agreement"),),
    ),
    "an approval has its evidence": (
        checks.approvals,
        lambda: approved("example-admin", "a letter", required=True),
        (Finding(True, "legal: approved by example-admin"),),
    ),
    "an approval needs no evidence": (
        checks.approvals,
        lambda: approved("example-admin", None, required=False),
        (Finding(True, "legal: approved by example-admin"),),
    ),
    "there is no data about people": (
        checks.governance,
        lambda: people(False, None),
        (Finding(True, "human data: no"),),
    ),
    "data about people have a ticket": (
        checks.governance,
        lambda: people(True, "GOV-1"),
        (Finding(True, "human data: yes, GOV-1"),),
    ),
}


@pytest.mark.parametrize("case", SHUT)
def test_what_is_missing_for_the_launch_is_said_exactly(case: str) -> None:
    check, world, findings = SHUT[case]
    assert tuple(finding for finding in check(world()) if not finding.met) == findings


@pytest.mark.parametrize("case", OPEN_GATES)
def test_what_is_ready_for_the_launch_is_said_exactly(case: str) -> None:
    check, world, findings = OPEN_GATES[case]
    assert tuple(check(world())) == findings
