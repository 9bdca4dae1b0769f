"""Promises about the project's own files."""

import re
import tomllib
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text())["project"]


def locked(lock: str) -> dict[str, str]:
    """Name and version of everything in a lock file."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+) \\$", (HOUSE / lock).read_text(), re.MULTILINE))


def wanted(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~]", requirement)[0] for requirement in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock: str) -> None:
    assert not re.findall(
        r"://|^\s*-(?:i|f|-\S*url|-find-links|-trusted-host)\b", (HOUSE / lock).read_text(), re.MULTILINE
    )


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_version_has_hashes(lock: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9-]+==)", (HOUSE / lock).read_text())[1:]
    assert entries
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_locks_cover_what_pyproject_asks_for() -> None:
    assert wanted(PROJECT["dependencies"]) <= locked("requirements.lock").keys()
    assert wanted(PROJECT["optional-dependencies"]["dev"]) <= locked("requirements-dev.lock").keys()


def test_both_locks_agree() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


def test_the_exact_pins_are_locked_as_pinned() -> None:
    pins = dict(requirement.split("==") for requirement in PROJECT["dependencies"] if "==" in requirement)
    assert pins["synapseclient"] == "4.14.0"
    assert pins.items() <= locked("requirements.lock").items()
