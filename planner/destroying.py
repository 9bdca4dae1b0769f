"""Taking a whole challenge down: everything of ours, in an order that Synapse allows, or nothing.

A team can't go while anything is shared with it, or a challenge object names it; the home project goes last, for the
ledger and the lock are in it. So queues go first, then the other project, what lies in the home project, the teams one
by one, and the home project when the lock is given back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from challenge_spec.resolved import ResolvedChallenge
from planner.access import ENTITY, TEAM
from planner.applied import Applied
from planner.consents import ADMIN_REMOVAL, CONSENT_PREFIX, DELETE, MASS_DELETE, PROTECTED, Before
from planner.counting import count
from planner.desired import compile_challenge
from planner.holding import hold, protections
from planner.live import Live, LiveResource
from planner.options import Options
from planner.ordering import order
from planner.plan import Action, Cause, FieldChange, Note, Operation, Part, Plan, Problem, UnmanagedItem
from planner.planning import Planned, begun_stage, names_of
from planner.problems import homeless, unsure_projects
from planner.pruning import deletions, named_owner
from planner.references import Value
from planner.resources import DEPLOYER, LEDGER_FOLDER, LOGS_FOLDER, Desired, Kind, acl_address

IMPLIED: Final = frozenset({DELETE, MASS_DELETE, ADMIN_REMOVAL})
"""Consents that `destroy` is: nobody says so by accident, for the challenge's key has to be typed."""

_OURS: Final = frozenset({"ledger", "key", "project", "creator"})
_REASON: Final = "the challenge is destroyed"
_FOR_GOOD: Final = frozenset({Kind.QUEUE, Kind.TEAM, Kind.CHALLENGE})
_STAFF_LAST: Final = ("team.organizers", "team.administrators")


def make_destruction(challenge: ResolvedChallenge, live: Live, applied: Applied, options: Options) -> Planned:
    """Plan to delete everything of ours; what holds one thing back refuses all."""
    wanted = compile_challenge(challenge, challenge.stage, live.now)
    found = _ours(wanted, live)
    home = found.get(wanted.home)
    operations = list(_operations(found, home, live, applied))
    before = Before(wanted, live, applied)
    judged, consents = hold(operations, before, options.allow | IMPLIED)
    plan = Plan(
        challenge=challenge.key,
        title=challenge.name,
        stage=challenge.stage,
        reached=begun_stage(live),
        target=options.target,
        planned_at=live.now,
        zone=challenge.zone,
        operations=order((replace(item, held_by=()) for item in judged), wanted, frozenset()),
        problems=(
            *unsure_projects(wanted, live, applied),
            *([] if found else _out_of_sight(wanted, live)),
            *_refusals(judged, before),
        ),
        notes=tuple(_notes(judged, live)),
        unmanaged=tuple(UnmanagedItem(item.kind, item.id, item.name, item.where) for item in live.unmanaged),
        names=names_of(live),
        options=options.decided(),
        consents=consents,
    )
    return Planned(plan, wanted)


def _out_of_sight(wanted: Desired, live: Live) -> Iterator[Problem]:
    """Nothing of ours was found: whether that is because it can't be seen."""
    problem = homeless(wanted, live, strangers=wanted.home in live.resources)
    if problem is not None:
        yield problem


def counted(wanted: Desired) -> frozenset[str]:
    """Addresses of the queues and folders in which has to be looked first. Logs are never read."""
    unread = (LEDGER_FOLDER, LOGS_FOLDER)
    return frozenset(item.address for item in wanted.of_kind(Kind.QUEUE, Kind.FOLDER) if item.address not in unread)


def _ours(wanted: Desired, live: Live) -> Mapping[str, LiveResource]:
    """What shows that it belongs to this challenge; what only has the name doesn't."""
    there = {**live.resources, **live.dropped}
    return {
        address: item
        for address, item in there.items()
        if item.kind is not Kind.STAGE and (item.identified_by in _OURS or address in wanted.adopt)
    }


