"""Applying in memory: a writer that notes what it was given, and a lock that does as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from planner.applied import Applied
from planner.interfaces import Known, Outcome, ProviderError
from planner.plan import Operation, Plan
from planner.planning import Options, Planned, make_plan
from providers.apply.events import Event
from providers.apply.receipt import Receipt
from providers.apply.run import Apply, Ending, Means, World
from tests.planner.challenges import BEFORE, challenge
from tests.planner.worlds import empty_world, world_at

NOW = datetime(2027, 1, 1, tzinfo=UTC)


@dataclass
class MemoryWriter:
    """Performs everything; `before` is called ahead of each operation, `failing` tells which ones fail and how."""

    failing: Mapping[str, Exception] = field(default_factory=dict)
    before: Callable[[Operation], None] = lambda _: None
    refusing: ProviderError | None = None
    performed: list[Operation] = field(default_factory=list)
    notes: list[Mapping[str, str]] = field(default_factory=list)
    applied: list[Applied] = field(default_factory=list)
    stalled: frozenset[str] = frozenset()

    async def perform(self, operation: Operation, known: Known) -> Outcome:  # noqa: ARG002 -- the protocol's signature
        self.performed.append(operation)
        self.before(operation)
        await asyncio.sleep(0)
        if operation.id in self.stalled:
            await asyncio.Event().wait()
        if operation.id in self.failing:
            raise self.failing[operation.id]
        return Outcome(id=f"id-{operation.address}", did="created", raw={"id": operation.address})

    async def write_applied(self, folder: str, applied: Applied, note: Mapping[str, str]) -> None:  # noqa: ARG002 -- the protocol's signature
        if self.refusing is not None:
            raise self.refusing
        self.applied.append(applied)
        self.notes.append(note)


@dataclass
class MemoryLock:
    """Given to whoever asks; notes how it came back."""

    last: str | None = None
    run: str = "this-run"
    endings: list[Ending] = field(default_factory=list)
    taken_by_somebody: bool = False

    async def take(self, folder: str, stop: asyncio.Event) -> str | None:  # noqa: ARG002 -- the protocol's signature
        return self.last

    async def keep(self, lost: Callable[[str], None]) -> None:
        if self.taken_by_somebody:
            lost("the lock was taken by somebody")
        await asyncio.Event().wait()

    async def release(self, ending: Ending) -> None:
        self.endings.append(ending)


def first_plan() -> tuple[Planned, World]:
    """The first plan of the tiny challenge, and the empty world that it was made of."""
    tiny = challenge()
    from planner.desired import compile_challenge

    live = empty_world(BEFORE, compile_challenge(tiny, "draft", BEFORE))
    planned = make_plan(tiny, live, Applied(), Options())
    return planned, World(planned.desired, live, Applied())


def nothing_to_do() -> tuple[Planned, World]:
    """A world that is as wanted and a ledger that knows all of it."""
    tiny = challenge()
    live, applied = world_at(tiny, "draft", BEFORE)
    planned = make_plan(tiny, live, applied, Options())
    return planned, World(planned.desired, live, applied)


@dataclass
class Applying:
    """One apply in memory."""

    plan: Plan
    world: World
    writer: MemoryWriter = field(default_factory=MemoryWriter)
    lock: MemoryLock | None = field(default_factory=MemoryLock)
    events: list[Event] = field(default_factory=list)
    given: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        means = Means(self.writer, lambda: NOW, self.events.append, lock=self.lock, **self.given)  # type: ignore[arg-type] # by name
        self.apply = Apply(self.plan, "sha256:0", self.world, means)

    def run(self) -> Receipt:
        return asyncio.run(self.apply.run({"plan": "sha256:0"}, lambda: {"GET /x": 1}))
