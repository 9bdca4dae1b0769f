"""Synapse's limits for one user: 3 requests at a time, 600 a minute (contract 10)."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from synapse_sandbox.permissions import ADMIN_USER, Caller
from synapse_sandbox.refusals import Refusal

CONCURRENT = 3
REQUESTS = 600
SECONDS = 60
TOO_MANY = f"Too many concurrent requests. Allowed {CONCURRENT} concurrent connections at any time."
TOO_OFTEN = f"Requests are too frequent. Allowed {REQUESTS} requests every {SECONDS} seconds."


def _loop_time() -> float:
    """The clock of the event loop, so that a minute is one in simulations as well."""
    return asyncio.get_running_loop().time()


class Throttle:
    """Counts requests by user. Anonymous and user 1 are exempt. `monotonic` tells real time in seconds."""

    def __init__(self, enabled: bool, monotonic: Callable[[], float] = _loop_time) -> None:
        self._enabled = enabled
        self._monotonic = monotonic
        self._running: Counter[int] = Counter()
        self._recent: defaultdict[int, deque[float]] = defaultdict(deque)

    @contextmanager
    def slot(self, caller: Caller) -> Iterator[None]:
        """Hold one of the user's slots while a request runs, or refuse with 429 (without Retry-After, as Synapse)."""
        if not self._enabled or caller.is_anonymous or caller.id == ADMIN_USER:
            yield
            return
        if self._running[caller.id] >= CONCURRENT:
            raise Refusal(429, TOO_MANY, by_filter=True)
        self._running[caller.id] += 1
        try:
            self._count(caller.id)
            yield
        finally:
            self._running[caller.id] -= 1

    def _count(self, user: int) -> None:
        now, recent = self._monotonic(), self._recent[user]
        while recent and recent[0] <= now - SECONDS:
            recent.popleft()
        if len(recent) >= REQUESTS:
            raise Refusal(429, TOO_OFTEN, by_filter=True)
        recent.append(now)
