"""Eligibility, exceptions and what differs by round can be met, and somebody tells the workflow of them."""

from __future__ import annotations

from collections.abc import Mapping

from challenge_spec.clock import written
from challenge_spec.resolved import Instant, ResolvedQueue, ResolvedRound, ResolvedRun
from challenge_spec.rules.context import Room
from challenge_spec.rules.graph import circles
from challenge_spec.source import Path


def check(room: Room) -> None:
    """Run the rules of this family."""
    queues = {queue.key: queue for queue in room.challenge.queues}
    tables = {workflow.key for workflow in room.challenge.workflows if workflow.queue_table}
    for queue in queues.values():
        _itself(room, queue)
        _can_succeed(room, queue, queues)
        _is_checked(room, queue, tables)
        _rounds_are_told(room, queue, tables)
        _exceptions(room, queue)
    _circle(room, queues)


def _at(room: Room, queue: ResolvedQueue, name: str) -> Path:
    """Where one key of a queue's eligibility was written."""
    block = room.where(queue, "eligibility")
    return (*block, name) if room.said(*block, name) else block


def _itself(room: Room, queue: ResolvedQueue) -> None:
    said = queue.eligibility
    for name, keys in (("exclusive_with", said.exclusive_with), ("needs_success_in", said.needs_success_in)):
        if queue.key in keys:
            message = f"`{queue.key}` can't depend on what was submitted to itself"
            room.findings.error("eligibility.itself", _at(room, queue, name), message, "Name another queue.")
    both = [key for key in said.exclusive_with if key in (*said.needs_success_in, *said.ranked_with)]
    if both:
        message = f"who must submit to `{both[0]}` is shut out of `{queue.key}` for having done so"
        place = _at(room, queue, "exclusive_with")
        room.findings.error("eligibility.contradiction", place, message, "Keep one of the two.")


def _can_succeed(room: Room, queue: ResolvedQueue, queues: Mapping[str, ResolvedQueue]) -> None:
    place = _at(room, queue, "needs_success_in")
    for needed in (queues[key] for key in queue.eligibility.needs_success_in if key in queues):
        if needed.evaluation == "receive":
            message = f"nothing is evaluated in `{needed.key}`, so nobody ever succeeds there"
            remedy = "Write `ranked_with` if a submission is enough, or evaluate it."
            room.findings.error("eligibility.never-succeeds", place, message, remedy)
        opens, ends = _opens(needed), _ends(queue)
        if opens and ends and opens >= ends:
            message = f"`{needed.key}` opens on {written(opens, room.clock.zone)}, when `{queue.key}` is over"
            room.findings.error("eligibility.too-late", place, message, "Move one of them.")


def _opens(queue: ResolvedQueue) -> Instant | None:
    starts = [item.start for item in queue.rounds]
    return min((start for start in starts if start), default=None) if all(starts) else None


def _ends(queue: ResolvedQueue) -> Instant | None:
    ends = [item.end for item in queue.rounds]
    return max((end for end in ends if end), default=None) if all(ends) else None


def _is_checked(room: Room, queue: ResolvedQueue, tables: set[str]) -> None:
    """Synapse asks for teams only; the rest is asked by the workflow, which reads it from its table."""
    said = queue.eligibility
    asked = [
        name
        for name in ("member_of", "exclusive_with", "needs_success_in")
        if getattr(said, name) and queue.workflow is not None and queue.workflow not in tables
    ]
    if asked:
        message = f"nobody would check `{asked[0]}`: the workflow of `{queue.queue}` has no queue table"
        why = "Synapse knows who may submit, and nothing of other queues (what-goes-wrong B8)."
        remedy = "Write `queue_table: queues.json` in the workflow, and let it ask."
        room.findings.warning("eligibility.unchecked", _at(room, queue, asked[0]), message, remedy, why)


def _rounds_are_told(room: Room, queue: ResolvedQueue, tables: set[str]) -> None:
    """A workflow that is to do something else in another round must be told which round it is."""
    if queue.workflow is None or queue.workflow in tables or len(queue.rounds) < 2:
        return
    differing = [name for name in ("truth", "inputs", "run", "results", "forward_to") if _differs(queue.rounds, name)]
    if differing:
        message = f"`{differing[0]}` differs by round, and nothing tells the workflow of `{queue.queue}` which it is"
        why = "A round typed into scoring code is changed late, or twice (what-goes-wrong A8, A9)."
        remedy = "Write `queue_table: queues.json` in the workflow; apply generates the table."
        room.findings.warning("round.no-table", room.where(queue, "rounds"), message, remedy, why)


def _differs(rounds: tuple[ResolvedRound, ...], name: str) -> bool:
    return any(getattr(item, name) != getattr(rounds[0], name) for item in rounds[1:])


def _exceptions(room: Room, queue: ResolvedQueue) -> None:
    for index, item in enumerate(queue.exceptions):
        path: Path = (*room.where(queue, "exceptions"), index)
        if item.what is None and item.run == ResolvedRun():
            message = f"what is allowed to `{item.who}`?"
            remedy = "Say it with `run`, or in words with `what`."
            room.findings.error("exception.of-what", path, message, remedy)
        opens = _opens(queue)
        if opens and item.until and item.until < opens:
            message = f"this exception ends before `{queue.queue}` begins"
            room.findings.error("exception.over", (*path, "until"), message, "Correct the date, or delete it.")


def _circle(room: Room, queues: Mapping[str, ResolvedQueue]) -> None:
    needed = {
        key: [other for other in queue.eligibility.needs_success_in if other != key] for key, queue in queues.items()
    }
    for circle in circles(needed):
        message = f"{' → '.join([*circle, circle[0]])}: nobody can ever be the first to succeed"
        place = _at(room, queues[circle[0]], "needs_success_in")
        room.findings.error("eligibility.circle", place, message, "Break the circle.")
