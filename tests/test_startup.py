"""Offline commands start fast because they import nothing heavy."""

import subprocess
import sys

import pytest

HEAVY = ("networkx", "requests", "rich", "starlette", "synapseclient", "uvicorn")


def imported_by(module: str) -> set[str]:
    """Top-level names of everything that importing `module` in a fresh interpreter loads."""
    program = f"import sys, {module}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    finished = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return set(finished.stdout.split())


@pytest.mark.parametrize("module", ["challenge_spec", "planner", "providers", "challenge_cli"])
def test_importing_a_package_loads_nothing_heavy(module: str) -> None:
    assert imported_by(module).isdisjoint(HEAVY)


def test_the_guard_sees_a_heavy_import() -> None:
    assert "networkx" in imported_by("networkx")
