"""`challenge plan`: what has to change."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from challenge_cli import console
from challenge_cli.errors import Code
from challenge_cli.options import (
    Aim,
    DecidingCommand,
    Decisions,
    decision_options,
    format_option,
    manifest_argument,
    target_options,
)

if TYPE_CHECKING:
    from challenge_cli.engine import Job
    from planner.render.schema import PlanDocument

EPILOG = """\b
Examples:
  challenge plan --sandbox                              on your own machine
  challenge plan --detailed-exitcode                    on Synapse, for CI: 2 means that changes are pending
  challenge plan --format json --out plan.json          for a script, and kept for review
  challenge plan --take manifest wiki.live/overview     as if the manifest's version won
  challenge plan --exclude view.dashboard               everything but this and what needs it"""


@click.command("plan", cls=DecidingCommand, epilog=EPILOG)
@manifest_argument
@target_options
@decision_options
@format_option("text", "json", "markdown")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Keep the plan as JSON.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 where changes are pending, held ones included.")
@click.option("--verbose", is_flag=True, help="Every field of every change; nothing folded.")
def command(
    manifest: Path,
    aim: Aim,
    decisions: Decisions,
    form: str,
    out: Path | None,
    detailed_exitcode: bool,
    verbose: bool,
) -> int:
    """Show what has to change on Synapse to match MANIFEST. Sends nothing that writes."""
    from challenge_cli.jobs import job

    shown = asyncio.run(planned(job(manifest, aim, decisions)))
    if out is not None:
        _keep(shown, out)
    show(shown, form, verbose)
    return exit_code(shown, detailed_exitcode)


async def planned(job: Job) -> PlanDocument:
    from challenge_cli.engine import look, signed_in

    async with signed_in(job) as session:
        return (await look(session, job)).shown


def _keep(shown: PlanDocument, out: Path) -> None:
    from planner.render.document import to_json

    out.write_text(to_json(shown) + "\n", encoding="utf-8")
    console.message(f"The plan is kept in {out}.")


def show(shown: PlanDocument, form: str, verbose: bool) -> None:
    """Print a plan: text for people, JSON for scripts, Markdown for pull requests."""
    from planner.render import markdown
    from planner.render.document import to_json
    from planner.render.text import render

    if form == "json":
        console.result(to_json(shown))
    elif form == "markdown":
        console.result(markdown.render(shown))
    else:
        console.show(render(shown, console.width(), verbose))


def exit_code(shown: PlanDocument, detailed: bool) -> Code:
    """1 where something must be mended first, 2 (if asked for) where changes are pending."""
    if shown.problems:
        return Code.ERROR
    return Code.PENDING if detailed and shown.changes else Code.FINE
