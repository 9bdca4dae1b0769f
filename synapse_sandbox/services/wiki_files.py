"""Files that hang on wiki pages: who may download them through the file service (contract 7.3)."""

from __future__ import annotations

import json

from synapse_sandbox.call import Call
from synapse_sandbox.refusals import not_found
from synapse_sandbox.services.wiki_owners import Owner, require
from synapse_sandbox.wire import number


def is_markdown(call: Call, object_id: str, handle_id: int) -> bool:
    """Whether a handle is the markdown of a wiki page, in any version; refuses without READ on the owner."""
    page_id = _readable_page(call, object_id)
    return (
        call.store.one("SELECT 1 FROM wiki_versions WHERE page_id = ? AND markdown_handle = ?", page_id, handle_id)
        is not None
    )


def is_attachment(call: Call, object_id: str, handle_id: int) -> bool:
    """Whether a handle is an attachment of a wiki page, in any version; refuses without READ on the owner."""
    page_id = _readable_page(call, object_id)
    kept = call.store.all("SELECT attachments FROM wiki_versions WHERE page_id = ?", page_id)
    return any(handle_id in json.loads(row["attachments"]) for row in kept)


def _readable_page(call: Call, object_id: str) -> int:
    page_id = number(object_id)
    owner = call.store.one(
        "SELECT owner_type, owner_id FROM wiki_owners JOIN wiki_pages USING (root_id) WHERE wiki_pages.id = ?", page_id
    )
    if owner is None:
        raise not_found(f"No wiki page found with id: {page_id}")
    require(call.store, call.caller, Owner(owner["owner_type"], owner["owner_id"], str(owner["owner_id"])), "READ")
    return page_id
