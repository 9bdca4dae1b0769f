"""Other people's tools, each from PyPI in an environment of its own, and the sandbox that they work on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from synapse_sandbox.server import running
from tests.sandbox.conftest import TOKENS, USERS, Api, unique
from tests.tools.workbench import Tool, built, furnish

__all__ = ["unique", "workbench"]  # `unique` is a fixture of the sandbox's tests that these need too


@pytest.fixture(scope="module")
def workbench(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Tool]]:
    """`workbench("cnb-tools")`: that tool at a furnished sandbox of this module."""
    folder = tmp_path_factory.mktemp("tools")
    cache = Path(str(request.config.cache.mkdir("tools")))
    with running(folder / "data", USERS) as url:
        furnish(Api(url, TOKENS["admin"]))
        yield lambda name: Tool(built(name, cache), folder / "home", url, TOKENS)
