"""What the ledger remembers under an address that the files have changed since: it belongs to the new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from planner.applied import Applied


def renamed(applied: Applied, was: Mapping[str, str]) -> Applied:
    """The ledger with former addresses replaced. was: address → former address; what is known by the new one stays."""
    moves = {
        old: new for new, old in was.items() if old in applied.entries and new not in applied.entries and old != new
    }
    return replace(applied, entries={moves.get(address, address): item for address, item in applied.entries.items()})
