"""The network between one engine (or person) and the sandbox: slow, unreliable, and watched."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import httpx

from synapse_sandbox.app import SandboxApp
from synapse_sandbox.routing import Router
from synapse_sandbox.services import ROUTES
from tests.simulation.faults import Fault, Kind
from tests.simulation.wire import serve

_ROUTER: Final = Router(ROUTES)
TIMEOUT: Final = 45.0
"""Seconds that an engine waits for an answer (`providers.synapse.session.TIMEOUT`)."""
LEASE: Final = 120.0

Watch = Callable[["Network", httpx.Request, httpx.Response], None]
"""Told of every request that the application served."""


class Killed(BaseException):
    """The engine's process is gone: nothing of it runs any more, no clean-up either."""


async def _nothing() -> None:
    """Nobody does anything in between."""


@dataclass(slots=True)
class Network:
    """Carries the requests of one engine or person.

    trace: every request of everybody with its status, in order. between: what happens elsewhere before each request.
    struck: how often each kind of fault did strike. sent, writes: requests so far. frozen_at: when it was frozen last.
    """

    application: SandboxApp
    chance: random.Random
    faults: Sequence[Fault]
    trace: list[str]
    watch: Watch
    between: Callable[[], Awaitable[None]] = _nothing
    struck: Counter[Kind] = field(default_factory=Counter)
    sent: int = 0
    writes: int = 0
    dead: bool = False
    was_frozen: bool = False
    _thaw: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._thaw.set()

    async def carry(self, request: httpx.Request) -> httpx.Response:
        """Carry one request there and its answer back, as far as that succeeds."""
        self.sent += 1
        line = f"{request.method} {request.url.path}"
        faults = {fault.kind: fault for fault in self.faults if fault.at == self.sent}
        self._note(request)
        await asyncio.sleep(self.chance.uniform(0.001, 0.2))
        await self.between()
        await self._stop(faults, line)
        lost = self._before(faults, request)
        if lost is not None:
            self.trace.append(f"{line} -> {lost.status_code}, not served")
            return lost
        response = await serve(self.application, request)
        self.trace.append(f"{line} -> {response.status_code}")
        self.watch(self, request, response)
        await asyncio.sleep(self.chance.uniform(0.001, 0.2))
        await self._stop({}, line)
        return await self._after(faults, request, response)

    def _note(self, request: httpx.Request) -> None:
        if not _ROUTER.find(request.method, request.url.path)[0].reads:
            self.writes += 1

    async def _stop(self, faults: dict[Kind, Fault], line: str) -> None:
        """Nothing moves while the process is frozen, and never again once it is dead."""
        if Kind.KILLED in faults:
            self._strike(Kind.KILLED)
            self.dead = True
        if Kind.FROZEN in faults and self._thaw.is_set():
            self._strike(Kind.FROZEN)
            self.was_frozen = True
            self._thaw.clear()
            asyncio.get_running_loop().call_later(LEASE * (0.5 + 2 * faults[Kind.FROZEN].size), self._thaw.set)
        await self._thaw.wait()
        if self.dead:
            raise Killed(line)

    def _strike(self, kind: Kind) -> None:
        self.struck[kind] += 1

    def _before(self, faults: dict[Kind, Fault], request: httpx.Request) -> httpx.Response | None:
        for kind in (Kind.RESET_BEFORE, Kind.THROTTLED, Kind.THROTTLED_FOR, Kind.UNAVAILABLE):
            if kind in faults:
                self._strike(kind)
                return _instead(faults[kind], request)
        return None

    async def _after(
        self, faults: dict[Kind, Fault], request: httpx.Request, response: httpx.Response
    ) -> httpx.Response:
        for kind in (Kind.RESET_AFTER, Kind.NO_ANSWER, Kind.TRUNCATED, Kind.SLOW):
            if kind in faults:
                self._strike(kind)
                return await _spoilt(faults[kind], request, response)
        return response


def _instead(fault: Fault, request: httpx.Request) -> httpx.Response:
    """What comes back for a request that isn't served."""
    if fault.kind is Kind.RESET_BEFORE:
        raise httpx.ReadError("connection reset", request=request)
    if fault.kind is Kind.UNAVAILABLE:
        status = (500, 502, 503, 504)[min(int(fault.size * 4), 3)]
        return httpx.Response(status, json={"reason": "Service temporarily unavailable."})
    headers = {"Retry-After": str(int(fault.size * 20))} if fault.kind is Kind.THROTTLED_FOR else {}
    reason = "Requests are too frequent. Allowed 600 requests every 60 seconds."
    return httpx.Response(429, json={"reason": reason}, headers=headers)


async def _spoilt(fault: Fault, request: httpx.Request, response: httpx.Response) -> httpx.Response:
    """What comes back of an answer."""
    if fault.kind is Kind.RESET_AFTER:
        raise httpx.ReadError("connection reset", request=request)
    if fault.kind is Kind.NO_ANSWER:
        await asyncio.sleep(TIMEOUT)
        raise httpx.ReadTimeout("no answer in time", request=request)
    if fault.kind is Kind.SLOW:
        await asyncio.sleep(TIMEOUT * 0.95 * fault.size)
        return response
    kept = [(name, value) for name, value in response.headers.multi_items() if name != "content-length"]
    return httpx.Response(response.status_code, headers=kept, content=response.content[: len(response.content) // 2])
