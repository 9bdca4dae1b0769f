"""`challenge pull`: what was changed on Synapse goes back into the files."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from challenge_cli import console
from challenge_cli.errors import Code
from challenge_cli.options import Aim, format_option, target_options
from planner.options import Decisions

DEFAULT = "challenge.yaml"
EPILOG = """\b
Examples:
  challenge pull --dry-run                       the difference of the files, nothing is written
  challenge pull                                 everything that apply kept
  challenge pull challenge.yaml wiki.live/rules  one page
  challenge pull --take live wiki.live/rules     where the manifest changed as well: Synapse wins

\b
Afterwards look with `git diff`, and apply once: that changes nothing on Synapse, and notes what both sides agree on."""


@click.command("pull", epilog=EPILOG)
@click.argument("what", nargs=-1, metavar="[MANIFEST] [ADDRESS]...")
@target_options
@click.option(
    "--take",
    nargs=2,
    multiple=True,
    type=(click.Choice(["live"]), str),
    metavar="live ADDRESS",
    help="Where both sides changed, Synapse's version wins; ADDRESS may be `all`.",
)
@click.option("--dry-run", is_flag=True, help="Show the difference of the files; write nothing.")
@format_option("text", "json")
def command(what: tuple[str, ...], aim: Aim, take: tuple[tuple[str, str], ...], dry_run: bool, form: str) -> int:
    """Bring what was changed on Synapse, and kept by apply, back into MANIFEST, what it includes and its pages.

    Texts, titles and attached files of pages, limits and dates of rounds, texts and names, members of teams. Comments
    and layout stay as they are. Every edit is tried first: what would come out otherwise than it is on Synapse isn't
    written, and listed with the reason and what to do by hand.
    """
    from challenge_cli.jobs import job
    from challenge_cli.manifests import existing
    from challenge_cli.pull_report import as_text, document
    from challenge_cli.pulling import pull, write

    manifest, addresses = _told(what)
    taken = frozenset(address for _, address in take)
    work = job(manifest, aim, Decisions(take_live=taken))
    found = asyncio.run(pull(work, existing(manifest), addresses))
    if form == "json":
        console.result(document(found, dry_run).model_dump_json(indent=2))
    else:
        console.result("\n".join(as_text(found, dry_run)))
    if not dry_run:
        write(found)
    return Code.FINE


def _told(what: tuple[str, ...]) -> tuple[Path, frozenset[str]]:
    """The manifest and the addresses: a manifest is a file or folder, no address is."""
    first = what[0] if what else DEFAULT
    is_manifest = not what or first.endswith((".yaml", ".yml")) or Path(first).is_dir()
    return Path(first if is_manifest else DEFAULT), frozenset(what[1:] if is_manifest else what)
