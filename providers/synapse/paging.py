"""Lists that come in pages (contract 0.5): totals are guesses, so a page that isn't full is the last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from providers.synapse.transport import Transport

PAGE: Final = 50
"""The most that every list of ours gives at a time."""

Raw = Mapping[str, Any]


async def by_offset(transport: Transport, path: str) -> list[Raw]:
    """Everything of a GET list with `limit` and `offset`."""
    found: list[Raw] = []
    joint = "&" if "?" in path else "?"
    while True:
        page = (await transport.get(f"{path}{joint}limit={PAGE}&offset={len(found)}")).get("results", [])
        found += page
        if len(page) < PAGE:
            return found


async def by_token(transport: Transport, path: str, request: Mapping[str, Any]) -> list[Raw]:
    """Everything of a POST list with `nextPageToken`."""
    found: list[Raw] = []
    token: str | None = None
    while True:
        answer = await transport.ask(path, {**request, "nextPageToken": token} if token else request)
        found += answer.get("page", [])
        token = answer.get("nextPageToken")
        if not token:
            return found
