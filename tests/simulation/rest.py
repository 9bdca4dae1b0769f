"""What must hold once everything has come to rest: nothing to do, nothing lost, nothing left over, all of it known."""

from __future__ import annotations

from collections.abc import Iterator

from challenge_cli.engine import Look
from planner.applied import fingerprint
from planner.consents import CONSENT_PREFIX, PROTECTED
from planner.diff import wanted_spec
from planner.plan import GateState
from planner.references import has_unknown, plain
from planner.resources import Kind
from tests.simulation.deeds import DEPLOYER
from tests.simulation.world import World


def check_rest(world: World, look: Look) -> Iterator[str]:
    """Everything that is wrong at the end of a story, in words."""
    yield from _restless(world, look)
    yield from _problems(world, look)
    yield from _held(look)
    yield from _left_over(world, look)
    yield from _web(world, look)
    yield from _ledger(world, look)
    yield from _orphans(world)


def _restless(world: World, look: Look) -> Iterator[str]:
    left = [f"{item.action} {item.address}" for item in look.plan.to_do()]
    if left and not world.obstructed:
        yield f"it never comes to rest: {left}"


def _problems(world: World, look: Look) -> Iterator[str]:
    excused = {"round-over"}
    excused |= {"was-unknown"} if world.laws.deaths else set()
    stays = any(item.code == "round-over" for item in look.plan.problems)
    stays = stays or any(item.kind is Kind.ROUND for item in look.plan.drift)
    excused |= {"round-in-the-way"} if world.laws.deaths or stays else set()
    for item in look.plan.problems:
        if not world.obstructed and item.code not in excused:
            yield f"a problem at the end: {item.code} {item.address} {item.message}"


def _held(look: Look) -> Iterator[str]:
    """Whatever is held is held by a gate that is shut, a consent that wasn't given, or a guard."""
    shut = {gate.code for gate in look.plan.gates if gate.state is not GateState.PASSED}
    lacking = {f"{CONSENT_PREFIX}{item.name}" for item in look.plan.consents if not item.given}
    for item in look.plan.held():
        if not {*item.held_by} <= shut | lacking | {PROTECTED, "unpublished"}:
            yield f"{item.action} {item.address} is held by {item.held_by}, which isn't told"


def _left_over(world: World, look: Look) -> Iterator[str]:
    """What the manifest doesn't mention was made by people, or is what a frozen apply let slip, or a dead one made
    before the manifest dropped it or people gave it another name, and nobody could write down that it is ours.
    """
    strange = [item for item in look.plan.unmanaged if item.id.removeprefix("syn") not in world.laws.treasures]
    if world.laws.deaths:
        known = world.dropped | world.other_names
        strange = [item for item in strange if item.kind is not Kind.ROUND and item.name not in known]
    if world.laws.deaths and world.other_names:
        # Pages are known by the way to them: with the page, those below it got another name.
        strange = [item for item in strange if item.kind is not Kind.WIKI]
    if len(strange) > world.laws.slips and not world.obstructed:
        yield f"left over: {strange}"


def _web(world: World, look: Look) -> Iterator[str]:
    """What people wrote on the web still stands, and is reported; nothing else is."""
    reported = {(item.address, change.name) for item in look.plan.drift for change in item.changes}
    allowed = {address for address, _ in world.web} | world.untold
    said_there = [*world.web.values()]
    for address, name in sorted(reported):
        there = look.world.live.resources[address].spec.get(name)
        # A page that was renamed since has another address, and still the words that somebody wrote.
        if address not in allowed and there not in said_there and not address.startswith("order."):
            yield f"reports drift of {address} ({name}), which nobody changed"
    known = look.world.desired.resources.keys() & look.world.applied.entries.keys()
    strange = {item.id for item in look.plan.unmanaged}
    for (address, name), said in world.web.items():
        found = look.world.live.resources.get(address)
        # Synapse doesn't record who changed a queue or a round, and an apply that died can't tell what was its own.
        untold = bool(world.laws.deaths) and address.startswith(("queue.", "round."))
        # What nobody wrote down can't be known by its new name; then it is reported as what nobody manages.
        untold |= bool(world.laws.deaths) and world.written_on[address, name] in strange
        if found is None or address not in known or untold:
            continue
        if found.spec.get(name) != said:
            yield f"what somebody wrote on {address} is gone ({name}: {said!r} became {found.spec.get(name)!r})"
        elif (address, name) not in reported and name not in look.world.desired.resources[address].ignore:
            yield f"what somebody wrote on {address} is not reported"


def _ledger(world: World, look: Look) -> Iterator[str]:
    """The ledger knows everything that is ours, by its id, and as it was last agreed on."""
    entries, live = look.world.applied.entries, look.world.live
    drifting = {item.address for item in look.plan.drift} | {item.address for item in look.plan.held()}
    stopped = {item.address for item in look.plan.problems}
    for address, resource in look.world.desired.resources.items():
        found = live.resources.get(address)
        if found is None or address in drifting | stopped or world.obstructed:
            continue
        entry = entries.get(address)
        if entry is None:
            yield f"the ledger doesn't know {address}"
        elif entry.id != found.id:
            yield f"the ledger says that {address} is {entry.id}, and it is {found.id}"
        elif resource.kind is not Kind.ACL and not resource.ignore:
            spec = wanted_spec(resource, live.ids)
            if any(has_unknown(value) for value in spec.values()):
                yield f"{address} refers to what isn't there, and nothing is said of that"
            elif dict(entry.fields) != {name: fingerprint(plain(value)) for name, value in spec.items()}:
                yield f"the ledger remembers {address} as it isn't"


def _orphans(world: World) -> Iterator[str]:
    """Every external file handle of ours that nothing refers to was counted, unless whoever made it is dead."""
    query = """SELECT count(*) AS number FROM file_handles h WHERE concrete_type LIKE '%External%' AND created_by = ?
        AND NOT EXISTS (SELECT 1 FROM entity_versions v WHERE v.file_handle_id = h.id)"""
    number = int(world.rows(query, world.id_of(DEPLOYER))[0]["number"])
    if number > world.laws.orphans and not world.laws.deaths:
        yield f"{number} external file handles are orphans, and receipts tell of {world.laws.orphans}"
