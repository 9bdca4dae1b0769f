"""Windows of rounds that Synapse would refuse: said in the plan, with how to mend it, instead of tried in vain."""

from __future__ import annotations

from datetime import datetime

from planner.live import Live, LiveResource, Unmanaged
from planner.matching import Span
from planner.plan import Problem
from planner.resources import Resource, owner_of


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
    span = _span(str(resource.spec["start"]), str(resource.spec["end"]))
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


def _span(start: str, end: str) -> Span:
    return Span(datetime.fromisoformat(start), datetime.fromisoformat(end))
