"""From a challenge, the live world and the ledger to a plan. Pure: the same inputs give the same plan.

Going forward through the stages means passing the gates between. Where one is shut, the plan is the difference to the
last stage whose gates are open; what only the wanted stage would change is in the plan too, held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache, partial
from typing import Final, NamedTuple, cast

from challenge_spec.manifest import Stage
from challenge_spec.resolved import ResolvedChallenge
from planner.applied import Applied, AppliedEntry
from planner.checks import Scene
from planner.desired import compile_challenge
from planner.diff import Difference, compare
from planner.gates import evaluate
from planner.live import Live, LiveResource
from planner.operations import adopt, create, held_change, update
from planner.ordering import order
from planner.plan import Cause, Drift, Gate, GateState, Note, Operation, Output, Plan, Problem, UnmanagedItem
from planner.problems import find_notes, find_problems
from planner.recognising import taken_over
from planner.references import Ref
from planner.resources import (
    DEPLOYER,
    FIXED_PRINCIPALS,
    STAGE_BEGUN,
    STAGE_COMPLETED,
    Desired,
    Kind,
    Resource,
    owner_of,
)
from planner.rights import lacking_rights
from planner.scoping import require_known, select
from planner.stages import STAGES, before, way

AtStage = Callable[[str], Desired]
"""Stage → what has to exist at it."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a user decided on the command line.

    take_manifest: addresses where the manifest wins over what was changed on Synapse; `all` for every one.
    take_live: addresses where Synapse wins, the manifest's version waiting for `pull`; `all` for every one.
    publish: addresses of live pages that may go live though `wiki.publish` is by-hand; `all` for every one.
    allow: named consents ("reopen"); adopt: addresses that may be taken over.
    targets, excludes: addresses to which the plan is kept, and without which it is made.
    """

    take_manifest: frozenset[str] = frozenset()
    take_live: frozenset[str] = frozenset()
    publish: frozenset[str] = frozenset()
    allow: frozenset[str] = frozenset()
    adopt: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    excludes: frozenset[str] = frozenset()
    target: str = "Synapse"

    @property
    def partial(self) -> bool:
        """Whether only a part of the plan is wanted."""
        return bool(self.targets or self.excludes)

    def concedes(self, address: str) -> bool:
        """Whether Synapse wins at an address."""
        return bool({address, "all"} & self.take_live)

    def decided(self) -> dict[str, tuple[str, ...]]:
        """What was decided, by name; what was not is left out."""
        decisions = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "target"}
        return {name: tuple(sorted(given)) for name, given in decisions.items() if given}


_PRINCIPALS: Final = ("team.", "user.", "principal.", DEPLOYER, *FIXED_PRINCIPALS)


class Planned(NamedTuple):
    """A plan, and the desired state that its operations lead to (of the last stage whose gates are open)."""

    plan: Plan
    desired: Desired


@dataclass(slots=True)
class _Comparison:
    """What comparing a Desired with the live world yields, before ordering."""

    operations: list[Operation] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def make_plan(
    challenge: ResolvedChallenge,
    live: Live,
    applied: Applied,
    options: Options,
    outputs: Iterable[Output] = (),
) -> Planned:
    """Plan the way from the live world to the manifest.

    Raises planner.ordering.CycleError where two things wait for each other, planner.scoping.UnknownAddress where a
    target or an exclusion names nothing.
    """
    at_stage = cache(lambda stage: compile_challenge(challenge, stage, live.now))
    wanted = at_stage(challenge.stage)
    begun = begun_stage(live) or taken_over(wanted, live)
    require_known(options.targets | options.excludes, wanted.resources.keys())
    if options.partial:
        wanted = at_stage(begun or STAGES[0])
    subject = replace(challenge, stage=cast(Stage, wanted.stage))
    base_stage, gates = _pass_gates(subject, at_stage, live, applied, options, begun)
    base = at_stage(base_stage)
    found = _compare(base, live, applied, options)
    left_out = _narrow(found, base, options) if options.partial else 0
    unpublished = _unpublished(challenge, live, found.operations, options)
    to_do = [item for item in found.operations if item.id not in unpublished]
    held = [replace(item, held_by=("unpublished",)) for item in found.operations if item.id in unpublished]
    operations = order(to_do, base, _opening(at_stage, base, begun))
    late = order(held, base, frozenset()) + _held_by_gates(base, wanted, live, gates)
    plan = Plan(
        challenge=challenge.key,
        title=challenge.name,
        stage=challenge.stage,
        reached=begun,
        target=options.target,
        planned_at=live.now,
        zone=challenge.zone,
        operations=operations + late,
        drift=tuple(found.drift),
        gates=gates,
        problems=(
            *find_problems(subject, base, live, begun, options.allow),
            *found.problems,
            *lacking_rights(operations, base, live),
        ),
        notes=(*find_notes(live, applied), *found.notes, *_partial_notes(challenge, base, options)),
        outputs=tuple(outputs),
        unmanaged=tuple(UnmanagedItem(item.kind, item.id, item.name, item.where) for item in live.unmanaged),
        unchanged=tuple(found.unchanged),
        names=_names(live),
        options=options.decided(),
        left_out=left_out,
    )
    return Planned(plan, base)


def _narrow(found: _Comparison, base: Desired, options: Options) -> int:
    """Keep of a comparison what is wanted of it; the number of changes that were left out."""
    part = select(found.operations, base, options.targets, options.excludes)
    found.operations = list(part.operations)
    found.drift = [item for item in found.drift if part.covers(item.address)]
    found.unchanged = [address for address in found.unchanged if part.covers(address)]
    found.problems = [item for item in found.problems if item.address is None or part.covers(item.address)]
    found.notes = [item for item in found.notes if item.address is None or part.covers(item.address)]
    return part.left_out


def _partial_notes(challenge: ResolvedChallenge, base: Desired, options: Options) -> Iterator[Note]:
    if options.partial and challenge.stage != base.stage:
        text = f"a part of a plan begins no stage: {challenge.stage} waits for an apply without --target and --exclude"
        yield Note("partial-plan", None, text)


def begun_stage(live: Live) -> str | None:
    """The stage that the challenge has come to on Synapse; None before the first apply."""
    return _stage_at(live, STAGE_BEGUN)


def _stage_at(live: Live, address: str) -> str | None:
    resource = live.resources.get(address)
    stage = resource.spec.get("stage") if resource else None
    return str(stage) if stage in STAGES else None


def _pass_gates(
    challenge: ResolvedChallenge, at_stage: AtStage, live: Live, applied: Applied, options: Options, begun: str | None
) -> tuple[str, tuple[Gate, ...]]:
    """Walk the stages from where the challenge is; stop before the first with a gate that is shut."""
    stage = begun or STAGES[0]
    if begun is not None and STAGES.index(challenge.stage) < STAGES.index(begun):
        return challenge.stage, ()
    gates: list[Gate] = []
    scene = Scene(challenge, at_stage(challenge.stage), live)
    for step in way(begun, challenge.stage):
        found = evaluate(scene, step, partial(_changes, at_stage(stage), live, applied, options))
        gates.extend(found)
        if any(gate.state is not GateState.PASSED for gate in found):
            return stage, tuple(gates)
        stage = step
    return stage, tuple(gates)


def _changes(desired: Desired, live: Live, applied: Applied, options: Options, address: str) -> bool:
    """Whether the way to `desired` would write that resource."""
    result = _Comparison()
    if address in desired.resources:
        _compare_one(desired.resources[address], desired, live, applied, options, result)
    return bool(result.operations)


def _compare(desired: Desired, live: Live, applied: Applied, options: Options) -> _Comparison:
    result = _Comparison()
    for resource in desired.resources.values():
        _compare_one(resource, desired, live, applied, options, result)
    return result


def _compare_one(
    resource: Resource, desired: Desired, live: Live, applied: Applied, options: Options, result: _Comparison
) -> None:
    found = live.resources.get(resource.address)
    entry = applied.entries.get(resource.address)
    if resource.address in live.taken:
        return
    if found is None:
        if not _hidden(resource, desired, live, options):
            _missing(resource, desired, live, entry is not None, result)
        return
    ours = not _is_strangers(resource.address, desired, live, options)
    difference = _differ(resource, found, entry, live, options)
    if not ours:
        result.problems.append(_not_ours(found))
        return
    result.notes.extend(_not_conceded(resource.address, difference, options))
    if difference.kept:
        result.drift.append(_drift(resource, found, difference, options))
    if difference.conflict:
        return
    if difference.changes:
        result.operations.append(update(resource, found, difference))
    elif _needs_adoption(resource, found, desired, entry is not None):
        result.operations.append(adopt(resource, found))
    elif not difference.kept:
        result.unchanged.append(resource.address)


def _differ(
    resource: Resource, found: LiveResource, entry: AppliedEntry | None, live: Live, options: Options
) -> Difference:
    """The three-way difference, with what was decided about who wins."""
    take = bool({resource.address, "all"} & options.take_manifest)
    difference = compare(resource, found, entry, live.ids, take, live.me.name)
    return difference.conceded(resource.kind) if options.concedes(resource.address) else difference


def _missing(resource: Resource, desired: Desired, live: Live, remembered: bool, result: _Comparison) -> None:
    """What isn't there is made; what can't be made again, or was refused by a person, is reported."""
    if resource.kind is Kind.ROUND and str(resource.spec["end"]) <= _stamp(live):
        text = "this round has ended and isn't on Synapse; Synapse lets nobody make a round in the past (contract 5.5)"
        result.notes.append(Note("round-ended", resource.address, text))
    elif resource.kind is Kind.MEMBER and remembered:
        text = "was invited before and is neither a member nor invited now: declined, or left"
        result.notes.append(Note("invitation-gone", resource.address, text))
    elif resource.carried_by is not None and resource.carried_by in live.resources:
        result.operations.append(create(resource, desired, remembered, alone=True))
    else:
        result.operations.append(create(resource, desired, remembered))


def _hidden(resource: Resource, desired: Desired, live: Live, options: Options) -> bool:
    """Whether a resource may exist where we can't look, or hangs on something that is taken, a stranger's or hidden."""
    if resource.address in live.unreadable or resource.address in live.taken:
        return True
    needed = [address for address in resource.refers_to() if address != resource.address]
    return any(_out_of_reach(address, desired, live, options) for address in needed)


def _out_of_reach(address: str, desired: Desired, live: Live, options: Options) -> bool:
    """Whether nothing can be hung on an address: it isn't ours, or isn't there and can't be made."""
    if address in live.resources or address in live.ids:
        return _is_strangers(address, desired, live, options)
    resource = desired.resources.get(address)
    if resource is None or resource.kind is Kind.WIKI:
        return address in live.taken
    return _hidden(resource, desired, live, options)


