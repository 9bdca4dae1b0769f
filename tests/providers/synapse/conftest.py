"""One sandbox for each test module, and challenges with names that no other test uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from synapse_sandbox.server import running
from tests.providers.synapse.worlds import USERS, logged


@dataclass(frozen=True)
class Server:
    """A running sandbox and its access log."""

    url: str
    log: Path

    def since(self, mark: int) -> list[dict[str, Any]]:
        """The log lines after the first `mark` ones."""
        return logged(self.log)[mark:]

    def mark(self) -> int:
        """How many lines the log has now."""
        return len(logged(self.log)) if self.log.exists() else 0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("sandbox")
    with running(folder / "data", USERS, access_log=folder / "access.log") as url:
        yield Server(url, folder / "access.log")


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A challenge name of this test alone."""
    words = request.node.nodeid.rsplit("::", 1)[-1]
    return "Challenge " + "".join(letter if letter.isalnum() else " " for letter in words)[-180:].strip()


@pytest.fixture
def faulty(tmp_path: Path) -> Callable[..., Any]:
    """Starts a sandbox of the test's own that makes some faults; yields its address."""
    from synapse_sandbox.faults import Fault, FaultPlan

    def start(*faults: dict[str, Any], **options: Any) -> Any:
        plan = FaultPlan(tuple(Fault.model_validate(item) for item in faults))
        return running(tmp_path / "data", USERS, faults=plan, access_log=tmp_path / "access.log", **options)

    return start
