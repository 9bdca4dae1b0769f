"""Queues: one for each sub-challenge (or one for several together), with everything that holds in them decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from challenge_spec.findings import Findings
from challenge_spec.manifest import Manifest
from challenge_spec.resolved import ResolvedEligibility, ResolvedQueue, ResolvedResults, ResolvedRound, ResolvedRun
from challenge_spec.resolving.names import queue_name, title
from challenge_spec.resolving.precedence import Layer, Stack, all_with_defaults, clashes, layer, said
from challenge_spec.resolving.purposes import PURPOSES
from challenge_spec.resolving.times import Times, Window
from challenge_spec.resolving.tracks import Scope, eligibility, exceptions, queues_of
from challenge_spec.resolving.workflows import candidates, link_key, resolved_run
from challenge_spec.schedule import Limits, RoundSeries
from challenge_spec.scoring import (
    Evaluation,
    Purpose,
    Queue,
    Settings,
    SubChallenge,
    Together,
    Workflow,
    usual_orchestrator,
)
from challenge_spec.source import Path
from challenge_spec.tracks import Eligibility

MAX_QUEUES = 1000


@dataclass(frozen=True, slots=True)
class QueueRoom:
    """What deciding about queues needs: the manifest, its workflows with defaults, times, and where problems go."""

    manifest: Manifest
    workflows: Mapping[str, Workflow]
    times: Times
    findings: Findings


@dataclass(frozen=True, slots=True)
class Place:
    """One evaluation queue before it is decided: which, for what, and all that is said about it."""

    key: str
    subs: tuple[str, ...]
    together: bool
    purpose: Purpose
    stack: Stack
    workflow: str | None


def places(room: QueueRoom) -> list[Place]:
    """Every evaluation queue, in the manifest's order; at most MAX_QUEUES, more are reported."""
    wanted = ((key, subs, together) for key in room.manifest.queues for subs, together in scopes(room.manifest, key))
    found = list(islice(wanted, MAX_QUEUES + 1))
    if len(found) > MAX_QUEUES:
        message = f"this would be more than {MAX_QUEUES} evaluation queues: one for each queue and sub-challenge"
        room.findings.error_at_key("queue.too-many", ("queues",), message, "Say which are meant with `for`.")
    return [_place(room, key, subs, together=together) for key, subs, together in found[:MAX_QUEUES]]


def _place(room: QueueRoom, key: str, subs: tuple[str, ...], *, together: bool) -> Place:
    purpose = purpose_of(room.manifest, key)
    stack = stack_of(room, key, subs, together=together)
    return Place(key, subs, together, purpose, stack, chosen_workflow(room, purpose, stack))


def purpose_of(manifest: Manifest, key: str) -> Purpose:
    """The purpose of a queue; a queue that says none is a leaderboard."""
    default = manifest.defaults.queue
    return manifest.queues[key].purpose or (default.purpose if default else None) or "leaderboard"


def scopes(manifest: Manifest, key: str) -> list[Scope]:
    """The sub-challenges of each evaluation queue that an entry stands for, and whether it serves them together."""
    default = manifest.defaults.queue
    scope = (
        manifest.queues[key].for_ or (default.for_ if default else None) or PURPOSES[purpose_of(manifest, key)]["for_"]
    )
    wanted = scope.together if isinstance(scope, Together) else scope
    here = [sub for sub, item in manifest.sub_challenges.items() if item.elsewhere is None]
    known = tuple(here) if wanted == "all" else tuple(wanted)
    if isinstance(scope, Together):
        return [(known, True)]
    return [((sub,), False) for sub in known if sub in manifest.sub_challenges]


def queue_address(queue: str, subs: tuple[str, ...], *, together: bool) -> str:
    """`final/similarity`, or `final` where one queue serves several together; a further sub-challenge renames none."""
    return queue if together else f"{queue}/{subs[0]}"


def stack_of(room: QueueRoom, key: str, subs: tuple[str, ...], *, together: bool) -> Stack:
    """All that is said about a queue, lowest first."""
    manifest, purpose = room.manifest, purpose_of(room.manifest, key)
    asked = [] if purpose == "writeup" else _asked(room, key, subs)
    own = layer(f"queues.{key}", manifest.queues[key])
    if not together:
        _report_clashes(room.findings, key, asked, own)
    variant = (
        Layer("", {})
        if together
        else layer(f"queues.{key}.by_sub_challenge.{subs[0]}", manifest.queues[key].by_sub_challenge.get(subs[0]))
    )
    lower = (
        Layer(f"purpose {purpose}", PURPOSES[purpose]),
        *asked[:1],
        layer("defaults.queue", manifest.defaults.queue),
    )
    upper = (*asked[1:], own, variant)
    chosen = chosen_workflow(room, purpose, Stack((*lower, *upper)))
    given = Layer(f"workflows.{chosen}", _given_by(room.workflows.get(chosen or "")))
    return Stack((*lower, given, *upper))


