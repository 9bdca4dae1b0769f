"""A pytest plugin that notes who got an answer from which route, in seen.json: evidence for docs/fidelity.md.

python -m pytest -p tests.fidelity.traffic -m "" tests/sandbox tests/tools
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Final

import pytest
from starlette.requests import Request

from synapse_sandbox.access_log import Entry
from synapse_sandbox.call import Answer
from tests.sandbox.watching import watch

SEEN: Final = Path(__file__).parent / "seen.json"
_BY_FILE: Final = {"test_challengeutils.py": "challengeutils", "test_cnb_tools.py": "cnb-tools"}


class Recorder:
    """What every sandbox of this process was asked; a refusal is no evidence."""

    def __init__(self) -> None:
        self.seen: dict[str, set[str]] = defaultdict(set)

    def note(self, request: Request, entry: Entry, answer: Answer) -> None:
        """Remember who was answered."""
        if answer.status < 400:
            self.seen[f"{entry.method} {entry.route}"].add(_who(request))

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
    watch(patch, recorder.note)
    config.add_cleanup(patch.undo)
    config.add_cleanup(recorder.write)
