"""What every test may ask for."""

import os
import shutil
from collections.abc import Callable

import pytest
from hypothesis import settings

# Everyday: the same examples for everybody, however busy the machine. `make prove` looks further, each time elsewhere.
settings.register_profile("everyday", derandomize=True, deadline=None)
settings.register_profile("prove", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile("everyday")


@pytest.fixture(scope="session")
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
