"""The sandbox's time: real, running from an instant, or frozen; kept in the data folder."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal, Protocol

from synapse_sandbox.refusals import invalid
from synapse_sandbox.store import Store

# Room for what is added to now, before dates have no four digits for the year any more.
END_OF_TIME = 221_845_392_000_000
Mode = Literal["real", "running", "frozen"]


class Clock(Protocol):
    """Anything that tells the time."""

    def now(self) -> int:
        """Sandbox time, epoch milliseconds."""
        ...

    def real(self) -> int:
        """What the watches of clients show, epoch milliseconds."""
        ...


@dataclass(frozen=True, slots=True)
class Setting:
    """How sandbox time follows real time: when running, it was `instant` when real time was `since` (epoch ms)."""

    mode: Mode = "real"
    instant: int = 0
    since: int = 0


class SandboxClock:
    """A clock that can be set and survives a restart. `real` tells real time in seconds; tests inject their own."""

    def __init__(self, store: Store, real: Callable[[], float] = time.time) -> None:
        self._store = store
        self._seconds = real
        self.reload()

    @property
    def mode(self) -> Mode:
        """Which kind of time this is."""
        return self._setting.mode

    def now(self) -> int:
        """Sandbox time, epoch milliseconds."""
        if self._setting.mode == "real":
            return self.real()
        if self._setting.mode == "frozen":
            return self._setting.instant
        return self._setting.instant + self.real() - self._setting.since

    def reload(self) -> None:
        """Go by what the data folder says, which somebody else may have put there."""
        kept = self._store.meta("clock")
        self._setting = Setting(**json.loads(kept)) if kept else Setting()

    def set(self, mode: Mode, instant: int | None = None) -> None:
        """Switch to a mode, at an instant (by default at what the clock shows)."""
        start = self.now() if instant is None else instant
        if not 0 <= start < END_OF_TIME:
            raise invalid("The clock goes from 1970-01-01T00:00:00.000Z to the end of the year 8999.")
        self._setting = Setting(mode, start, self.real())
        self._store.set_meta("clock", json.dumps(asdict(self._setting)))

    def advance(self, milliseconds: int) -> None:
        """Go forward (or back); real time becomes running time."""
        mode: Mode = "running" if self.mode == "real" else self.mode
        self.set(mode, self.now() + milliseconds)

    def real(self) -> int:
        """Real time, epoch milliseconds."""
        return int(self._seconds() * 1000)
