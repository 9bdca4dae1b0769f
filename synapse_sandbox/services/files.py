"""File handles (contract 7)."""

from __future__ import annotations

SCHEMA = """
CREATE TABLE IF NOT EXISTS file_handles (
    id INTEGER PRIMARY KEY,
    etag TEXT NOT NULL,
    concrete_type TEXT NOT NULL,
    file_name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    content_md5 TEXT,
    content_size INTEGER,
    storage_location_id INTEGER,
    fields TEXT NOT NULL,
    object_key TEXT,
    created_by INTEGER NOT NULL REFERENCES principals (id),
    created_on INTEGER NOT NULL,
    modified_on INTEGER NOT NULL
);
"""
ROUTES = ()
