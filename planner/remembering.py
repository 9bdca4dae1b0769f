"""What the ledger should remember after an apply."""

from __future__ import annotations

from collections.abc import Iterable

from planner.applied import Applied, AppliedEntry, fingerprint
from planner.diff import wanted_spec
from planner.references import Ids, has_unknown, plain
from planner.resources import Desired


def remember(applied: Applied, desired: Desired, ids: Ids, settled: Iterable[str]) -> Applied:
    """Add the settled addresses (written now, or found as wanted) to what was remembered before.

    What is not settled keeps its old entry: a field kept as drift keeps its base, so that the next plan still knows who
    moved.
    """
    entries = dict(applied.entries)
    for address in settled:
        resource = desired.resources.get(address)
        if resource is None or address not in ids:
            continue
        spec = wanted_spec(resource, ids)
        entries[address] = AppliedEntry(
            ids[address], {name: fingerprint(plain(value)) for name, value in spec.items() if not has_unknown(value)}
        )
    return Applied(entries)
