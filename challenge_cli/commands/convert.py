"""`challenge convert`: a challenge of another platform becomes a manifest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from challenge_cli import console
from challenge_cli.errors import Code, Failure
from challenge_cli.options import format_option

EPILOG = """\b
Examples:
  challenge convert evalai-challenge/ --out my-challenge          a folder with challenge_config.yaml
  challenge convert bundle.zip --name "Odor Mixtures"             a bundle of Codabench, version 1, 1.5 or 2
  challenge convert wiki_config.json                              a wiki that challengeutils pulled
  challenge convert evaluation.json --from quota                  a queue of Synapse with a legacy quota"""


@click.command("convert", epilog=EPILOG)
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--from", "kind", type=click.Choice(["evalai", "codabench", "wiki-config", "quota"]), help="What it is [found out]."
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=".", help="Folder to write to [here].")
@click.option("--timezone", default="UTC", show_default=True, metavar="ZONE", help="Of the manifest, an IANA name.")
@click.option("--name", help="What people see [what the source says].")
@click.option("--allow", type=click.Choice(["overwrite"]), help="Consent to write over files that are there.")
@format_option("text", "json")
def command(source: Path, kind: Any, out: Path, timezone: str, name: str | None, allow: str | None, form: str) -> int:
    """Write a manifest and pages for the challenge that SOURCE (a folder, a zip archive or a file) describes.

    EvalAI, Codabench (version 1, 1.5 and 2), wiki_config.json of challengeutils, legacy quotas. Whatever has no target
    is listed with its place, and what people have to decide is marked in the manifest, which always loads.
    """
    from challenge_cli.conversions import document, in_words
    from challenge_cli.converting import run_conversion
    from challenge_spec.clock import TimeProblem, zone_named

    try:
        zone = zone_named(timezone)
    except TimeProblem as problem:
        raise Failure("--timezone", problem.message, problem.remedy) from None
    done = run_conversion(source, kind, zone, name, out, overwrite=allow is not None)
    console.result(document(done).model_dump_json(indent=2) if form == "json" else in_words(done))
    return Code.FINE
