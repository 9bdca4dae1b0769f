"""Provenance: activities and what they generated."""

from __future__ import annotations

SCHEMA = """
CREATE TABLE IF NOT EXISTS activities (
    id INTEGER PRIMARY KEY,
    etag TEXT NOT NULL,
    fields TEXT NOT NULL,
    created_by INTEGER NOT NULL REFERENCES principals (id),
    created_on INTEGER NOT NULL,
    modified_by INTEGER NOT NULL REFERENCES principals (id),
    modified_on INTEGER NOT NULL
);
"""
ROUTES = ()
