"""What was last applied, as the ledger remembers it: the base of the three-way diff."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from planner.references import Plain

LONG_TEXT: Final = 200
"""Texts above this many characters are remembered by digest: the words themselves are in the history of the wiki."""


@dataclass(frozen=True, slots=True)
class AppliedEntry:
    """The id and the last applied spec of one resource, each field by its fingerprint; and what the manifest said about
    deleting it, which holds on when its entry is gone.
    """

    id: str
    fields: Mapping[str, Plain]
    protect: bool | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """The ledger's newest version; empty before the first apply or when it is lost.

    run: the apply that wrote it. at: when everything was last as the manifest wanted it. moved: address → what it was,
    where the manifest says that something was renamed since.
    found: address of a project → its id, where it has another name than the manifest's, and its key tells whose it is.
    doubt: why a project that bears the key of the challenge is not taken for it.
    intents: (address, mark) of what applies that died had set out to write since then (`planner.intents`).
    first_seen: how far the challenge had come when an apply first took its lock; None where it had not begun.
    """

    entries: Mapping[str, AppliedEntry] = field(default_factory=dict)
    lost: str | None = None
    run: str | None = None
    at: datetime | None = None
    moved: Mapping[str, str] = field(default_factory=dict)
    intents: frozenset[tuple[str, str]] = frozenset()
    found: Mapping[str, str] = field(default_factory=dict)
    doubt: str | None = None
    first_seen: str | None = None


def fingerprint(value: Plain) -> Plain:
    """What the ledger keeps of a field: the value itself, or a digest of a long text. Idempotent."""
    if isinstance(value, str) and len(value) > LONG_TEXT:
        return "sha256:" + hashlib.sha256(value.encode()).hexdigest()
    return value


def canonical(value: Plain) -> str:
    """A value as JSON text with sorted keys: equal values, equal text."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
