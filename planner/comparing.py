"""Every resource that has to exist beside what was found: what apply writes, what it keeps, and what stops it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from planner.applied import Applied, AppliedEntry
from planner.diff import Difference, compare
from planner.guards import remembered_changes
from planner.live import Live, LiveResource
from planner.operations import adopt, create, update
from planner.options import ALL, Options
from planner.plan import Cause, Drift, Note, Operation, Problem
from planner.references import Ref
from planner.resources import Desired, Kind, Resource, owner_of
from planner.windows import crowded_out, window_problem


@dataclass(slots=True)
class Comparison:
    """What comparing a Desired with the live world yields, before ordering.

    beyond: addresses on which nothing can be hung, each with what that comes down to.
    """

    beyond: Mapping[str, str] = field(default_factory=dict)
    operations: list[Operation] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def about_to_change(desired: Desired, live: Live, applied: Applied, options: Options) -> Callable[[str], bool]:
    """Whether the way to `desired` would write an address. It is compared when that is asked for the first time: few
    plans ask, and those that do ask about many addresses.
    """

    @cache
    def written() -> frozenset[str]:
        return frozenset(item.address for item in compare_all(desired, live, applied, options).operations)

    return lambda address: address in written()


def compare_all(desired: Desired, live: Live, applied: Applied, options: Options) -> Comparison:
    """Compare everything that has to exist."""
    result = Comparison(_out_of_reach(desired, live, options))
    for resource in desired.resources.values():
        _compare_one(resource, desired, live, applied, options, result)
    if crowded := crowded_out(result.operations, desired, live):
        result.operations = [item for item in result.operations if item.address not in crowded]
        result.problems += crowded.values()
    return result


def _compare_one(
    resource: Resource, desired: Desired, live: Live, applied: Applied, options: Options, result: Comparison
) -> None:
    found = live.resources.get(resource.address)
    entry = applied.entries.get(resource.address)
    if resource.address in live.taken:
        return
    if found is None:
        if not _hidden(resource, live, result.beyond):
            _missing(resource, desired, live, entry is not None, result)
        return
    if is_strangers(resource.address, desired, live, options):
        result.problems.append(_not_ours(found))
        return
    # Nearly always nothing is out of reach; then nobody has to look for references.
    needed = [item for item in resource.refers_to() if item not in live.ids] if result.beyond else []
    if waits_for := next((item for item in needed if item in result.beyond), None):
        result.notes.append(_waits(resource, waits_for, result.beyond[waits_for], live))
        return
    difference = _differ(resource, found, entry, live, options)
    result.notes.extend(_not_conceded(resource.address, difference, options))
    if difference.kept:
        result.drift.append(_drift(resource, found, difference, options))
    if difference.conflict:
        return
    difference = difference.with_more(remembered_changes(resource, applied))
    adopting = _needs_adoption(resource, found, desired, entry is not None)
    _settle(resource, found, difference, live, result, adopting=adopting)


def _settle(
    resource: Resource, found: LiveResource, difference: Difference, live: Live, result: Comparison, *, adopting: bool
) -> None:
    """What follows from a difference: it is written, can't be, or is none."""
    if difference.changes and (refused := _refused(resource, found, live)):
        result.problems.append(refused)
    elif difference.changes:
        result.operations.append(update(resource, found, difference))
    elif adopting:
        result.operations.append(adopt(resource, found))
    elif not difference.kept:
        result.unchanged.append(resource.address)


def _differ(
    resource: Resource, found: LiveResource, entry: AppliedEntry | None, live: Live, options: Options
) -> Difference:
    """The three-way difference, with what was decided about who wins."""
    take = bool({resource.address, ALL} & options.take_manifest)
    difference = compare(resource, found, entry, live.ids, take, live.me.name)
    return difference.conceded(resource.kind) if options.concedes(resource.address) else difference


def _missing(resource: Resource, desired: Desired, live: Live, remembered: bool, result: Comparison) -> None:
    """What isn't there is made; what can't be made again, or was refused by a person, is reported."""
    if resource.kind is Kind.ROUND and str(resource.spec["end"]) <= live.stamp:
        text = "this round has ended and isn't on Synapse; Synapse lets nobody make a round in the past (contract 5.5)"
        result.notes.append(Note("round-ended", resource.address, text))
    elif refused := _refused(resource, None, live):
        result.problems.append(refused)
    elif resource.kind is Kind.MEMBER and remembered:
        text = "was invited before and is neither a member nor invited now: declined, or left"
        result.notes.append(Note("invitation-gone", resource.address, text))
    elif resource.carried_by is not None and resource.carried_by in live.resources:
        result.operations.append(create(resource, desired, remembered, alone=True))
    else:
        result.operations.append(create(resource, desired, remembered))


