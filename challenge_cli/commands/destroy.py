"""`challenge destroy`: take a challenge down."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from challenge_cli import console
from challenge_cli.errors import Code, Failure
from challenge_cli.options import Aim, consented, format_option, manifest_argument, target_options
from planner.options import Decisions

if TYPE_CHECKING:
    from challenge_cli.engine import Job, Look
    from providers.apply.receipt import Receipt

EPILOG = """\b
Examples:
  challenge destroy --sandbox                                shows what would go, asks for the key, deletes
  challenge destroy --sandbox --confirm odor-mixtures        where nobody can be asked
  challenge destroy --allow delete-submissions               queues with submissions go as well

\b
Exit codes: 0 everything of ours is gone, 1 nothing was done, 3 incomplete: run it again, 5 somebody else applies."""


@click.command("destroy", epilog=EPILOG)
@manifest_argument
@target_options
@click.option(
    "--allow", multiple=True, metavar="CONSENT", help="Consent to one kind of harm: `delete-submissions`, ..."
)
@click.option("--confirm", metavar="KEY", help="The challenge's key, instead of typing it.")
@format_option("text", "json")
@click.option("--verbose", is_flag=True, help="Everything that goes; nothing folded.")
def command(manifest: Path, aim: Aim, allow: tuple[str, ...], confirm: str | None, form: str, verbose: bool) -> int:
    """Delete everything of the challenge that MANIFEST describes: all of it, or nothing.

    Queues, teams and the challenge object go for good. Projects go to the trash can of whoever destroys.
    """
    from challenge_cli.jobs import job

    work = job(manifest, aim, Decisions(allow=consented(allow)))
    receipt = asyncio.run(_destroyed(work, confirm, form, verbose))
    if receipt is None:
        console.message("There is nothing of this challenge.")
        return Code.FINE
    _tell(work, receipt, form)
    return Code.FINE if receipt.complete else Code.INCOMPLETE


async def _destroyed(work: Job, confirm: str | None, form: str, verbose: bool) -> Receipt | None:
    from challenge_cli.destroying import destroy, look_to_destroy
    from challenge_cli.engine import signed_in
    from challenge_cli.progress import progress
    from challenge_cli.sight import require_sight

    async with signed_in(work) as session:
        current = await look_to_destroy(session, work)
        if current.plan.operations or current.plan.problems:
            _show(current, form, verbose)
        if not current.plan.operations:
            require_sight(current)
            return None
        _confirm(current, confirm)
        with progress(len(current.plan.operations)) as emit:
            return await destroy(session, work, current, emit)


def _show(current: Look, form: str, verbose: bool) -> None:
    from planner.render.text import render

    rows = render(current.shown, console.width(), verbose)
    (console.messages if form == "json" else console.show)(rows)


def _confirm(current: Look, said: str | None) -> None:
    """Raise Failure where something refuses it, or the key isn't said."""
    for problem in current.plan.problems:
        raise Failure("the whole challenge", problem.message, problem.remedy)
    key = current.plan.challenge
    if said is None and sys.stdin.isatty() and console.is_terminal(sys.stderr):
        said = click.prompt(
            f"\nThis can't be taken back. Type {key} to destroy it", default="", show_default=False, err=True
        )
    if said is None:
        raise Failure("destroy", "there is nobody to ask", f"say --confirm {key} where the plan was reviewed before")
    if said.strip() != key:
        raise Failure("destroy", f"{said!r} is not the key of this challenge; nothing was done", f"its key is {key}")


def _tell(work: Job, receipt: Receipt, form: str) -> None:
    from challenge_cli import receipts

    receipts.tell(receipt, form == "json", apart=False)
    receipts.keep(receipt, work.folder)
