"""Launch gates: named conditions that look at the world, not at flags.

A finding that is not met says which address would have to change, so that a plan which is about to change it can say
"pending" instead of "failed".
Gates are evaluated again after that change, before anything opens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from planner import checks
from planner.checks import Check, Finding, Scene
from planner.plan import Gate, GateState

AboutToChange = Callable[[str], bool]


def evaluate(scene: Scene, stage: str, about_to_change: AboutToChange) -> tuple[Gate, ...]:
    """Evaluate the gates into one stage; about_to_change: whether the same plan writes an address before the gates."""
    gates = (
        _gate(code, title, stage, tuple(check(scene)), remedy, about_to_change)
        for code, title, check, remedy in GATES.get(stage, ())
    )
    return tuple(gate for gate in gates if gate is not None)


def _gate(
    code: str, title: str, stage: str, findings: tuple[Finding, ...], remedy: str, about_to_change: AboutToChange
) -> Gate | None:
    if not findings:
        return None
    unmet = [finding for finding in findings if not finding.met]
    if not unmet:
        return Gate(code, title, stage, GateState.PASSED, tuple(finding.text for finding in findings))
    pending = all(finding.address is not None and about_to_change(finding.address) for finding in unmet)
    evidence = tuple(finding.text for finding in unmet)
    if pending:
        return Gate(code, title, stage, GateState.PENDING, evidence, "This apply takes care of it.")
    remedies = dict.fromkeys(finding.remedy or remedy for finding in unmet)
    return Gate(code, title, stage, GateState.FAILED, evidence, " ".join(remedies))


GATES: Final[Mapping[str, tuple[tuple[str, str, Check, str], ...]]] = {
    "preregistration": (
        (
            "preregistration-time",
            "The time of the preregistration has come",
            checks.preregistration_time,
            "Wait until then and apply again, or move timeline.preregistration.",
        ),
        (
            "preregistration-page",
            "The preregistration page is complete",
            checks.preregistration_page,
            "Replace the placeholders in the file.",
        ),
    ),
    "open": (
        (
            "launch-time",
            "The launch time has come",
            checks.launch_time,
            "Wait until then and apply again, or move timeline.open.",
        ),
        (
            "pages-complete",
            "Pages are complete, without placeholders",
            checks.pages,
            "Finish the pages named above; validation shows each place.",
        ),
        (
            "rounds-ready",
            "Every queue has a current or coming round",
            checks.rounds,
            "Give the queue a round that ends in the future (queues.NAME.rounds), or retire the queue.",
        ),
        (
            "workflows-linked",
            "Every scored queue has a workflow",
            checks.workflows,
            "Name the workflow of the queue and apply; the link is made by apply.",
        ),
        (
            "truths-closed",
            "No truth can be read by anybody but staff",
            checks.truths,
            "Upload the truth into its folder; on Synapse take away the rights named above, or let apply do it.",
        ),
        (
            "orchestrator-ready",
            "The inputs of the orchestrator's files are known",
            checks.orchestrators,
            "Fill in the fields under `orchestrators`.",
        ),
        (
            "nobody-submits-yet",
            "Nobody but staff and testers can submit yet",
            checks.nobody_submits,
            "Apply takes the right away; see who gave it.",
        ),
        (
            "staff-accepted",
            "Organizers and administrators accepted their invitations",
            checks.staff,
            "Ask one of them in each team to accept the invitation on Synapse: it came by mail.",
        ),
        (
            "requirements-in-force",
            "Terms that people must accept are in force",
            checks.requirements,
            "Ask Synapse's Access and Compliance Team, with the ids of the live project and the team.",
        ),
        (
            "approvals",
            "Everybody who must approve has approved",
            checks.approvals,
            "Record who approved, with evidence.",
        ),
        (
            "governance",
            "It is known whether there is data about people",
            checks.governance,
            "Answer governance.human_data; with data about people talk to Synapse's Access and Compliance Team first.",
        ),
    ),
}
"""Stage → (code, title, check, remedy), in the order in which people should read them."""
