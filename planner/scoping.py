"""Part of a plan: what `--target` and `--exclude` leave of it.

What is left is closed: a target brings along what it needs, an exclusion takes along what needs it. A part of a plan
never begins a stage nor completes one: whether everything is ready can't be said of a part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from challenge_spec.diagnostics import did_you_mean
from planner.ordering import needs
from planner.plan import Operation
from planner.resources import Desired, Kind, Resource


class UnknownAddress(Exception):
    """A target or an exclusion that names nothing; `mend` says what may have been meant."""

    def __init__(self, address: str, mend: str) -> None:
        super().__init__(f"nothing has the address {address}")
        self.address, self.mend = address, mend


@dataclass(frozen=True, slots=True)
class Selection:
    """What is left of a plan.

    covered: addresses that the plan speaks of, changed or not. left_out: how many changes are none of it.
    """

    operations: tuple[Operation, ...]
    covered: frozenset[str]
    left_out: int

    def covers(self, address: str) -> bool:
        """Whether the plan speaks of an address."""
        return address in self.covered


def require_known(addresses: Iterable[str], known: Set[str]) -> None:
    """Raise UnknownAddress where one of the addresses isn't known."""
    for address in sorted(addresses):
        if address not in known:
            mend = did_you_mean(address, sorted(known)) or "`challenge explain` alone lists all addresses"
            raise UnknownAddress(address, mend)


def select(
    operations: Iterable[Operation], desired: Desired, targets: frozenset[str], excludes: frozenset[str]
) -> Selection:
    """Keep the targets (everything, if there are none) with what they need, without the exclusions and what needs
    those.
    """
    found = [item for item in operations if item.kind is not Kind.STAGE]
    dropped = _closed(found, desired, excludes, forward=True)
    kept = (_closed(found, desired, targets, forward=False) if targets else {item.address for item in found}) - dropped
    chosen = tuple(item for item in found if item.address in kept)
    everything = {*desired.resources, *(item.address for item in found)}
    spoken_of = (_reach(desired, targets) | kept if targets else everything) - dropped - excludes
    return Selection(chosen, frozenset(spoken_of), len({item.address for item in found} - kept))


def _closed(operations: Iterable[Operation], desired: Desired, addresses: Set[str], *, forward: bool) -> set[str]:
    """Addresses with all that they need (forward: with all that needs them), as far as the plan changes it."""
    import networkx as nx

    graph, address_of = needs(operations, desired)
    step = nx.descendants if forward else nx.ancestors
    starts = [id_ for id_, address in address_of.items() if address in addresses]
    return {address_of[id_] for start in starts for id_ in (start, *step(graph, start))}


def _reach(desired: Desired, targets: Set[str]) -> set[str]:
    """The targets and every resource that they stand on, changed or not."""
    reached: set[str] = set()
    waiting = list(targets)
    while waiting:
        address = waiting.pop()
        if address not in reached:
            reached.add(address)
            waiting += _stands_on(desired.resources[address]) if address in desired.resources else ()
    return reached


def _stands_on(resource: Resource) -> Iterator[str]:
    yield from resource.refers_to()
    yield from resource.after
    if resource.carried_by is not None:
        yield resource.carried_by
