"""Queues, workflows, data and machines fit each other: what is submitted can be run, where its data are, in time."""

from __future__ import annotations

from datetime import datetime

from challenge_spec.clock import written
from challenge_spec.resolved import ResolvedData, ResolvedOrchestrator, ResolvedQueue, ResolvedWorkflow
from challenge_spec.rules.context import Room
from challenge_spec.source import Path

_TAKES = {"data-to-model": ("file", "folder"), "model-to-data": ("docker",), "writeup": ("project",)}
"""Template of a workflow → what it knows how to evaluate (guide, items 23, 24, 68)."""


def check(room: Room) -> None:
    """Run the rules of this family."""
    links = {workflow.key: workflow for workflow in room.challenge.workflows}
    machines = {item.key: item for item in room.challenge.orchestrators}
    data = {entry.key: entry for entry in room.challenge.data}
    for queue in room.challenge.queues:
        link, machine = links.get(queue.workflow or ""), machines.get(queue.orchestrator or "")
        if link is not None:
            _template(room, queue, link)
        if machine is not None:
            _containers(room, queue, machine)
            _places(room, queue, machine, data)
            if link is not None:
                _language(room, queue, link, machine)
        _expected(room, queue, data)
    for key in room.manifest.queues:
        _elsewhere(room, key)
    _synthetic(room)


def _template(room: Room, queue: ResolvedQueue, link: ResolvedWorkflow) -> None:
    takes = _TAKES.get(link.template, (queue.submission,))
    if queue.submission in takes or queue.purpose == "internal":
        return  # what a front queue hands on is a file, whatever it stands for
    message = (
        f"`{queue.queue}` takes a {queue.submission}, its workflow `{link.key}` is made for a {' or '.join(takes)}"
    )
    remedy = "Name another workflow, or `template: custom` if the code knows better."
    room.findings.warning("workflow.template-mismatch", room.where(queue, "submission"), message, remedy)


def _language(room: Room, queue: ResolvedQueue, link: ResolvedWorkflow, machine: ResolvedOrchestrator) -> None:
    """The orchestrator runs CWL and nothing else (guide, item 67)."""
    if machine.engine in ("docker", "wes") and not link.entrypoint.endswith(".cwl"):
        message = f"`{machine.key}` runs CWL, and `{queue.queue}` is evaluated by `{link.entrypoint}`"
        place: Path = ("workflows", link.key.partition("/")[0])
        remedy = "Name a `.cwl` file as `entrypoint`, or the `engine` that runs this one."
        room.findings.warning_at_key("workflow.not-cwl", place, message, remedy)


def _containers(room: Room, queue: ResolvedQueue, machine: ResolvedOrchestrator) -> None:
    if machine.containers == "none" and queue.submission == "docker" and queue.evaluation == "score":
        message = f"`{queue.queue}` takes Docker images, and the machine of `{machine.key}` runs no containers"
        remedy = "Write `evaluation: receive`, or name another orchestrator."
        room.findings.error("compute.no-containers", room.where(queue, "submission"), message, remedy)


def _places(room: Room, queue: ResolvedQueue, machine: ResolvedOrchestrator, data: dict[str, ResolvedData]) -> None:
    """What lies on one machine can't be read on another."""
    for entry in (data[key] for key in queue.reads if key in data):
        if entry.at is not None and entry.at != machine.key:
            message = f"`{entry.key}` is at `{entry.at}`, and `{queue.queue}` is evaluated at `{machine.key}`"
            name = "truth" if entry.key == queue.truth else "inputs"
            remedy = f"Write `orchestrator: {entry.at}`, or say where else the data are."
            room.findings.error("data.other-machine", room.where(queue, name), message, remedy)


def _expected(room: Room, queue: ResolvedQueue, data: dict[str, ResolvedData]) -> None:
    """A truth that comes after its first round can score nothing in it."""
    for item in queue.rounds:
        for key in (item.truth, *item.inputs):
            entry = data.get(key or "")
            if entry and entry.expected and item.start and entry.expected > item.start:
                _late(room, entry.key, entry.expected, f"round `{item.name}` of `{queue.queue}` begins", item.start)
                return


def _late(room: Room, key: str, expected: datetime, what: str, begins: datetime) -> None:
    zone = room.clock.zone
    message = f"`{key}` is expected on {written(expected, zone)}, after {what}, {written(begins, zone)}"
    room.findings.warning("data.expected-late", ("data", key, "expected"), message, "Move one of them.")


def _elsewhere(room: Room, key: str) -> None:
    scope = room.manifest.queues[key].for_
    named = scope if isinstance(scope, tuple) else getattr(scope, "together", ())
    for sub in named if isinstance(named, tuple) else ():
        item = room.manifest.sub_challenges.get(sub)
        if item is not None and item.elsewhere is not None:
            message = f"`{sub}` is held elsewhere, at {item.elsewhere}"
            remedy = "Remove it from this queue, or remove `elsewhere`."
            room.findings.error("queue.held-elsewhere", ("queues", key, "for"), message, remedy)


def _synthetic(room: Room) -> None:
    """People who never see the data need something to try their image on (guide, item 152)."""
    docker = [queue for queue in room.challenge.queues if queue.submission == "docker" and queue.evaluation == "score"]
    if room.challenge.governance.sensitive and docker and not any(item.synthetic for item in room.challenge.data):
        message = "participants can't see the data, and have nothing to try their images on"
        remedy = "Offer made-up data of the same form: `data: { ..., synthetic: true }`."
        room.findings.info("data.no-synthetic", ("governance", "sensitive"), message, remedy)
