"""The judges, each in a process of its own inside mutants/, the snapshot of the project that mutmut made."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.mutants.mutant import Mutant, Verdict

FOLDER: Final = Path("mutants")
AT_ONCE: Final = 2
PATIENCE: Final = 10
"""A judge that takes so many times as long as without a mutant hangs: that is seen."""

SIMULATION: Final = ("-m", "tests.simulation", "small", "first", "0", "150")
PLANNER: Final = (
    *("-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "tests.mutants.plant"),
    # The page is generated from the tables: any change of a cell changes it, which says nothing about the planner.
    *("--deselect", "tests/planner/test_stages.py::test_the_page_in_the_docs_is_current"),
    # What shows a plan looks at no table, and takes half of the time.
    *("--ignore", "tests/planner/render", "tests/planner"),
)
GENERATED: Final = "MUTANT_UNDER_TEST"
TABLES: Final = "TABLE_MUTANT"


@dataclass(frozen=True, slots=True)
class Judge:
    """A command that fails where it sees something wrong, and the variable by which it learns of the mutant."""

    verdict: Verdict
    command: tuple[str, ...]
    variable: str
    limit: float

    def sees(self, mutant: str) -> bool:
        """Whether it fails, or hangs, with this mutant; none is the empty name."""
        try:
            return _run(self.command, {self.variable: mutant}, self.limit).returncode != 0
        except subprocess.TimeoutExpired:
            return True


def appointed(verdict: Verdict, command: tuple[str, ...], variable: str) -> Judge:
    """A judge who sees nothing wrong where nothing is, with a limit by the time this took. Raises ValueError."""
    begun = time.monotonic()
    done = _run(command, {}, None)
    if done.returncode:
        raise ValueError(f"without any mutant this fails: python {' '.join(command)}\n{done.stdout}")
    return Judge(verdict, command, variable, PATIENCE * (time.monotonic() - begun))


def judge_all(judge: Judge, mutants: Iterable[Mutant], say: Callable[[str], None]) -> list[Mutant]:
    """Every mutant that nobody has seen yet comes before the judge, two at a time."""

    def judged(mutant: Mutant) -> Mutant:
        if mutant.verdict is not Verdict.NOBODY:
            return mutant
        after = mutant.judged(judge.verdict) if judge.sees(mutant.name) else mutant
        say(f"{after.verdict}: {mutant.name}")
        return after

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(judged, mutants))


def environment(**more: str) -> dict[str, str]:
    """The same order of sets in every run, or a verdict would be a matter of luck."""
    return {**os.environ, "PYTHONHASHSEED": "0", **more}


def _run(command: tuple[str, ...], more: dict[str, str], limit: float | None) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as own:
        return subprocess.run(
            [sys.executable, *command],
            cwd=FOLDER,
            env=environment(TMPDIR=own, **more),
            timeout=limit,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
