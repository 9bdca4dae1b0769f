"""`challenge validate`: is the manifest all right?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from challenge_cli import console
from challenge_cli.errors import Code
from challenge_cli.manifests import read
from challenge_cli.options import format_option, manifest_argument

if TYPE_CHECKING:
    from challenge_spec.diagnostics import Diagnostic
    from challenge_spec.load import Loaded

EPILOG = """\b
Examples:
  challenge validate
  challenge validate --resolved               the manifest with every default filled in, and every time in three zones
  challenge validate examples/quickstart/challenge.yaml --format json"""


@click.command("validate", epilog=EPILOG)
@manifest_argument
@format_option("text", "json")
@click.option("--resolved", is_flag=True, help="Print what the manifest comes to: merged, decided, as YAML or JSON.")
def command(manifest: Path, form: str, resolved: bool) -> int:
    """Check MANIFEST, what it includes and its pages, without network.

    Every finding of one run is shown, with its place, why it matters and how to mend it. Exit code 1 if one of them is
    an error.
    """
    loaded = read(manifest)
    if resolved and loaded.resolved is not None:
        _decided(loaded, form)
    elif form == "json":
        console.result(json.dumps(_as_json(loaded), indent=2, ensure_ascii=False))
    else:
        _as_text(manifest, loaded)
    return Code.ERROR if loaded.has_errors else Code.FINE


def _decided(loaded: Loaded, form: str) -> None:
    """The decided manifest alone to standard output, findings beside it."""
    from challenge_spec.diagnostics import render
    from challenge_spec.dump import dump
    from challenge_spec.shown import document

    if loaded.resolved is None:
        return
    if loaded.diagnostics:
        console.message(render(loaded.diagnostics, loaded.files))
    decided = document(loaded.resolved)
    console.result(json.dumps(decided, indent=2, ensure_ascii=False) if form == "json" else dump(decided).rstrip())


def _as_text(manifest: Path, loaded: Loaded) -> None:
    from challenge_spec.diagnostics import render

    if loaded.diagnostics:
        console.result(render(loaded.diagnostics, loaded.files))
    elif loaded.resolved is not None:
        found = loaded.resolved
        console.result(
            f"{manifest}: {found.name} ({found.key}) is valid: {len(found.queues)} queues, {len(loaded.pages)} pages."
        )


def _as_json(loaded: Loaded) -> dict[str, Any]:
    found = loaded.resolved
    return {
        "valid": not loaded.has_errors,
        "challenge": found.key if found else None,
        "diagnostics": [_finding(item) for item in loaded.diagnostics],
    }


def _finding(item: Diagnostic) -> dict[str, Any]:
    place = item.position
    return {
        "code": item.code,
        "severity": item.severity,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "message": item.message,
        "why": item.why,
        "help": item.help,
    }
