"""Writing annotations through a view: rows of a PartialRowSet, a RowSet or a CSV file (contract 8.5).

A row changes the annotations of the object it stands for. Each row answers for itself, with a failure code where it
could not be done. Columns that aren't annotations are passed over.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from synapse_sandbox import reading
from synapse_sandbox.annotation_values import cleaned
from synapse_sandbox.call import Call
from synapse_sandbox.column_models import Column, parsed
from synapse_sandbox.default_columns import FILE_BIT, default_columns
from synapse_sandbox.permissions import check_evaluation, require_entity
from synapse_sandbox.refusals import Refusal, invalid, required
from synapse_sandbox.services import entity_annotations, submission_status
from synapse_sandbox.services.entities import check_etag
from synapse_sandbox.services.files import content_of, own_handle
from synapse_sandbox.services.nodes import node
from synapse_sandbox.services.view_scope import View
from synapse_sandbox.wire import Json, number, syn

_TABLE: Final = "org.sagebionetworks.repo.model.table."
APPEND: Final = _TABLE + "AppendableRowSetRequest"
UPLOAD: Final = _TABLE + "UploadToTableRequest"

_ANNOTATION_TYPES: Final = {"INTEGER": "LONG", "DOUBLE": "DOUBLE", "BOOLEAN": "BOOLEAN", "DATE": "TIMESTAMP_MS"}
_FAILURES: Final = {400: "ILLEGAL_ARGUMENT", 403: "UNAUTHORIZED", 404: "NOT_FOUND", 412: "CONCURRENT_UPDATE"}
_ETAG_MISSING: Final = "The 'etag' must be included to update an Entity's annotations."
_ETAG_COLUMN_MISSING: Final = "The view schema must include 'etag' column."
_ROW_ID, _ROW_VERSION, _ROW_ETAG = "ROW_ID", "ROW_VERSION", "ROW_ETAG"


@dataclass(frozen=True, slots=True)
class Change:
    """What one row says: values by column id, None to remove one; the etag may stand in the view's etag column."""

    row_id: int
    etag: str | None
    values: Mapping[str, str | None]


def append_rows(call: Call, view: View, request: Json) -> Json:
    """An AppendableRowSetRequest: the rows of its PartialRowSet or RowSet."""
    rows = reading.nested(request, "toAppend")
    if rows is None:
        raise required("toAppend")
    readers: dict[str, Callable[[Json], Iterator[Change]]] = {
        f"{_TABLE}PartialRowSet": _partial_rows,
        f"{_TABLE}RowSet": _whole_rows,
    }
    kind = str(rows.get("concreteType"))
    if kind not in readers:
        raise invalid(f"Unknown concreteType : '{kind}'")
    return _update(call, view, list(readers[kind](rows)))


def upload_rows(call: Call, view: View, request: Json) -> Json:
    """An UploadToTableRequest: the rows of a CSV file of the caller's, with ROW_ID and ROW_ETAG among its columns."""
    handle = reading.principal(request, "uploadFileHandleId")
    if handle is None:
        raise required("uploadFileHandleId")
    own_handle(call, handle)
    lines = io.StringIO(content_of(call.store, handle).decode())
    for _ in range(reading.integer(request, "linesToSkip") or 0):
        lines.readline()
    return _update(call, view, list(_csv_rows(lines, view, reading.nested(request, "csvTableDescriptor") or {})))


def _partial_rows(rows: Json) -> Iterator[Change]:
    for row in reading.objects(rows, "rows") or []:
        pairs = reading.objects(row or {}, "values") or []
        values = {str((pair or {}).get("key")): _cell((pair or {}).get("value")) for pair in pairs}
        yield Change(_row_id(row or {}), reading.text(row or {}, "etag"), values)


def _whole_rows(rows: Json) -> Iterator[Change]:
    ids = [str((header or {}).get("id")) for header in reading.objects(rows, "headers") or []]
    for row in reading.objects(rows, "rows") or []:
        cells = (row or {}).get("values") or []
        if cells and len(cells) != len(ids):
            raise invalid("Row.value size must be equal to the number of columns in the table.")
        values = dict(zip(ids, map(_cell, cells), strict=False))
        yield Change(_row_id(row or {}), reading.text(row or {}, "etag"), values)


