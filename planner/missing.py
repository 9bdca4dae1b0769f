"""Accounts that don't exist: what would be theirs is left out, so that all else can be done; the plan says so."""

from __future__ import annotations

from dataclasses import replace

from planner.live import Live
from planner.resources import Desired, Kind, Resource


def without_missing(desired: Desired, live: Live) -> Desired:
    """What is wanted, without the invitations and the rights of accounts that there are not."""
    missing = frozenset(live.missing_people)
    if not missing:
        return desired
    kept = {address: _kept(item, missing) for address, item in desired.resources.items() if not _is_of(item, missing)}
    return replace(desired, resources=kept)


def _is_of(item: Resource, missing: frozenset[str]) -> bool:
    return item.kind is Kind.MEMBER and not missing.isdisjoint(item.refers_to())


def _kept(item: Resource, missing: frozenset[str]) -> Resource:
    if item.kind is not Kind.ACL or missing.isdisjoint(item.spec):
        return item
    return replace(item, spec={name: rights for name, rights in item.spec.items() if name not in missing})
