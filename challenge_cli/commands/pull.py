"""`challenge pull`: what was changed on Synapse goes back into the files."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from challenge_cli import console
from challenge_cli.errors import Code
from challenge_cli.options import Aim, Decisions, format_option, target_options

if TYPE_CHECKING:
    from challenge_cli.pulling import Pulled
    from planner.pull.goals import Left

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
    from challenge_cli.pulling import pull, write

    manifest, addresses = _told(what)
    taken = frozenset(address for _, address in take)
    work = job(manifest, aim, Decisions(take_live=taken))
    found = asyncio.run(pull(work, existing(manifest), addresses))
    if form == "json":
        console.result(json.dumps(_as_json(found, dry_run), indent=2, ensure_ascii=False))
    else:
        console.result("\n".join(_as_text(found, dry_run)))
    if not dry_run:
        write(found)
    return Code.FINE


def _told(what: tuple[str, ...]) -> tuple[Path, frozenset[str]]:
    """The manifest and the addresses: a manifest is a file or folder, no address is."""
    first = what[0] if what else DEFAULT
    is_manifest = not what or first.endswith((".yaml", ".yml")) or Path(first).is_dir()
    return Path(first if is_manifest else DEFAULT), frozenset(what[1:] if is_manifest else what)


def _as_text(found: Pulled, dry_run: bool) -> Iterator[str]:
    if not found.brought and not found.left:
        yield "Nothing was changed on Synapse that the files don't say."
    if dry_run and found.changed:
        yield from (text for _, text in _differences(found))
    if found.brought:
        yield "Would come back into the files:" if dry_run else "Brought back into the files:"
        for item in found.brought:
            yield f"  {item.address}: {', '.join(item.fields)} -> {', '.join(item.files) or 'said already'}"
    if found.left:
        yield "Left as it is:"
        for left in found.left:
            yield from _left(left)


def _left(item: Left) -> Iterator[str]:
    yield f"  {item.address}{f': {item.field}' if item.field else ''}"
    yield f"      {item.reason}"
    yield f"      remedy: {item.remedy}"


def _differences(found: Pulled) -> Iterator[tuple[Path, str]]:
    """What becomes of each file, as a unified diff."""
    from challenge_cli.pulling import difference

    for path, data in sorted(found.changed.items()):
        yield path, difference(found.tree.name(path), path, data)


def _as_json(found: Pulled, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "files": [{"path": found.tree.name(path), "diff": text} for path, text in _differences(found)],
        "brought": [
            {"address": item.address, "fields": list(item.fields), "files": list(item.files)} for item in found.brought
        ],
        "left": [
            {"address": item.address, "field": item.field, "reason": item.reason, "remedy": item.remedy}
            for item in found.left
        ],
    }