def _operations(
    found: Mapping[str, LiveResource], home: LiveResource | None, live: Live, applied: Applied
) -> Iterator[Operation]:
    parts = {address: item for address, item in found.items() if not _goes_with_home(address, item, home)}
    gone = list(deletions(parts, applied, _REASON))
    teams = _in_turn(item for item in gone if item.kind is Kind.TEAM)
    others = [item for item in gone if item.kind is not Kind.TEAM]
    narrowed = [*_narrowed_home(home, live), *_narrowed_teams(teams, live)]
    first = {item.id for item in (*others, *narrowed)}
    yield from others
    yield from narrowed
    for index, item in enumerate(teams):
        yield _after(item, first | {other.id for other in teams[:index]})
    if home is not None:
        carries = tuple(sorted(address for address in found if address not in parts and address != home.address))
        (last,) = deletions({home.address: home}, Applied(), _REASON)
        yield _after(replace(last, carries=carries), first | {item.id for item in teams})


def _goes_with_home(address: str, item: LiveResource, home: LiveResource | None) -> bool:
    """What needs no deletion of its own: pages, and what the last steps still need."""
    if home is None:
        return False
    if item.kind is Kind.WIKI:
        return item.spec.get("owner") == home.id
    places = {address, named_owner(address)}
    return bool(places & {home.address, LEDGER_FOLDER})


def _after(item: Operation, others: Iterable[str]) -> Operation:
    return replace(item, depends_on=tuple(sorted({*item.depends_on, *others})))


def _in_turn(teams: Iterable[Operation]) -> list[Operation]:
    """Teams in the order in which they go: who manages others goes after them."""
    return sorted(teams, key=lambda item: _STAFF_LAST.index(item.address) + 1 if item.address in _STAFF_LAST else 0)


def _narrowed_home(home: LiveResource | None, live: Live) -> Iterator[Operation]:
    """The home project and the ledger for whoever destroys alone, so that no team is needed any more."""
    for owner in (home.address, LEDGER_FOLDER) if home is not None else ():
        if acl_address(owner) in live.resources:
            yield _narrowed(owner, ENTITY["admin"], live)


def _narrowed_teams(teams: list[Operation], live: Live) -> Iterator[Operation]:
    """Teams that are shared with one that goes before them."""
    for index, item in enumerate(teams):
        acl = live.resources.get(acl_address(item.address))
        earlier = {live.ids[other.address] for other in teams[:index]}
        if acl is not None and earlier & acl.spec.keys():
            yield _narrowed(item.address, TEAM["admin"], live)


def _narrowed(owner: str, rights: tuple[str, ...], live: Live) -> Operation:
    acl = live.resources[acl_address(owner)]
    spec: dict[str, Value] = {DEPLOYER: rights, live.me.id: rights}
    wanted = {live.ids[DEPLOYER]: rights, live.me.id: rights}
    changes = (
        FieldChange(name, acl.spec.get(name), wanted.get(name), Cause.MANIFEST)
        for name in {**acl.spec, **wanted}
        if acl.spec.get(name) != wanted.get(name)
    )
    return Operation(
        id=acl.address,
        address=acl.address,
        kind=Kind.ACL,
        action=Action.UPDATE,
        part=Part.WHOLE,
        cause=Cause.MANIFEST,
        reason="no team may be needed any more when the teams go",
        spec=spec,
        changes=tuple(changes),
        precondition=acl.etag,
    )


def _refusals(judged: Iterable[Operation], before: Before) -> Iterator[Problem]:
    """Everything or nothing: one problem for each thing that is held."""
    for item in judged:
        for note in protections(item, before):
            yield Problem(PROTECTED, None, f"{note.address} {note.message}", "Then destroy again.")
    missing = dict.fromkeys(code for item in judged for code in item.held_by if code.startswith(CONSENT_PREFIX))
    for code in missing:
        name = code.removeprefix(CONSENT_PREFIX)
        message = f"this needs the consent {name}, and destroys everything or nothing"
        yield Problem("needs-consent", None, message, f"If that is meant, say `--allow {name}`.")


def _notes(judged: Iterable[Operation], live: Live) -> Iterator[Note]:
    """What can be had back, and what can't."""
    for item in judged:
        if item.kind in _FOR_GOOD and item.action is Action.DELETE:
            submissions = live.submissions.get(item.address, 0)
            lost = f", with {count(submissions, 'submission')}" if submissions else ""
            text = f"goes for good{lost}"
            yield Note("for-good", item.address, text)
        elif item.kind is Kind.PROJECT and item.action is Action.DELETE:
            text = "goes to the trash can of whoever destroys, who can restore it for 30 days, without its access lists"
            yield Note("to-the-trash", item.address, text)
