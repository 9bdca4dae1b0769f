"""`challenge plan`: what has to change."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from challenge_cli import console, saved
from challenge_cli.errors import Code
from challenge_cli.manifests import several
from challenge_cli.options import (
    Aim,
    DecidingCommand,
    decision_options,
    format_option,
    manifests_argument,
    target_options,
)
from challenge_cli.several import require_undecided
from planner.options import Decisions

if TYPE_CHECKING:
    from challenge_cli.engine import Job
    from planner.render.schema import PlanDocument
    from providers.synapse.session import Session

EPILOG = """\b
Examples:
  challenge plan --sandbox                              on your own machine
  challenge plan --detailed-exitcode                    on Synapse, for CI: 2 means that changes are pending
  challenge plan --format json --out plan.json          for a script, and kept for review
  challenge plan --take manifest wiki.live/overview     as if the manifest's version won
  challenge plan --exclude view.dashboard               everything but this and what needs it
  challenge plan challenges/                            every challenge below a folder, one after another"""


@click.command("plan", cls=DecidingCommand, epilog=EPILOG)
@manifests_argument
@target_options
@decision_options
@format_option("text", "json", "markdown")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Keep the plan as JSON.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 where changes are pending, held ones included.")
@click.option("--verbose", is_flag=True, help="Every field of every change; nothing folded.")
def command(
    manifests: tuple[Path, ...],
    aim: Aim,
    decisions: Decisions,
    form: str,
    out: Path | None,
    detailed_exitcode: bool,
    verbose: bool,
) -> int:
    """Show what has to change on Synapse to match MANIFEST. Sends nothing that writes.

    Of several manifests (or a folder of them) each is planned for itself; the exit code is the worst.
    """
    from challenge_cli.jobs import job

    manifest, *others = several(manifests)
    if others:
        require_undecided(decisions, out=out)
        return asyncio.run(_each((manifest, *others), aim, form, detailed_exitcode, verbose))
    if out is not None:
        saved.require_free(out)
    shown = asyncio.run(planned(job(manifest, aim, decisions)))
    if out is not None:
        _keep(shown, out)
    show(shown, form, verbose)
    return exit_code(shown, detailed_exitcode)


async def _each(manifests: tuple[Path, ...], aim: Aim, form: str, detailed: bool, verbose: bool) -> int:
    from challenge_cli.jobs import job
    from challenge_cli.several import as_json, entry, heading, in_turn, told, worst

    entries: list[dict[str, Any]] = []
    async for ended in in_turn(manifests, lambda manifest: job(manifest, aim), _planned):
        heading(ended.manifest)
        printed = _nothing if form == "json" else partial(show, form=form, verbose=verbose)
        code = told(ended, lambda shown: exit_code(shown, detailed), printed)
        result = None if ended.value is None else ended.value.model_dump(mode="json")
        entries.append(entry(ended.manifest, code, result, ended.error))
    if form == "json":
        as_json(entries)
    return worst(item["exit_code"] for item in entries)


def _nothing(_: PlanDocument) -> None:
    """Its JSON is printed with that of the others."""


async def _planned(session: Session, job: Job) -> PlanDocument:
    from challenge_cli.engine import look

    return (await look(session, job)).shown


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
