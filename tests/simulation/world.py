"""A sandbox in memory and everybody who works on it: engines behind bad networks, and people on the web."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx

from challenge_cli import engine
from challenge_cli.engine import Done, Job, Look
from challenge_cli.errors import Failure
from challenge_cli.target import Target
from challenge_spec.resolved import ResolvedChallenge
from planner.interfaces import ProviderError
from planner.planning import Options
from planner.references import Plain
from providers.apply.events import silent
from providers.synapse.session import Session, connect
from synapse_sandbox.app import SandboxApp
from synapse_sandbox.server import open_app
from synapse_sandbox.settings import Settings, parse_users
from synapse_sandbox.store import Row
from tests.simulation.faults import Fault, Kind
from tests.simulation.laws import Laws
from tests.simulation.network import Killed, Network
from tests.simulation.wire import InProcess

COLLEAGUE: Final = "example-admin"
DEPLOYER: Final = "example-deployer"
BASE: Final = "http://sandbox"
PEOPLE: Final = (
    "example-deployer",
    "example-organizer-1",
    "example-organizer-2",
    "example-admin",
    "example-bot",
    "example-stranger",
)
START: Final = datetime(2027, 3, 10, 12, tzinfo=UTC)
FIRST_FILE_HANDLE: Final = 1_000_000

_ENTITY: Final = """SELECT v.modified_by FROM entities
JOIN entity_versions v ON entity_id = id AND number = current_version WHERE id = ?"""
_TOUCHED: Final = {
    **dict.fromkeys(("project", "folder", "link", "view"), _ENTITY),
    "team": "SELECT modified_by FROM teams WHERE id = ?",
    "wiki": "SELECT modified_by FROM wiki_pages WHERE id = ?",
}
"""Kind of resource → who touched one last."""


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
    """One sandbox with everything around it.

    known: address → id as it was last seen. web: (address, field) → what somebody wrote there on the web. trace: every
    request of everybody. struck: faults that did strike. obstructed: a stranger has something that the manifest wants.
    dropped: names of what some manifest had. other_names: that people gave on the web. written_on: (address, field) →
    id of what people wrote on there. untold: addresses where what people wrote may be taken for what nobody did.
    """

    application: SandboxApp
    folder: Path
    challenge: ResolvedChallenge
    laws: Laws
    chance: random.Random
    options: Options = field(default_factory=Options)
    known: dict[str, str] = field(default_factory=dict)
    web: dict[tuple[str, str], Plain] = field(default_factory=dict)
    trace: list[str] = field(default_factory=list)
    struck: Counter[Kind] = field(default_factory=Counter)
    obstructed: bool = False
    dropped: set[str] = field(default_factory=set)
    other_names: set[str] = field(default_factory=set)
    written_on: dict[tuple[str, str], str] = field(default_factory=dict)
    untold: set[str] = field(default_factory=set)
    between: Callable[[], Awaitable[None]] | None = None

    def rows(self, query: str, *values: Any) -> list[Row]:
        """What the database itself says, past every permission."""
        return self.laws.store.all(query, *values)

    def id_of(self, person: str) -> str:
        """The id of an account."""
        found = self.rows("SELECT principal_id FROM principal_aliases WHERE alias = ?", person)
        return str(found[0]["principal_id"])

    def take_over(self, challenge: ResolvedChallenge) -> None:
        """The files say something else from now on."""
        self.dropped |= set(_names(self.challenge))
        self.challenge = challenge
        self.laws.heed(challenge)

    def forget(self, address: str) -> None:
        """Somebody removed a thing on the web, and what was written there with it."""
        stem = address.partition(".")[2]

        def gone(other: str) -> bool:
            rest = other.partition(".")[2]
            return rest == stem or rest.startswith(f"{stem}/")

        self.web = {key: value for key, value in self.web.items() if not gone(key[0])}

    def ledger_lost(self) -> None:
        """Somebody deleted the ledger, as good as if an apply had died before it could write one."""
        self.laws.deaths += 1
        self._forget_untold()

    def _forget_untold(self) -> None:
        """Where Synapse doesn't tell who changed something, or we touched it since, only a ledger would know."""
        told = {key: value for key, value in self.web.items() if self._is_recorded(key[0])}
        self.untold |= {address for address, _ in self.web.keys() - told.keys()}
        self.web = told

    def _is_recorded(self, address: str) -> bool:
        """Whether Synapse says that somebody else touched a thing last (queues and rounds don't record it)."""
        query = _TOUCHED.get(address.partition(".")[0])
        found = self.rows(query, int(self.known.get(address, "0").removeprefix("syn"))) if query else []
        return any(str(row["modified_by"]) != self.id_of(DEPLOYER) for row in found)

    def network(self, faults: Sequence[Fault], person: bool = False) -> Network:
        """A network of its own for one engine or person."""
        watch = self.laws.people_did if person else self.laws.engine_did
        network = Network(self.application, self.chance, faults, self.trace, watch, struck=self.struck)
        if self.between is not None and not person:
            network.between = self.between
        return network

    async def apply(self, faults: Sequence[Fault] = ()) -> Done | BaseException:
        """One `challenge apply`: what it came to, or why it didn't."""
        before = self.laws.deaths
        end = await self._apply(self.network(faults))
        if self.laws.deaths > before and not self.rows("SELECT 1 FROM entities WHERE name = 'ledger.json'"):
            self._forget_untold()
        return end

    async def _apply(self, network: Network) -> Done | BaseException:
        try:
            async with self._session(network) as session:
                current = await self._look(session, network)
                done = await engine.apply(session, self.job(), current, silent)
        except (ProviderError, Killed) as end:
            self.laws.deaths += 1
            return end
        except Failure as refused:
            return refused
        self.laws.receipts_tell(done, network)
        return done

    async def look(self) -> Look:
        """What a plan shows in good weather; it may not write."""
        network = replace(self.network(()), watch=self.laws.engine_did)
        async with self._session(network) as session:
            return await self._look(session, network)

    async def _look(self, session: Session, network: Network) -> Look:
        current = await engine.look(session, self.job())
        self.known = dict(current.world.live.ids)
        self.laws.planned(current, network.writes)
        return current

    def job(self) -> Job:
        """What the command would be given."""
        target, files = Target("the sandbox", BASE), self.folder / "out"
        return Job(self.challenge, target, self.folder, files, self.options, origin=lambda _: {})

    @asynccontextmanager
    async def _session(self, network: Network) -> AsyncIterator[Session]:
        clock = asyncio.get_running_loop().time
        async with (
            InProcess(network.carry) as http,
            connect(BASE, "token-example-deployer", http=http, clock=clock) as session,
        ):
            yield session

    async def somebody(
        self, method: str, path: str, body: Any = None, who: str = COLLEAGUE, service: str = "repo"
    ) -> Any:
        """A request that a person makes on the web; the answer, with `reason` where it is refused."""
        headers = {"Authorization": f"Bearer token-{who}", "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body)
        request = httpx.Request(method, f"{BASE}/{service}/v1{path}", headers=headers, content=content)
        answer = await self.network((), person=True).carry(request)
        return answer.json() if answer.content else {}


@contextmanager
def new_world(seed: int, folder: Path, challenge: ResolvedChallenge) -> Iterator[World]:
    """A fresh world; to be called inside the virtual loop."""
    users = parse_users([f"{name}:token-{name}" for name in PEOPLE])
    settings = Settings(users=users, seed=seed, first_file_handle=FIRST_FILE_HANDLE)
    with open_app(None, settings, VirtualClock(asyncio.get_running_loop())) as app:
        laws = Laws(app._store)  # noqa: SLF001 -- the laws look at the database itself, past every permission
        chance = random.Random(seed)  # noqa: S311 -- chance that can be repeated is what is wanted
        world = World(app, folder, challenge, laws, chance)
        world.take_over(challenge)
        yield world


def _names(challenge: ResolvedChallenge) -> Iterator[str]:
    """Names on Synapse of everything in a manifest."""
    yield from (item.name for item in challenge.queues)
    yield from (item.name for item in challenge.teams)
    yield from (item.name for item in challenge.views)
    yield from (item.name for item in challenge.workflows)
    yield from (name for entry in challenge.data for name in entry.folder)
    yield from (page.title for page in challenge.wiki.pages)


def each_once(deeds: Sequence[tuple[int, Callable[[], Awaitable[None]]]]) -> Callable[[], Awaitable[None]]:
    """What happens between requests: each deed before the request with its number, counted over all engines. It happens
    whole, even where the engine dies meanwhile.
    """
    waiting, sent = sorted(deeds, key=lambda item: item[0]), 0

    async def between() -> None:
        nonlocal sent
        sent += 1
        while waiting and waiting[0][0] <= sent:
            await asyncio.shield(asyncio.ensure_future(waiting.pop(0)[1]()))

    return between
