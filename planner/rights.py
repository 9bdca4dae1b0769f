"""Whether this account may do what the plan says: checked against the access lists as read, before the first write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.live import Live
from planner.plan import Action, Operation, Problem
from planner.references import Ref
from planner.resources import Desired, Kind, acl_address, owner_of

_ENTITY_PARENT = ("parent", "project", "owner")


def lacking_rights(operations: Iterable[Operation], desired: Desired, live: Live) -> Iterator[Problem]:
    """Yield one problem for each access list that denies this account something that the plan needs.

    Where it isn't known in which groups the account is, nothing is said: Synapse itself will refuse.
    """
    if not live.me.groups:
        return
    rights: dict[str, set[str]] = {}
    needed_by: dict[str, list[str]] = {}
    for operation in operations:
        for owner, right in _rights_needed(operation, desired):
            if _denied(owner, right, live):
                rights.setdefault(owner, set()).add(right)
                needed_by.setdefault(owner, []).append(operation.address)
    for owner, addresses in needed_by.items():
        yield Problem(
            "no-right",
            owner,
            f"{live.me.name} lacks {', '.join(sorted(rights[owner]))} on {owner}, which {_listed(addresses)} needs",
            f"Ask the challenge's administrators to invite {live.me.name} to their team, and accept the invitation.",
        )


def _rights_needed(operation: Operation, desired: Desired) -> Iterator[tuple[str, str]]:
    """(owner of the access list, access type) that one operation needs (contract 2 to 6)."""
    kind, new = operation.kind, operation.action is Action.CREATE
    if operation.carried_by is not None:
        return
    if kind is Kind.ACL:
        owner = owner_of(operation.address)
        yield owner, "UPDATE" if owner.startswith("team.") else "CHANGE_PERMISSIONS"
    elif kind is Kind.ANNOTATIONS:
        yield owner_of(operation.address), "UPDATE"
    elif kind is Kind.STAGE:
        yield desired.home, "UPDATE"
    elif kind is Kind.MEMBER:
        yield _target(operation, "team"), "TEAM_MEMBERSHIP_UPDATE"
    elif kind is Kind.ROUND:
        yield _target(operation, "queue"), "UPDATE"
    elif kind in (Kind.WIKI, Kind.ORDER):
        yield _target(operation, "owner"), "CREATE" if new else "UPDATE"
    elif new and kind in (Kind.FOLDER, Kind.LINK, Kind.VIEW, Kind.QUEUE, Kind.CHALLENGE):
        yield _target(operation, *_ENTITY_PARENT), "CREATE"
    elif not new:
        yield operation.address, "UPDATE"


def _target(operation: Operation, *names: str) -> str:
    for name in names:
        value = operation.spec.get(name)
        if isinstance(value, Ref):
            return value.address
    return operation.address


def _denied(owner: str, right: str, live: Live) -> bool:
    """Whether the access list of `owner`, as read, gives none of our groups that right; unread, it denies nothing."""
    acl = live.resources.get(acl_address(owner))
    if acl is None:
        return False
    return not any(
        isinstance(types, tuple) and right in types and who in live.me.groups for who, types in acl.spec.items()
    )


def _listed(addresses: list[str]) -> str:
    first, rest = addresses[0], len(addresses) - 1
    return first if not rest else f"{first} (and {rest} more)"
