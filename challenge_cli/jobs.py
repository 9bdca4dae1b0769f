"""From options to a job for the engine."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from zoneinfo import ZoneInfo

from challenge_cli.engine import Job
from challenge_cli.manifests import beside, existing, usable
from challenge_cli.moments import moment
from challenge_cli.options import Aim
from challenge_cli.target import choose
from planner.options import Decisions
from planner.planning import Options

UNDECIDED = Decisions()


def job(manifest: Path, aim: Aim, decisions: Decisions = UNDECIDED, files: Path | None = None) -> Job:
    """One challenge at one target. files: where the orchestrators' files go, by default beside the manifest.

    Raises Failure where manifest or options can't be used.
    """
    challenge = usable(manifest)
    now = moment(aim.now, ZoneInfo(challenge.zone)) if aim.now else None
    target = choose(manifest, aim.sandbox, aim.endpoint, now)
    options = Options(target=target.name, **{item.name: getattr(decisions, item.name) for item in fields(decisions)})
    place = files or beside(manifest, "orchestrator")
    return Job(challenge, target, existing(manifest).parent, place, options, manifest.as_posix())
