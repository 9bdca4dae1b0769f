"""What an apply of ours left: addresses and ids, so that an import gives everything the keys that it had."""

from __future__ import annotations

from collections.abc import Mapping

from planner.desired.projects import LEDGER_NAME
from planner.discovered import Entity
from providers.synapse import ledger
from providers.synapse.discover.search import Search


async def read_ledger(search: Search, home: Entity) -> Mapping[str, str]:
    """Address → id; empty where we never applied, or the ledger can't be read."""
    if not any(child.name == LEDGER_NAME for child in home.children):
        return {}
    applied = (await ledger.read(search.transport, home.id)).applied
    if applied.lost:
        search.note(f"{applied.lost}; keys are made from names")
    return {address: entry.id for address, entry in applied.entries.items() if entry.id}
