"""What only the ledger has to learn of a resource: another address, another guard against deletion.

A guard is remembered in the ledger, so that it holds on when the entry that said it is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from planner.applied import Applied
from planner.plan import Cause, FieldChange
from planner.resources import Kind, Resource

ADDRESS: Final = "address"
PROTECT: Final = "protect"
LEDGER_ONLY: Final = frozenset({ADDRESS, PROTECT})
"""Changes of an operation that concern nothing on Synapse."""

_GUARDED_KINDS: Final = frozenset({Kind.PROJECT, Kind.TEAM, Kind.QUEUE, Kind.FOLDER, Kind.LINK, Kind.VIEW})


def remembered_changes(resource: Resource, applied: Applied) -> Iterator[FieldChange]:
    """What the ledger has to learn of a resource that exists."""
    old = applied.moved.get(resource.address)
    if old is not None:
        yield FieldChange(ADDRESS, old, resource.address, Cause.MANIFEST, old)
    entry = applied.entries.get(resource.address)
    if entry is not None and resource.kind in _GUARDED_KINDS and entry.protect != resource.protect:
        yield FieldChange(PROTECT, entry.protect, resource.protect, Cause.MANIFEST, entry.protect)
