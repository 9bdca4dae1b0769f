"""The whole challenge, decided."""

from __future__ import annotations

from challenge_spec.clock import Clock
from challenge_spec.findings import Findings
from challenge_spec.manifest import Manifest
from challenge_spec.resolved import ResolvedChallenge
from challenge_spec.resolving import people, things
from challenge_spec.resolving.precedence import all_with_defaults
from challenge_spec.resolving.queues import QueueRoom, decide, places
from challenge_spec.resolving.times import Times
from challenge_spec.resolving.workflows import resolved_workflows


def resolve(manifest: Manifest, clock: Clock, findings: Findings) -> ResolvedChallenge:
    """Everything but the pages. What can't be decided is reported, and left out or empty in the result."""
    times = Times(clock, findings)
    workflows = all_with_defaults(manifest.workflows, manifest.defaults.workflow)
    room = QueueRoom(manifest, workflows, times, findings)
    placed = places(room)
    decided = tuple(decide(room, place) for place in placed)
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
        projects=tuple(people.projects(manifest)),
        teams=tuple(people.teams(manifest)),
        sub_challenges=tuple(things.sub_challenges(manifest)),
        queues=decided,
        workflows=tuple(resolved_workflows(workflows, used)),
        data=tuple(things.data(manifest, times, decided)),
        requirements=tuple(people.requirements(manifest)),
        views=tuple(things.views(manifest, decided)),
        orchestrators=tuple(things.orchestrators(manifest, decided)),
        approvals=tuple(people.approvals(manifest)),
        governance=people.governance(manifest),
        catalog=people.catalog(manifest),
    )
