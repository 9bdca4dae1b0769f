"""`challenge explain`: what an address becomes, offline."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from challenge_cli import console
from challenge_cli.errors import Code, Failure
from challenge_cli.options import format_option

if TYPE_CHECKING:
    from planner.resources import Desired, Resource

EPILOG = """\b
Examples:
  challenge explain                                   every address that the manifest leads to
  challenge explain queue.leaderboard/prediction      one of them
  challenge explain team.participants --stage open    as it will be then"""


@click.command("explain", epilog=EPILOG)
@click.argument("address", default="")
@click.option("--manifest", type=click.Path(path_type=Path), default="challenge.yaml", show_default=True)
@click.option("--stage", metavar="STAGE", help="As of that stage; by default the manifest's own.")
@format_option("text", "json")
def command(address: str, manifest: Path, stage: str | None, form: str) -> int:
    """Show what ADDRESS becomes on Synapse, what it waits for and what waits for it. Needs no network.

    For queues and rounds also where in the manifest each value was said, and when limits begin anew.
    """
    from challenge_cli.manifests import usable
    from challenge_spec.shown import decisions
    from planner.desired import compile_challenge

    challenge = usable(manifest)
    desired = compile_challenge(challenge, _known_stage(stage or challenge.stage), datetime.now(UTC))
    if not address:
        console.result(json.dumps(list(desired.resources)) if form == "json" else "\n".join(desired.resources))
        return Code.FINE
    facts = _facts(_find(address, desired), desired) | decisions(challenge, address)
    console.result(json.dumps(facts, indent=2, ensure_ascii=False) if form == "json" else "\n".join(_text(facts)))
    return Code.FINE


def _known_stage(stage: str) -> str:
    from planner.stages import STAGES

    if stage not in STAGES:
        raise Failure(f"--stage {stage}", "there is no such stage", f"known are {', '.join(STAGES)}")
    return stage


def _find(address: str, desired: Desired) -> Resource:
    from challenge_spec.diagnostics import did_you_mean

    if address not in desired.resources:
        mend = did_you_mean(address, desired.resources) or "`challenge explain` alone lists all addresses"
        raise Failure(address, f"nothing has this address at the stage {desired.stage}", mend)
    return desired.resources[address]


def _facts(resource: Resource, desired: Desired) -> dict[str, Any]:
    from planner.render.document import sketch

    return {
        "address": resource.address,
        "kind": resource.kind.value,
        "stage": desired.stage,
        "spec": {name: sketch(value, {}) for name, value in resource.spec.items()},
        "waits_for": [need for need in _needs(resource) if need in desired.resources],
        "waited_for_by": [item.address for item in desired.resources.values() if resource.address in _needs(item)],
        "made_with": resource.carried_by,
    }


def _needs(resource: Resource) -> list[str]:
    """Each address that must be there before, once."""
    return list(dict.fromkeys((*resource.refers_to(), *resource.after)))


def _text(facts: dict[str, Any]) -> Iterator[str]:
    yield f"{facts['address']} ({facts['kind']}) at the stage {facts['stage']}"
    for name, value in facts["spec"].items():
        yield from _field(name, value)
    for name, title in (("waits_for", "waits for"), ("waited_for_by", "is waited for by")):
        if facts[name]:
            yield f"  {title}: {', '.join(facts[name])}"
    for name, title in (("said_at", "said at"), ("limits_begin_anew", "limits begin anew")):
        if facts.get(name):
            yield f"  {title}:"
            yield from (f"    {key}: {value}" for key, value in facts[name].items())
    if facts["made_with"]:
        yield f"  is made in one step with: {facts['made_with']}"


def _field(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, str) and "\n" in value:
        yield f"  {name}:"
        yield from (f"    | {row}" for row in value.splitlines())
    else:
        yield f"  {name}: {json.dumps(value, ensure_ascii=False)}"
