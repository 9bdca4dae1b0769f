"""Apply a plan: take the lock, walk the plan, remember it in the ledger, give the lock back, return the receipt.

On a first apply the home project and the restricted folder are made before there is a place for the lock; everything
else happens under it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Set
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from planner.applied import Applied
from planner.consents import waits_for_people
from planner.interfaces import ProviderError, Writer
from planner.live import Live
from planner.plan import Action, Plan
from planner.remembering import remember
from planner.resources import LEDGER_FOLDER, Desired
from providers.apply.events import Begun, Emit, Summary, silent
from providers.apply.receipt import Line, Receipt, Result, done_to
from providers.apply.results import Results
from providers.apply.walk import CONCURRENCY, Walk


@dataclass(frozen=True, slots=True)
class World:
    """What was read before the plan was made: its desired state, the live world, the ledger."""

    desired: Desired
    live: Live
    applied: Applied


class Ending(Enum):
    """How a run under the lock ended: nothing was begun, the ledger knows of all that was done, or it doesn't."""

    UNTOUCHED = "untouched"
    FINISHED = "finished"
    UNFINISHED = "unfinished"


class Lock(Protocol):
    """Keeps two applies of one challenge apart."""

    @property
    def run(self) -> str:
        """The name of this run, which nobody else has."""
        ...

    async def take(self, folder: str, stop: asyncio.Event) -> str | None:
        """Take the lock; the name of the run that gave it back last. stop: set when nobody wants it any more.

        Raises Locked, ProviderError.
        """
        ...

    async def keep(self, lost: Callable[[str], None]) -> None:
        """Renew it until cancelled; tell `lost` when somebody else has it."""
        ...

    async def release(self, ending: Ending) -> None:
        """Give it back, saying how the run ended."""
        ...


Recheck = Callable[[], Awaitable[None]]
"""Looks again, under the lock, whether the plan still holds. Raises Stale where it doesn't."""


async def _trust() -> None:
    """Look at nothing again."""


def _no_hurry() -> None:
    """Take all the time there is."""


@dataclass(frozen=True, slots=True)
class Means:
    """What an apply works with.

    now: the server's time. lock: None for a writer that needs none. recheck: asked where somebody else may have applied
    since the world was read. hurry: told when the server is gone, so that the last things aren't tried for long.
    """

    writer: Writer
    now: Callable[[], datetime]
    emit: Emit = silent
    concurrency: int = CONCURRENCY
    lock: Lock | None = None
    recheck: Recheck = _trust
    hurry: Callable[[], None] = _no_hurry


AT_ONCE = "it was stopped at once"
_REMEMBERED = ("written", "unchanged")


