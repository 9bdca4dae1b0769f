"""Launch gates: named conditions that look at the world, not at flags. What has no evidence fails.

Each gate yields its findings; a finding that is not met says which address would have to change, so that a plan which is about to change it can say
"pending" instead of "failed". Gates are evaluated again after that change, before anything opens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from challenge_spec.resolved import ResolvedChallenge, ResolvedQueue
from planner.live import Live
from planner.plan import Gate, GateState
from planner.resources import DEPLOYER, FIXED_PRINCIPALS, Desired
from planner.stages import STAFF_TEAMS, SUBMITTING, Submitting


@dataclass(frozen=True, slots=True)
class Finding:
    """One piece of evidence. `address` is what an apply could change to meet it, where there is such a thing."""

    met: bool
    text: str
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a gate may look at: the challenge as wanted, what the wanted stage compiles to, and the live world."""

    challenge: ResolvedChallenge
    wanted: Desired
    live: Live

    def when(self, moment: datetime) -> str:
        """A moment in the challenge's own zone, with UTC beside it."""
        local = moment.astimezone(ZoneInfo(self.challenge.zone))
        return f"{local:%Y-%m-%d %H:%M %Z} ({moment:%Y-%m-%d %H:%M} UTC)"

    def queues_that_open(self) -> Iterator[ResolvedQueue]:
        """Queues that take submissions of participants from the opening on."""
        for queue in self.challenge.queues:
            if queue.use is None and SUBMITTING[queue.purpose]["draft"] is Submitting.HIDDEN:
                yield queue


Check = Callable[[Scene], Iterable[Finding]]


def evaluate(scene: Scene, stage: str, about_to_change: frozenset[str]) -> tuple[Gate, ...]:
    """Evaluate the gates into one stage; about_to_change: addresses that the same plan writes before the gates."""
    gates = (
        _gate(code, title, stage, tuple(check(scene)), remedy, about_to_change)
        for code, title, check, remedy in GATES.get(stage, ())
    )
    return tuple(gate for gate in gates if gate is not None)


def _gate(
    code: str, title: str, stage: str, findings: tuple[Finding, ...], remedy: str, about_to_change: frozenset[str]
) -> Gate | None:
    if not findings:
        return None
    unmet = [finding for finding in findings if not finding.met]
    if not unmet:
        return Gate(code, title, stage, GateState.PASSED, tuple(finding.text for finding in findings))
    pending = all(finding.address is not None and finding.address in about_to_change for finding in unmet)
    evidence = tuple(finding.text for finding in unmet)
    if pending:
        return Gate(code, title, stage, GateState.PENDING, evidence, "This apply takes care of it.")
    return Gate(code, title, stage, GateState.FAILED, evidence, remedy)


def _moment_reached(scene: Scene, name: str) -> Iterator[Finding]:
    moment = scene.challenge.timeline.get(name)
    if moment is None:
        yield Finding(False, f"timeline.{name} is not set")
    else:
        verb = "was reached" if moment <= scene.live.now else "is still to come"
        yield Finding(moment <= scene.live.now, f"timeline.{name}, {scene.when(moment)}, {verb}")


def _launch_time(scene: Scene) -> Iterator[Finding]:
    yield from _moment_reached(scene, "open")


def _preregistration_time(scene: Scene) -> Iterator[Finding]:
    if scene.challenge.timeline.get("preregistration") is not None:
        yield from _moment_reached(scene, "preregistration")


def _pages(scene: Scene) -> Iterator[Finding]:
    pages = scene.challenge.wiki.pages
    if not pages:
        yield Finding(False, "there are no pages: wiki.pages is not set")
    for page in pages:
        for mark, line in page.marks.items():
            yield Finding(False, f"{page.file.name}, line {line}: placeholder `{mark}`")
        if not any(not isinstance(part, str) or part.strip() for part in page.parts):
            yield Finding(False, f"{page.file.name}: the page `{page.title}` is empty")
    yield Finding(True, f"{len(pages)} pages are complete")


def _preregistration_page(scene: Scene) -> Iterator[Finding]:
    page = scene.challenge.wiki.preregistration
    if page is not None:
        for mark, line in page.marks.items():
            yield Finding(False, f"{page.file.name}, line {line}: placeholder `{mark}`")
        yield Finding(True, f"{page.file.name} is complete")


