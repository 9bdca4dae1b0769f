"""What an apply is about to write, told before its first write: so that one that died is told apart from people on the
web.

A killed apply has changed things that the ledger doesn't know of. Without more, they would look like changes that
somebody made on Synapse. The intent record holds a mark for each address; where the live thing bears it, the dead apply
was through with it. Several applies may have died one after another, so an address may have several marks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from planner.applied import Applied, AppliedEntry, canonical, fingerprint
from planner.diff import wanted_spec
from planner.live import Live, LiveResource
from planner.plan import Action, Operation
from planner.references import Ids, Plain, has_unknown, plain
from planner.resources import Desired

_UNTOLD: Final = "later"
"""The mark of what refers to something that gets its id only then."""

_LENGTH: Final = 16
"""Hexadecimal digits of a mark: enough to tell one value of a thing from its others."""


def intended(operations: Iterable[Operation], desired: Desired, ids: Ids) -> frozenset[tuple[str, str]]:
    """(address, mark of what it will be) for every operation; what can't be told beforehand has a mark of its own.

    An adoption writes nothing: what it is about bears its mark already, and would look as if this apply had done it.
    """
    marks = set()
    for operation in operations:
        resource = desired.resources.get(operation.address)
        if resource is not None and operation.action is not Action.ADOPT:
            spec = wanted_spec(resource, ids)
            known = not any(has_unknown(value) for value in spec.values())
            mark = _mark({name: plain(value) for name, value in spec.items()}) if known else _UNTOLD
            marks.add((operation.address, mark))
    return frozenset(marks)


def with_intents(applied: Applied, live: Live) -> Applied:
    """The ledger as it would be had the dead apply lived to write it."""
    entries = dict(applied.entries)
    for address, mark in applied.intents:
        found = live.resources.get(address)
        if found is not None and (_mark(found.spec) == mark or (mark == _UNTOLD and _is_ours(found, entries, live))):
            fields = {name: fingerprint(value) for name, value in found.spec.items()}
            # What was said about deleting it was said by an apply that lived.
            entries[address] = replace(entries.get(address, AppliedEntry(found.id, {})), id=found.id, fields=fields)
        elif found is not None and address in entries and entries[address].id != found.id:
            # What is remembered is gone; the dead apply began to make it anew: half done, it looks like an edit.
            del entries[address]
    return replace(applied, entries=entries)


def _is_ours(found: LiveResource, entries: Mapping[str, AppliedEntry], live: Live) -> bool:
    """Whether we touched a thing last that was there before: what the dead apply made of it needed an id that nobody
    knew beforehand.
    """
    entry = entries.get(found.address)
    return entry is not None and entry.id == found.id and found.modified_by == live.me.name


def _mark(spec: Mapping[str, Plain]) -> str:
    return hashlib.sha256(canonical(dict(spec)).encode()).hexdigest()[:_LENGTH]
