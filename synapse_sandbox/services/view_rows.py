"""The rows that a view shows right now: submissions of its queues, or entities in its scope (contract 8.2, 8.3)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from synapse_sandbox.column_models import Column
from synapse_sandbox.permissions import PUBLIC, Caller, acl_grants, benefactor_of, is_in_trash
from synapse_sandbox.services import nodes
from synapse_sandbox.services.view_scope import MASK_BITS, View
from synapse_sandbox.store import Row, Store
from synapse_sandbox.table_index import ViewRow
from synapse_sandbox.wire import Json, syn

_BELOW = """
WITH RECURSIVE below (id) AS (
    SELECT entities.id FROM entities JOIN json_each(?) ON value = entities.id
    UNION
    SELECT entities.id FROM entities JOIN below ON entities.parent_id = below.id
)
SELECT id FROM below ORDER BY id
"""
# Which types of annotation fill a column of which type; a STRING column takes anything (contract 8.3).
_FITTING: Final = {
    "INTEGER": {"LONG"}, "DOUBLE": {"DOUBLE", "LONG"}, "BOOLEAN": {"BOOLEAN"}, "DATE": {"TIMESTAMP_MS"},
}  # fmt: skip
_READERS: Final[dict[str, Callable[[str], Any]]] = {
    "INTEGER": int,
    "DOUBLE": float,
    "DATE": int,
    "BOOLEAN": lambda text: int(text.lower() == "true"),
}


def current_rows(store: Store, view: View) -> list[ViewRow]:
    """Every row, whoever may see it."""
    found = _submissions(store, view) if view.is_submission_view else _entities(store, view)
    return list(found)


def visible(store: Store, caller: Caller | None, view: View, rows: list[ViewRow]) -> list[ViewRow]:
    """The rows that a caller sees: READ on the queue or entity behind each is enough (surprise 37). None sees all."""
    if caller is None or caller.is_admin:
        return rows
    owner = "EVALUATION" if view.is_submission_view else "ENTITY"
    groups = frozenset({*caller.groups, PUBLIC})
    readable = {one: acl_grants(store, owner, one, "READ", groups) for one in {row.benefactor for row in rows}}
    return [row for row in rows if readable[row.benefactor]]


def current_annotations(store: Store, view: View) -> Iterator[Mapping[str, Json]]:
    """The annotations of every object in a scope."""
    if view.is_submission_view:
        for row in _submission_rows(store, view):
            yield json.loads(row["annotations_v2"] or "{}")
    else:
        for row in _entity_rows(store, view):
            yield json.loads(row["annotations"])


def _submission_rows(store: Store, view: View) -> list[Row]:
    return store.all(
        "SELECT s.*, t.etag AS status_etag, t.modified_on AS status_on, t.status, t.status_version, t.annotations_v2,"
        " e.content_source FROM submissions s JOIN submission_statuses t ON t.submission_id = s.id"
        " JOIN evaluations e ON e.id = s.evaluation_id"
        " WHERE s.evaluation_id IN (SELECT value FROM json_each(?)) ORDER BY s.id",
        json.dumps(view.scope),
    )


def _submissions(store: Store, view: View) -> Iterator[ViewRow]:
    for row in _submission_rows(store, view):
        annotations = json.loads(row["annotations_v2"] or "{}")
        values = _annotated(view.columns, annotations, _submission_values(row))
        yield ViewRow(row["id"], row["status_version"], row["status_etag"], row["evaluation_id"], values)


def _submission_values(row: Row) -> Json:
    return {
        "id": row["id"],
        "name": row["name"],
        "createdOn": row["created_on"],
        "createdBy": row["user_id"],
        "etag": row["status_etag"],
        "modifiedOn": row["status_on"],
        "projectId": syn(row["content_source"]),
        "status": row["status"],
        "evaluationid": row["evaluation_id"],
        "evaluationroundid": row["round_id"],
        "submitterid": row["team_id"] or row["user_id"],
        "submitteralias": row["submitter_alias"],
        "entityid": syn(row["entity_id"]),
        "entityversion": row["version_number"],
        "dockerrepositoryname": row["docker_repository_name"],
        "dockerdigest": row["docker_digest"],
    }


def _entity_rows(store: Store, view: View) -> Iterator[Row]:
    for (entity_id,) in store.all(_BELOW, json.dumps(view.scope)):
        row = nodes.node(store, entity_id)
        if not is_in_trash(store, entity_id) and view.mask & MASK_BITS.get(nodes.kind_of(row).short, 0):
            yield row


def _entities(store: Store, view: View) -> Iterator[ViewRow]:
    for row in _entity_rows(store, view):
        benefactor = benefactor_of(store, row["id"])
        values = _annotated(view.columns, json.loads(row["annotations"]), _entity_values(store, row, benefactor))
        yield ViewRow(row["id"], row["number"], row["etag"], benefactor, values)


def _entity_values(store: Store, row: Row, benefactor: int) -> Json:
    handle = store.one("SELECT * FROM file_handles WHERE id = ?", row["file_handle_id"])
    return {
        "id": syn(row["id"]),
        "name": row["name"],
        "description": row["description"],
        "createdOn": row["created_on"],
        "createdBy": row["created_by"],
        "etag": row["etag"],
        "type": nodes.kind_of(row).short,
        "currentVersion": row["number"],
        "parentId": syn(row["parent_id"]),
        "benefactorId": syn(benefactor),
        "projectId": syn(_project_of(store, row["id"])),
        "modifiedOn": row["modified_on"],
        "modifiedBy": row["modified_by"],
        "dataFileHandleId": row["file_handle_id"],
        "dataFileName": handle["file_name"] if handle else None,
        "dataFileSizeBytes": handle["content_size"] if handle else None,
        "dataFileMD5Hex": handle["content_md5"] if handle else None,
    }


def _project_of(store: Store, entity_id: int) -> int | None:
    """The project at the top of an entity's path."""
    at: Row | None = store.one("SELECT id, parent_id, type FROM entities WHERE id = ?", entity_id)
    while at is not None and not at["type"].endswith(".Project"):
        at = store.one("SELECT id, parent_id, type FROM entities WHERE id = ?", at["parent_id"])
    return None if at is None else int(at["id"])


def _annotated(columns: tuple[Column, ...], annotations: Mapping[str, Json], values: Json) -> Json:
    """The object's own members, and for every other column of the view the annotation of its name."""
    wanted = [column for column in columns if column["name"] not in values and column["name"] in annotations]
    return values | {column["name"]: _annotation(column, annotations[column["name"]]) for column in wanted}


def _annotation(column: Column, annotation: Json) -> Any:
    column_type, texts = column["columnType"], annotation.get("value") or []
    if column_type.endswith("_LIST"):
        return json.dumps(texts)
    fits = annotation.get("type") in _FITTING.get(column_type, {annotation.get("type")})
    if not texts or not fits:
        return None
    return _READERS.get(column_type, str)(texts[0])
