"""Rules that look at the whole challenge, one file per family."""

from __future__ import annotations

from challenge_spec.clock import Clock
from challenge_spec.findings import Findings
from challenge_spec.manifest import Manifest
from challenge_spec.resolved import ResolvedChallenge


def check(manifest: Manifest, challenge: ResolvedChallenge, clock: Clock, findings: Findings) -> None:
    """Run every rule; what is found goes to `findings`."""
