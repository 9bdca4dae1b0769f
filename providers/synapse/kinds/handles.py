"""External file handles: an address instead of a content. They can't be looked up, so a repeated creation may leave one
behind, invisibly; so does one whose entity can't be written after all.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from planner.interfaces import ProviderError
from providers.synapse.failures import Ambiguous, Refused
from providers.synapse.settle import ATTEMPTS, given_up
from providers.synapse.transport import Transport


@asynccontextmanager
async def external_handle(transport: Transport, where: str, url: str, name: str) -> AsyncIterator[tuple[str, int]]:
    """Make a handle for an address; yields its id and how many orphans the tries may have left.

    An error of the block is told how many there are then, the handle itself included.
    """
    body = {
        "concreteType": "org.sagebionetworks.repo.model.file.ExternalFileHandle",
        "externalURL": url,
        "fileName": name,
    }
    tried: list[str] = []
    try:
        yield await _made(transport, where, body, tried), len(tried) - 1
    except (ProviderError, Refused, Ambiguous) as error:
        error.orphans += len(tried)
        raise


async def _made(transport: Transport, where: str, body: dict[str, str], tried: list[str]) -> str:
    """The id of a new handle. tried: gets an entry for each try, for each may have made one."""
    while len(tried) < ATTEMPTS:
        tried.append(where)
        try:
            return str((await transport.post("/externalFileHandle", body, "file"))["id"])
        except Ambiguous as lost:
            await transport.sleep(lost.pause)
    raise given_up(where, transport.endpoint)
