"""`challenge drift`: what was changed on Synapse."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from challenge_cli import console
from challenge_cli.errors import Code
from challenge_cli.options import Aim, format_option, manifest_argument, target_options

if TYPE_CHECKING:
    from challenge_cli.engine import Job
    from planner.render.schema import PlanDocument

EPILOG = """\b
Examples:
  challenge drift                                      for people
  challenge drift --format json --detailed-exitcode    for a nightly job: 2 means that there is some"""


@click.command("drift", epilog=EPILOG)
@manifest_argument
@target_options
@format_option("text", "json")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 where there is drift.")
@click.option("--verbose", is_flag=True, help="Every field; nothing folded.")
def command(manifest: Path, aim: Aim, form: str, detailed_exitcode: bool, verbose: bool) -> int:
    """Show what differs because somebody changed it on Synapse. Writes nothing, there or here.

    Texts, pages and quotas are kept as they are until somebody decides (`challenge plan` tells how); access and what is
    missing is put back by the next apply. What the manifest changed is not shown: that is `challenge plan`.
    """
    from challenge_cli.jobs import job
    from planner.render.drift import drift_of, render

    found = drift_of(asyncio.run(_compared(job(manifest, aim))))
    if form == "json":
        console.result(found.model_dump_json(indent=2))
    else:
        console.show(render(found, console.width(), verbose))
    return Code.PENDING if detailed_exitcode and (found.drift or found.restored) else Code.FINE


async def _compared(job: Job) -> PlanDocument:
    """The plan of what can be seen. Raises Failure where that is nothing."""
    from challenge_cli.engine import look, signed_in
    from challenge_cli.sight import require_sight

    async with signed_in(job) as session:
        current = await look(session, job)
    require_sight(current)
    return current.shown
