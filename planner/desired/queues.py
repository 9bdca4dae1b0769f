"""Evaluation queues, their rounds and their ACLs. SUBMIT is granted only after the rounds exist."""

from __future__ import annotations

from collections.abc import Iterator

from challenge_spec.resolved import ResolvedQueue
from planner.access import QUEUE, READ, grant
from planner.desired.context import Context, add_grants, instant, staff_acl
from planner.desired.views import readers_of_queues
from planner.references import Ref, Spec
from planner.resources import Kind, Resource, acl_address
from planner.stages import SUBMITTING, Submitting


def queues(context: Context) -> Iterator[Resource]:
    """Compile every queue that is ours: queue, rounds, then who may do what."""
    readers = readers_of_queues(context)
    for queue in context.challenge.queues:
        if queue.use is not None:
            continue
        address = f"queue.{queue.key}"
        spec: Spec = {
            "name": queue.name,
            "project": Ref("project.live"),
            "description": queue.description,
            "instructions": queue.instructions,
            "receipt": queue.receipt,
        }
        after = ("challenge.live",)
        yield Resource(address, Kind.QUEUE, spec, after=after, protect=queue.protect, ignore=queue.ignore)
        rounds = list(_rounds(queue))
        yield from rounds
        yield _acl(context, queue, tuple(item.address for item in rounds), readers.get(queue.key, frozenset()))


def _rounds(queue: ResolvedQueue) -> Iterator[Resource]:
    """The rounds whose dates are known; one that is `tbd` waits."""
    for window in queue.rounds:
        if window.start is not None and window.end is not None:
            spec: Spec = {
                "queue": Ref(f"queue.{queue.key}"),
                "start": instant(window.start),
                "end": instant(window.end),
                "limits": dict(window.limits),
            }
            yield Resource(f"round.{queue.key}/{window.name}", Kind.ROUND, spec)


def _acl(context: Context, queue: ResolvedQueue, rounds: tuple[str, ...], readers: frozenset[str]) -> Resource:
    acl = staff_acl(context, "queue", QUEUE)
    for account in context.service_accounts(queue.orchestrator):
        grant(acl, account, QUEUE["score"])
    for name, level in queue.access.items():
        types = _types(
            SUBMITTING[queue.purpose][context.stage],
            level,
            takes_submissions=queue.always or _has_round(context, queue),
        )
        if types:
            grant(acl, context.principal(name), types)
    for principal in sorted(readers):
        grant(acl, principal, READ)
    add_grants(context, acl, queue.grants, QUEUE)
    return Resource(acl_address(f"queue.{queue.key}"), Kind.ACL, acl, after=rounds)


def _has_round(context: Context, queue: ResolvedQueue) -> bool:
    """Whether some round of a queue is still to end."""
    return any(item.start is not None and item.end is not None and not context.past(item.end) for item in queue.rounds)


def _types(submitting: Submitting, level: str, takes_submissions: bool) -> tuple[str, ...]:
    """The access types of one declared level at this stage; without a round to come a queue takes nothing: one that was
    never made, because it is over, would leave the queue open without limit.
    """
    if submitting is Submitting.HIDDEN:
        return ()
    if submitting is Submitting.VIEW or not takes_submissions:
        return QUEUE["view"] if level in ("submit", "view") else QUEUE[level]
    return QUEUE[level]
