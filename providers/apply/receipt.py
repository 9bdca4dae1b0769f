"""The receipt: what an apply really did, operation by operation. It is written even when apply fails or is stopped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from planner.plan import Action
from providers.apply.events import ErrorReport


class Result(StrEnum):
    """How an operation ended. `stopped`: not tried, for apply was asked to stop or the server was gone."""

    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    STOPPED = "stopped"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Line:
    """One operation of the receipt. `because`: the failed operation that a skipped one waited for, or the gates that
    hold it.
    """

    id: str
    address: str
    action: Action
    result: Result
    did: str = ""
    synapse_id: str | None = None
    error: ErrorReport | None = None
    because: tuple[str, ...] = ()


def done_to(lines: Iterable[Line]) -> dict[str, Action]:
    """Address → what was done to it; a page that was made and then filled was created."""
    done: dict[str, Action] = {}
    for line in lines:
        if line.result is Result.DONE and done.get(line.address) is not Action.CREATE:
            done[line.address] = line.action
    return done


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an apply did. Instants are the server's time.

    ledger: "written", "unchanged" (nothing was done), or why it could not be written.
    requests: kind of request → how many were sent, planning included.
    orphans: external file handles that a retry may have left behind, invisibly.
    """

    challenge: str
    target: str
    started_at: datetime
    finished_at: datetime
    plan_digest: str
    lines: tuple[Line, ...]
    ledger: str
    stopped: str | None = None
    requests: Mapping[str, int] = field(default_factory=dict)
    orphans: int = 0

    def count(self, result: Result) -> int:
        """How many operations ended that way."""
        return sum(line.result is result for line in self.lines)

    @property
    def complete(self) -> bool:
        """Whether everything that was not held is done and remembered."""
        unfinished = {Result.FAILED, Result.SKIPPED, Result.STOPPED}
        return self.ledger in ("written", "unchanged") and not any(line.result in unfinished for line in self.lines)
