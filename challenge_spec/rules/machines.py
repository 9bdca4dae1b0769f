"""What orchestrators are asked to run fits the machines they run on, and they are set up without contradiction."""

from __future__ import annotations

import re

from challenge_spec.resolved import ResolvedOrchestrator, ResolvedQueue
from challenge_spec.rules.context import Room
from challenge_spec.source import Path

RESERVE = 2 * 1000**3
"""Bytes that the system and the orchestrator themselves want (guide, item 8)."""


def check(room: Room) -> None:
    """Run the rules of this family."""
    queues = {queue.key: queue for queue in room.challenge.queues}
    for item in room.challenge.orchestrators:
        _memory(room, item)
        _engine(room, item)
        _toil(room, item)
        for key in item.queues:
            _job(room, item, queues[key])


def _memory(room: Room, item: ResolvedOrchestrator) -> None:
    if item.machine_memory is None or item.memory_per_submission is None:
        return
    wanted = item.max_concurrent * item.memory_per_submission
    path: Path = ("orchestrators", item.key)
    sizes = f"{item.max_concurrent} × {_gb(item.memory_per_submission)} = {_gb(wanted)} of {_gb(item.machine_memory)}"
    if wanted > item.machine_memory:
        remedy = "Lower `max_concurrent` or `memory_per_submission`, or take a bigger machine."
        room.findings.error_at_key("compute.size", path, f"the machine is too small: {sizes}", remedy)
    elif wanted + RESERVE > item.machine_memory:
        message = f"nothing is left for the system: {sizes}"
        room.findings.warning("compute.tight", (*path, "machine"), message, f"Leave {_gb(RESERVE)} or more.")


def _gb(size: int) -> str:
    return f"{size / 1000**3:g} GB"


def _job(room: Room, item: ResolvedOrchestrator, queue: ResolvedQueue) -> None:
    run, path = queue.run, ("queues", queue.queue)
    if run.memory and item.memory_per_submission and run.memory > item.memory_per_submission:
        message = (
            f"`{queue.key}` may use {_gb(run.memory)}, `{item.key}` plans {_gb(item.memory_per_submission)} for each"
        )
        where = room.where(queue, "run.memory")
        room.findings.error("compute.size", where, message, "Raise `memory_per_submission`, or lower `run.memory`.")
    if run.gpus and run.gpus > (item.machine_gpus or 0):
        message = f"`{queue.key}` wants {run.gpus} GPU, the machine of `{item.key}` has {item.machine_gpus or 'none'}"
        room.findings.error("compute.no-gpu", room.where(queue, "run.gpus"), message, "Write `gpus` in `machine`.")
    if queue.submission == "docker" and queue.evaluation == "score" and run.time_limit is None:
        message = f"images submitted to `{queue.key}` may run for ever"
        room.findings.warning_at_key("compute.no-time-limit", path, message, "Write `run: { time_limit: 6h }`.")


def _engine(room: Room, item: ResolvedOrchestrator) -> None:
    """Exactly one of Docker and WES (orchestrator 1.2)."""
    path: Path = ("orchestrators", item.key)
    if item.engine == "wes" and item.wes_endpoint is None:
        room.findings.error_at_key("orchestrator.no-endpoint", path, "which service runs the jobs?", "Write `wes`.")
    if item.engine != "wes" and item.wes_endpoint is not None:
        message = f"`wes` has no meaning with the engine `{item.engine}`"
        room.findings.error("orchestrator.two-engines", (*path, "wes"), message, "Write `engine: wes`, or remove it.")


def _toil(room: Room, item: ResolvedOrchestrator) -> None:
    """The orchestrator refuses some options, and `.env` files garble some characters (orchestrator 1.2, 1.5)."""
    options, path = item.toil_options or "", ("orchestrators", item.key, "toil_options")
    refused = re.search(r"LinkImports|workDir", options, re.IGNORECASE)
    if refused:
        message = f"the orchestrator sets `{refused[0]}` itself and refuses it here"
        room.findings.error("orchestrator.toil-options", path, message, "Remove it.")
    garbled = re.search(r"[$\"\\`\n]", options)
    if garbled:
        message = f"{garbled[0]!r} would not survive the `.env` file"
        room.findings.error("orchestrator.toil-options", path, message, "Find a spelling without it.")
