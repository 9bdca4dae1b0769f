"""Random challenges, random edits on both sides, random faults and kills: the laws hold.

The same seed tells the same story: `pytest "tests/simulation/test_simulation.py::test_the_laws_hold[7]"` tells it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.story import tell

SMALL, LARGE = 30, 2000


@pytest.mark.parametrize("seed", range(SMALL))
def test_the_laws_hold(seed: int, tmp_path: Path) -> None:
    assert tell(seed, tmp_path).broken == []


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(SMALL, LARGE))
def test_the_laws_hold_many_times(seed: int, tmp_path: Path) -> None:
    assert tell(seed, tmp_path).broken == []


@pytest.mark.parametrize("seed", [3, 7])
def test_the_same_seed_tells_the_same_story(seed: int, tmp_path: Path) -> None:
    assert tell(seed, tmp_path).trace == tell(seed, tmp_path).trace
