"""`challenge import`: an existing challenge becomes a manifest."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from challenge_cli import console
from challenge_cli.errors import Code, Failure
from challenge_cli.options import Aim, format_option, target_options

if TYPE_CHECKING:
    from challenge_cli.importing import Import, Imported
    from challenge_cli.target import Target
    from planner.plan import Plan

EPILOG = """\b
Examples:
  challenge import syn12345678 --timezone America/New_York --out my-challenge
  challenge import "Melting Points Challenge" --sandbox --out copy
  challenge import syn12345678 --staging syn12345679 --format json"""


@click.command("import", epilog=EPILOG)
@click.argument("project")
@click.option("--staging", metavar="PROJECT", help="The staging project; else the one named `NAME - staging`.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=".", help="Folder to write to [here].")
@click.option("--timezone", default="UTC", show_default=True, metavar="ZONE", help="Zone of all times, an IANA name.")
@target_options
@click.option("--allow", type=click.Choice(["overwrite"]), help="Consent to write over files that are there.")
@format_option("text", "json")
def command(
    project: str,
    staging: str | None,
    out: Path,
    timezone: str,
    aim: Aim,
    allow: str | None,
    form: str,
) -> int:
    """Write a manifest and pages for the challenge whose live project is PROJECT (an id, or its exact name).

    Reads only. What is on Synapse and has no words in a manifest is listed, and left as it is; the plan of what was
    written has nothing to do but to take it under management.
    """
    from challenge_cli.importing import Import, target_of
    from challenge_cli.writing import OVERWRITE

    wanted = Import(project, staging, _zone(timezone), out, overwrite=allow == OVERWRITE)
    imported = asyncio.run(_imported(wanted, target_of(aim, wanted.zone)))
    if form == "json":
        console.result(json.dumps(_as_json(imported), indent=2, ensure_ascii=False))
    else:
        console.result("\n".join(_as_text(imported)))
    return Code.FINE if imported.loaded.resolved is not None else Code.ERROR


def _zone(name: str) -> Any:
    from challenge_spec.clock import TimeProblem, zone_named

    try:
        return zone_named(name)
    except TimeProblem as problem:
        raise Failure("--timezone", problem.message, problem.remedy) from None


async def _imported(wanted: Import, target: Target) -> Imported:
    from challenge_cli.importing import run_import
    from challenge_cli.target import started
    from providers.synapse.session import connect

    with started(target, ()) as endpoint:
        async with connect(endpoint, target.token) as session:
            return await run_import(session, wanted, target)


def _as_text(imported: Imported) -> list[str]:
    from challenge_cli.importing import decisions

    challenge = imported.described.document["challenge"]
    lines = [f"{challenge['name']}, as it is: {challenge['stage']}, {challenge['layout']}.", ""]
    lines += [f"  {path}" for path in imported.files[:1]]
    if len(imported.files) > 1:
        lines.append(f"  and {len(imported.files) - 1} pages and files beside it")
    lines += _listed("Left on Synapse as it is, without a word in the manifest:", imported.described.report)
    lines += _listed("To decide, for Synapse doesn't know it:", [f"{w}: {t}" for w, t in decisions(imported.described)])
    return [*lines, "", *_verdict(imported)]


def _listed(title: str, items: Any) -> list[str]:
    return ["", title, *(f"  - {item}" for item in items)] if items else []


def _verdict(imported: Imported) -> list[str]:
    """Whether it can be used, and what the first plan would do."""
    from challenge_spec.diagnostics import render

    if imported.look is None:
        return [
            "The manifest needs a hand before it can be used:",
            "",
            render(imported.loaded.diagnostics, imported.loaded.files),
        ]
    plan = imported.look.plan
    if plan.empty:
        return ["The plan is empty: nothing to do."]
    return [f"The first plan: {_summary(plan)}. See `challenge plan {imported.files[0]}`."]


def _summary(plan: Plan) -> str:
    counts = {action: number for action, number in _counts(plan).items() if number}
    return ", ".join(f"{number} to {action}" for action, number in counts.items())


def _counts(plan: Plan) -> dict[str, int]:
    found: dict[str, int] = {}
    for change in plan.changes():
        found[str(change.action)] = found.get(str(change.action), 0) + 1
    return found


def _as_json(imported: Imported) -> dict[str, Any]:
    from challenge_cli.importing import decisions

    return {
        "manifest": str(imported.files[0]),
        "files": [str(path) for path in imported.files],
        "stage": imported.described.document["challenge"]["stage"],
        "valid": imported.loaded.resolved is not None,
        "plan": None if imported.look is None else _counts(imported.look.plan),
        "left": list(imported.described.report),
        "decisions": [{"where": where, "what": what} for where, what in decisions(imported.described)],
    }
