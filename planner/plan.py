"""The plan: a list of operations that apply obeys, and everything a person must know before saying yes.

Text, Markdown, JSON and progress are rendered from these objects and from nothing else, so what was read is what runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from planner.options import ALL
from planner.references import Resolved, Value
from planner.resources import Kind


class Action(StrEnum):
    """What happens to one resource."""

    CREATE = "create"
    UPDATE = "update"
    ADOPT = "adopt"
    DELETE = "delete"


class Cause(StrEnum):
    """Who moved: the manifest since the last apply, Synapse since the last apply, both, or not known."""

    MANIFEST = "manifest"
    SYNAPSE = "synapse"
    BOTH = "both"
    UNKNOWN = "unknown"


class Part(StrEnum):
    """Which part of a resource an operation writes: usually the whole; a page may be made empty first and get its text
    later.
    """

    WHOLE = "whole"
    SHELL = "shell"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs. `before` is live, `after` desired (resolved as far as known), `base` what was last
    applied.
    """

    name: str
    before: Resolved
    after: Resolved
    cause: Cause
    base: Resolved = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One step of apply.

    id: the address, with `#text` behind it for the second operation of a page.
    spec: the desired spec, references unresolved: the writer resolves them when it runs.
    natural_key: how a lost creation is found again, e.g. {"name": "...", "parent": "project.live"}.
    precondition: `absent`, or the etag that the plan saw (None where the kind has none).
    carried_by: the operation that performs this one in the same transaction; this one then sends nothing.
    held_by: what keeps it back: gate codes, `unpublished`, `protected`, or `consent:NAME`. A held operation isn't
    performed. consents: names of the consents that it needs, given or not.
    carries: addresses that are born together with this resource.
    rank: steps on the longest way to the end from here, this one included; apply starts the longest first.
    """

    id: str
    address: str
    kind: Kind
    action: Action
    part: Part
    cause: Cause
    reason: str
    spec: Mapping[str, Value]
    changes: tuple[FieldChange, ...] = ()
    depends_on: tuple[str, ...] = ()
    precondition: str | None = None
    natural_key: Mapping[str, str] = field(default_factory=dict)
    carried_by: str | None = None
    carries: tuple[str, ...] = ()
    held_by: tuple[str, ...] = ()
    consents: tuple[str, ...] = ()
    modified_by: str | None = None
    modified_on: datetime | None = None
    rank: int = 0

    @property
    def held(self) -> bool:
        """Whether a gate or an unpublished page keeps it back."""
        return bool(self.held_by)


@dataclass(frozen=True, slots=True)
class Drift:
    """A change made on Synapse that apply keeps: reported, waits for `pull` or `--take manifest ADDRESS`."""

    address: str
    kind: Kind
    changes: tuple[FieldChange, ...]
    conflict: bool
    remedy: str
    modified_by: str | None = None
    modified_on: datetime | None = None


class GateState(StrEnum):
    """passed; failed (somebody must act); pending (this very apply will fulfil it, then it is evaluated again)."""

    PASSED = "passed"
    FAILED = "failed"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Gate:
    """A named condition with its evidence and remedy; guards the way into `stage`."""

    code: str
    title: str
    stage: str
    state: GateState
    evidence: tuple[str, ...]
    remedy: str | None = None


class OutputState(StrEnum):
    """What apply will do with a local file: write it, leave it as it is, or wait for ids that are not known yet."""

    WRITE = "write"
    SAME = "same"
    WAITS = "waits"


@dataclass(frozen=True, slots=True)
class Output:
    """A local file that apply emits; never counted as a change."""

    path: str
    state: OutputState
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that stops a resource (or, without an address, the whole plan): a name taken, no right, no such
    account.
    """

    code: str
    address: str | None
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Consent:
    """A kind of harm that the plan would do, by name (`planner/consents.py`). given: somebody consented to it.

    evidence: where and what, one line each.
    """

    name: str
    title: str
    given: bool
    evidence: tuple[str, ...]
    remedy: str


@dataclass(frozen=True, slots=True)
class Note:
    """Worth knowing, stops nothing: an ended round that is missing, a declined invitation, an incomplete read."""

    code: str
    address: str | None
    message: str


@dataclass(frozen=True, slots=True)
class UnmanagedItem:
    """Something on our projects that the manifest doesn't mention."""

    kind: Kind
    id: str
    name: str
    where: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What apply would do, in the order in which people should read it.

    stage: wanted by the manifest; reached: the stage that has been begun on Synapse (None before the first apply).
    unchanged: addresses that already are as wanted, for the folded count.
    names: id → address or account name, for showing ids readably.
    consents: every kind of harm in it, given or not. forgotten: addresses that the ledger need not know any longer.
    zone: IANA name of the challenge's time zone, for showing instants.
    options: what was decided on the command line, by name. left_out: changes that those decisions leave out.
    """

    challenge: str
    title: str
    stage: str
    reached: str | None
    target: str
    planned_at: datetime
    zone: str
    operations: tuple[Operation, ...] = ()
    drift: tuple[Drift, ...] = ()
    gates: tuple[Gate, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()
    outputs: tuple[Output, ...] = ()
    unmanaged: tuple[UnmanagedItem, ...] = ()
    unchanged: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: int = 0
    consents: tuple[Consent, ...] = ()
    forgotten: tuple[str, ...] = ()

    def to_do(self) -> Iterator[Operation]:
        """Yield the operations that apply performs now."""
        return (operation for operation in self.operations if not operation.held)

    def steps(self, address: str) -> tuple[Operation, ...]:
        """The operations of one address, held ones too: the very objects that apply is given."""
        return tuple(operation for operation in self.operations if operation.address == address)

    def held(self) -> Iterator[Operation]:
        """Yield the operations that are kept back."""
        return (operation for operation in self.operations if operation.held)

    def changes(self) -> Iterator[Operation]:
        """Yield one operation per address: the later parts of a page belong to its first."""
        seen: set[str] = set()
        for operation in self.operations:
            if operation.address not in seen:
                seen.add(operation.address)
                yield operation

    def put_off(self) -> Iterator[Drift]:
        """Yield the drift for which the manifest's version was seen and put off: somebody said that Synapse wins, or
        nobody remembers who wrote it. Whoever touched a thing last is told by Synapse only until we touch it ourselves.
        """
        said = {*self.options.get("take_live", ())}
        held = {operation.address for operation in self.held()}
        for drift in self.drift:
            forgotten = all(change.cause is Cause.UNKNOWN for change in drift.changes)
            if {drift.address, ALL} & said or (forgotten and drift.address not in held):
                yield drift

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do and nothing held (drift that is kept doesn't count)."""
        return not self.operations
