"""Each numbered surprise of the contract is shown by a test."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from tests.sandbox.models import REFERENCE
from tests.sandbox.surprises import SURPRISES

_TESTS = Path(__file__).parent
_CONTRACT = REFERENCE.parent / "synapse-rest-contract.md"


@pytest.mark.parametrize("number", SURPRISES)
def test_a_test_shows_the_surprise(number: int) -> None:
    assert named()[number] or SURPRISES[number].shown_by, SURPRISES[number].title


def test_every_test_that_is_said_to_show_one_exists() -> None:
    said = {test for surprise in SURPRISES.values() for test in surprise.shown_by}
    assert said - written() == set()


def test_no_test_names_a_surprise_that_there_is_not() -> None:
    assert set(named()) <= set(SURPRISES)


def test_the_numbers_are_those_of_the_contract() -> None:
    if not _CONTRACT.is_file():
        pytest.skip(f"the contract lies beside the checkout only where the project is built ({_CONTRACT} isn't there)")
    section = _CONTRACT.read_text(encoding="utf-8").partition("\n## 13. ")[2].partition("\n## ")[0]
    assert [int(found) for found in re.findall(r"^(\d+)\. ", section, re.MULTILINE)] == list(SURPRISES)


@cache
def written() -> frozenset[str]:
    """The name of every test of this folder, without its `test_`."""
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in sorted(_TESTS.glob("test_*.py")))
    functions = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return frozenset(one.name.removeprefix("test_") for one in functions if one.name.startswith("test_"))


@cache
def named() -> defaultdict[int, list[str]]:
    """The tests that name a surprise, by its number."""
    found = defaultdict(list)
    for test in written():
        for number in re.findall(r"surprise_(\d+)_", test):
            found[int(number)].append(test)
    return found
