"""Queues answer what nobody can answer for the organizers: limits, truth, workflow, where to forward."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from challenge_spec.resolved import ResolvedQueue, ResolvedRound
from challenge_spec.resolving.queues import purpose_of, scopes
from challenge_spec.resolving.workflows import candidates
from challenge_spec.rules.context import Room
from challenge_spec.rules.graph import circles
from challenge_spec.scoring import Together
from challenge_spec.source import Path

_WIDER = (
    ("daily", "weekly"),
    ("daily", "monthly"),
    ("weekly", "monthly"),
    ("daily", "total"),
    ("weekly", "total"),
    ("monthly", "total"),
)


def check(room: Room) -> None:
    """Run the rules of this family."""
    for key in room.manifest.queues:
        _asks_something(room, key)
        _variants(room, key)
    for queue in room.challenge.queues:
        _has_limits(room, queue)
        _has_truth(room, queue)
        _has_workflow(room, queue)
        _forwards(room, queue)
    _forward_cycles(room)
    _limit_values(room)


def _asks_something(room: Room, key: str) -> None:
    if not scopes(room.manifest, key) and not room.manifest.sub_challenges:
        remedy = "Say what is asked: `sub_challenges: { main: { name: ... } }`; one is enough."
        room.findings.error_at_key("queue.nothing-asked", ("queues", key), f"`{key}` is for no sub-challenge", remedy)


def _variants(room: Room, key: str) -> None:
    """What differs for one sub-challenge can differ only where it has a queue of its own."""
    entry = room.manifest.queues[key]
    places = scopes(room.manifest, key)
    together = any(together for _, together in places) or isinstance(entry.for_, Together)
    served = {sub for subs, _ in places for sub in subs}
    for sub in entry.by_sub_challenge:
        path: Path = ("queues", key, "by_sub_challenge", sub)
        if together:
            message = f"`{key}` is one queue for all its sub-challenges; nothing can differ for one of them"
            room.findings.error_at_key("queue.variant-together", path, message, "Move it to a queue of its own.")
        elif sub in room.manifest.sub_challenges and sub not in served:
            message = f"`{key}` is not for the sub-challenge `{sub}`"
            room.findings.error_at_key("queue.variant-elsewhere", path, message, "Add it to `for`, or delete this.")


def _scores(queue: ResolvedQueue) -> bool:
    return queue.evaluation in ("score", "forward")


def _has_limits(room: Room, queue: ResolvedQueue) -> None:
    if not _scores(queue) or queue.limits is not None:
        return
    if queue.rounds and all(item.limits for item in queue.rounds):
        return
    room.findings.error_at_key(
        "queue.no-limits",
        ("queues", queue.queue),
        f"`{queue.queue}` does not say how often one may submit",
        "Write for instance `limits: { daily: 2, total: 20 }`, or `limits: none`.",
        "Without a limit people can try until they fit the truth; so it is never assumed.",
    )


def _has_truth(room: Room, queue: ResolvedQueue) -> None:
    if queue.evaluation != "score" or queue.truth:
        return
    if queue.rounds and all(item.truth for item in queue.rounds):
        return
    room.findings.error_at_key(
        "queue.no-truth",
        ("queues", queue.queue),
        f"`{queue.queue}` does not say what submissions are scored against",
        "Write `truth: NAME` with an entry of `data`, or `evaluation: validate` or `receive` if nothing is scored.",
    )


def _has_workflow(room: Room, queue: ResolvedQueue) -> None:
    if queue.evaluation == "receive" or queue.workflow is not None:
        return
    possible = candidates(room.manifest.workflows, purpose_of(room.manifest, queue.queue))
    place: Path = ("queues", queue.queue)
    if len(possible) > 1:
        message = f"which workflow evaluates `{queue.queue}`?"
        remedy = "Write `workflow: NAME`; possible are " + ", ".join(f"`{key}`" for key in possible) + "."
        room.findings.error_at_key("queue.which-workflow", place, message, remedy)
    else:
        message = f"no workflow evaluates `{queue.queue}`"
        remedy = "Add one to `workflows`, or write `evaluation: receive` if submissions are evaluated elsewhere."
        room.findings.warning_at_key("queue.no-workflow", place, message, remedy, "The challenge can't open like this.")


def _forwards(room: Room, queue: ResolvedQueue) -> None:
    goes_somewhere = queue.forward_to or (queue.rounds and all(item.forward_to for item in queue.rounds))
    if queue.evaluation == "forward" and not goes_somewhere:
        message = f"`{queue.queue}` does not say where submissions go"
        room.findings.error_at_key("queue.no-target", ("queues", queue.queue), message, "Write `forward_to: QUEUE`.")


def _forward_cycles(room: Room) -> None:
    queues = {queue.key: queue for queue in room.challenge.queues}
    targets = {key: [queue.forward_to] if queue.forward_to else [] for key, queue in queues.items()}
    for circle in circles(targets):
        message = f"{' → '.join([*circle, circle[0]])}: a submission would be forwarded for ever"
        place = room.where(queues[circle[0]], "forward_to")
        room.findings.error("queue.forward-cycle", place, message, "Break the circle.")


def _limit_values(room: Room) -> None:
    """A limit of nothing, and limits that can never be reached, are hardly meant."""
    for queue in room.challenge.queues:
        place = room.where(queue, "limits")
        for limits in [queue.limits or {}, *(item.limits for item in queue.rounds)]:
            _limits(room, place, limits)
        _reachable(room, place, queue)


def _reachable(room: Room, place: Path, queue: ResolvedQueue) -> None:
    """A total that nobody can come to, for a round has too few days of the limit a day (what-goes-wrong C6)."""
    for index, item in enumerate(queue.rounds):
        daily, total, days = item.limits.get("daily", 0), item.limits.get("total", 0), _days(item)
        if daily and days and days * daily < total:
            message = f"in the {days} days of round `{item.name}`, {daily} a day make {days * daily}, never {total}"
            own: Path = (*room.where(queue, "rounds"), index, "limits")
            where = own if room.said(*own) else place
            room.findings.warning("quota.consistent", where, message, "Lower the total, or raise the limit a day.")
            return


def _days(item: ResolvedRound) -> int:
    """On how many days of UTC a round is open; 0 where nobody knows."""
    if item.start is None or item.end is None or item.end <= item.start:
        return 0
    return (item.end - timedelta(seconds=1)).date().toordinal() - item.start.date().toordinal() + 1


def _limits(room: Room, place: Path, limits: Mapping[str, int]) -> None:
    for name, number in limits.items():
        if number == 0:
            message = f"a {name} limit of 0 lets nobody submit"
            room.findings.warning("quota.zero", place, message, "Write the number you mean, or leave it out.")
    for shorter, longer in _WIDER:
        if limits.get(longer, 1 << 60) < limits.get(shorter, 0):
            message = f"the {shorter} limit of {limits[shorter]} is more than the {longer} limit of {limits[longer]}"
            room.findings.warning("quota.consistent", place, message, f"Lower the {shorter} limit.")
