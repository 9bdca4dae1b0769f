"""Timing on a noisy machine: candidates take turns, so that a slow minute hits all of them alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping

Clock = Callable[[], float]


def interleaved(
    candidates: Mapping[str, Callable[[], object]], repetitions: int, clock: Clock = time.perf_counter
) -> dict[str, list[float]]:
    """Name → seconds of each of its repetitions, taken in rounds after one that isn't counted.

    clock: `time.process_time` for pure computation: what other processes take meanwhile is not counted.
    """
    seconds: dict[str, list[float]] = {name: [] for name in candidates}
    for round_number in range(repetitions + 1):
        for name, action in candidates.items():
            taken = timed(action, clock)
            if round_number:
                seconds[name].append(taken)
    return seconds


def timed(action: Callable[[], object], clock: Clock) -> float:
    """Seconds that one call takes, starting from a clean heap."""
    gc.collect()
    begun = clock()
    action()
    return clock() - begun
