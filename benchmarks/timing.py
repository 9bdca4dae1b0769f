"""Timing on a noisy machine: candidates take turns, so that a slow minute hits all of them alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping


def interleaved(candidates: Mapping[str, Callable[[], object]], repetitions: int) -> dict[str, list[float]]:
    """Name → seconds of each of its repetitions, taken in rounds after one that isn't counted."""
    seconds: dict[str, list[float]] = {name: [] for name in candidates}
    for round_number in range(repetitions + 1):
        for name, action in candidates.items():
            taken = timed(action)
            if round_number:
                seconds[name].append(taken)
    return seconds


def timed(action: Callable[[], object]) -> float:
    """Seconds that one call takes, starting from a clean heap."""
    gc.collect()
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun
