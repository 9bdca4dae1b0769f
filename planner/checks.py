"""The checks behind the launch gates: each looks at the world and yields findings; what has no evidence is not met."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from challenge_spec.resolved import ResolvedChallenge, ResolvedQueue
from challenge_spec.scoring import usual_orchestrator
from planner.counting import count
from planner.live import Live
from planner.resources import DEPLOYER, FIXED_PRINCIPALS, LOGS_FOLDER, Desired
from planner.stages import STAFF_TEAMS, SUBMITTING, Submitting


@dataclass(frozen=True, slots=True)
class Finding:
    """One piece of evidence. `address` is what an apply could change to meet it, where there is such a thing.

    remedy: how to mend just this, where what the gate says in general does not fit.
    """

    met: bool
    text: str
    address: str | None = None
    remedy: str | None = None


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


_ENGINES: Final = ("docker", "wes")
"""Engines of Synapse's orchestrator: it finds the workflow by a link on Synapse, and keeps logs there."""

_LOGS_REMEDY: Final = "Delete `exists: false` of projects.logs, or name a folder: `projects.logs: { use: synID }`."

Check = Callable[[Scene], Iterable[Finding]]


def _moment_reached(scene: Scene, name: str) -> Iterator[Finding]:
    moment = scene.challenge.timeline.get(name)
    if moment is None:
        yield Finding(False, f"timeline.{name} is not set")
    else:
        verb = "was reached" if moment <= scene.live.now else "is still to come"
        yield Finding(moment <= scene.live.now, f"timeline.{name}, {scene.when(moment)}, {verb}")


def launch_time(scene: Scene) -> Iterator[Finding]:
    """The opening in the timeline has come."""
    yield from _moment_reached(scene, "open")


def preregistration_time(scene: Scene) -> Iterator[Finding]:
    """The preregistration in the timeline, if there is one, has come."""
    if scene.challenge.timeline.get("preregistration") is not None:
        yield from _moment_reached(scene, "preregistration")


def pages(scene: Scene) -> Iterator[Finding]:
    """Every page has text and no placeholder."""
    pages = scene.challenge.wiki.pages
    if not pages:
        yield Finding(False, "there are no pages: wiki.pages is not set")
    for page in pages:
        for mark, line in page.marks.items():
            yield Finding(False, f"{page.file.name}, line {line}: placeholder `{mark}`")
        if not any(not isinstance(part, str) or part.strip() for part in page.parts):
            yield Finding(False, f"{page.file.name}: the page `{page.title}` is empty")
    yield Finding(True, f"{count(len(pages), 'page is', 'pages are')} complete")


def preregistration_page(scene: Scene) -> Iterator[Finding]:
    """The preregistration page, if there is one, has no placeholder."""
    page = scene.challenge.wiki.preregistration
    if page is not None:
        for mark, line in page.marks.items():
            yield Finding(False, f"{page.file.name}, line {line}: placeholder `{mark}`")
        yield Finding(True, f"{page.file.name} is complete")


def rounds(scene: Scene) -> Iterator[Finding]:
    """Every queue that opens has a round on Synapse that ends in the future, or is declared open always."""
    for queue in scene.queues_that_open():
        if queue.always:
            yield Finding(True, f"{queue.name} is open without rounds, as declared")
            continue
        coming = [end for end in _live_ends(scene, queue) if end > scene.live.now]
        planned = next((f"round.{queue.key}/{item.name}" for item in queue.rounds), None)
        # Not how many: that would move with time alone, and a plan that nothing changed would not be the same.
        evidence = "a current or coming round" if coming else "no round to come"
        yield Finding(bool(coming), f"{queue.name} has {evidence}", planned)


def _live_ends(scene: Scene, queue: ResolvedQueue) -> Iterator[datetime]:
    for window in queue.rounds:
        live = scene.live.resources.get(f"round.{queue.key}/{window.name}")
        if live is not None:
            yield datetime.fromisoformat(str(live.spec["end"]))


def workflows(scene: Scene) -> Iterator[Finding]:
    """Every queue that is scored by an orchestrator has its link on Synapse."""
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
    """Whether Synapse's orchestrator may be who evaluates a queue; undecided among several, any of them may be."""
    engines = {item.key: item.engine for item in scene.challenge.orchestrators}
    key = queue.orchestrator or usual_orchestrator(engines)
    possible = [engines[key]] if key in engines else [*engines.values()] or ["docker"]
    return any(engine in _ENGINES for engine in possible)


def truths(scene: Scene) -> Iterator[Finding]:
    """Every truth is there, and only staff and the accounts that evaluate can read it."""
    for key, (folder, _) in scene.wanted.guarded.items():
        found = scene.live.guarded.get(key)
        if found is None:
            reason = scene.live.unreadable.get(folder, "not found on Synapse")
            yield Finding(False, f"the truth {key}: {reason}")
            continue
        readers = sorted(_outsiders(scene, found.access))
        evidence = f"can be read by {', '.join(readers)}" if readers else "is closed"
        yield Finding(not readers, f"{found.name} ({found.id}) {evidence}", f"acl.{folder}")