def _cell(value: object) -> str | None:
    """A value as text: the official client sends numbers and truth values as such."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


def _row_id(row: Json) -> int:
    row_id = reading.integer(row, "rowId")
    if row_id is None:
        raise required("row.rowId")
    return row_id


def _csv_rows(lines: io.StringIO, view: View, descriptor: Json) -> Iterator[Change]:
    reader = csv.reader(
        lines,
        delimiter=descriptor.get("separator") or ",",
        quotechar=descriptor.get("quoteCharacter") or '"',
        escapechar=descriptor.get("escapeCharacter") or "\\",
    )
    ids = {column["name"]: str(column["id"]) for column in view.columns}
    head = next(reader, []) if reading.boolean(descriptor, "isFirstLineHeader") is not False else list(ids)
    unknown = [name for name in head if name not in ids and name not in (_ROW_ID, _ROW_VERSION, _ROW_ETAG)]
    if unknown:
        raise invalid(f"CSV header contains no matching column in the table: {unknown[0]}")
    for cells in reader:
        said = dict(zip(head, cells, strict=False))
        if not said.get(_ROW_ID):
            raise required("row.rowId")
        values = {ids[name]: cell or None for name, cell in said.items() if name in ids}
        yield Change(number(said[_ROW_ID]), said.get(_ROW_ETAG) or None, values)


def _update(call: Call, view: View, changes: list[Change]) -> Json:
    results = [_result(call, view, change) for change in changes]
    return {"concreteType": _TABLE + "EntityUpdateResults", "updateResults": results}


def _result(call: Call, view: View, change: Change) -> Json:
    """One row, done or failed: every refusal comes before anything is written."""
    result: Json = {"entityId": syn(change.row_id)}
    try:
        _apply(call, view, change)
    except Refusal as refusal:
        result["failureCode"] = _FAILURES.get(refusal.status, "UNKNOWN")
        result["failureMessage"] = refusal.reason
    return result


def _apply(call: Call, view: View, change: Change) -> None:
    if not change.values:
        return
    etag = change.etag or _etag_cell(view, change)
    wanted = [column for column in _own_columns(view) if str(column["id"]) in change.values]
    if not wanted:
        return
    new = {column["name"]: _annotation(column, change.values[str(column["id"])]) for column in wanted}
    write = _annotate_submission if view.is_submission_view else _annotate_entity
    write(call, change.row_id, etag, new)


def _etag_cell(view: View, change: Change) -> str:
    """Before rows had etags of their own, the view's etag column told them."""
    column = next((column for column in view.columns if column["name"] == "etag"), None)
    if column is None:
        raise invalid(_ETAG_COLUMN_MISSING)
    etag = change.values.get(str(column["id"]))
    if etag is None:
        raise invalid(_ETAG_MISSING)
    return etag


def _own_columns(view: View) -> list[Column]:
    """The columns that hold annotations."""
    defaults = default_columns("submissionview" if view.is_submission_view else "entityview", FILE_BIT)
    fields = {(column["name"], column["columnType"]) for column in defaults}
    return [column for column in view.columns if (column["name"], column["columnType"]) not in fields]


def _annotation(column: Column, cell: str | None) -> Json | None:
    if cell is None:
        return None
    kind = str(column["columnType"])
    texts = _elements(cell) if kind.endswith("_LIST") else [cell]
    annotation_type = _ANNOTATION_TYPES.get(kind.removesuffix("_LIST"), "STRING")
    return {"type": annotation_type, "value": [parsed(column, text) for text in texts]}


def _elements(cell: str) -> list[str]:
    try:
        found = json.loads(cell)
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise invalid(f"Value is not correctly formatted as a JSON Array: {cell}")
    if None in found:
        raise invalid("null value is not allowed")
    return [_cell(one) or "" for one in found]


def _annotate_entity(call: Call, entity_id: int, etag: str, new: Mapping[str, Json | None]) -> None:
    require_entity(call.store, call.caller, entity_id, "UPDATE")
    row = node(call.store, entity_id)
    check_etag(row, etag)
    entity_annotations.write(call, entity_id, _merged(row["annotations"], new))


def _annotate_submission(call: Call, submission_id: int, etag: str, new: Mapping[str, Json | None]) -> None:
    row = submission_status.find_status(call.store, submission_id)
    check_evaluation(call.store, call.caller, row["evaluation_id"], "UPDATE_SUBMISSION")
    submission_status.write_annotations(call, row, etag, _merged(row["annotations_v2"], new))


def _merged(before: str | None, new: Mapping[str, Json | None]) -> Json:
    merged: dict[str, Any] = {**json.loads(before or "{}"), **new}
    return cleaned({name: value for name, value in merged.items() if value is not None})
