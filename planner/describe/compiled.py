"""What a manifest in the making would become: the way forward, to see whether it leads to what was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from challenge_spec.clock import Clock
from challenge_spec.findings import Findings
from challenge_spec.manifest import Manifest
from challenge_spec.resolved import ResolvedChallenge
from challenge_spec.resolving.challenge import resolve
from challenge_spec.source import Source
from planner.describe.scene import Scene


def resolved(scene: Scene, document: Mapping[str, Any]) -> tuple[ResolvedChallenge, Clock]:
    """The challenge that a document says, without pages, and the clock that reads its moments."""
    manifest = Manifest.model_validate(document)
    clock = Clock(scene.zone, manifest.timeline)
    return resolve(manifest, clock, Findings(Source(value=dict(document)))), clock
