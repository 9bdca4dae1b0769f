"""The executor alone, with a writer that only says that it was done: processor time for each operation, and growth."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from benchmarks.figures import Figure, exponent
from benchmarks.planning import CASES, World
from benchmarks.timing import interleaved
from planner.applied import Applied
from planner.interfaces import Known, Outcome
from planner.plan import Operation
from planner.planning import Options, Planned, make_plan
from providers.apply.receipt import Receipt
from providers.apply.run import Apply, Means
from providers.apply.run import World as Read

SIZES: Final[Mapping[int, int]] = {1_000: 9, 10_000: 5}
QUICK: Final[Mapping[int, int]] = {1_000: 3, 3_000: 2}


class Memory:
    """A writer whose world is nothing but ids."""

    def __init__(self) -> None:
        self.written = 0

    async def perform(self, operation: Operation, known: Known) -> Outcome:
        """Say that it was done; what it refers to must be known by now."""
        for address in operation.depends_on:
            known.raw_of(address)
        # A writer waits for its answer: the loop has its turn.
        await asyncio.sleep(0)
        self.written += 1
        return Outcome(f"syn{self.written}", "created", str(self.written), {"id": f"syn{self.written}"})

    async def write_applied(self, folder: str, applied: Applied, note: Mapping[str, str]) -> None:
        """Take the ledger."""
        self.ledger = (folder, applied, note)


def run(quick: bool) -> Iterator[Figure]:
    """Execute the first apply of large challenges, as the commands do but for requests, lock and screen."""
    best: dict[int, float] = {}
    for size, repetitions in (QUICK if quick else SIZES).items():
        world = CASES["everything new"](size)
        planned = make_plan(world.challenge, world.live, world.applied, Options())
        operations = len(planned.plan.operations)
        work: dict[str, Callable[[], object]] = {
            "execute": partial(executed, world, planned),
            "nothing": partial(nothing, operations),
        }
        seconds = interleaved(work, repetitions, time.process_time)
        best[operations] = min(seconds["execute"])
        why = (
            f"{operations:,} operations, {best[operations]:.2f} s; as many bare tasks: {min(seconds['nothing']):.2f} s"
        )
        yield Figure(
            f"executor, {operations:,} operations", best[operations] / operations * 1000, "ms each", 1, why=why
        )
    (small, large), aim = sorted(best), 1.05
    yield exponent(f"growth exponent from {small:,} to {large:,} operations", *_pair(best, small, large), aim)


def _pair(best: Mapping[int, float], small: int, large: int) -> tuple[tuple[int, float], tuple[int, float]]:
    return (small, best[small]), (large, best[large])


def executed(world: World, planned: Planned) -> Receipt:
    """One apply of a plan. Raises RuntimeError where not all of it was done: its time would mean nothing."""
    read = Read(planned.desired, world.live, world.applied)
    walk = Apply(planned.plan, "sha256:0", read, Means(Memory(), lambda: world.live.now))
    receipt = asyncio.run(walk.run({}, dict))
    if not receipt.complete or len(receipt.lines) != len(planned.plan.operations):
        raise RuntimeError("the executor left something undone")
    return receipt


def nothing(tasks: int) -> None:
    """As many tasks of the event loop, three at a time, that do nothing."""

    async def lane(number: int) -> None:
        for _ in range(number):
            await asyncio.create_task(asyncio.sleep(0))

    async def all_of_them() -> None:
        await asyncio.gather(*(lane(tasks // 3) for _ in range(3)))

    asyncio.run(all_of_them())
