"""Entities as rows: a node with versions, and how they read as documents (contract 2.2)."""

from __future__ import annotations

import json
from dataclasses import dataclass

from synapse_sandbox.access_lists import write_acl
from synapse_sandbox.permissions import ADMIN_USER, AUTHENTICATED_USERS, ROOT, TRASH, benefactor_of
from synapse_sandbox.refusals import not_found
from synapse_sandbox.services.entity_types import BY_CLASS, PROJECT, ROOT_TYPE, EntityType
from synapse_sandbox.settings import Settings
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json, syn, to_iso

SCHEMA = """
CREATE TABLE IF NOT EXISTS entities (
    id INTEGER PRIMARY KEY,
    parent_id INTEGER REFERENCES entities (id),
    name TEXT NOT NULL COLLATE BINARY,
    type TEXT NOT NULL,
    alias TEXT COLLATE NOCASE UNIQUE,
    etag TEXT NOT NULL,
    data_type TEXT NOT NULL DEFAULT 'SENSITIVE_DATA',
    created_by INTEGER NOT NULL REFERENCES principals (id),
    created_on INTEGER NOT NULL,
    current_version INTEGER NOT NULL,
    UNIQUE (parent_id, name)
);
CREATE TABLE IF NOT EXISTS entity_versions (
    entity_id INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    label TEXT NOT NULL,
    comment TEXT,
    description TEXT,
    fields TEXT NOT NULL,
    annotations TEXT NOT NULL,
    file_handle_id INTEGER REFERENCES file_handles (id),
    activity_id INTEGER REFERENCES activities (id) ON DELETE SET NULL,
    modified_by INTEGER NOT NULL REFERENCES principals (id),
    modified_on INTEGER NOT NULL,
    PRIMARY KEY (entity_id, number)
);
CREATE INDEX IF NOT EXISTS versions_by_file_handle ON entity_versions (file_handle_id);
"""

_NODE = (
    "SELECT entities.*, entity_versions.* FROM entities JOIN entity_versions ON entity_id = id AND number = {version}"
    " WHERE id = ?"
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who writes, and when (epoch milliseconds)."""

    user: int
    now: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entity stands: its number, its parent's and its name there."""

    entity_id: int
    parent: int | None
    name: str


def prepare(store: Store, now: int, _: Settings) -> None:
    """The root folder and the trash can. The root lets signed-in users create and nobody read (contract 2.4)."""
    if store.one("SELECT 1 FROM entities WHERE id = ?", ROOT) is not None:
        return
    for entity_id, name in ((ROOT, "root"), (TRASH, "trash")):
        insert_node(store, Place(entity_id, None, name), ROOT_TYPE, {}, Stamp(ADMIN_USER, now))
    write_acl(store, "ENTITY", ROOT, {AUTHENTICATED_USERS: ["CREATE"]}, now)
    write_acl(store, "ENTITY", TRASH, {}, now)


def node(store: Store, entity_id: int, version: int | None = None) -> Row:
    """An existing entity joined with its current (or a given) version; 404 for an unknown version."""
    number = "current_version" if version is None else "?"
    values = (entity_id,) if version is None else (version, entity_id)
    row = store.one(_NODE.format(version=number), *values)
    if row is None:
        raise not_found(f"Cannot find a node with id syn{entity_id} and version {version}")
    return row


def kind_of(row: Row) -> EntityType:
    """The kind of an entity row."""
    if row["id"] in (ROOT, TRASH):
        return ROOT_TYPE
    return BY_CLASS[row["type"]]


def insert_node(store: Store, place: Place, kind: EntityType, body: Json, stamp: Stamp) -> None:
    """A new entity with its first version."""
    store.insert(
        "entities",
        id=place.entity_id,
        parent_id=place.parent,
        name=place.name,
        type=kind.class_name,
        alias=body.get("alias") or None,
        etag=store.new_etag(),
        created_by=stamp.user,
        created_on=stamp.now,
        current_version=1,
    )
    insert_version(store, place.entity_id, 1, version_columns(kind, 1, body, stamp))


def insert_version(store: Store, entity_id: int, number: int, columns: Json, annotations: str = "{}") -> None:
    """A further version, made of `version_columns`."""
    store.insert("entity_versions", entity_id=entity_id, number=number, annotations=annotations, **columns)


def version_columns(kind: EntityType, number: int, body: Json, stamp: Stamp) -> Json:
    """What a version keeps of an entity body; everything the kind doesn't know is dropped without a word."""
    handle = body.get("dataFileHandleId") if "dataFileHandleId" in kind.fields else None
    return {
        "label": (body.get("versionLabel") if kind.versioned else None) or str(number),
        "comment": body.get("versionComment") if kind.versioned else None,
        "description": body.get("description"),
        "fields": json.dumps({name: body[name] for name in _extra_fields(kind) if name in body}),
        "file_handle_id": None if handle is None else int(handle),
        "modified_by": stamp.user,
        "modified_on": stamp.now,
    }


def _extra_fields(kind: EntityType) -> list[str]:
    columns = {"alias", "versionLabel", "versionComment", "dataFileHandleId"}
    server = {"link": ["linksToClassName"], "dockerrepo": ["isManaged"]}.get(kind.short, [])
    return [name for name in kind.fields if name not in columns] + server


def touch(store: Store, entity_id: int, user: int, now: int) -> str:
    """A new etag for an entity after anything that it covers has changed (contract 0.7)."""
    etag = store.new_etag()
    store.run("UPDATE entities SET etag = ? WHERE id = ?", etag, entity_id)
    store.run(
        "UPDATE entity_versions SET modified_by = ?, modified_on = ?"
        " WHERE entity_id = ? AND number = (SELECT current_version FROM entities WHERE id = entity_id)",
        user,
        now,
        entity_id,
    )
    return etag


def document(row: Row) -> Json:
    """The entity document of a row from `node`."""
    kind = kind_of(row)
    body: Json = {
        **json.loads(row["fields"]),
        "name": row["name"],
        "description": row["description"],
        "id": syn(row["id"]),
        "etag": row["etag"],
        "createdOn": to_iso(row["created_on"]),
        "modifiedOn": to_iso(row["modified_on"]),
        "createdBy": str(row["created_by"]),
        "modifiedBy": str(row["modified_by"]),
        "parentId": syn(row["parent_id"]),
        "concreteType": row["type"],
    }
    if kind is PROJECT:
        body["alias"] = row["alias"]
    if kind.versioned:
        body |= version_members(row)
    if row["file_handle_id"] is not None:
        body["dataFileHandleId"] = str(row["file_handle_id"])
    return body


def version_members(row: Row) -> Json:
    """The version part of a versioned entity."""
    return {
        "versionNumber": row["number"],
        "versionLabel": row["label"],
        "versionComment": row["comment"],
        "isLatestVersion": row["number"] == row["current_version"],
    }


def header(store: Store, row: Row) -> Json:
    """The EntityHeader of a row from `node`."""
    return {
        "name": row["name"],
        "id": syn(row["id"]),
        "type": row["type"],
        "versionNumber": row["number"],
        "versionLabel": row["label"],
        "isLatestVersion": row["number"] == row["current_version"],
        "benefactorId": benefactor_of(store, row["id"]),
        "createdOn": to_iso(row["created_on"]),
        "modifiedOn": to_iso(row["modified_on"]),
        "createdBy": str(row["created_by"]),
        "modifiedBy": str(row["modified_by"]),
    }