def _refused(resource: Resource, found: LiveResource | None, live: Live) -> Problem | None:
    """What Synapse would refuse, as far as that can be told beforehand."""
    return window_problem(resource, found, live) if resource.kind is Kind.ROUND else None


def _hidden(resource: Resource, live: Live, beyond: Mapping[str, str]) -> bool:
    """Whether a resource may exist where we can't look, or hangs on something that is taken, a stranger's or hidden."""
    return resource.address in live.unreadable or any(
        address in beyond for address in resource.refers_to() if address != resource.address
    )


def _out_of_reach(desired: Desired, live: Live, options: Options) -> Mapping[str, str]:
    """Addresses on which nothing can be hung: not ours, out of sight, taken, or not there and hanging on such a thing.

    Each with the one at the root of it.
    """
    unseen = (address for address in (*live.unreadable, *live.taken) if _unseen(address, desired, live))
    strangers = (address for address in live.resources if is_strangers(address, desired, live, options))
    found = {address: address for address in (*unseen, *strangers)}
    more = found
    while more:
        more = {
            resource.address: found[address]
            for resource in desired.resources.values()
            if resource.address not in live.ids and resource.address not in found
            for address in resource.refers_to()
            if address in found
        }
        found = {**found, **more}
    return found


def _unseen(address: str, desired: Desired, live: Live) -> bool:
    """Whether nothing was seen of an address; of what is somebody else's (`use`) the id is enough."""
    return address not in live.resources and (address in desired.resources or address not in live.ids)


def _waits(resource: Resource, needed: str, root: str, live: Live) -> Note:
    """Why an existing resource is left alone: what it refers to has no id that we know."""
    reason = live.unreadable.get(root) or live.taken.get(root) or "it is not known to belong to this challenge"
    through = needed if needed == root else f"{needed}, and that to {root}"
    return Note("waits", resource.address, f"is left as it is: it refers to {through}, which is out of reach: {reason}")


def is_strangers(address: str, desired: Desired, live: Live, options: Options) -> bool:
    """Whether only the name says that this is ours, and nobody allowed to take it over, or what it hangs on."""
    found = live.resources.get(address)
    if found is None or found.identified_by != "name":
        return False
    return not _adopted(address, desired, options)


def _adopted(address: str, desired: Desired, options: Options) -> bool:
    """Whether a consent covers an address: itself, or what it stands on (a queue stands on its project)."""
    if address in options.adopt:
        return True
    resource = desired.resources.get(address)
    stands_on = [resource.spec.get(name) for name in _STANDS_ON] if resource else []
    if resource is not None and resource.kind in (Kind.ACL, Kind.ANNOTATIONS):
        stands_on.append(Ref(owner_of(address)))
    return any(_adopted(item.address, desired, options) for item in stands_on if isinstance(item, Ref))


_STANDS_ON: Final = ("parent", "project", "owner", "queue", "team")
"""Fields of a spec that say where a resource hangs."""


def _needs_adoption(resource: Resource, found: LiveResource, desired: Desired, remembered: bool) -> bool:
    """Whether taking something over is worth an operation: it was named in the manifest and we have no record of it
    yet.
    """
    return not remembered and resource.address in desired.adopt and found.identified_by == "manifest"


def _not_ours(found: LiveResource) -> Problem:
    return Problem(
        "not-ours",
        found.address,
        f"something of that name exists already ({found.id}), and nothing shows that it belongs to this challenge",
        f"Take it over with `--allow adopt {found.address}` or `adopt: {found.id}` in the manifest, "
        f"leave it alone with `use: {found.id}`, or choose another name.",
    )


def _drift(resource: Resource, found: LiveResource, difference: Difference, options: Options) -> Drift:
    return Drift(
        address=resource.address,
        kind=resource.kind,
        changes=difference.kept,
        conflict=difference.conflict,
        remedy=_remedy(resource.address, difference, options),
        modified_by=found.modified_by,
        modified_on=found.modified_on,
    )


def _not_conceded(address: str, difference: Difference, options: Options) -> Iterator[Note]:
    """What guards people is put back whatever is said on the command line."""
    names = [change.name for change in difference.changes if change.cause in (Cause.SYNAPSE, Cause.BOTH)]
    if names and address in options.take_live:
        text = "is put back whoever changed it; if it is to stay, say it in the manifest (`access`, `grants`)"
        yield Note("not-kept", address, text)


def _remedy(address: str, difference: Difference, options: Options) -> str:
    """What to do about drift: whoever is to win has a word for it."""
    if options.concedes(address):
        return f"Synapse wins, and the manifest's version waits: `challenge pull {address}` brings this into the files."
    if difference.conflict:
        return f"Say who wins: `--take manifest {address}` or `--take live {address}`."
    restore = f"`--take manifest {address}` restores the manifest's version"
    return f"`challenge pull {address}` brings this into the files; {restore}."
