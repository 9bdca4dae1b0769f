"""A pytest plugin (`-p tests.mutants.plant`): plants the mutant of a table that TABLE_MUTANT names, before any test is
collected.
"""

from __future__ import annotations

import os

from tests.mutants import tables
from tests.mutants.judges import TABLES

if name := os.environ.get(TABLES):
    tables.plant(name)
