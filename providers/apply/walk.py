"""The walk: performs operations along their graph, longest remaining chain first, a few at a time.

A failure stops what depends on it, not the rest. Being asked to stop means starting nothing more and finishing what is
under way.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field

from planner.interfaces import Outcome, ProviderError, Unreachable, Writer
from planner.plan import Operation
from providers.apply.events import Emit, ErrorReport, Failed, Finished, Skipped, Started
from providers.apply.receipt import Line, Result
from providers.apply.results import Results

CONCURRENCY = 3
"""Synapse lets one user have three requests under way (contract 10)."""

CARRIED = "with its owner"
ABANDONED = "was under way when apply was stopped at once: it may have happened or not"


@dataclass(slots=True)
class Walk:
    """One walk over a set of operations. `stop` may be set from outside at any time; `lines` fills up in order of
    ending; `gone` tells that the server went away.
    """

    operations: Mapping[str, Operation]
    writer: Writer
    results: Results
    emit: Emit
    concurrency: int = CONCURRENCY
    clock: Callable[[], float] = time.monotonic
    stop: str | None = None
    lines: list[Line] = field(default_factory=list)
    orphans: int = 0
    gone: bool = False

    async def run(self, only: Set[str] | None = None) -> None:
        """Perform what can be performed (of `only` some, if given); never raises for what a user can cause."""
        waits, followers = _links(self.operations, {line.id for line in self.lines if line.result is Result.DONE})
        ready = [_entry(item) for id_, item in self._open(only).items() if not waits[id_]]
        heapq.heapify(ready)
        running: dict[asyncio.Task[Line], str] = {}
        while ready or running:
            while ready and len(running) < self.concurrency and self.stop is None:
                item = self.operations[heapq.heappop(ready)[1]]
                running[asyncio.create_task(self._perform(item))] = item.id
            if not running:
                break
            try:
                done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            except asyncio.CancelledError:
                await self._abandon(running)
                raise
            for task in done:
                id_ = running.pop(task)
                line = task.result()
                self.lines.append(line)
                if line.result is Result.DONE:
                    for other in _released(id_, waits, followers):
                        if only is None or other in only:
                            heapq.heappush(ready, _entry(self.operations[other]))
        if only is None:
            self.close()

    async def _abandon(self, running: Iterable[asyncio.Task[Line]]) -> None:
        """Wait for nothing that is under way; whether it happened can't be said."""
        for task in running:
            task.cancel()
        self.lines += await asyncio.gather(*running)

    def _open(self, only: Set[str] | None) -> dict[str, Operation]:
        """What has not been tried yet, of `only` some."""
        ended = {line.id for line in self.lines}
        return {
            id_: item for id_, item in self.operations.items() if id_ not in ended and (only is None or id_ in only)
        }

    async def _perform(self, item: Operation) -> Line:
        """Perform one operation and say how it ended."""
        self.emit(Started(item.id, item.address, item.action))
        begun = self.clock()
        try:
            outcome = await self._outcome(item)
        except asyncio.CancelledError:
            return self._failed(
                item, ErrorReport(item.address, ABANDONED, "Apply again: it looks before it writes."), False
            )
        except ProviderError as error:
            self.orphans += error.orphans
            return self._failed(item, ErrorReport(error.where, error.what, error.mend), isinstance(error, Unreachable))
        except Exception as error:  # noqa: BLE001 -- a bug in one operation must not lose the record of the others
            what = f"unexpected {type(error).__name__}: {error}"
            return self._failed(item, ErrorReport(item.address, what, "Please report this; then apply again."), False)
        self.results.add(item, outcome)
        self.orphans += outcome.orphans
        self.emit(Finished(item.id, item.address, item.action, outcome.did, self.clock() - begun))
        return Line(item.id, item.address, item.action, Result.DONE, outcome.did, outcome.id)

    async def _outcome(self, item: Operation) -> Outcome:
        if item.carried_by is not None:
            return Outcome(id=self.results.id_of(item.carried_by), did=CARRIED)
        return await self.writer.perform(item, self.results)

    def _failed(self, item: Operation, error: ErrorReport, fatal: bool) -> Line:
        if fatal:
            self.gone, self.stop = True, self.stop or error.what
        self.emit(Failed(item.id, item.address, error))
        return Line(item.id, item.address, item.action, Result.FAILED, error=error)

    def close(self) -> None:
        """Account for what was never tried: skipped for a failure, or stopped."""
        _, followers = _links(self.operations, frozenset())
        causes = _root_causes(self.lines, followers)
        ended = {line.id for line in self.lines}
        for id_, item in self.operations.items():
            if id_ in ended:
                continue
            because = causes.get(id_)
            self.emit(Skipped(id_, item.address, because))
            result = Result.SKIPPED if because else Result.STOPPED
            self.lines.append(Line(id_, item.address, item.action, result, because=(because,) if because else ()))


def _entry(item: Operation) -> tuple[int, str]:
    return (-item.rank, item.id)


def _links(operations: Mapping[str, Operation], done: Set[str]) -> tuple[dict[str, int], dict[str, list[str]]]:
    """How many operations each one still waits for, and who waits for each."""
    followers: dict[str, list[str]] = defaultdict(list)
    waits: dict[str, int] = {}
    for id_, item in operations.items():
        needed = [other for other in item.depends_on if other in operations]
        waits[id_] = sum(other not in done for other in needed)
        for other in needed:
            followers[other].append(id_)
    return waits, followers


def _released(id_: str, waits: dict[str, int], followers: Mapping[str, list[str]]) -> Iterator[str]:
    """Those who waited for this operation only."""
    for other in followers.get(id_, ()):
        waits[other] -= 1
        if waits[other] == 0:
            yield other


def _root_causes(lines: Iterable[Line], followers: Mapping[str, list[str]]) -> dict[str, str]:
    """Operation → the failed operation at the root of why it was not tried."""
    causes: dict[str, str] = {}
    for line in lines:
        if line.result is not Result.FAILED:
            continue
        stack = list(followers.get(line.id, ()))
        while stack:
            id_ = stack.pop()
            if id_ not in causes:
                causes[id_] = line.id
                stack.extend(followers.get(id_, ()))
    return causes
