"""A pytest plugin (`-p tests.mutants.plant`): plants the mutant of a table that TABLE_MUTANT names, before any test is
collected, and lets those judge first that are the likeliest to see it.
"""

from __future__ import annotations

import os
from typing import Final

import pytest

from tests.mutants import tables
from tests.mutants.judges import TABLES

LIKELY: Final = ("test_stage", "test_gate")

if name := os.environ.get(TABLES):
    tables.plant(name)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first to see something wrong ends the run."""
    items.sort(key=lambda item: not item.path.name.startswith(LIKELY))
