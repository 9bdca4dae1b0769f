"""Why a mutant that nobody sees may live: by hand in reasons.yaml, by file, function (or table) and changed lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import yaml

from tests.mutants.mutant import Key, Mutant, Verdict

BOOK: Final = Path(__file__).parent / "reasons.yaml"


def load_reasons(book: Path = BOOK) -> dict[Key, str]:
    """Key of a mutant → reason. Raises ValueError where two entries are about the same change, or one says nothing."""
    reasons: dict[Key, str] = {}
    for entry in yaml.safe_load(book.read_text(encoding="utf-8")):
        key = (entry["file"], entry["where"], entry["old"].strip(), entry["new"].strip())
        if key in reasons or not entry["reason"].strip():
            raise ValueError(f"{book.name} says two things or nothing about {key}")
        reasons[key] = " ".join(entry["reason"].split())
    return reasons


def survivors(mutants: Iterable[Mutant]) -> list[Mutant]:
    """Those that nobody saw."""
    return [mutant for mutant in mutants if mutant.verdict is Verdict.NOBODY]


def unexplained(mutants: Iterable[Mutant], reasons: Mapping[Key, str]) -> list[Mutant]:
    """Survivors without a reason."""
    return [mutant for mutant in survivors(mutants) if mutant.key not in reasons]


def outlived(mutants: Iterable[Mutant], reasons: Mapping[Key, str]) -> list[Key]:
    """Reasons that no survivor needs any more."""
    needed = {mutant.key for mutant in survivors(mutants)}
    return [key for key in reasons if key not in needed]


def stub(mutants: Iterable[Mutant]) -> str:
    """Entries to be filled in."""
    entries = [
        {"file": mutant.file, "where": mutant.where, "old": mutant.old, "new": mutant.new, "reason": ""}
        for mutant in {mutant.key: mutant for mutant in mutants}.values()
    ]
    return yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, width=1000)
