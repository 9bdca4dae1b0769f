"""`challenge explain`: what an address becomes, offline."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from challenge_cli import console
from challenge_cli.errors import Code, Failure
from challenge_cli.options import Aim, format_option, target_options

if TYPE_CHECKING:
    from challenge_cli.engine import Job, Look
    from challenge_spec.resolved import ResolvedChallenge, ResolvedOrchestrator
    from planner.plan import Operation
    from planner.resources import Desired, Resource

EPILOG = """\b
Examples:
  challenge explain                                   every address that the manifest leads to
  challenge explain queue.leaderboard/prediction      one of them
  challenge explain team.participants --stage open    as it will be then
  challenge explain --plan --sandbox team.testers     what apply would do to it now"""


@click.command("explain", epilog=EPILOG)
@click.argument("address", default="")
@click.option("--manifest", type=click.Path(path_type=Path), default="challenge.yaml", show_default=True)
@click.option("--plan", "planned", is_flag=True, help="What apply would do to it now, on the target.")
@target_options
@click.option("--stage", metavar="STAGE", help="As of that stage; by default the manifest's own.")
@format_option("text", "json")
def command(address: str, manifest: Path, planned: bool, aim: Aim, stage: str | None, form: str) -> int:
    """Show what ADDRESS becomes on Synapse, what it waits for and what waits for it. Needs no network.

    Says where in the manifest each value was said, and when limits begin anew. With --plan: what apply would do to
    ADDRESS now, step by step; reads Synapse, writes nothing.
    """
    if planned:
        return _explain_plan(address, manifest, aim, form)
    if aim != Aim(sandbox=False, endpoint=None, now=None):
        raise click.UsageError("a target says something with --plan only")
    from challenge_cli.manifests import usable
    from challenge_spec.shown import decisions
    from planner.desired import compile_challenge
    from planner.desired.data import entry_address

    challenge = usable(manifest)
    desired = compile_challenge(challenge, _known_stage(stage or challenge.stage), datetime.now(UTC))
    machines = {f"orchestrator.{item.key}": item for item in challenge.orchestrators}
    if not address:
        known = [*desired.resources, *machines]
        console.result(json.dumps(known) if form == "json" else "\n".join(known))
        return Code.FINE
    folders = {entry_address(entry): entry for entry in challenge.data}
    own = _emitted(challenge, machines[address]) if address in machines else _facts(_find(address, desired), desired)
    facts = own | decisions(challenge, address, folders)
    console.result(json.dumps(facts, indent=2, ensure_ascii=False) if form == "json" else "\n".join(_text(facts)))
    return Code.FINE


def _explain_plan(address: str, manifest: Path, aim: Aim, form: str) -> int:
    """The steps of one address, rendered from the very operations that apply is given."""
    from challenge_cli.jobs import job

    current = asyncio.run(_looked(job(manifest, aim)))
    _find(address, current.world.desired)
    facts = [step_facts(step) for step in current.plan.steps(address)]
    said = json.dumps(facts, indent=2, ensure_ascii=False) if form == "json" else "\n".join(_steps(address, facts))
    console.result(said)
    return Code.FINE


async def _looked(work: Job) -> Look:
    from challenge_cli.engine import look, signed_in

    async with signed_in(work) as session:
        return await look(session, work)


def step_facts(step: Operation) -> dict[str, Any]:
    """One operation as people and scripts read it."""
    from planner.render.document import as_json

    return {
        "id": step.id,
        "action": step.action.value,
        "part": step.part.value,
        "cause": step.cause.value,
        "reason": step.reason,
        "fields": {
            change.name: {"before": as_json(change.before), "after": as_json(change.after)} for change in step.changes
        },
        "waits_for": list(step.depends_on),
        "expects": step.precondition,
        "found_again_by": dict(step.natural_key),
        "made_with": step.carried_by,
        "held_by": list(step.held_by),
        "rank": step.rank,
    }


def _steps(address: str, facts: list[dict[str, Any]]) -> Iterator[str]:
    if not facts:
        yield f"{address}: nothing to do"
    for step in facts:
        held = f", held by {', '.join(step['held_by'])}" if step["held_by"] else ""
        yield f"{step['action']} {step['id']}: {step['reason']}{held}"
        for name, values in step["fields"].items():
            yield f"  {name}: {json.dumps(values['before'])} -> {json.dumps(values['after'], ensure_ascii=False)}"
        for name, title in (("waits_for", "waits for"), ("found_again_by", "a lost creation is found again by")):
            if step[name]:
                yield f"  {title}: {', '.join(step[name])}"
        if step["expects"]:
            yield f"  expects: {step['expects'] if step['expects'] == 'absent' else 'etag ' + step['expects']}"
        if step["made_with"]:
            yield f"  is made in one step with: {step['made_with']}"
        yield f"  {step['rank']} step(s) to the end of the plan from here"


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


def _emitted(challenge: ResolvedChallenge, machine: ResolvedOrchestrator) -> dict[str, Any]:
    """An orchestrator is files that apply writes, and nothing on Synapse: what holds for it, and whom it serves."""
    from challenge_spec.shown import document

    spec = document(challenge)["orchestrators"][machine.key]
    return {
        "address": f"orchestrator.{machine.key}",
        "kind": "files for an orchestrator",
        "stage": challenge.stage,
        "spec": {name: value for name, value in spec.items() if name not in ("origins", "queues")},
        "waits_for": [f"queue.{key}" for key in machine.queues],
        "waited_for_by": [],
        "made_with": None,
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
