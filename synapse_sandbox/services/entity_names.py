"""Names, descriptions and aliases of entities (contract 2.3)."""

from __future__ import annotations

import re

from synapse_sandbox.names import MAXIMUM_LENGTH
from synapse_sandbox.permissions import ROOT
from synapse_sandbox.refusals import invalid, name_conflict
from synapse_sandbox.store import Store

_ALIAS = re.compile(r"[a-zA-Z0-9_]+")
MAX_DESCRIPTION, MAX_ALIAS = 1000, 64


def check_lengths(name: str | None, description: str | None) -> None:
    """The tests that come before all others, on the untrimmed texts."""
    if name is not None and len(name) > MAXIMUM_LENGTH:
        raise invalid(f"Name must be {MAXIMUM_LENGTH} characters or less")
    if description is not None and len(description) > MAX_DESCRIPTION:
        raise invalid(f"Description must be {MAX_DESCRIPTION} characters or less")


def check_name_free(store: Store, parent: int, name: str, own_id: int) -> None:
    """409 when a sibling has this name, compared exactly; for projects the siblings are all projects of Synapse."""
    taken = store.one("SELECT 1 FROM entities WHERE parent_id = ? AND name = ? AND id <> ?", parent, name, own_id)
    if taken is not None:
        raise name_conflict(f"An entity with the name: {name} already exists with a parentId: syn{parent}")


def check_alias(store: Store, alias: str | None, own_id: int) -> None:
    """400 for a bad alias, 409 for one that is taken in any spelling."""
    if not alias:
        return
    if not _ALIAS.fullmatch(alias):
        raise invalid("Aliases can only have letters (a-z and A-Z), digits (0-9) and underscores (_)")
    if len(alias) > MAX_ALIAS:
        raise invalid(f"Alias must be {MAX_ALIAS} characters or less")
    if store.one("SELECT 1 FROM entities WHERE alias = ? AND id <> ?", alias, own_id) is not None:
        raise name_conflict(f"The friendly url name (alias): {alias} is already taken.  Please select another.")


def find_child(store: Store, parent: int | None, name: str) -> int | None:
    """The child with exactly this name; without a parent, the project with this name."""
    found: int | None = store.value(
        "SELECT id FROM entities WHERE parent_id = ? AND name = ?", ROOT if parent is None else parent, name
    )
    return found
