"""The list of imports of a command sees what is there, and what isn't."""

from __future__ import annotations

import sys

from benchmarks.startup import HEAVY, imported_by


def test_a_heavy_import_is_seen() -> None:
    assert "networkx" in imported_by([sys.executable, "-X", "importtime", "-c", "import networkx"]) & HEAVY


def test_an_empty_program_imports_nothing_heavy() -> None:
    assert not imported_by([sys.executable, "-X", "importtime", "-c", "pass"]) & HEAVY
