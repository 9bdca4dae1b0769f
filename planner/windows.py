"""Windows of rounds that Synapse would refuse: said in the plan, with how to mend it, instead of tried in vain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from planner.live import Live, LiveResource, Unmanaged
from planner.matching import Span
from planner.plan import Action, Operation, Problem
from planner.resources import Desired, Kind, Resource, owner_of, rounds_of


def window_problem(resource: Resource, found: LiveResource | None, live: Live) -> Problem | None:
    """What is wrong with where a round is to be. found: the round as it is on Synapse; None: it is new."""
    return _ends_in_the_past(resource, found, live) or _in_the_way(resource, live)


def _ends_in_the_past(resource: Resource, found: LiveResource | None, live: Live) -> Problem | None:
    """Synapse moves no end into the past (contract 5.5)."""
    end = str(resource.spec["end"])
    if found is None or end == found.spec.get("end") or end > live.stamp:
        return None
    message = f"is to end at {end}, which is over: Synapse moves no round's end into the past (contract 5.5)"
    if str(found.spec.get("end")) <= live.stamp:
        remedy = f"Write the end that it had: {found.spec.get('end')}."
    else:
        remedy = "Choose an end that is still to come; a minute from now closes it soonest."
    return Problem("round-over", resource.address, message, remedy)


def _in_the_way(resource: Resource, live: Live) -> Problem | None:
    """Rounds of one queue never overlap (contract 5.5), and one that the manifest doesn't know is not ours to move."""
    queue = f"queue.{owner_of(resource.address).rpartition('/')[0]}"
    span = _span_of(resource.spec)
    others = [item for item in live.unmanaged if item.where == queue and _overlaps(span, item)]
    if not others:
        return None
    named = ", ".join(f"{item.id} ({item.name})" for item in others)
    return Problem(
        "round-in-the-way",
        resource.address,
        f"overlaps with what the manifest doesn't mention: round {named}",
        f"Write it into the rounds of {queue} with these dates, or delete it on Synapse.",
    )


def _overlaps(span: Span, other: Unmanaged) -> bool:
    return other.window is not None and span.overlap(_span(*other.window)) > 0


def crowded_out(operations: Iterable[Operation], desired: Desired, live: Live) -> dict[str, Problem]:
    """Rounds that would get into the way of one that stays where it is, for it is drift, or can't be moved: address →
    what is wrong. They stay where they are, too, and may be in the way of others.
    """
    placing: dict[str, dict[str, Resource]] = defaultdict(dict)
    for item in operations:
        if _places(item):
            placing[rounds_of(item.address)][item.address] = desired.resources[item.address]
    staying: dict[str, list[LiveResource]] = defaultdict(list)
    for resource in desired.of_kind(Kind.ROUND) if placing else ():
        queue, found = rounds_of(resource.address), live.resources.get(resource.address)
        if queue in placing and resource.address not in placing[queue] and found is not None:
            staying[queue].append(found)
    refused: dict[str, Problem] = {}
    for queue, moving in placing.items():
        refused |= _crowded_out_of(moving, staying[queue], live)
    return refused


def _crowded_out_of(
    moving: Mapping[str, Resource], staying: Iterable[LiveResource], live: Live
) -> Mapping[str, Problem]:
    """The same for one queue; moving: address → round that would get another place."""
    refused: dict[str, Problem] = {}
    while staying:
        moving = {address: resource for address, resource in moving.items() if address not in refused}
        met = {address: other for address, resource in moving.items() if (other := _first_met(resource, staying))}
        refused |= {address: _crowded(address, other) for address, other in met.items()}
        staying = [live.resources[address] for address in met if address in live.resources]
    return refused


def _places(item: Operation) -> bool:
    """Whether an operation gives a round its place in time."""
    if item.kind is not Kind.ROUND or item.action is Action.DELETE:
        return False
    return item.action is Action.CREATE or any(change.name in ("start", "end") for change in item.changes)


def _first_met(resource: Resource, staying: Iterable[LiveResource]) -> LiveResource | None:
    """The first of the rounds that stay which a round would overlap with."""
    span = _span_of(resource.spec)
    return next((other for other in staying if span.overlap(_span_of(other.spec)) > 0), None)


def _crowded(address: str, other: LiveResource) -> Problem:
    message = f"overlaps with {other.address}, which stays from {other.spec['start']} to {other.spec['end']}"
    return Problem("round-in-the-way", address, message, f"Decide on {other.address} first, or choose other dates.")


def _span_of(spec: Mapping[str, object]) -> Span:
    return _span(str(spec["start"]), str(spec["end"]))


def _span(start: str, end: str) -> Span:
    return Span(datetime.fromisoformat(start), datetime.fromisoformat(end))
