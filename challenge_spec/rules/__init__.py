"""Rules that look at the whole challenge, one file per family."""

from __future__ import annotations

from challenge_spec.clock import Clock
from challenge_spec.findings import Findings
from challenge_spec.manifest import Manifest
from challenge_spec.resolved import ResolvedChallenge
from challenge_spec.rules import (
    access,
    machines,
    names,
    queues,
    references,
    renames,
    rounds,
    stages,
    texts,
    things,
    timeline,
)
from challenge_spec.rules.context import Room

FAMILIES = (references, renames, timeline, rounds, queues, names, access, things, machines, stages, texts)


def check(manifest: Manifest, challenge: ResolvedChallenge, clock: Clock, findings: Findings) -> None:
    """Run every rule; what is found goes to `findings`."""
    room = Room(manifest, challenge, clock, findings)
    for family in FAMILIES:
        family.check(room)
