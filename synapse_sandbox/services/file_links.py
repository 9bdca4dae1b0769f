"""What holds a file handle, over all services (contract 7.2)."""

from __future__ import annotations

from synapse_sandbox.store import Store

_LINKS = (
    "SELECT 1 FROM entity_versions WHERE file_handle_id = ?",
    "SELECT 1 FROM submission_files WHERE file_handle_id = ?",
    "SELECT 1 FROM teams WHERE icon = ?",
    "SELECT 1 FROM messages WHERE file_handle = ?",
    "SELECT 1 FROM wiki_versions WHERE markdown_handle = ?",
    "SELECT 1 FROM wiki_versions, json_each(attachments) AS attached WHERE attached.value = ?",
)


def is_linked(store: Store, handle_id: int) -> bool:
    """Whether anything hangs on a file handle, so that it can't be deleted."""
    return any(store.one(sql, handle_id) is not None for sql in _LINKS)
