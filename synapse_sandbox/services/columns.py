"""Columns: global, immutable, found by their content (contract 8.1)."""

from __future__ import annotations

import json
from typing import Any

from synapse_sandbox import column_models, reading
from synapse_sandbox.call import Answer, Call, created
from synapse_sandbox.column_models import Column
from synapse_sandbox.default_columns import VIEW_ENTITY_TYPES, default_columns
from synapse_sandbox.refusals import forbidden, invalid, not_found, required
from synapse_sandbox.routing import Route
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json, estimated, number

SCHEMA = """
CREATE TABLE IF NOT EXISTS column_models (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    body TEXT NOT NULL
);
"""


def create_column(call: Call) -> Answer:
    """POST a ColumnModel: a new one, or the equal one that is there already."""
    _check_signed_in(call)
    return created(keep(call.store, call.body))


def create_columns(call: Call) -> Answer:
    """POST {list: ColumnModels}; order is kept."""
    _check_signed_in(call)
    columns = reading.objects(call.body, "list")
    if not columns:
        raise required("ListWrapper.list")
    return created({"list": [keep(call.store, column or {}) for column in columns]})


def get_column(call: Call) -> Answer:
    """One column."""
    return Answer(columns_by_id(call.store, [call.number("columnId")])[0])


def list_columns(call: Call) -> Answer:
    """Columns whose name starts with `prefix`, in alphabetical order."""
    page = call.page()
    prefix = call.query.get("prefix", "").lower()
    rows = call.store.all(
        "SELECT id, body FROM column_models WHERE substr(lower(name), 1, ?) = ?"
        " ORDER BY lower(name), id LIMIT ? OFFSET ?",
        len(prefix), prefix, page.limit, page.offset,
    )  # fmt: skip
    return Answer(estimated([_model(row) for row in rows], page))


def get_defaults(call: Call) -> Answer:
    """{list: the default columns of a kind of view}; asking makes them exist, so that they have ids."""
    kind = call.query.get("viewEntityType", "entityview")
    if kind not in VIEW_ENTITY_TYPES:
        raise invalid(f"No enum constant org.sagebionetworks.repo.model.table.ViewEntityType.{kind}")
    mask = call.query.get("viewTypeMask")
    if kind == "entityview" and mask is None:
        raise required("viewTypeMask")
    offered = default_columns(kind, None if mask is None else number(mask))
    return Answer({"list": [keep(call.store, column) for column in offered]})


def keep(store: Store, column: Column) -> Column:
    """The column with its id; made if no equal one exists.

    Raises:
        Refusal: 400 for anything that a column may not say.
    """
    model = column_models.normalised(column)
    address = column_models.content_hash(model)
    column_id = store.value("SELECT id FROM column_models WHERE hash = ?", address)
    if column_id is None:
        column_id = store.next_id("column_model")
        store.insert("column_models", id=column_id, hash=address, name=model["name"], body=json.dumps(model))
    return {"id": str(column_id), **model}


def columns_by_id(store: Store, ids: list[int]) -> list[Column]:
    """Columns in the order of their ids; 404 when one is unknown."""
    return [_model(_row(store, column_id)) for column_id in ids]


def schema_of(store: Store, ids: list[Any]) -> list[Column]:
    """The columns of a table or view, checked as a whole; 404 for an unknown one, 400 for a schema that can't be."""
    columns = columns_by_id(store, [number(column_id) for column_id in ids])
    column_models.check_schema(columns)
    return columns


def _row(store: Store, column_id: int) -> Row:
    row = store.one("SELECT id, body FROM column_models WHERE id = ?", column_id)
    if row is None:
        raise not_found(f"Column not found: {column_id}")
    return row


def _model(row: Row) -> Json:
    return {"id": str(row["id"]), **json.loads(row["body"])}


def _check_signed_in(call: Call) -> None:
    if call.caller.is_anonymous:
        raise forbidden("You must login to create a column model.")


ROUTES = (
    Route("POST", "/repo/v1/column", create_column),
    Route("POST", "/repo/v1/column/batch", create_columns),
    Route("GET", "/repo/v1/column", list_columns, reads=True),
    Route("GET", "/repo/v1/column/{columnId}", get_column, reads=True),
    # Reads as far as anybody can see: the defaults are the same columns, whoever asks first.
    Route("GET", "/repo/v1/column/tableview/defaults", get_defaults, reads=True),
)
