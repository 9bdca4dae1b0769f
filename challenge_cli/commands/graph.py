"""`challenge graph`: the order of the plan's operations."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from challenge_cli import console
from challenge_cli.errors import Code
from challenge_cli.options import Aim, format_option, manifest_argument, target_options

if TYPE_CHECKING:
    from planner.render.schema import OperationItem, PlanDocument

EPILOG = """\b
Examples:
  challenge graph --sandbox                                  step by step, what can run side by side on one step
  challenge graph --sandbox --format dot | dot -Tsvg > plan.svg"""


@click.command("graph", epilog=EPILOG)
@manifest_argument
@target_options
@format_option("text", "json", "dot")
def command(manifest: Path, aim: Aim, form: str) -> int:
    """Show in which order the operations of MANIFEST's plan run, and what waits for what. Writes nothing."""
    from challenge_cli.commands.plan import planned
    from challenge_cli.jobs import job

    shown = asyncio.run(planned(job(manifest, aim)))
    form_of = {"text": _as_text, "json": _as_json, "dot": _as_dot}
    console.result(form_of[form](shown))
    return Code.FINE


def _as_json(shown: PlanDocument) -> str:
    return json.dumps([item.model_dump(mode="json") for item in shown.operations], indent=2, ensure_ascii=False)


def _as_dot(shown: PlanDocument) -> str:
    rows = [f"  {json.dumps(item.id)} [label={json.dumps(f'{item.action} {item.id}')}];" for item in shown.operations]
    rows += [f"  {json.dumps(need)} -> {json.dumps(item.id)};" for item in shown.operations for need in item.depends_on]
    return "\n".join(("digraph plan {", "  rankdir=LR; node [shape=box];", *rows, "}"))


def _as_text(shown: PlanDocument) -> str:
    return "\n".join(_steps(shown)) or "Nothing to do."


def _steps(shown: PlanDocument) -> Iterator[str]:
    """Operations by the number of others that must end first, one after the other."""
    levels: dict[str, int] = {}
    by_id = {item.id: item for item in shown.operations}
    for item in shown.operations:
        _level(item, by_id, levels)
    for level in range(1 + max(levels.values(), default=-1)):
        yield f"step {level + 1}"
        for item in (item for item in shown.operations if levels[item.id] == level):
            waits = f"  after {', '.join(item.depends_on)}" if item.depends_on else ""
            yield f"  {item.action} {item.id}{' (held)' if item.held_by else ''}{waits}"


def _level(item: OperationItem, by_id: dict[str, OperationItem], levels: dict[str, int]) -> None:
    """Walks without recursion: a chain of a thousand pages is deep."""
    stack = [item]
    while stack:
        needs = [by_id[need] for need in stack[-1].depends_on if need in by_id]
        waiting = [need for need in needs if need.id not in levels]
        if waiting:
            stack.extend(waiting)
        else:
            top = stack.pop()
            levels[top.id] = 1 + max((levels[need.id] for need in needs), default=-1)
