"""Looking on while a sandbox of this process answers; the sandbox itself knows nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.requests import Request

from synapse_sandbox.access_log import Entry
from synapse_sandbox.app import SandboxApp
from synapse_sandbox.call import Answer


def watch(patch: pytest.MonkeyPatch, tell: Callable[[Request, Entry, Answer], None]) -> None:
    """Call `tell` with every request that met a route, what the log will say of it, and its answer, until undone."""
    serve = SandboxApp._serve  # noqa: SLF001 -- only looks on, at the one place where a request has become an answer

    async def watched(app: SandboxApp, request: Request, entry: Entry) -> Any:
        outcome = await serve(app, request, entry)
        if entry.route:
            tell(request, entry, outcome.answer)
        return outcome

    patch.setattr(SandboxApp, "_serve", watched)
