"""`challenge doctor`: whether one can work with a Synapse, and whether it behaves as the sandbox believes."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from challenge_cli import console
from challenge_cli.errors import Failure
from challenge_cli.options import Aim, format_option, target_options

if TYPE_CHECKING:
    from challenge_cli.probing import DoctorDocument
    from challenge_cli.target import Target

EPILOG = """\b
Examples:
  challenge doctor                          who is signed in, may this account apply, do the clocks agree
  challenge doctor --probe                  ask Synapse what nobody wrote down (docs/fidelity.md); asks you first
  challenge doctor --probe --yes --format json > found.json

\b
--probe makes a private project with an obvious name, a team, queues, a wiki page, small files and submissions of its
own, and removes them at the end, also after a failure or Ctrl-C (the project goes to the trash can).

\b
Exit codes: 0 fine, everything agrees; 1 error, or something could not be checked or removed; 2 something differs."""


@click.command("doctor", epilog=EPILOG)
@target_options
@click.option("--probe", is_flag=True, help="Compare Synapse with what the sandbox believes, in a throw-away project.")
@click.option("--yes", is_flag=True, help="With --probe: don't ask.")
@click.option(
    "--patience",
    type=click.IntRange(1),
    default=300,
    show_default=True,
    metavar="SECONDS",
    help="With --probe: how long to wait for what appears later, such as rows of views.",
)
@format_option("text", "json")
def command(aim: Aim, probe: bool, yes: bool, patience: int, form: str) -> int:
    """Sign in and tell who may do what; with --probe find out how this Synapse really behaves."""
    from challenge_cli.probing import code_of, lines

    document = asyncio.run(_examined(aim, probe, yes, patience))
    if form == "json":
        console.result(document.model_dump_json(indent=2))
    else:
        console.show(lines(document))
    return code_of(document.probe)


async def _examined(aim: Aim, probe: bool, yes: bool, patience: int) -> DoctorDocument:
    from challenge_cli.probing import FORMAT_VERSION, DoctorDocument, account_of, probed, signed_in

    async with signed_in(_target(aim)) as session:
        account = account_of(session)
        if probe:
            _confirm(account.endpoint, account.name, yes)
        found = await probed(session, patience, console.message) if probe else None
        return DoctorDocument(format_version=FORMAT_VERSION, account=account, probe=found)


def _target(aim: Aim) -> Target:
    """The target; an embedded sandbox is the one of this folder, with a manifest or without."""
    from challenge_cli.target import DEPLOYER, SANDBOX_NAME, Target, choose, token_of

    if aim.now is not None:
        raise Failure("--now", "doctor looks at the clock and doesn't set it", "leave it out")
    if aim.sandbox and not aim.endpoint:
        return Target(SANDBOX_NAME, None, token_of(DEPLOYER), Path(".challenge/sandbox"))
    return choose(Path("challenge.yaml"), aim.sandbox, aim.endpoint, None)


def _confirm(endpoint: str, name: str, yes: bool) -> None:
    """Raise Failure where nobody agrees to a throw-away project."""
    if yes:
        return
    if not (sys.stdin.isatty() and console.is_terminal(sys.stderr)):
        raise Failure("--probe", "there is nobody to ask", "say --yes where a throw-away project may be made")
    question = f"Make a throw-away project at {endpoint} as {name}, and remove it afterwards?"
    if not click.confirm(question, default=False, err=True):
        raise Failure("--probe", "nothing was done", "answer y, or say --yes")
