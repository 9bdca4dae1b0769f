"""What a mutant is: a bug planted on purpose, and who saw it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

Key = tuple[str, str, str, str]


class Verdict(StrEnum):
    """Who saw a mutant first."""

    TESTS = "tests/planner"
    SIMULATION = "simulation"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One planted bug.

    `where` is a function or a table, `old` and `new` are what changed in it: these four stay the same while other lines
    come and go. `name` is what its runner calls it, in this run only.
    """

    file: str
    where: str
    old: str
    new: str
    name: str
    verdict: Verdict = Verdict.NOBODY

    @property
    def key(self) -> Key:
        """What a reason is kept by."""
        return self.file, self.where, self.old, self.new

    def judged(self, verdict: Verdict) -> Mutant:
        """The same mutant with a verdict."""
        return replace(self, verdict=verdict)


def seen(mutants: list[Mutant]) -> dict[Key, Verdict]:
    """Key → who saw it, where everything of that key (one change may be possible at two places) was seen."""
    unseen = {mutant.key for mutant in mutants if mutant.verdict is Verdict.NOBODY}
    return {mutant.key: mutant.verdict for mutant in mutants if mutant.key not in unseen}


def recalled(mutant: Mutant, known: Mapping[Key, Verdict]) -> Mutant:
    """The same mutant; who saw it before sees it still."""
    return mutant.judged(known.get(mutant.key, mutant.verdict)) if mutant.verdict is Verdict.NOBODY else mutant


def save(path: Path, mutants: list[Mutant]) -> None:
    """Keep what a run found."""
    path.write_text(json.dumps([asdict(mutant) for mutant in mutants], indent=1), encoding="utf-8")


def load(path: Path) -> list[Mutant]:
    """What a run found."""
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return [Mutant(**{**item, "verdict": Verdict(item["verdict"])}) for item in found]