def _given_by(workflow: Workflow | None) -> dict[str, Any]:
    return {"run": workflow.run} if workflow and workflow.run else {}


def _asked(room: QueueRoom, key: str, subs: tuple[str, ...]) -> list[Layer]:
    """What sub-challenges and their defaults say about how they are answered; a write-up is none of these answers."""
    default = room.manifest.defaults.sub_challenge
    return [
        Layer("defaults.sub_challenge", _settings(default) if default else {}),
        _sub_challenge_layer(room, key, subs),
    ]


def _sub_challenge_layer(room: QueueRoom, key: str, subs: tuple[str, ...]) -> Layer:
    """What the sub-challenges of a queue say; several must agree, or the queue must say it."""
    blocks = {sub: room.manifest.sub_challenges[sub] for sub in subs if sub in room.manifest.sub_challenges}
    if len(blocks) == 1:
        ((sub, block),) = blocks.items()
        return Layer(f"sub_challenges.{sub}", _settings(block))
    agreed: dict[str, Any] = {}
    for name in {name for block in blocks.values() for name in _settings(block)}:
        values = [getattr(block, name) for block in blocks.values()]
        if all(value == values[0] for value in values):
            agreed[name] = values[0]
        elif name not in room.manifest.queues[key].model_fields_set:
            message = f"the sub-challenges of `{key}` do not say the same `{name}`"
            room.findings.error_at_key("queue.ambiguous", ("queues", key), message, f"Say `{name}` here.")
    return Layer("sub_challenges", agreed)


def _settings(block: SubChallenge) -> dict[str, Any]:
    return {name: getattr(block, name) for name in said(block) if name in Settings.model_fields}


def _report_clashes(findings: Findings, key: str, asked: list[Layer], own: Layer) -> None:
    for block in asked[1:]:
        for name in clashes(block, own):
            path: Path = ("queues", key, *name.split("."))
            message = f"`{name}` is said here and in `{block.origin}`"
            remedy = "Keep one of the two; what differs for one sub-challenge goes below `by_sub_challenge`."
            findings.error_at_key("queue.said-twice", path, message, remedy, "Neither stands above the other.")


def chosen_workflow(room: QueueRoom, purpose: Purpose, stack: Stack) -> str | None:
    """The workflow of a queue: the one it names, else the only one there is for its purpose."""
    named = stack.get("workflow")
    if named or stack.get("evaluation") == "receive":
        return named if isinstance(named, str) else None
    possible = candidates(room.workflows, purpose)
    return possible[0] if len(possible) == 1 else None


def decide(room: QueueRoom, place: Place) -> ResolvedQueue:
    """The queue with everything that holds in it."""
    stack, key, subs, manifest = place.stack, place.key, place.subs, room.manifest
    evaluation: Evaluation = stack.get("evaluation") or ("validate" if place.workflow else "receive")
    workflow = None if evaluation == "receive" else place.workflow
    submission = stack.get("submission")
    run, results = resolved_run(stack.run()), ResolvedResults(**stack.results())
    return ResolvedQueue(
        key=queue_address(key, subs, together=place.together),
        queue=key,
        name=stack.get("name") or queue_name(manifest.challenge.name, key, _sub_name(manifest, place)),
        description=stack.get("description", default_description(manifest.challenge.name, key)),
        purpose=place.purpose,
        sub_challenges=subs,
        together=place.together,
        submission=submission,
        access=dict(stack.get("access")),
        grants=dict(stack.get("grants", {})),
        always=stack.get("rounds") == "always",
        rounds=tuple(_rounds(room, place, run, results)),
        limits=_limits(stack.get("limits")),
        evaluation=evaluation,
        truth=stack.get("truth"),
        inputs=stack.get("inputs", ()),
        run=run,
        results=results,
        workflow=_link(room, workflow, stack),
        orchestrator=_orchestrator(manifest, stack) if workflow else None,
        forward_to=_forward(manifest, stack.get("forward_to"), subs),
        instructions=stack.get("instructions", INSTRUCTIONS[submission]),
        receipt=stack.get("receipt", DEFAULT_RECEIPT),
        eligibility=_eligibility(manifest, stack.get("eligibility"), subs),
        exceptions=tuple(exceptions(stack.get("exceptions") or (), room.times, _said_at(stack, "exceptions"))),
        adopt=stack.get("adopt"),
        use=stack.get("use"),
        was=_was(manifest, place),
        protect=stack.get("protect"),
        ignore=stack.get("ignore", ()),
        origins=stack.origins(),
    )


