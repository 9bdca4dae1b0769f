"""A pytest plugin that notes who got an answer from which route, in seen.json: evidence for docs/fidelity.md.

python -m pytest -p tests.fidelity.traffic -m "" tests/sandbox tests/tools
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

import pytest
from starlette.requests import Request

from synapse_sandbox.access_log import Entry
from synapse_sandbox.app import SandboxApp

SEEN: Final = Path(__file__).parent / "seen.json"
_BY_FILE: Final = {"test_challengeutils.py": "challengeutils", "test_cnb_tools.py": "cnb-tools"}


class Recorder:
    """Watches every request that a sandbox of this process serves; a refusal is no evidence."""

    def __init__(self) -> None:
        self.seen: dict[str, set[str]] = defaultdict(set)

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        """Listen at the place where a request has become an answer."""
        serve = SandboxApp._serve  # noqa: SLF001 -- the recorder is no part of the sandbox and only looks on

        async def watched(app: SandboxApp, request: Request, entry: Entry) -> Any:
            outcome = await serve(app, request, entry)
            if entry.route and outcome.answer.status < 400:
                self.seen[f"{entry.method} {entry.route}"].add(_who(request))
            return outcome

        patch.setattr(SandboxApp, "_serve", watched)

    def write(self) -> None:
        """Keep what was seen: route → who."""
        told = {route: sorted(who) for route, who in sorted(self.seen.items())}
        SEEN.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def _who(request: Request) -> str:
    """The official client and what stands on it say so; everything else is a plain request of a test."""
    if "synapseclient" not in request.headers.get("user-agent", ""):
        return "test"
    file = os.environ.get("PYTEST_CURRENT_TEST", "").partition("::")[0].rpartition("/")[2]
    return _BY_FILE.get(file, "client")


def pytest_configure(config: pytest.Config) -> None:
    """Begin to watch."""
    patch, recorder = pytest.MonkeyPatch(), Recorder()
    recorder.watch(patch)
    config.add_cleanup(patch.undo)
    config.add_cleanup(recorder.write)
