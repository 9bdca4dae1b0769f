"""`challenge schema`: what editors and scripts check our files with."""

from __future__ import annotations

import json
from typing import Any

import click

from challenge_cli import console

EPILOG = """\b
Examples:
  challenge schema > manifest.schema.json       for an editor
  challenge schema plan                         what `plan --format json` prints"""


def _manifest() -> dict[str, Any]:
    from challenge_spec.schema import manifest_schema

    return manifest_schema()


def _plan() -> dict[str, Any]:
    from planner.render.schema import json_schema

    return json_schema()


def _receipt() -> dict[str, Any]:
    from challenge_cli.receipts import json_schema

    return json_schema()


def _diff() -> dict[str, Any]:
    from planner.render.revisions_schema import json_schema

    return json_schema()


def _drift() -> dict[str, Any]:
    from planner.render.drift import json_schema

    return json_schema()


def _events() -> dict[str, Any]:
    from challenge_cli.event_log import json_schema

    return json_schema()


def _history() -> dict[str, Any]:
    from challenge_cli.histories import json_schema

    return json_schema()


def _pull() -> dict[str, Any]:
    from challenge_cli.pull_report import json_schema

    return json_schema()


def _convert() -> dict[str, Any]:
    from challenge_cli.conversions import json_schema

    return json_schema()


def _doctor() -> dict[str, Any]:
    from challenge_cli.probing import json_schema

    return json_schema()


def _findings() -> dict[str, Any]:
    from challenge_cli.findings import json_schema

    return json_schema()


def _several() -> dict[str, Any]:
    from challenge_cli.several import json_schema

    return json_schema()


SCHEMAS = {
    "manifest": _manifest,
    "plan": _plan,
    "receipt": _receipt,
    "events": _events,
    "history": _history,
    "diff": _diff,
    "drift": _drift,
    "pull": _pull,
    "convert": _convert,
    "doctor": _doctor,
    "findings": _findings,
    "several": _several,
}


@click.command("schema", epilog=EPILOG)
@click.argument("what", type=click.Choice(list(SCHEMAS)), default="manifest")
def command(what: str) -> None:
    """Print a JSON Schema (2020-12): of a manifest, a plan, a receipt, an event, a history, ..."""
    console.result(json.dumps(SCHEMAS[what](), indent=2, ensure_ascii=False))
