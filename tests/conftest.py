"""What every test may ask for."""

import os
import shutil
from collections.abc import Callable

import pytest


@pytest.fixture
def tool() -> Callable[[str], str]:
    """Path of a program that a test runs; without it the test is skipped, or fails where CHALLENGE_CI=1."""

    def find(name: str) -> str:
        found = shutil.which(name)
        if found:
            return found
        missing = f"{name} is not installed; on Debian: apt-get install {name}"
        if os.environ.get("CHALLENGE_CI") == "1":
            pytest.fail(missing)
        pytest.skip(missing)

    return find
