"""`challenge explain` knows orchestrators, though they are files and nothing on Synapse."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Challenge

BRATS = Path(__file__).parents[2] / "examples" / "brats-2021" / "challenge.yaml"


def test_an_orchestrator_shows_what_holds_and_where_it_was_said(challenge: Challenge) -> None:
    said = json.loads(challenge("explain", "orchestrator.main", "--manifest", str(BRATS), "--format", "json").out)
    assert said["spec"]["max_concurrent"] == 4
    assert said["said_at"]["max_concurrent"] == "orchestrators.main.max_concurrent"
    assert said["said_at"]["compose_project"].startswith("(derived")
    assert "queue.final/task1" in said["waits_for"]


def test_orchestrators_are_among_all_addresses(challenge: Challenge) -> None:
    assert "orchestrator.main" in challenge("explain", "--manifest", str(BRATS)).out.splitlines()