class Apply:
    """One apply of one plan. `request_stop` and `stop_at_once` may be called at any time, from a signal handler too."""

    def __init__(self, plan: Plan, digest: str, world: World, means: Means) -> None:
        self._plan, self._digest, self._world, self._means = plan, digest, world, means
        self._results = Results(world.desired, world.live)
        operations = {item.id: item for item in plan.to_do()}
        self._walk = Walk(operations, means.writer, self._results, means.emit, means.concurrency)
        self._stop = asyncio.Event()
        self._task: asyncio.Task[object] | None = None
        self._at_once = False
        self._ledger = "unchanged"

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._stop.is_set()

    def request_stop(self, why: str) -> None:
        """Start nothing more; finish what is under way, write the ledger, return the receipt."""
        self._walk.stop = self._walk.stop or why
        self._stop.set()

    def stop_at_once(self, why: str) -> None:
        """Wait for nothing more: what is under way may happen or not, and the lock's lease runs out by itself."""
        self._walk.stop, self._at_once = why, True
        self._stop.set()
        if self._task is not None:
            self._task.cancel()

    async def run(self, note: Mapping[str, str], requests: Callable[[], Mapping[str, int]]) -> Receipt:
        """Perform the plan.

        note: what the ledger's version says of this apply (plan digest, git commit). requests: counts of the requests
        sent so far.
        """
        started = self._means.now()
        self._task = asyncio.current_task()
        self._means.emit(self._begun())
        try:
            await self._perform(note)
        except asyncio.CancelledError:
            if not self._at_once or self._task is None:
                raise
            self._task.uncancel()
            self._walk.close()
            self._ledger = AT_ONCE
        finally:
            self._task = None
        receipt = self._receipt(started, requests())
        self._means.emit(_summary(receipt))
        return receipt

    async def _perform(self, note: Mapping[str, str]) -> None:
        await self._walk.run(self._before_lock())
        async with self._locked():
            last = self._after_lock()
            await self._walk.run(self._walk.operations.keys() - last if last else None)
            if self._walk.gone:
                self._means.hurry()
            self._ledger = await self._write_ledger(note)
        if last:
            await self._walk.run()

    def _begun(self) -> Begun:
        return Begun(self._plan.challenge, self._plan.target, self._digest, len(self._walk.operations))

    def _receipt(self, started: datetime, requests: Mapping[str, int]) -> Receipt:
        return Receipt(
            challenge=self._plan.challenge,
            target=self._plan.target,
            started_at=started,
            finished_at=self._means.now(),
            plan_digest=self._digest,
            lines=(*self._walk.lines, *self._held()),
            ledger=self._ledger,
            stopped=self._walk.stop,
            requests=requests,
            orphans=self._walk.orphans,
        )

    def ids(self) -> Mapping[str, str]:
        """Address → id of everything known after the walk."""
        return self._results.ids

    def _before_lock(self) -> frozenset[str]:
        """Operations that make the place where the lock is kept; none where it is there."""
        if LEDGER_FOLDER in self._results.ids:
            return frozenset()
        home = self._world.desired.home
        return frozenset(
            item.id
            for item in self._plan.to_do()
            if (home in (item.address, item.carried_by) or item.id == LEDGER_FOLDER)
            and item.action is not Action.DELETE
        )

    def _after_lock(self) -> frozenset[str]:
        """Deletion of the place where the lock is kept."""
        home = self._world.desired.home
        found = (item for item in self._plan.to_do() if item.address == home)
        return frozenset(item.id for item in found if item.action is Action.DELETE)

    @asynccontextmanager
    async def _locked(self) -> AsyncIterator[None]:
        """Hold the lock while there is anything to do; without a place for it nothing else could be done either."""
        folder = self._results.ids.get(LEDGER_FOLDER)
        lock = self._means.lock
        if lock is None or folder is None:
            yield
            return
        last = await lock.take(folder, self._stop)
        ending = Ending.UNTOUCHED
        keeping = asyncio.create_task(lock.keep(self.request_stop))
        try:
            if last != self._world.applied.run:
                await self._means.recheck()
            ending = Ending.UNFINISHED
            yield
            ending = Ending.FINISHED if self._ledger in _REMEMBERED else Ending.UNFINISHED
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping
            # Stopped at once, a write may still be on its way: the lease keeps others off until it has arrived.
            if not self._at_once:
                await lock.release(ending)

    async def _write_ledger(self, note: Mapping[str, str]) -> str:
        """Remember what was done and agreed on; nothing new, nothing written."""
        done = {line.address for line in self._walk.lines if line.result is Result.DONE}
        folder = self._results.ids.get(LEDGER_FOLDER)
        if folder is None:
            return "the restricted folder of the ledger does not exist yet" if done else "unchanged"
        unfinished = {line.address for line in self._walk.lines if line.result is not Result.DONE}
        settled = [*self._plan.unchanged, *sorted(done - unfinished)]
        put_off = [item for item in self._plan.put_off() if item.address not in unfinished]
        applied = remember(
            self._world.applied,
            self._world.desired,
            self._results.ids,
            settled,
            put_off,
            gone=self._gone(done),
            at=None if unfinished or self._waits_for_people() else self._means.now(),
        )
        if not done and applied.entries == self._world.applied.entries:
            return "unchanged"
        run = {"run": self._means.lock.run} if self._means.lock is not None else {}
        try:
            await self._means.writer.write_applied(folder, applied, {**note, **run, **self._counts()})
        except ProviderError as error:
            return f"could not be written: {error.what}"
        return "written"

    def _counts(self) -> dict[str, str]:
        """What was done, in numbers, for the history: by action, and what was not done that should have been."""
        counts = Counter(str(action) for action in done_to(self._walk.lines).values())
        counts["unfinished"] = len({line.address for line in self._walk.lines if line.result is not Result.DONE})
        return {name: str(number) for name, number in counts.items() if number}

    def _gone(self, done: Set[str]) -> Iterator[str]:
        """What was deleted, what went with it, and what the ledger knew in vain."""
        yield from self._plan.forgotten
        for item in self._plan.to_do():
            if item.action is Action.DELETE and item.address in done:
                yield from (item.address, *item.carries)

    def _waits_for_people(self) -> bool:
        return any(waits_for_people(code) for item in self._plan.held() for code in item.held_by)

    def _held(self) -> list[Line]:
        return [
            Line(item.id, item.address, item.action, Result.HELD, because=item.held_by) for item in self._plan.held()
        ]


def _summary(receipt: Receipt) -> Summary:
    return Summary(
        done=receipt.count(Result.DONE),
        failed=receipt.count(Result.FAILED),
        skipped=receipt.count(Result.SKIPPED) + receipt.count(Result.STOPPED),
        held=receipt.count(Result.HELD),
        seconds=(receipt.finished_at - receipt.started_at).total_seconds(),
    )
