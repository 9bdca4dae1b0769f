"""External file handles: an address instead of a content. They can't be looked up, so a repeated creation may leave one
behind, invisibly.
"""

from __future__ import annotations

from providers.synapse.failures import Ambiguous
from providers.synapse.settle import ATTEMPTS, given_up
from providers.synapse.transport import Transport


async def external_handle(transport: Transport, where: str, url: str, name: str) -> tuple[str, int]:
    """Make a handle for an address. Returns its id and how many orphans the tries may have left."""
    body = {
        "concreteType": "org.sagebionetworks.repo.model.file.ExternalFileHandle",
        "externalURL": url,
        "fileName": name,
    }
    for orphans in range(ATTEMPTS):
        try:
            return str((await transport.post("/externalFileHandle", body, "file"))["id"]), orphans
        except Ambiguous as lost:
            await transport.sleep(lost.pause)
    raise given_up(where, transport.endpoint)
