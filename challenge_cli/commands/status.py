"""`challenge status`: how far is it?"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from challenge_cli import console
from challenge_cli.errors import Code
from challenge_cli.options import Aim, format_option, manifest_argument, target_options

if TYPE_CHECKING:
    from challenge_cli.engine import Job
    from planner.render.schema import PlanDocument
    from providers.synapse.lock_state import Unfinished

EPILOG = """\b
Examples:
  challenge status --sandbox
  challenge status --format json"""
SHOWN = (
    "challenge",
    "title",
    "stage",
    "reached",
    "target",
    "planned_at",
    "zone",
    "summary",
    "problems",
    "gates",
    "drift",
)


@click.command("status", epilog=EPILOG)
@manifest_argument
@target_options
@format_option("text", "json")
@click.option("--verbose", is_flag=True, help="Evidence of every gate.")
def command(manifest: Path, aim: Aim, form: str, verbose: bool) -> int:
    """Show which stage MANIFEST has reached on Synapse, which gates are shut and why, and what has drifted.

    Says as well if an apply began and did not finish. Writes nothing.
    """
    from challenge_cli.histories import warning
    from challenge_cli.jobs import job
    from planner.render.text import render_status

    shown, unfinished = asyncio.run(_looked(job(manifest, aim)))
    if form == "json":
        console.result(json.dumps(_as_json(shown, unfinished), indent=2, ensure_ascii=False))
    else:
        console.show([*warning(unfinished, console.width()), *render_status(shown, console.width(), verbose)])
    return Code.FINE


async def _looked(job: Job) -> tuple[PlanDocument, Unfinished | None]:
    from challenge_cli.engine import look, signed_in, unfinished

    async with signed_in(job) as session:
        current = await look(session, job)
        return current.shown, await unfinished(session, current)


def _as_json(shown: PlanDocument, unfinished: Unfinished | None) -> dict[str, Any]:
    from challenge_cli.histories import UnfinishedApply

    whole = shown.model_dump(mode="json")
    told = UnfinishedApply.model_validate(unfinished).model_dump(mode="json") if unfinished else None
    return {**{name: whole[name] for name in SHOWN}, "unfinished": told}
