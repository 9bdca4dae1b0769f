"""Which requests were under way when, and for which operation; how long the longest chain of them is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from math import ceil

import httpx

from planner.plan import Operation
from providers.apply.events import Event, Started

_OPERATION: ContextVar[str | None] = ContextVar("operation", default=None)


@dataclass(frozen=True, slots=True)
class Sent:
    """One request: the id of the operation that sent it (None: reading, ledger), and when, in seconds."""

    operation: str | None
    begun: float
    ended: float


class Recorder(httpx.AsyncBaseTransport):
    """Sends requests by another transport, and remembers them, by the clock of the event loop."""

    def __init__(self, through: httpx.AsyncBaseTransport | None = None) -> None:
        self._through = through or httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=None))
        self.sent: list[Sent] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and wait until its answer begins."""
        clock = asyncio.get_running_loop().time
        begun = clock()
        try:
            return await self._through.handle_async_request(request)
        finally:
            self.sent.append(Sent(_OPERATION.get(), begun, clock()))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._through.aclose()


def notice(event: Event) -> None:
    """Take the events of an apply: each operation runs in a task of its own, whose requests are its own."""
    if isinstance(event, Started):
        _OPERATION.set(event.operation_id)


def chain(requests: Iterable[Sent]) -> int:
    """How many of them came one after another: the most that pairwise don't overlap.

    Sent without any limit on concurrency, that is how many have to wait for each other.
    """
    length, free_at = 0, float("-inf")
    for request in sorted(requests, key=lambda item: item.ended):
        if request.begun >= free_at:
            length, free_at = length + 1, request.ended
    return length


def chains(requests: Iterable[Sent]) -> Mapping[str | None, int]:
    """The chain of each operation, and under None of everything that no operation sent."""
    by_operation: dict[str | None, list[Sent]] = {}
    for request in requests:
        by_operation.setdefault(request.operation, []).append(request)
    return {operation: chain(found) for operation, found in by_operation.items()}


def critical_path(operations: Sequence[Operation], lengths: Mapping[str | None, int]) -> int:
    """Requests on the longest way through a plan (in its topological order), and before and after it."""
    longest: dict[str, int] = {}
    for item in operations:
        before = max((longest[other] for other in item.depends_on if other in longest), default=0)
        longest[item.id] = before + lengths.get(item.id, 0)
    return max(longest.values(), default=0) + lengths.get(None, 0)


@dataclass(frozen=True, slots=True)
class Part:
    """Some requests that can only begin when all of the part before have ended. path: how many of them have to wait for
    each other.
    """

    path: int
    requests: int


def bound(parts: Iterable[Part], latency: float) -> float:
    """Seconds below which nobody can come: each part takes its critical path, or all its requests 3 at a time; and in a
    minute there are 600 of all together (contract 10).
    """
    listed = list(parts)
    requests = sum(part.requests for part in listed)
    minutes = max(requests - 1, 0) // 600
    limited = minutes * 60 + ceil((requests - minutes * 600) / 3) * latency
    unlimited = sum(max(part.path, ceil(part.requests / 3)) for part in listed) * latency
    return max(limited, unlimited) if minutes else unlimited
