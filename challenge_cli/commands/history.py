"""`challenge history`: who applied what, and when."""

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
    from providers.synapse.history import History

EPILOG = """\b
Examples:
  challenge history --sandbox
  challenge history --format json | jq '.versions[0]'      the last apply that did something"""


@click.command("history", epilog=EPILOG)
@manifest_argument
@target_options
@format_option("text", "json")
def command(manifest: Path, aim: Aim, form: str) -> int:
    """Show every apply of MANIFEST that did something: who, when, from which commit, by which plan, how much.

    Read from the versions of the ledger; says as well if an apply began and did not finish. Writes nothing.
    """
    from challenge_cli import histories
    from challenge_cli.jobs import job

    work = job(manifest, aim)
    found = asyncio.run(_read(work))
    if form == "json":
        shown = histories.document(found, work.challenge.key, work.target.name)
        console.result(shown.model_dump_json(indent=2))
    else:
        console.show(histories.lines(found, work.challenge.zone, console.width()))
    return Code.FINE


async def _read(work: Job) -> History:
    from challenge_cli.engine import history, signed_in

    async with signed_in(work) as session:
        return await history(session, work)
