"""A Synapse in this process, exactly as far away as asked for: in virtual time, where only waiting takes time.

What it measures has no noise: how well the requests are arranged, apart from how busy the machine is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import httpx

from benchmarks.requests import Recorder
from challenge_cli.target import DEPLOYER, token_of
from providers.synapse.session import Session, connect
from synapse_sandbox.server import open_app
from synapse_sandbox.settings import Settings, parse_users

BASE = "http://sandbox"


@dataclass(frozen=True, slots=True)
class VirtualClock:
    """The sandbox's clock: the loop's seconds since an instant (epoch seconds)."""

    start: float
    loop: asyncio.AbstractEventLoop

    def now(self) -> int:
        """Epoch milliseconds."""
        return int((self.start + self.loop.time()) * 1000)

    real = now


@dataclass(frozen=True, slots=True)
class Far:
    """A session at a Synapse that is far away, and what it sends."""

    session: Session
    recorder: Recorder


@asynccontextmanager
async def far_away(
    accounts: Iterable[str], now: datetime, latency_ms: int, *, throttle: bool = True
) -> AsyncIterator[Far]:
    """Sign in at a new sandbox in memory, inside a virtual loop. throttle: with Synapse's limits."""
    loop = asyncio.get_running_loop()
    users = parse_users([f"{name}:{token_of(name)}" for name in dict.fromkeys((DEPLOYER, *accounts))])
    settings = Settings(users=users, latency_ms=latency_ms, throttle=throttle)
    with open_app(None, settings, VirtualClock(now.timestamp(), loop)) as app:
        recorder = Recorder(httpx.ASGITransport(app))
        async with (
            httpx.AsyncClient(transport=recorder, timeout=None) as http,  # noqa: S113 -- virtual time never runs out
            connect(BASE, token_of(DEPLOYER), http=http, clock=loop.time) as session,
        ):
            recorder.sent.clear()
            yield Far(session, recorder)
