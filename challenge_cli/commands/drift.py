"""`challenge drift`: what was changed on Synapse."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from challenge_cli import console
from challenge_cli.errors import Code
from challenge_cli.options import Aim, format_option, manifest_argument, target_options

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
    from challenge_cli.commands.plan import planned
    from challenge_cli.jobs import job
    from planner.render.drift import drift_of, render

    found = drift_of(asyncio.run(planned(job(manifest, aim))))
    if form == "json":
        console.result(found.model_dump_json(indent=2))
    else:
        console.show(render(found, console.width(), verbose))
    return Code.PENDING if detailed_exitcode and (found.drift or found.restored) else Code.FINE
