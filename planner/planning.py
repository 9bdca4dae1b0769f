"""From a challenge, the live world and the ledger to a plan. Pure: the same inputs give the same plan.

Going forward through the stages means passing the gates between. Where one is shut, the plan is the difference to the
last stage whose gates are open; what only the wanted stage would change is in the plan too, held.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Final, NamedTuple, cast

from challenge_spec.manifest import Stage
from challenge_spec.resolved import ResolvedChallenge
from planner.applied import Applied
from planner.checks import Scene
from planner.comparing import Comparison, about_to_change, compare_all, is_strangers
from planner.consents import Before
from planner.desired import compile_challenge
from planner.gates import evaluate
from planner.holding import hold, protections
from planner.live import Live
from planner.missing import without_missing
from planner.options import Options
from planner.ordering import order
from planner.plan import Gate, GateState, Note, Output, Plan, UnmanagedItem
from planner.problems import find_notes, find_problems, homeless, renamed_projects, unsure_projects
from planner.pruning import forgotten, prunings
from planner.recognising import taken_over
from planner.renames import lost_names, lost_pages, needless
from planner.resources import (
    DEPLOYER,
    FIXED_PRINCIPALS,
    STAGE_BEGUN,
    STAGE_COMPLETED,
    Desired,
    Kind,
)
from planner.rights import lacking_rights
from planner.scoping import require_known, select
from planner.stages import STAGES, way
from planner.unasked import keep_shut
from planner.withholding import AtStage, held_by_gates, keep_back, opening

__all__ = ["Options", "Planned", "begun_stage", "make_plan", "names_of"]

_PRINCIPALS: Final = ("team.", "user.", "principal.", DEPLOYER, *FIXED_PRINCIPALS)


class Planned(NamedTuple):
    """A plan, and the desired state that its operations lead to (of the last stage whose gates are open)."""

    plan: Plan
    desired: Desired


def make_plan(
    challenge: ResolvedChallenge,
    live: Live,
    applied: Applied,
    options: Options,
    outputs: Iterable[Output] = (),
) -> Planned:
    """Plan the way from the live world to the manifest.

    Raises planner.ordering.CycleError where two things wait for each other, planner.scoping.UnknownAddress where a
    decision is about an address that nothing has: nobody would notice that it decided nothing.
    """
    at_stage = cache(lambda stage: without_missing(compile_challenge(challenge, stage, live.now), live))
    wanted = at_stage(challenge.stage)
    looks = None if begun_stage(live) else taken_over(wanted, live, applied.first_seen)
    begun = begun_stage(live) or looks
    known = wanted.resources.keys()
    require_known(options.targets | options.excludes, known | live.dropped.keys())
    if options.partial:
        wanted = at_stage(begun or STAGES[0])
    subject = replace(challenge, stage=cast(Stage, wanted.stage))
    base_stage, gates = _pass_gates(subject, at_stage, live, applied, options, begun)
    base = at_stage(base_stage)
    require_known(options.named, known | base.resources.keys())
    lost = dict(lost_names(challenge, applied, live))
    found = compare_all(base, _unseen(live, lost), applied, options)
    found.operations += prunings(at_stage(challenge.stage), live, applied, found.operations)
    left_out = _narrow(found, base, options) if options.partial else 0
    if (without_home := homeless(base, live, is_strangers(base.home, base, live, options))) is not None:
        found.operations = []
        found.problems.append(without_home)
    if looks is not None:
        scene, closed = Scene(subject, wanted, live), Before(at_stage(STAGES[0]), live, applied)
        writes = about_to_change(base, live, applied, options)
        found.operations, unasked = keep_shut(found.operations, looks, scene, closed, writes)
        gates = (*unasked, *gates)
    # Nothing is measured against it where nothing is done, and compiling it takes half of the time of such a plan.
    harm_from = Before(_last_wanted(challenge, live, applied, begun) if found.operations else base, live, applied)
    judged, consents = hold(found.operations, harm_from, options.allow)
    launched = _stage_at(live, STAGE_COMPLETED) in STAGES[2:]
    judged = keep_back(judged, challenge, options.publish) if launched else judged
    operations = order((item for item in judged if not item.held), base, opening(at_stage, base, begun))
    late = order((item for item in judged if item.held), base, frozenset())
    late += held_by_gates(base, wanted, live, gates)
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
            *unsure_projects(base, live, applied),
            *found.problems,
            *lost.values(),
            *lacking_rights(operations, base, live),
        ),
        notes=(
            *find_notes(live, applied),
            *renamed_projects(base, live, applied),
            *found.notes,
            *_partial_notes(challenge, base, options),
            *(note for item in judged for note in protections(item, harm_from)),
            *needless(challenge, applied),
            *lost_pages(base, applied, live),
        ),
        outputs=tuple(outputs),
        unmanaged=tuple(UnmanagedItem(item.kind, item.id, item.name, item.where) for item in live.unmanaged),
        unchanged=tuple(found.unchanged),
        names=names_of(live),
        options=options.decided(),
        left_out=left_out,
        consents=consents,
        forgotten=forgotten(at_stage(challenge.stage), live, applied),
    )
    return Planned(plan, base)


def _narrow(found: Comparison, base: Desired, options: Options) -> int:
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


def _unseen(live: Live, lost: Iterable[str]) -> Live:
    """The world without sight of what a `was` leads nowhere for: it may exist under a name that nobody knows."""
    return replace(live, unreadable={**live.unreadable, **dict.fromkeys(lost, "nobody knows what it was")})


def _last_wanted(challenge: ResolvedChallenge, live: Live, applied: Applied, begun: str | None) -> Desired:
    """What this manifest would have wanted when everything was last as wanted: at that stage, at that time."""
    marked = _stage_at(live, STAGE_COMPLETED) or (STAGES[0] if _stage_at(live, STAGE_BEGUN) else begun)
    return without_missing(compile_challenge(challenge, marked or STAGES[0], applied.at or live.now), live)


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
        found = evaluate(scene, step, about_to_change(at_stage(stage), live, applied, options))
        gates.extend(found)
        if any(gate.state is not GateState.PASSED for gate in found):
            return stage, tuple(gates)
        stage = step
    return stage, tuple(gates)


def names_of(live: Live) -> Mapping[str, str]:
    """Id → what people call it, for showing ids readably: addresses first, account names for the rest."""
    # Nothing refers to a round or a challenge object by its id, and pages may have the same number.
    attached = (Kind.ACL, Kind.ANNOTATIONS, Kind.STAGE, Kind.ORDER, Kind.ROUND, Kind.CHALLENGE)
    owners = {id_: address for address, id_ in live.ids.items() if not address.startswith(attached)}
    # Synapse counts each kind of thing on its own; where numbers repeat, nobody must be taken for somebody else.
    principals = {id_: address for address, id_ in live.ids.items() if address.startswith(_PRINCIPALS)}
    return dict(live.names) | owners | principals
