"""What a lock says in its annotations: who has it until when, and what they set out to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from planner.desired.context import instant

Raw = Mapping[str, Any]

HOLDER, RUN, UNTIL, LAST = "lockHolder", "lockRun", "lockUntil", "lockLastRun"
_SINCE, _PLAN, _OPERATIONS, _MARKS = "lockSince", "lockPlan", "lockOperations", "lockMarks"
_FIRST_SEEN = "lockFirstSeen"

_TEXTS: Final = 100
_KEYS: Final = 90
"""Texts under one key, and keys for marks: an entity has a hundred keys (contract 2.8), the lock needs some itself."""

Marks: TypeAlias = frozenset[tuple[str, str]]
"""(address, mark of what it will be)."""

Values: TypeAlias = dict[str, tuple[str, ...]]
"""Annotations of the lock: key → texts."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What a run is about to do: the digest of its plan, how many operations that has, and for each address the mark of
    what it will be (`planner.intents`). first_seen: how far the challenge has come.
    """

    plan: str
    operations: int
    marks: Marks = frozenset()
    first_seen: str | None = None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An apply that took the lock and never said that it was done: killed, cut off, or still at work until then."""

    holder: str | None
    since: datetime | None
    plan: str | None
    operations: int | None
    at_work_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LockState:
    """What the lock's annotations say. holder, run: of whom has it now; until: the end of the lease; last: the last run
    that gave it back. since, plan, operations, marks: what the holder set out to do; they stay where it didn't finish.
    first_seen: how far the challenge had come when it was first taken; that stays for ever.
    """

    holder: str | None
    run: str | None
    until: datetime | None
    last: str | None
    since: datetime | None = None
    plan: str | None = None
    operations: int | None = None
    marks: Marks = frozenset()
    first_seen: str | None = None

    @property
    def unfinished(self) -> bool:
        """Whether a run began that never said that it was done."""
        return self.run is not None or self.plan is not None

    def intent(self) -> Values:
        """The annotations that say what the holder set out to do."""
        said = {
            HOLDER: self.holder,
            _SINCE: instant(self.since) if self.since else None,
            _PLAN: self.plan,
            _OPERATIONS: None if self.operations is None else str(self.operations),
        }
        return {name: (value,) for name, value in said.items() if value is not None} | _in_chunks(self.marks)

    def held(self, now: datetime) -> bool:
        """Whether somebody's lease is still good."""
        return self.run is not None and self.until is not None and self.until > now


def written(values: Values) -> Raw:
    """Values as the annotations of an entity."""
    return {key: {"type": "STRING", "value": [*texts]} for key, texts in values.items()}


def permanent(run: str | None, first_seen: str | None) -> Values:
    """What a lock says whoever has it. run: the one that gave it back last."""
    return {name: (value,) for name, value in ((LAST, run), (_FIRST_SEEN, first_seen)) if value}


def first(values: Values, key: str) -> str | None:
    return values[key][0] if key in values else None


def _in_chunks(marks: Marks) -> Values:
    """Marks as annotations, which hold a hundred texts each (contract 2.8); beyond what fits they are left out."""
    texts = [f"{address}={mark}" for address, mark in sorted(marks)][: _TEXTS * _KEYS]
    chunks = range(0, len(texts), _TEXTS)
    return {f"{_MARKS}{number}": tuple(texts[start : start + _TEXTS]) for number, start in enumerate(chunks)}


def _marks_in(annotations: Mapping[str, Any]) -> Marks:
    texts = [text for key, item in annotations.items() if key.startswith(_MARKS) for text in item["value"]]
    pairs = (text.rpartition("=") for text in texts)
    return frozenset((address, mark) for address, _, mark in pairs)


def _is_text(item: Raw) -> bool:
    """Whether an annotation holds texts, as all of ours do; people may write anything on the web."""
    values = item.get("value") or ()
    return bool(values) and all(isinstance(value, str) for value in values)


def _instant(text: str | None) -> datetime | None:
    """The instant of a text that we wrote; None where somebody else did."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def state_of(raw: Raw) -> LockState:
    """What the annotations of a lock say."""
    annotations = {key: item for key, item in (raw.get("annotations") or {}).items() if _is_text(item)}
    found = {key: item["value"][0] for key, item in annotations.items()}
    until, since = (_instant(found.get(name)) for name in (UNTIL, _SINCE))
    operations = int(found[_OPERATIONS]) if found.get(_OPERATIONS, "").isdigit() else None
    return LockState(
        found.get(HOLDER),
        found.get(RUN),
        until,
        found.get(LAST),
        since,
        found.get(_PLAN),
        operations,
        _marks_in(annotations),
        found.get(_FIRST_SEEN),
    )


def unfinished_run(state: LockState) -> Unfinished:
    return Unfinished(state.holder, state.since, state.plan, state.operations)


def in_words(found: Unfinished) -> str:
    """An unfinished apply in a sentence without its full stop."""
    since = f" at {found.since:%Y-%m-%d %H:%M:%S} UTC" if found.since else ""
    size = "" if found.operations is None else f", {found.operations} operation{'s' * (found.operations != 1)}"
    plan = f" of plan {found.plan.removeprefix('sha256:')[:12]}{size}," if found.plan else ""
    if found.at_work_until is not None:
        return f"an apply{plan} by {found.holder or 'somebody'}{since} is at work"
    return f"an apply{plan} by {found.holder or 'somebody'}{since} did not finish"
