"""The whole challenge, decided."""

from __future__ import annotations

from collections.abc import Iterator

from challenge_spec.clock import Clock
from challenge_spec.findings import Findings
from challenge_spec.manifest import Manifest
from challenge_spec.resolved import ResolvedChallenge, ResolvedQueue
from challenge_spec.resolving import origins, people, things
from challenge_spec.resolving.origins import with_origins
from challenge_spec.resolving.precedence import all_with_defaults
from challenge_spec.resolving.queues import Place, QueueRoom, decide, places
from challenge_spec.resolving.times import Times
from challenge_spec.resolving.workflows import resolved_workflows
from challenge_spec.source import Source

MAX_ROUNDS = 20_000


def _decided(room: QueueRoom, placed: list[Place]) -> Iterator[ResolvedQueue]:
    """Every queue, as long as there are not more rounds than anybody can mean."""
    rounds = 0
    for place in placed:
        queue = decide(room, place)
        rounds += len(queue.rounds)
        if rounds > MAX_ROUNDS:
            message = f"the queues have more than {MAX_ROUNDS:,} rounds together"
            room.findings.error_at_key("round.too-many", ("queues", place.key), message, "Make fewer, longer rounds.")
            return
        yield queue


def resolve(manifest: Manifest, clock: Clock, findings: Findings) -> ResolvedChallenge:
    """Everything but the pages. What can't be decided is reported, and left out or empty in the result."""
    times = Times(clock, findings)
    workflows = all_with_defaults(manifest.workflows, manifest.defaults.workflow)
    room = QueueRoom(manifest, workflows, times, findings)
    placed = places(room)
    decided = tuple(_decided(room, placed))
    used = [(place.workflow, place.stack.get("entrypoint")) for place in placed if place.workflow]
    identity = manifest.challenge
    return ResolvedChallenge(
        key=identity.key,
        name=identity.name,
        description=identity.description or "",
        alias=identity.alias,
        stage=identity.stage,
        layout=identity.layout,
        zone=clock.zone.key,
        timeline=times.timeline(),
        projects=tuple(with_origins(people.projects(manifest), origins.project_block(manifest))),
        logs=people.logs(manifest),
        teams=tuple(with_origins(people.teams(manifest), origins.team_block(manifest))),
        sub_challenges=tuple(things.sub_challenges(manifest)),
        queues=decided,
        workflows=tuple(with_origins(resolved_workflows(workflows, used), origins.workflow_block(manifest))),
        data=tuple(with_origins(things.data(manifest, times, decided), origins.data_block(manifest))),
        requirements=tuple(people.requirements(manifest)),
        views=tuple(with_origins(things.views(manifest, decided), origins.view_block(manifest))),
        orchestrators=tuple(
            with_origins(things.orchestrators(manifest, decided), origins.orchestrator_block(manifest))
        ),
        approvals=tuple(people.approvals(manifest)),
        governance=people.governance(manifest),
        catalog=people.catalog(manifest),
        was_at=_former_keys(manifest, findings.source),
    )


def _former_keys(manifest: Manifest, source: Source) -> dict[str, str]:
    """Where each entry that was renamed says what it was."""
    blocks = ("teams", "sub_challenges", "queues", "workflows", "data", "views")
    said = ((block, key) for block in blocks for key, item in getattr(manifest, block).items() if item.was is not None)
    places = ((f"{block}.{key}", source.at((block, key, "was"))) for block, key in said)
    return {entry: f"{at.file}:{at.line}:{at.column}" for entry, at in places}
