"""Random challenges, random edits on both sides, random faults and kills: the laws hold.

`python -m tests.simulation 7` tells the story of a seed again, `python -m tests.simulation shrink 7` makes it as short
as it can be. What was found once is kept in `kept.jsonl`.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.simulation.faults import Kind
from tests.simulation.kept import KEPT
from tests.simulation.script import Script, dumped, lighter, loaded, write
from tests.simulation.story import tell

BLOCK = 50
SMALL, LARGE = 150, 2000


@pytest.mark.parametrize("first", range(0, SMALL, BLOCK))
def test_the_laws_hold_whatever_happens(first: int, tmp_path: Path) -> None:
    broken, struck = {}, Counter[Kind]()
    for seed in range(first, first + BLOCK):
        ending = tell(write(seed, small=True), tmp_path)
        struck += ending.struck
        if ending.broken:
            broken[f"python -m tests.simulation small {seed}"] = ending.broken
    assert broken == {}
    assert set(Kind) == set(struck), "faults that never struck prove nothing"


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(LARGE))
def test_the_laws_hold_in_long_stories(seed: int, tmp_path: Path) -> None:
    assert tell(write(seed), tmp_path).broken == []


@pytest.mark.parametrize("why", KEPT)
def test_what_was_found_once_stays_mended(why: str, tmp_path: Path) -> None:
    assert tell(KEPT[why], tmp_path).broken == []


@pytest.mark.parametrize("seed", [3, 7])
def test_the_same_seed_tells_the_same_story(seed: int, tmp_path: Path) -> None:
    script = write(seed, small=True)
    assert tell(script, tmp_path).trace == tell(script, tmp_path).trace


def test_a_kept_script_is_the_same_script() -> None:
    for seed in range(20):
        assert loaded(dumped(write(seed))) == write(seed)


def test_a_lighter_script_has_less_in_it() -> None:
    script = write(5)
    for less in lighter(script):
        assert _weight(less) < _weight(script)


def _weight(script: Script) -> float:
    """How much there is in a script."""
    pieces = sum(len(item.edits) + len(item.deeds) + len(item.applies) for item in script.chapters)
    faults = sum(len(faults) for item in script.chapters for faults in item.applies)
    midst = sum(deed.at is not None for item in script.chapters for deed in item.deeds)
    days = sum(item.days for item in script.chapters)
    return len(script.chapters) + pieces + faults + midst + days + len(script.parts + script.before) + len(script.allow)