def _rounds(scene: Scene) -> Iterator[Finding]:
    for queue in scene.queues_that_open():
        if queue.always:
            yield Finding(True, f"{queue.name} is open without rounds, as declared")
            continue
        coming = [end for end in _live_ends(scene, queue) if end > scene.live.now]
        planned = next((f"round.{queue.key}/{item.name}" for item in queue.rounds), None)
        text = f"{queue.name} has {len(coming)} current or coming round(s)" if coming else f"{queue.name} has no round to come"
        yield Finding(bool(coming), text, planned)


def _live_ends(scene: Scene, queue: ResolvedQueue) -> Iterator[datetime]:
    for window in queue.rounds:
        live = scene.live.resources.get(f"round.{queue.key}/{window.name}")
        if live is not None:
            yield datetime.fromisoformat(str(live.spec["end"]))


def _workflows(scene: Scene) -> Iterator[Finding]:
    for queue in scene.queues_that_open():
        if queue.evaluation != "score" or not _runs_here(scene, queue):
            continue
        address = f"link.{queue.workflow}"
        if queue.workflow is None:
            yield Finding(False, f"{queue.name} is scored, but no workflow is named for it")
        elif address in scene.live.ids:
            yield Finding(True, f"{queue.name} is evaluated by {queue.workflow} ({scene.live.ids[address]})")
        else:
            yield Finding(False, f"{queue.name}: the link to the workflow {queue.workflow} does not exist", address)


def _runs_here(scene: Scene, queue: ResolvedQueue) -> bool:
    engines = {item.key: item.engine for item in scene.challenge.orchestrators}
    return engines.get(queue.orchestrator or "main", "docker") in ("docker", "wes")


def _truths(scene: Scene) -> Iterator[Finding]:
    for key, (folder, _) in scene.wanted.guarded.items():
        found = scene.live.guarded.get(key)
        if found is None:
            reason = scene.live.unreadable.get(folder, "not found on Synapse")
            yield Finding(False, f"the truth {key}: {reason}")
            continue
        readers = sorted(_outsiders(scene, found.access))
        text = f"{found.name} ({found.id}) can be read by {', '.join(readers)}" if readers else f"{found.name} is closed"
        yield Finding(not readers, text, f"acl.{folder}")


