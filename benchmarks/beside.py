"""Our planner beside octoDNS's (from PyPI, in an environment of its own): as many resources as records, in turns."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from benchmarks.figures import Figure, duration, exponent
from benchmarks.planning import CASES, memory
from benchmarks.timing import interleaved
from tests.tools.workbench import built

HERE: Final = Path(__file__).parent
CACHE: Final = HERE.parent / ".pytest_cache" / "d" / "tools"
SIZES: Final[Mapping[int, int]] = {1_000: 7, 10_000: 5, 50_000: 3}
QUICK: Final[Mapping[int, int]] = {1_000: 3, 10_000: 2}
MEASURED: Final = 10_000
"""The size at which memory is measured."""


def run(quick: bool) -> Iterator[Figure]:
    """A plan with states in memory: reading octoDNS's target from a mapping counts, as providers do nothing less."""
    python = built("octodns", CACHE, HERE / "environments") / "bin" / "python"
    theirs: dict[str, dict[int, float]] = {}
    for size, repetitions in (QUICK if quick else SIZES).items():
        found = _theirs(python, size, repetitions)
        for case in ("no change", "1 % changed"):
            world = CASES[case](size)
            ours = min(interleaved({"plan": world.plan}, repetitions, time.process_time)["plan"])
            best = min(found[case])
            theirs.setdefault(case, {})[size] = best
            a, b = ours / world.resources, best / size
            why = f"{duration(ours)} / {duration(best)}; {a * 1e6:.0f} / {b * 1e6:.0f} µs each"
            yield Figure(f"plan {size:,}, {case}: a resource of ours / a record of octoDNS", a / b, why=why)
        if size == MEASURED:
            kibibytes = memory("no change", size).value
            why = f"{kibibytes:.1f} / {found['memory']:.1f} KiB at the peak"
            what = "memory, no change: a resource of ours / a record of octoDNS"
            yield Figure(what, kibibytes / found["memory"], why=why)
    for case, best in theirs.items():
        for small, large in pairwise(sorted(best)):
            label = f"growth exponent of octoDNS from {small:,} to {large:,} records, {case}"
            yield exponent(label, (small, best[small]), (large, best[large]))


def _theirs(python: Path, size: int, repetitions: int) -> dict[str, Any]:
    command = [str(python), str(HERE / "dns_planner.py"), str(size), str(repetitions)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found