def _is_strangers(address: str, desired: Desired, live: Live, options: Options) -> bool:
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


def _stamp(live: Live) -> str:
    return live.now.strftime("%Y-%m-%dT%H:%M:%S.000Z")


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


def _opening(at_stage: AtStage, base: Desired, begun: str | None) -> frozenset[str]:
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


def _held_by_gates(base: Desired, wanted: Desired, live: Live, gates: tuple[Gate, ...]) -> tuple[Operation, ...]:
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


def _unpublished(
    challenge: ResolvedChallenge, live: Live, operations: Iterable[Operation], options: Options
) -> frozenset[str]:
    """Ids of page changes on the live site that wait to be published by hand, once the launch is complete."""
    launched = _stage_at(live, STAGE_COMPLETED) in STAGES[2:]
    if challenge.wiki.publish != "by-hand" or not launched or challenge.layout != "two-projects":
        return frozenset()
    return frozenset(
        item.id
        for item in operations
        if item.kind in (Kind.WIKI, Kind.ORDER)
        and item.address.split("/")[0] in ("wiki.live", "order.live")
        and item.cause is not Cause.SYNAPSE
        and not {item.address, "all"} & options.publish
    )


def _names(live: Live) -> Mapping[str, str]:
    """Id → what people call it, for showing ids readably: addresses first, account names for the rest."""
    # Nothing refers to a round or a challenge object by its id, and pages may have the same number.
    attached = (Kind.ACL, Kind.ANNOTATIONS, Kind.STAGE, Kind.ORDER, Kind.ROUND, Kind.CHALLENGE)
    owners = {id_: address for address, id_ in live.ids.items() if not address.startswith(attached)}
    # Synapse counts each kind of thing on its own; where numbers repeat, nobody must be taken for somebody else.
    principals = {id_: address for address, id_ in live.ids.items() if address.startswith(_PRINCIPALS)}
    return dict(live.names) | owners | principals
