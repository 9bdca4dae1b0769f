"""What happens while a plan is applied, for whoever shows progress or keeps a log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from planner.plan import Action


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """A failure in words for people: where, what, and how to mend it."""

    where: str
    what: str
    mend: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A plan is being carried out: which, where, and how many operations it has."""

    challenge: str
    target: str
    plan: str
    operations: int


@dataclass(frozen=True, slots=True)
class Started:
    """An operation has begun."""

    operation_id: str
    address: str
    action: Action


@dataclass(frozen=True, slots=True)
class Finished:
    """An operation is done; `did` says what it really did. seconds: how long it took."""

    operation_id: str
    address: str
    action: Action
    did: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Failed:
    """An operation could not be done."""

    operation_id: str
    address: str
    error: ErrorReport


@dataclass(frozen=True, slots=True)
class Skipped:
    """An operation was not tried: `because` names the failed one it needed; None where apply stopped."""

    operation_id: str
    address: str
    because: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Apply waits for something: a retry, a lock, a slower server, what is under way when it shall stop."""

    text: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything has ended."""

    done: int
    failed: int
    skipped: int
    held: int
    seconds: float


Event: TypeAlias = "Begun | Started | Finished | Failed | Skipped | Waiting | Summary"
Emit: TypeAlias = Callable[[Event], None]


def silent(_: Event) -> None:
    """Show nothing."""