def _outsiders(scene: Scene, access: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Names of principals with READ or DOWNLOAD who are neither staff nor a service account."""
    insiders = set(_insiders(scene))
    for principal, types in access.items():
        if principal not in insiders and {"READ", "DOWNLOAD"} & set(types):
            yield _name(scene, principal)


def _insiders(scene: Scene) -> Iterator[str]:
    """Ids of those who may see everything before the launch: deployer, staff, the accounts that evaluate."""
    accounts = {f"user.{item.service_account}" for item in scene.challenge.orchestrators if item.service_account}
    for address in (DEPLOYER, *STAFF_TEAMS, *accounts):
        if address in scene.live.ids:
            yield scene.live.ids[address]
    yield scene.live.me.id


def _name(scene: Scene, principal: str) -> str:
    fixed = {id_: name for name, id_ in FIXED_PRINCIPALS.items()}
    known = {id_: address for address, id_ in scene.live.ids.items() if address.startswith(("team.", "user."))}
    return fixed.get(principal) or known.get(principal) or scene.live.names.get(principal) or f"principal {principal}"


def _nobody_submits(scene: Scene) -> Iterator[Finding]:
    allowed = {*_insiders(scene), scene.live.ids.get("team.testers", "")}
    for queue in scene.queues_that_open():
        live = scene.live.resources.get(f"acl.queue.{queue.key}")
        if live is None:
            continue
        early = [
            _name(scene, principal)
            for principal, types in live.spec.items()
            if isinstance(types, tuple) and "SUBMIT" in types and principal not in allowed
        ]
        text = f"{queue.name} takes submissions from {', '.join(early)} already" if early else f"{queue.name} is closed"
        yield Finding(not early, text, live.address)


def _staff(scene: Scene) -> Iterator[Finding]:
    for team in scene.challenge.teams:
        if team.key not in ("organizers", "administrators") or not team.members or team.use is not None:
            continue
        membership = scene.live.memberships.get(f"team.{team.key}")
        inside = [name for name in team.members if membership and _id(scene, name) in membership.members]
        waiting = [name for name in team.members if name not in inside]
        text = f"{team.name}: {len(inside)} of {len(team.members)} accepted"
        yield Finding(bool(inside), text + (f", waiting for {', '.join(waiting)}" if waiting else ""))


def _id(scene: Scene, name: str) -> str:
    return name if name.isdigit() else scene.live.ids.get(f"user.{name}", "")


def _orchestrators(scene: Scene) -> Iterator[Finding]:
    for item in scene.challenge.orchestrators:
        if item.engine not in ("docker", "wes") or not item.queues:
            continue
        missing = [
            name
            for name, value in (
                ("service_account", item.service_account),
                ("memory_per_submission", item.memory_per_submission),
                ("machine.memory", item.machine_memory),
            )
            if value is None
        ]
        text = f"orchestrators.{item.key}: {', '.join(missing)} not set" if missing else f"{item.key} knows all it needs"
        yield Finding(not missing, text)
        if item.service_account and f"user.{item.service_account}" not in scene.live.ids and not item.service_account.isdigit():
            yield Finding(False, f"orchestrators.{item.key}: there is no account named {item.service_account}")
        if "folder.logs" not in scene.live.ids:
            yield Finding(False, "the Logs folder does not exist", "folder.logs")


def _requirements(scene: Scene) -> Iterator[Finding]:
    for address in scene.wanted.restricted:
        found = scene.live.requirements.get(address, ())
        text = f"{address}: {'; '.join(found)}" if found else f"{address}: no access requirement is in force"
        yield Finding(bool(found), text)


def _approvals(scene: Scene) -> Iterator[Finding]:
    for approval in scene.challenge.approvals:
        given = approval.approved_by is not None and (bool(approval.evidence) or not approval.evidence_required)
        text = f"{approval.key}: approved by {approval.approved_by}" if given else f"{approval.key}: not approved yet"
        yield Finding(given, text)


def _governance(scene: Scene) -> Iterator[Finding]:
    known = scene.challenge.governance
    if known.human_data is None:
        yield Finding(False, "governance.human_data is not answered")
    elif known.human_data and known.ticket is None:
        yield Finding(False, "there is data about people, and governance.ticket is empty")
    else:
        yield Finding(True, f"human data: {'yes, ' + str(known.ticket) if known.human_data else 'no'}")


GATES: Final[Mapping[str, tuple[tuple[str, str, Check, str], ...]]] = {
    "preregistration": (
        (
            "preregistration-time",
            "The time of the preregistration has come",
            _preregistration_time,
            "Wait until then and apply again, or move timeline.preregistration.",
        ),
        (
            "preregistration-page",
            "The preregistration page is complete",
            _preregistration_page,
            "Replace the placeholders in the file.",
        ),
    ),
    "open": (
        (
            "launch-time",
            "The launch time has come",
            _launch_time,
            "Wait until then and apply again, or move timeline.open.",
        ),
        (
            "pages-complete",
            "Pages are complete, without placeholders",
            _pages,
            "Finish the pages named above; validation shows each place.",
        ),
        (
            "rounds-ready",
            "Every queue has a current or coming round",
            _rounds,
            "Give the queue a round that ends in the future (queues.NAME.rounds), or retire the queue.",
        ),
        (
            "workflows-linked",
            "Every scored queue has a workflow",
            _workflows,
            "Name the workflow of the queue and apply; the link is made by apply.",
        ),
        (
            "truths-closed",
            "No truth can be read by anybody but staff",
            _truths,
            "Upload the truth into its folder, and on Synapse take away the rights named above (or let apply restore the folder's ACL).",
        ),
        (
            "orchestrator-ready",
            "The inputs of the orchestrator's files are known",
            _orchestrators,
            "Fill in the fields under `orchestrators`.",
        ),
        (
            "nobody-submits-yet",
            "Nobody but staff and testers can submit yet",
            _nobody_submits,
            "Apply takes the right away; see who gave it.",
        ),
        (
            "staff-accepted",
            "Organizers and administrators accepted their invitations",
            _staff,
            "Ask one of them in each team to accept the invitation on Synapse (it came by mail and waits in their account).",
        ),
        (
            "requirements-in-force",
            "Terms that people must accept are in force",
            _requirements,
            "Only Synapse's Access and Compliance Team can set them up: ask it, with the ids of the live project and the team.",
        ),
        ("approvals", "Everybody who must approve has approved", _approvals, "Record who approved, with the evidence."),
        (
            "governance",
            "It is known whether there is data about people",
            _governance,
            "Answer governance.human_data; with data about people talk to Synapse's Access and Compliance Team first.",
        ),
    ),
}
"""Stage → (code, title, check, remedy), in the order in which people should read them."""
