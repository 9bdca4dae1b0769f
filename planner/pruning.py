"""Deleting what is ours and no longer wanted: what goes with what, what comes before it, and what is never touched.

Some things go with their owner, in one request: the rounds and the access list of a queue, what lies in a folder. The
operation of the owner says so (`carries`), and whatever guards one of them guards the owner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from planner.applied import Applied, fingerprint
from planner.live import Live, LiveResource
from planner.plan import Action, Cause, Operation, Part
from planner.policy import keeps
from planner.references import Resolved
from planner.resources import ENTITY_KINDS, LEDGER_FOLDER, LOGS_FOLDER, Desired, Kind, acl_address, owner_of

UNTOUCHED: Final = frozenset({LEDGER_FOLDER, LOGS_FOLDER, acl_address(LEDGER_FOLDER), acl_address(LOGS_FOLDER)})
"""Never pruned: the ledger with the lock, and where the logs of participants lie."""
NOT_PRUNED: Final = frozenset({Kind.PROJECT, Kind.STAGE, Kind.ORDER, Kind.ANNOTATIONS, Kind.CHALLENGE})
"""Kinds that only `destroy` deletes, or that go with their owner."""


def prunings(wanted: Desired, live: Live, applied: Applied, others: Iterable[Operation]) -> list[Operation]:
    """A deletion of everything that the manifest dropped and that is still there; `others` is what else is done."""
    found = {
        address: item
        for address, item in live.dropped.items()
        if address not in wanted.resources.keys() | UNTOUCHED
        and item.kind not in NOT_PRUNED
        and not _has_ended(item, live)
    }
    return list(deletions(found, applied, "the manifest no longer has it", others))


def _has_ended(item: LiveResource, live: Live) -> bool:
    """Whether this is a round that is over: what was submitted in it is history."""
    return item.kind is Kind.ROUND and str(item.spec["end"]) <= live.stamp


def deletions(
    found: Mapping[str, LiveResource], applied: Applied, reason: str, others: Iterable[Operation] = ()
) -> Iterator[Operation]:
    """An operation for each thing that doesn't go with another one of them."""
    owners, others = _owners(found, applied), tuple(others)
    carried: dict[str, list[str]] = defaultdict(list)
    for address, owner in owners.items():
        if owner is not None:
            carried[_root(owner, owners)].append(address)
    alone = {address: item for address, item in found.items() if owners[address] is None}
    for address, item in alone.items():
        first = {*_hanging_on(item, alone), *(other.id for other in others if _lets_go(other, item.id))}
        yield _deletion(item, reason, carried[address], first, edited=_was_edited(item, applied))


def _was_edited(item: LiveResource, applied: Applied) -> bool:
    """Whether people changed on Synapse what apply would keep, if the manifest still had it."""
    entry = applied.entries.get(item.address)
    known = entry.fields if entry else {}
    names = [name for name in known if name in item.spec and keeps(item.kind, name)]
    return any(fingerprint(item.spec[name]) != known[name] for name in names)


def _deletion(
    item: LiveResource, reason: str, carries: Iterable[str], first: Iterable[str], *, edited: bool
) -> Operation:
    return Operation(
        id=item.address,
        address=item.address,
        kind=item.kind,
        action=Action.DELETE,
        part=Part.WHOLE,
        cause=Cause.BOTH if edited else Cause.MANIFEST,
        reason=f"{reason}, and it was edited on Synapse since" if edited else reason,
        spec=item.spec,
        precondition=item.etag,
        depends_on=tuple(sorted(first)),
        carries=tuple(sorted(carries)),
        modified_by=item.modified_by,
        modified_on=item.modified_on,
    )


def _owners(found: Mapping[str, LiveResource], applied: Applied) -> dict[str, str | None]:
    """Address → what it goes with, of the things that go; None where it goes on its own, or stays."""
    owners: dict[str, str | None] = {}
    for address in {**applied.entries, **found}:
        named = named_owner(address)
        contained = _container(found[address], found) if address in found else None
        owners[address] = named if named in found else contained
    return owners


def named_owner(address: str) -> str | None:
    """The thing that an address itself says it is part of: the queue of a round, the owner of an access list."""
    kind, rest = Kind(address.partition(".")[0]), owner_of(address)
    if kind in (Kind.ACL, Kind.ANNOTATIONS):
        return rest
    if kind in (Kind.ROUND, Kind.MEMBER):
        return f"{'queue' if kind is Kind.ROUND else 'team'}.{rest.rpartition('/')[0]}"
    return f"project.{rest}" if kind is Kind.ORDER else None


def _container(item: LiveResource, found: Mapping[str, LiveResource]) -> str | None:
    """The folder or project of an entity, the project of a page. A page doesn't go with the page above it: Synapse
    would ask nobody about the pages below.
    """
    if item.kind not in (*ENTITY_KINDS, Kind.WIKI):
        return None
    place = item.spec.get("owner" if item.kind is Kind.WIKI else "parent")
    holders = ((address, above) for address, above in found.items() if above.kind in (Kind.PROJECT, Kind.FOLDER))
    return next((address for address, above in holders if above.id == place), None)


def _root(address: str, owners: Mapping[str, str | None]) -> str:
    owner = owners[address]
    return address if owner is None else _root(owner, owners)


def _hanging_on(item: LiveResource, alone: Mapping[str, LiveResource]) -> Iterator[str]:
    """The other deletions that come first: the pages below a page, queues and challenge object of a project."""
    for address, other in alone.items():
        if other is not item and item.id in _stands_on(other):
            yield address


def _stands_on(item: LiveResource) -> Iterator[Resolved]:
    return (value for name, value in item.spec.items() if name in ("parent", "owner", "project", "queue", "team"))


def _lets_go(operation: Operation, id_: str) -> bool:
    """Whether an operation ends that something stands on, or is shared with, what has that id."""
    return any(change.name == id_ or _mentions(change.before, id_) for change in operation.changes)


def _mentions(value: Resolved, id_: str) -> bool:
    return value == id_ or (isinstance(value, tuple) and id_ in value)


def forgotten(wanted: Desired, live: Live, applied: Applied) -> tuple[str, ...]:
    """Addresses of the ledger that mean nothing any longer: neither wanted, nor there, nor out of sight; or they belong
    to somebody else by now.
    """
    others = {id_ for address, id_ in wanted.given.items() if address not in wanted.adopt}
    there = live.dropped.keys() | live.unreadable.keys()
    return tuple(
        address
        for address, entry in applied.entries.items()
        if address not in wanted.resources
        and address not in UNTOUCHED
        and (entry.id in others or not {address, named_owner(address)} & there)
    )
