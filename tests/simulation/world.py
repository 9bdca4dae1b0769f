"""A sandbox in memory and everybody who works on it: engines behind bad networks, and people on the web."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from challenge_cli import engine
from challenge_cli.engine import Done, Job, Look
from challenge_cli.target import Target
from challenge_spec.resolved import ResolvedChallenge
from planner.interfaces import ProviderError
from planner.planning import Options
from providers.apply.events import silent
from providers.synapse.session import Session, connect
from synapse_sandbox.server import open_app
from synapse_sandbox.settings import Settings, parse_users
from synapse_sandbox.store import Store
from tests.simulation.laws import Laws
from tests.simulation.network import Killed, Network, Weather

COLLEAGUE = "example-admin"
BASE = "http://sandbox"
PEOPLE = ("example-deployer", "example-organizer-1", "example-organizer-2", "example-admin", "example-bot")
START = datetime(2027, 3, 10, 12, tzinfo=UTC)
FIRST_FILE_HANDLE = 1_000_000
SAFE = Weather()


@dataclass(slots=True)
class VirtualClock:
    """The sandbox's clock: virtual seconds since the start."""

    loop: asyncio.AbstractEventLoop

    def now(self) -> int:
        """Epoch milliseconds."""
        return int((START.timestamp() + self.loop.time()) * 1000)

    real = now


@dataclass(slots=True)
class World:
    """One sandbox. trace: every request of everybody; fails: broken laws, as they are found."""

    chance: random.Random
    application: httpx.AsyncBaseTransport
    store: Store
    folder: Path
    challenge: ResolvedChallenge
    laws: Laws
    options: Options = field(default_factory=Options)
    trace: list[str] = field(default_factory=list)

    def network(self, weather: Weather, laws: bool = True) -> Network:
        """A network of its own for one engine or person."""
        watch = self.laws.watch if laws else self.laws.ignore
        return Network(self.application, self.chance, weather, self.trace, watch)

    async def apply(self, weather: Weather) -> Done | BaseException:
        """One `challenge apply`: what it came to, or why it didn't."""
        network = self.network(weather)
        try:
            async with self._session(network) as session:
                current = await self._look(session, network)
                self.laws.planned(current)
                return await engine.apply(session, self.job(), current, silent)
        except (ProviderError, Killed) as end:
            return end

    async def look(self) -> Look:
        """What a plan shows in good weather; it may not write."""
        network = self.network(SAFE)
        async with self._session(network) as session:
            return await self._look(session, network)

    async def _look(self, session: Session, network: Network) -> Look:
        current = await engine.look(session, self.job())
        if network.writes:
            self.laws.broken.append("planning wrote something")
        return current

    def job(self) -> Job:
        """What the command would be given."""
        return Job(self.challenge, Target("the sandbox", BASE), self.folder, self.folder / "out", self.options)

    @asynccontextmanager
    async def _session(self, network: Network) -> AsyncIterator[Session]:
        clock = asyncio.get_running_loop().time
        async with (
            httpx.AsyncClient(transport=network, timeout=45) as http,
            connect(BASE, "token-example-deployer", http=http, clock=clock) as session,
        ):
            yield session

    async def somebody(self, method: str, path: str, body: Any = None, who: str = COLLEAGUE) -> Any:
        """A request that a person makes on the web."""
        headers = {"Authorization": f"Bearer token-{who}"}
        transport = self.network(SAFE, laws=False)
        async with httpx.AsyncClient(transport=transport, base_url=f"{BASE}/repo/v1", headers=headers) as client:
            answer = await client.request(method, path, json=body)
            return answer.json() if answer.content else {}


@contextmanager
def new_world(seed: int, folder: Path, challenge: ResolvedChallenge) -> Iterator[World]:
    """A fresh world; to be called inside the virtual loop."""
    loop = asyncio.get_running_loop()
    users = parse_users([f"{name}:token-{name}" for name in PEOPLE])
    settings = Settings(users=users, seed=seed, first_file_handle=FIRST_FILE_HANDLE)
    with open_app(None, settings, VirtualClock(loop)) as app:
        store: Store = app._store  # noqa: SLF001 -- the laws look at the database itself, past every permission
        transport = httpx.ASGITransport(app)
        laws = Laws(store)
        chance = random.Random(seed)  # noqa: S311 -- chance that can be repeated is what is wanted
        yield World(chance, transport, store, folder, challenge, laws)


def at_stage(world: World, challenge: ResolvedChallenge) -> None:
    """Take an edited challenge over."""
    world.challenge = challenge
    world.laws.always_open = frozenset(queue.name for queue in challenge.queues if queue.always)


def weather(chance: random.Random, requests: int) -> Weather:
    """Random weather; in one of three engines something kills it. requests: about how many it sends."""
    bad = chance.choice((0.0, 0.02, 0.08))
    dies = chance.randint(1, max(2, requests)) if chance.random() < 0.35 else None
    return replace(Weather(bad, bad, bad, bad, bad / 2), kill_at=dies)