def _eligibility(manifest: Manifest, wanted: Eligibility | None, subs: tuple[str, ...]) -> ResolvedEligibility:
    named = {key: scopes(manifest, key) for key in queues_of(wanted) if key in manifest.queues}
    return eligibility(wanted, subs, named)


def _said_at(stack: Stack, name: str) -> Path:
    """The path of the place that says something."""
    return tuple(stack.origins().get(name, "").split("."))


def _link(room: QueueRoom, workflow: str | None, stack: Stack) -> str | None:
    """The key of the link to the queue's entry point; a workflow that nobody declared keeps the name it was given."""
    known = room.workflows.get(workflow or "")
    return link_key(workflow, known.entrypoint if known else None, stack.get("entrypoint")) if workflow else None


DEFAULT_RECEIPT = "Thank you. Your submission has arrived."
INSTRUCTIONS = {
    "file": "Submit one file.",
    "folder": "Submit one folder.",
    "docker": "Submit one Docker image.",
    "project": "Submit one project.",
}
"""What submitters read before and after, unless the manifest says something else."""


def default_description(challenge: str, entry: str) -> str:
    """What a queue's page says unless the manifest says something else."""
    return f"{title(entry)} of {challenge}."


def _was(manifest: Manifest, place: Place) -> str | None:
    """The address before the queue's entry, or its sub-challenge, was renamed."""
    entry = manifest.queues[place.key].was or place.key
    subs = tuple(manifest.sub_challenges[sub].was or sub for sub in place.subs if sub in manifest.sub_challenges)
    was = queue_address(entry, subs, together=place.together)
    return None if was == queue_address(place.key, place.subs, together=place.together) else was


def _sub_name(manifest: Manifest, place: Place) -> str | None:
    return None if place.together else manifest.sub_challenges[place.subs[0]].name or title(place.subs[0])


def _orchestrator(manifest: Manifest, stack: Stack) -> str | None:
    named = stack.get("orchestrator")
    return str(named) if named else usual_orchestrator(manifest.orchestrators)


def _forward(manifest: Manifest, target: str | None, subs: tuple[str, ...]) -> str | None:
    """The address of the queue that receives what is forwarded: the one for the same sub-challenge."""
    if target is None or target not in manifest.queues:
        return target
    together = all(together for _, together in scopes(manifest, target))
    return target if together or not subs else f"{target}/{subs[0]}"


def _limits(said_limits: Any) -> dict[str, int] | None:
    if isinstance(said_limits, Limits):
        return {name: getattr(said_limits, name) for name in said(said_limits)}
    return {} if said_limits == "none" else None


def rounds_path(room: QueueRoom, key: str, subs: tuple[str, ...]) -> Path:
    """Where the rounds of a queue are written (or would be)."""
    variant = room.manifest.queues[key].by_sub_challenge.get(subs[0]) if len(subs) == 1 else None
    if variant and variant.rounds is not None:
        return ("queues", key, "by_sub_challenge", subs[0], "rounds")
    default = room.manifest.defaults.queue
    if room.manifest.queues[key].rounds is None and default and default.rounds is not None:
        return ("defaults", "queue", "rounds")
    return ("queues", key, "rounds")


def _rounds(room: QueueRoom, place: Place, run: ResolvedRun, results: ResolvedResults) -> Iterator[ResolvedRound]:
    """The rounds of a queue; `run` and `results` are what holds in those that say nothing else."""
    rounds, path = place.stack.get("rounds"), rounds_path(room, place.key, place.subs)
    if rounds == "always":
        return
    windows = room.times.series(rounds, path) if isinstance(rounds, RoundSeries) else room.times.listed(rounds, path)
    for window in windows:
        said_here = layer(f"round {window.name}", window.said)
        own = place.stack.on_top(said_here)
        its_run = resolved_run(own.run()) if "run" in said_here.values else run
        its_results = ResolvedResults(**own.results()) if "results" in said_here.values else results
        yield _round(room.manifest, window, own, place.subs, (its_run, its_results))


def _round(
    manifest: Manifest, window: Window, own: Stack, subs: tuple[str, ...], told: tuple[ResolvedRun, ResolvedResults]
) -> ResolvedRound:
    run, results = told
    return ResolvedRound(
        name=window.name,
        start=window.start,
        end=window.end,
        limits=_limits(own.get("limits")) or {},
        truth=own.get("truth"),
        inputs=own.get("inputs", ()),
        run=run,
        results=results,
        forward_to=_forward(manifest, own.get("forward_to"), subs),
        gap_intended=bool(window.said and window.said.gap),
    )


def queue_entries(manifest: Manifest) -> dict[str, Queue]:
    """The queues as written, with what `defaults` adds: for rules about entries rather than about Synapse's queues."""
    return all_with_defaults(manifest.queues, manifest.defaults.queue)
