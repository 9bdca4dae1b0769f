"""An event loop in virtual time: nobody waits; when nothing can run, the clock jumps to the next timer."""

from __future__ import annotations

import asyncio
import gc
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, TypeVar, TypeVarTuple, Unpack

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Stuck(RuntimeError):
    """Everybody waits for somebody."""


class _Impatient(selectors.DefaultSelector):
    """Never sleeps: reports what is ready, and how long it was asked to wait otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self.skipped = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What is ready now; a wait is only counted."""
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise Stuck("nothing is left that could ever happen: the simulation is stuck")
            self.skipped += max(timeout, 0.0)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """`time()` is the sum of all waits that were skipped, in seconds from zero."""

    def __init__(self) -> None:
        self._impatient = _Impatient()
        super().__init__(self._impatient)

    def run_in_executor(
        self,
        executor: Executor | None,  # noqa: ARG002 -- as asyncio declares it
        func: Callable[[Unpack[Ts]], T],
        *args: *Ts,
    ) -> asyncio.Future[T]:
        """What others leave to a thread is done at once: no thread, no luck."""
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 -- whoever waits for it is told, as by a thread
            future.set_exception(error)
        return future

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._impatient.skipped


def simulate(story: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in virtual time, without looking for garbage meanwhile: a story makes little."""
    gc.disable()
    try:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            # What dies with a killed engine has nobody left to hear of it.
            runner.get_loop().set_exception_handler(lambda _loop, _context: None)
            return runner.run(story)
    finally:
        gc.enable()