def _outsiders(scene: Scene, access: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Names of principals with READ or DOWNLOAD who are neither staff nor a service account."""
    insiders = set(_insiders(scene))
    for principal, types in access.items():
        if principal not in insiders and {"READ", "DOWNLOAD"} & set(types):
            yield _name(scene, principal)


def _insiders(scene: Scene) -> Iterator[str]:
    """Ids of those who may see everything before the launch: deployer, staff, the accounts that evaluate."""
    staff = (scene.live.ids.get(address) for address in (DEPLOYER, *STAFF_TEAMS))
    accounts = (_id(scene, item.service_account) for item in scene.challenge.orchestrators if item.service_account)
    yield from (id_ for id_ in (scene.live.me.id, *staff, *accounts) if id_ is not None)


def _name(scene: Scene, principal: str) -> str:
    fixed = {id_: name for name, id_ in FIXED_PRINCIPALS.items()}
    known = {id_: address for address, id_ in scene.live.ids.items() if address.startswith(("team.", "user."))}
    return fixed.get(principal) or known.get(principal) or scene.live.names.get(principal) or f"principal {principal}"


def nobody_submits(scene: Scene) -> Iterator[Finding]:
    """No queue takes submissions from anybody but staff and testers before the launch."""
    allowed = {*_insiders(scene), scene.live.ids.get("team.testers")}
    for queue in scene.queues_that_open():
        live = scene.live.resources.get(f"acl.queue.{queue.key}")
        if live is None:
            continue
        early = sorted(
            _name(scene, principal)
            for principal, types in live.spec.items()
            if isinstance(types, tuple) and "SUBMIT" in types and principal not in allowed
        )
        text = f"{queue.name} takes submissions from {', '.join(early)} already" if early else f"{queue.name} is closed"
        yield Finding(not early, text, live.address)


def staff(scene: Scene) -> Iterator[Finding]:
    """Somebody of each staff team has accepted the invitation."""
    for team in scene.challenge.teams:
        if team.key not in ("organizers", "administrators") or not team.members or team.use is not None:
            continue
        membership = scene.live.memberships.get(f"team.{team.key}")
        inside = [name for name in team.members if membership and _id(scene, name) in membership.members]
        waiting = [name for name in team.members if name not in inside]
        text = f"{team.name}: {len(inside)} of {len(team.members)} accepted"
        yield Finding(bool(inside), text + (f", waiting for {', '.join(waiting)}" if waiting else ""))


def _id(scene: Scene, name: str) -> str | None:
    if name.isdigit():
        return None if f"principal.{name}" in scene.live.missing_people else name
    return scene.live.ids.get(f"user.{name}")


def orchestrators(scene: Scene) -> Iterator[Finding]:
    """Everything that the orchestrator's files need is set."""
    serving: list[str] = []
    for item in scene.challenge.orchestrators:
        if item.engine not in _ENGINES or not item.queues:
            continue
        serving.append(item.key)
        missing = [
            name
            for name, value in (
                ("service_account", item.service_account),
                ("memory_per_submission", item.memory_per_submission),
                ("machine.memory", item.machine_memory),
            )
            if value is None
        ]
        evidence = f"{', '.join(missing)} not set" if missing else "all inputs are set"
        yield Finding(not missing, f"orchestrators.{item.key}: {evidence}")
        if item.service_account and not _id(scene, item.service_account):
            yield Finding(False, f"orchestrators.{item.key}: there is no account named {item.service_account}")
    if serving and LOGS_FOLDER not in scene.live.ids:
        yield _no_logs(scene, serving)


def _no_logs(scene: Scene, serving: list[str]) -> Finding:
    """An orchestrator without a folder for its logs does not start: apply makes it, unless it is told not to."""
    if LOGS_FOLDER in scene.wanted.resources:
        return Finding(False, "the Logs folder does not exist", LOGS_FOLDER)
    needing = ", ".join(f"orchestrators.{key}" for key in serving)
    text = f"projects.logs: the challenge does without the Logs folder, which {needing} can't do without"
    return Finding(False, text, remedy=_LOGS_REMEDY)


def requirements(scene: Scene) -> Iterator[Finding]:
    """Where people must accept terms, an access requirement is in force."""
    for address in scene.wanted.restricted:
        found = scene.live.requirements.get(address)
        text = f"{address}: {'; '.join(found)}" if found else f"{address}: no access requirement is in force"
        yield Finding(bool(found), text)


def approvals(scene: Scene) -> Iterator[Finding]:
    """Every approval is recorded, with evidence where it is required."""
    for approval in scene.challenge.approvals:
        said = f"{approval.key}: approved by {approval.approved_by}"
        if approval.approved_by is None:
            yield Finding(False, f"{approval.key}: not approved yet")
        elif approval.evidence_required and not approval.evidence:
            remedy = f"Write what shows it into launch.approvals.{approval.key}.approved.evidence."
            yield Finding(False, f"{said}, without the evidence that is required", remedy=remedy)
        else:
            yield Finding(True, said)


def governance(scene: Scene) -> Iterator[Finding]:
    """The question about data on people is answered."""
    known = scene.challenge.governance
    if known.human_data is None:
        yield Finding(False, "governance.human_data is not answered")
    elif known.human_data and known.ticket is None:
        yield Finding(False, "there is data about people, and governance.ticket is empty")
    else:
        yield Finding(True, f"human data: {'yes, ' + str(known.ticket) if known.human_data else 'no'}")
