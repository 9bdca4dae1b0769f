"""What the ledger should remember after an apply."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from planner.applied import Applied, AppliedEntry, fingerprint
from planner.diff import wanted_spec
from planner.plan import Drift, Plan
from planner.references import Ids, has_unknown, plain
from planner.resources import Desired, Resource


def remember(
    applied: Applied,
    desired: Desired,
    ids: Ids,
    settled: Iterable[str],
    put_off: Iterable[Drift] = (),
    *,
    gone: Iterable[str] = (),
    at: datetime | None = None,
) -> Applied:
    """Add the settled addresses (written now, or found as wanted) to what was remembered before, and forget what is
    gone. at: the time, if everything is as wanted now.

    What is not settled keeps its old entry: a field kept as drift keeps its base, so that the next plan still knows who
    moved. put_off: drift that Synapse has won (`Plan.put_off`): the manifest's version was seen, so it becomes the
    base. The next plan then finds that only Synapse moved, and keeps that until it is pulled, or the manifest moves
    again.
    """
    left = applied.entries.keys() - frozenset(gone)
    entries = {address: entry for address, entry in applied.entries.items() if address in left}
    for address in settled:
        resource = desired.resources.get(address)
        if resource is not None and address in ids:
            entries[address] = _entry(resource, ids)
    for drift in put_off:
        seen = _entry(desired.resources[drift.address], ids)
        old = entries.get(drift.address, seen)
        names = {change.name for change in drift.changes}
        base = {name: value for name, value in seen.fields.items() if name in names}
        entries[drift.address] = replace(old, fields={**old.fields, **base})
    return Applied(entries, at=at or applied.at)


def _entry(resource: Resource, ids: Ids) -> AppliedEntry:
    """A resource as the manifest says it, as far as that is known."""
    spec = wanted_spec(resource, ids)
    known = {name: fingerprint(plain(value)) for name, value in spec.items() if not has_unknown(value)}
    return AppliedEntry(ids[resource.address], known, resource.protect)


def is_up_to_date(applied: Applied, desired: Desired, ids: Ids, plan: Plan) -> bool:
    """Whether the ledger would stay as it is if this plan were applied, and nothing in it were left to do.

    It would not after a pull, for both sides have come to agree on something else than what was last applied.
    """
    return remember(applied, desired, ids, plan.unchanged, plan.put_off()).entries == applied.entries
