"""What a stage opens, what waits for its gates, and which pages wait to be published by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from challenge_spec.resolved import ResolvedChallenge
from planner.live import Live
from planner.operations import held_change
from planner.options import ALL
from planner.ordering import order
from planner.plan import Cause, Gate, GateState, Operation
from planner.resources import Desired, Kind
from planner.stages import before, way

AtStage = Callable[[str], Desired]
"""Stage → what has to exist at it."""


def opening(at_stage: AtStage, base: Desired, begun: str | None) -> frozenset[str]:
    """Addresses that the stage of `base` opens: what differs from the stage before."""
    steps = way(begun, base.stage)
    if not steps:
        return frozenset()
    earlier = at_stage(before(steps[0]))
    return frozenset(
        address
        for address, resource in base.resources.items()
        if resource.kind is not Kind.STAGE and _spec(earlier, address) != resource.spec
    )


def _spec(desired: Desired, address: str) -> object:
    resource = desired.resources.get(address)
    return None if resource is None else resource.spec


def held_by_gates(base: Desired, wanted: Desired, live: Live, gates: tuple[Gate, ...]) -> tuple[Operation, ...]:
    """What the wanted stage would change beyond `base`, kept back by the gates that are shut."""
    shut = tuple(gate.code for gate in gates if gate.state is not GateState.PASSED)
    if not shut:
        return ()
    changed = [
        (resource, base.resources.get(address))
        for address, resource in wanted.resources.items()
        if _spec(base, address) != resource.spec
    ]
    operations = [
        replace(held_change(resource, earlier, wanted, live.ids), held_by=shut) for resource, earlier in changed
    ]
    everything = frozenset(item.address for item in operations)
    return tuple(_renamed(item, wanted.stage) for item in order(operations, wanted, everything))


def _renamed(item: Operation, stage: str) -> Operation:
    """Give a held operation an id of its own: the same address may have an operation that isn't held."""
    return replace(item, id=f"{item.id}@{stage}", depends_on=tuple(f"{other}@{stage}" for other in item.depends_on))


def keep_back(
    operations: Iterable[Operation], challenge: ResolvedChallenge, publish: frozenset[str]
) -> list[Operation]:
    """Hold page changes on the live site of a challenge that is launched, if pages are published by hand."""
    if challenge.wiki.publish != "by-hand" or challenge.layout != "two-projects":
        return list(operations)
    return [_kept_back(item) if _waits(item, publish) else item for item in operations]


def _kept_back(item: Operation) -> Operation:
    return replace(item, held_by=("unpublished", *item.held_by))


def _waits(item: Operation, publish: frozenset[str]) -> bool:
    return (
        item.kind in (Kind.WIKI, Kind.ORDER)
        and item.address.split("/")[0] in ("wiki.live", "order.live")
        and item.cause is not Cause.SYNAPSE
        and not {item.address, ALL} & publish
    )
