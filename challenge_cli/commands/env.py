"""`challenge env`: the files that the orchestrators run with."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from challenge_cli import console
from challenge_cli.errors import Code, Failure
from challenge_cli.options import Aim, manifest_argument, target_options

if TYPE_CHECKING:
    from challenge_cli.engine import Job
    from providers.orchestrator.outputs import OrchestratorFolder

EPILOG = """\b
Examples:
  challenge env --sandbox                           into .challenge/orchestrator/NAME/
  challenge env --out /srv/orchestrator             into /srv/orchestrator/NAME/
  challenge env --token-from ORCHESTRATOR_TOKEN     with the service account's token, from that variable"""


@click.command("env", epilog=EPILOG)
@manifest_argument
@target_options
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Folder for the files.")
@click.option("--token-from", metavar="VARIABLE", help="Environment variable with the token that .env shall hold.")
def command(manifest: Path, aim: Aim, out: Path | None, token_from: str | None) -> int:
    """Write .env, compose file and runbook of each orchestrator of MANIFEST, and the queue tables of its workflows.

    The ids come from Synapse.

    No secret is written unless --token-from asks for it; .env can be read by its owner alone.
    """
    from challenge_cli.jobs import job
    from providers.orchestrator.outputs import write

    token = _token(token_from)
    work = job(manifest, aim, files=out)
    found = asyncio.run(_found(work, token))
    for item in found:
        _require_complete(item)
    for item in found:
        changed = write(item)
        for name in item.folder.files:
            path = item.path / name
            console.result(f"{'wrote' if path in changed else 'is current:'} {path}")
        for note in item.folder.notes:
            console.message(f"{item.name}: {note}")
    return Code.FINE


def _token(variable: str | None) -> str:
    if variable is None:
        return ""
    if not (token := os.environ.get(variable, "")):
        raise Failure(f"--token-from {variable}", "this variable is empty or not set", f"export {variable}=... first")
    return token


async def _found(work: Job, token: str) -> list[OrchestratorFolder]:
    from challenge_cli.engine import files_of, known_ids, look, signed_in

    async with signed_in(work) as session:
        current = await look(session, work)
        return list(files_of(work, known_ids(current.world.live), token))


def _require_complete(item: OrchestratorFolder) -> None:
    where = f"{item.block}.{item.name}"
    if item.folder.missing:
        what = f"these aren't known yet: {', '.join(item.folder.missing)}"
        raise Failure(where, what, "apply first; fill in what belongs to the manifest")
    if item.folder.problems:
        problem = item.folder.problems[0]
        raise Failure(f"{where}: {problem.field}", problem.message, problem.remedy)
