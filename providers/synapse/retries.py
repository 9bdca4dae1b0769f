"""When to try again, and how many requests may be under way: our own rules, because the client's repeat POSTs.

Synapse allows a user 3 requests at a time and 600 a minute, and answers 429 without saying when to come back (contract
10).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

Sleep = Callable[[float], Awaitable[object]]
Clock = Callable[[], float]

IN_FLIGHT: Final = 3
"""Requests of one user that Synapse serves at a time."""

REQUESTS, MINUTE = 595, 60.5
"""Requests in so many seconds: Synapse allows a user 600 in 60. A few are left for the lock, which can't wait, and half
a second for those that are still travelling.
"""

PATIENCE: Final = 60.0
"""Seconds after which a request that never succeeds is given up, waiting included."""

_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 15.0
_CALM: Final = 20
"""Answers in a row without a 429 after which one more request is allowed at a time."""


def backoff(attempt: int) -> float:
    """Seconds to wait after the attempt with this number (from 0): 0.5, 1, 2, 4, 8, 15, 15, ..."""
    return min(_FIRST_PAUSE * 2.0 ** min(attempt, 10), _LONGEST_PAUSE)


def retry_after(header: str | None) -> float | None:
    """Seconds that a Retry-After header asks for; None where it says nothing usable (dates are not used by Synapse)."""
    return float(header) if header is not None and header.strip().isdigit() else None


@dataclass(slots=True)
class Lanes:
    """How many requests may be under way: fewer after each 429, more again when it stays calm.

    paced: whether the server counts the requests of a minute; it says so when there were too many for the first time.
    """

    sleep: Sleep
    clock: Clock
    limit: int = IN_FLIGHT
    paced: bool = False
    _active: int = 0
    _calm: int = 0
    _open_at: float = 0.0
    _free: asyncio.Condition = field(default_factory=asyncio.Condition)
    _begun: deque[float] = field(default_factory=lambda: deque(maxlen=REQUESTS))

    @asynccontextmanager
    async def one(self, urgent: bool = False) -> AsyncIterator[None]:
        """Wait for one's turn, for a free lane, and for the end of a pause that a 429 ordered. urgent: whatever the
        minute has seen already.
        """
        await self._enter()
        inside = True
        try:
            turn = self._turn()
            if not urgent and turn > self.clock():
                # Nobody has to wait for a lane because of somebody who waits for his turn.
                inside = False
                await self._leave()
                await self.sleep(turn - self.clock())
                await self._enter()
                inside = True
            if self._open_at > self.clock():
                await self.sleep(self._open_at - self.clock())
            yield
        finally:
            if inside:
                await self._leave()

    async def _enter(self) -> None:
        async with self._free:
            await self._free.wait_for(lambda: self._active < self.limit)
            self._active += 1

    async def _leave(self) -> None:
        async with self._free:
            self._active -= 1
            self._free.notify_all()

    def _turn(self) -> float:
        """When the next request may begin: a minute after the one that fills the minute before it."""
        full = self.paced and len(self._begun) == REQUESTS
        turn = max(self.clock(), self._begun[0] + MINUTE if full else 0.0)
        self._begun.append(turn)
        return turn

    def slow_down(self, pause: float) -> None:
        """Take a 429 into account: nobody starts before the pause is over, and one lane fewer is used."""
        self._open_at = max(self._open_at, self.clock() + pause)
        self.limit, self._calm = max(1, self.limit - 1), 0

    def answered(self) -> None:
        """Take a normal answer into account."""
        self._calm += 1
        if self._calm >= _CALM and self.limit < IN_FLIGHT:
            self.limit, self._calm = self.limit + 1, 0
