"""The network between an engine and the sandbox: slow, unreliable, and the only place where chance comes in."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from synapse_sandbox.routing import Router
from synapse_sandbox.services import ROUTES

_ROUTER = Router(ROUTES)


class Killed(BaseException):
    """The engine's process is gone: nothing of it runs any more, no clean-up either."""


@dataclass(slots=True)
class Weather:
    """How bad the network is. Each is a probability for one request; `kill_at` is the number of the request at which
    the engine dies, None for never.
    """

    throttled: float = 0.0
    refused: float = 0.0
    lost_before: float = 0.0
    lost_after: float = 0.0
    broken: float = 0.0
    kill_at: int | None = None


@dataclass(slots=True)
class Network(httpx.AsyncBaseTransport):
    """Carries requests of one engine to the application, with the faults that the weather brings.

    trace: every request with its status, in order; watch: called after every request that reached the application.
    """

    application: httpx.AsyncBaseTransport
    chance: random.Random
    weather: Weather
    trace: list[str]
    watch: Callable[[str], None]
    sent: int = 0
    writes: int = 0
    dead: bool = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry one request, or lose it on the way."""
        self.sent += 1
        self.writes += not _ROUTER.find(request.method, request.url.path)[0].reads
        line = f"{request.method} {request.url.path}"
        await asyncio.sleep(self.chance.uniform(0.001, 0.2))
        self._die_if_it_is_time(line)
        lost = self._before(request)
        if lost is not None:
            self.trace.append(f"{line} -> {lost.status_code}, not served")
            return lost
        response = await self.application.handle_async_request(request)
        await response.aread()
        self.trace.append(f"{line} -> {response.status_code}")
        self.watch(line)
        await asyncio.sleep(self.chance.uniform(0.001, 0.2))
        self._die_if_it_is_time(line)
        return self._after(request, response)

    def _die_if_it_is_time(self, line: str) -> None:
        if self.weather.kill_at is not None and self.sent >= self.weather.kill_at:
            self.dead = True
        if self.dead:
            raise Killed(line)

    def _before(self, request: httpx.Request) -> httpx.Response | None:
        if self.chance.random() < self.weather.lost_before:
            raise httpx.ReadError("connection reset", request=request)
        if self.chance.random() < self.weather.throttled:
            return _answer(request, 429, "Requests are too frequent. Allowed 600 requests every 60 seconds.")
        if self.chance.random() < self.weather.refused:
            return _answer(request, self.chance.choice((500, 502, 503)), "Service temporarily unavailable.")
        return None

    def _after(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if self.chance.random() < self.weather.lost_after:
            raise httpx.ReadTimeout("no answer in time", request=request)
        if self.chance.random() < self.weather.broken and response.content:
            half = response.content[: len(response.content) // 2]
            kept = {name: value for name, value in response.headers.items() if name.lower() != "content-length"}
            return httpx.Response(response.status_code, headers=kept, content=half, request=request)
        return response


def _answer(request: httpx.Request, status: int, reason: str) -> httpx.Response:
    return httpx.Response(status, json={"reason": reason}, request=request)
