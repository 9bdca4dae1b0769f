"""Who gets to use more of something than anybody decided on, and which of its administrators lose it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from planner.consents import ADMIN_REMOVAL, GOING_PUBLIC, WIDEN_ACCESS, Before, Harm
from planner.diff import wanted_spec
from planner.live import Live
from planner.plan import Action, Cause, FieldChange, Operation
from planner.references import Resolved
from planner.resources import DEPLOYER, FIXED_PRINCIPALS, STAGE_COMPLETED, Kind, Resource, acl_address, owner_of
from planner.stages import STAFF_TEAMS

_USES: Final = frozenset({"READ", "DOWNLOAD", "SUBMIT"})
_EVERYBODY: Final = frozenset(FIXED_PRINCIPALS.values())
_STAFF: Final = STAFF_TEAMS | {DEPLOYER}
_MANAGES: Final = frozenset({"CHANGE_PERMISSIONS", "TEAM_MEMBERSHIP_UPDATE"})
_MADE_BY_US: Final = frozenset({"project", "key", "ledger", "creator"})
"""How we know of what nobody had anything of before we made it."""


def widening(item: Operation, before: Before) -> Iterator[Harm]:
    """Rights to use something that neither the stage, nor a date, nor the last apply explains."""
    if _first_time(item.address, before):
        return
    for change in _rights_changes(item, before):
        gained = _USES & (_rights(change.after) - _rights(change.before))
        decided = _known(item.address, change.name, before) | _opened_since(item.address, change, before)
        if gained - decided:
            yield from _wider(item.address, change.name, gained - decided, before)


def opened(item: Operation, closed: Before) -> Iterator[str]:
    """Who gets to use what nobody but staff uses as long as all is closed; closed: with the manifest of that time."""
    for change in _rights_changes(item, closed):
        gained = _USES & (_rights(change.after) - _rights(change.before)) & _opened_since(item.address, change, closed)
        who = _principal(change.name, closed.live)
        if gained and who not in _STAFF:
            yield who


def _wider(address: str, principal: str, rights: Iterable[str], before: Before) -> Iterator[Harm]:
    who = _principal(principal, before.live)
    if who not in _STAFF:
        name = GOING_PUBLIC if principal in _EVERYBODY else WIDEN_ACCESS
        yield Harm(name, f"{owner_of(address)}: {who} gets {', '.join(sorted(rights))}")


def _first_time(address: str, before: Before) -> bool:
    """Whether it is made only now, or we made it and never finished: nobody had anything of it before."""
    owner = before.live.resources.get(owner_of(address))
    if owner is None:
        return True
    if before.applied.lost:
        return STAGE_COMPLETED not in before.live.resources
    return owner.identified_by in _MADE_BY_US and address not in before.applied.entries


def _rights_changes(item: Operation, before: Before) -> Iterator[FieldChange]:
    """Who gets and loses what. A list that is made for what exists replaces the one that it inherited."""
    if item.action is not Action.CREATE:
        yield from item.changes
        return
    inherited = inherited_access(owner_of(item.address), before.live)
    wanted = wanted_spec(Resource(item.address, Kind.ACL, item.spec), before.live.ids)
    for principal in {**inherited, **wanted}:
        yield FieldChange(principal, inherited.get(principal), wanted.get(principal), Cause.MANIFEST)


def inherited_access(owner: str, live: Live) -> Mapping[str, Resolved]:
    """The access list in force where an entity has none of its own; nothing where that isn't known."""
    found = live.resources.get(owner)
    places = {item.id: address for address, item in live.resources.items() if item.kind in (Kind.PROJECT, Kind.FOLDER)}
    while found is not None:
        above = places.get(str(found.spec.get("parent")))
        acl = live.resources.get(acl_address(above)) if above else None
        if acl is not None:
            return acl.spec
        found = live.resources.get(above) if above else None
    return {}


def inheriting(item: Operation, before: Before) -> Iterator[Harm]:
    """Who gets in when an access list of its own goes, and the one above holds."""
    for principal, rights in inherited_access(owner_of(item.address), before.live).items():
        gained = _USES & (_rights(rights) - _rights(item.spec.get(principal)))
        if gained:
            yield from _wider(item.address, principal, gained, before)


def laying_bare(item: Operation, before: Before) -> Iterator[Harm]:
    """Who gets into what an apply closed, the manifest dropped, and people took the access list from: it opens with
    what lies above it, whatever the stage says of that.
    """
    below = [address for address in sorted(before.live.bare) if _follows(address, owner_of(item.address), before)]
    for change in _rights_changes(item, before) if below else ():
        gained = _USES & (_rights(change.after) - _rights(change.before))
        for address in below if gained else ():
            yield from _wider(acl_address(address), change.name, gained, before)


def _follows(address: str, above: str, before: Before) -> bool:
    """Whether the access list of a project or folder holds for something below it that was dropped."""
    live, closed = before.live, before.applied.entries.keys() - {acl_address(place) for place in before.live.bare}
    everything = {**live.resources, **live.dropped}
    places = {item.id: place for place, item in everything.items() if item.kind in (Kind.PROJECT, Kind.FOLDER)}
    place = places.get(str(live.dropped[address].spec.get("parent")))
    while place is not None and place != above:
        if acl_address(place) in (closed if place in live.dropped else live.resources):
            return False
        place = places.get(str(everything[place].spec.get("parent")))
    return place is not None


def _opened_since(address: str, change: FieldChange, before: Before) -> frozenset[str]:
    """Rights that this very manifest would not have given at the last apply: the stage or a date gives them."""
    resource = before.desired.resources.get(address)
    then = wanted_spec(resource, before.live.ids).get(change.name) if resource else None
    return _rights(change.after) - _rights(then)


def _known(address: str, principal: str, before: Before) -> frozenset[str]:
    """Rights that the last apply gave."""
    entry = before.applied.entries.get(address)
    return _rights(entry.fields.get(principal)) if entry else frozenset()


def _rights(value: object) -> frozenset[str]:
    return frozenset(str(item) for item in value) if isinstance(value, tuple) else frozenset()


def _principal(id_: str, live: Live) -> str:
    """What we call a principal: by its address, else by its name."""
    told = (address for address, found in live.ids.items() if found == id_ and _is_principal(address))
    return next(told, id_ if _is_principal(id_) else live.names.get(id_, id_))


def _is_principal(address: str) -> bool:
    return address.startswith(("team.", "user.", "principal.")) or address in (DEPLOYER, *FIXED_PRINCIPALS)


def removal(item: Operation, before: Before) -> Iterator[Harm]:
    """Rights that administrators, the deployer or we ourselves had by an apply, or anybody had before an adoption."""
    remembered = item.address in before.applied.entries
    if not remembered and _first_time(item.address, before):
        return
    for change in item.changes:
        if remembered and change.name not in _administrators(before.live):
            continue
        had = _known(item.address, change.name, before) if remembered else _MANAGES
        lost = (_rights(change.before) - _rights(change.after)) & had
        if lost:
            who = _principal(change.name, before.live)
            yield Harm(ADMIN_REMOVAL, f"{owner_of(item.address)}: {who} loses {', '.join(sorted(lost))}")


def _administrators(live: Live) -> frozenset[str]:
    return frozenset({live.me.id, live.ids.get(DEPLOYER, ""), live.ids.get("team.administrators", "")})
