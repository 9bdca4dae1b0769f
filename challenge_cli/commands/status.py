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

    Writes nothing.
    """
    from challenge_cli.jobs import job
    from planner.render.text import render_status

    shown = asyncio.run(_looked(job(manifest, aim)))
    if form == "json":
        console.result(json.dumps(_as_json(shown), indent=2, ensure_ascii=False))
    else:
        console.show(render_status(shown, console.width(), verbose))
    return Code.FINE


async def _looked(job: Job) -> PlanDocument:
    from challenge_cli.engine import look, signed_in

    async with signed_in(job) as session:
        return (await look(session, job)).shown


def _as_json(shown: PlanDocument) -> dict[str, Any]:
    whole = shown.model_dump(mode="json")
    return {name: whole[name] for name in SHOWN}
