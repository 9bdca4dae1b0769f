"""Changing a view through a transaction: its columns, its rows, and snapshots of it (contract 8.5)."""

from __future__ import annotations

import json
from typing import Final

from synapse_sandbox import reading
from synapse_sandbox.call import Call
from synapse_sandbox.permissions import require_entity
from synapse_sandbox.refusals import Refusal, invalid, required
from synapse_sandbox.services import columns, nodes
from synapse_sandbox.services.jobs import NotReady
from synapse_sandbox.services.view_index import indexed_rows, keep_snapshot
from synapse_sandbox.services.view_row_updates import APPEND, UPLOAD, append_rows, upload_rows
from synapse_sandbox.services.view_scope import View, view_of
from synapse_sandbox.store import Store
from synapse_sandbox.wire import Json, entity_number, number

_TABLE: Final = "org.sagebionetworks.repo.model.table."
TRANSACTION: Final = _TABLE + "TableUpdateTransactionRequest"
SCHEMA_CHANGE: Final = _TABLE + "TableSchemaChangeRequest"
SEARCH_CHANGE: Final = _TABLE + "TableSearchChangeRequest"


def transaction(call: Call, request: Json) -> Json:
    """Work of a TableUpdateTransactionRequest: all of its changes, then the snapshot if one is asked for."""
    entity_id = entity_number(request.get("entityId"))
    require_entity(call.store, call.caller, entity_id, "UPDATE")
    results = [_change(call, entity_id, change or {}) for change in reading.objects(request, "changes") or []]
    answer: Json = {"concreteType": _TABLE + "TableUpdateTransactionResponse", "results": results}
    if reading.boolean(request, "createSnapshot"):
        answer["snapshotVersionNumber"] = _snapshot(call, entity_id, reading.nested(request, "snapshotOptions") or {})
    return answer


def append(call: Call, request: Json) -> Json:
    """Work of an AppendableRowSetRequest on its own: the same as a transaction of this one change."""
    wrapped = {"entityId": request.get("entityId"), "changes": [request]}
    result: Json = transaction(call, wrapped)["results"][0]
    return result


def _change(call: Call, entity_id: int, change: Json) -> Json:
    kind = change.get("concreteType")
    if kind == SCHEMA_CHANGE:
        return _change_schema(call, view_of(call.store, entity_id), change)
    if kind == SEARCH_CHANGE:
        enabled = bool(reading.boolean(change, "enabled") or reading.boolean(change, "searchEnabled"))
        _set_field(call, entity_id, "isSearchEnabled", enabled)
        return {"concreteType": _TABLE + "TableSearchChangeResponse", "searchEnabled": enabled}
    if kind in (APPEND, UPLOAD):
        update = append_rows if kind == APPEND else upload_rows
        return update(call, view_of(call.store, entity_id), change)
    raise Refusal(501, f"The sandbox does not serve {kind} in a table transaction, although Synapse does.")


def _change_schema(call: Call, view: View, change: Json) -> Json:
    ids = [str(column["id"]) for column in view.columns]
    for one in reading.objects(change, "changes") or []:
        _change_column(ids, reading.text(one or {}, "oldColumnId"), reading.text(one or {}, "newColumnId"))
    ordered = reading.texts(change, "orderedColumnIds")
    if ordered is not None:
        if sorted(ordered) != sorted(ids):
            raise invalid(
                "The provided orderedColumnIds must contain exactly the columns of the table after the change."
            )
        ids = ordered
    schema = columns.schema_of(call.store, [number(column_id) for column_id in ids])
    _set_field(call, view.entity_id, "columnIds", ids)
    return {"concreteType": _TABLE + "TableSchemaChangeResponse", "schema": schema}


def _change_column(ids: list[str], old: str | None, new: str | None) -> None:
    """One change in place: no old id adds, no new id drops, both replace."""
    if old is None and new is None:
        raise invalid("ColumnChange must have an oldColumnId or a newColumnId.")
    if old is None:
        # The official client adds each default column twice in one request, and Synapse takes that.
        ids += [str(new)] if new not in ids else []
        return
    if old not in ids:
        raise invalid(f"The old column id {old} is not a column of the table.")
    at = ids.index(old)
    ids[at : at + 1] = [] if new is None else [new]


def _set_field(call: Call, entity_id: int, name: str, value: object) -> None:
    store, row = call.store, nodes.node(call.store, entity_id)
    fields = {**json.loads(row["fields"]), name: value}
    _write_fields(store, entity_id, fields)
    nodes.touch(store, entity_id, call.caller.id, call.now)


def _write_fields(store: Store, entity_id: int, fields: Json) -> None:
    store.run(
        "UPDATE entity_versions SET fields = ? WHERE entity_id = ?"
        " AND number = (SELECT current_version FROM entities WHERE id = entity_id)",
        json.dumps(fields), entity_id,
    )  # fmt: skip


def _snapshot(call: Call, entity_id: int, options: Json) -> int:
    """Freeze the present version and go on with the next one; the number of the frozen one."""
    view, row = view_of(call.store, entity_id), nodes.node(call.store, entity_id)
    if not view.columns:
        raise required("At least one column")
    try:
        rows = indexed_rows(call.store, view, call.now)
    except NotReady:
        raise invalid("You cannot create a version of a view that is not available (Status: PROCESSING)") from None
    keep_snapshot(call.store, view, rows)
    call.store.run(
        "UPDATE entity_versions SET label = coalesce(?, label), comment = ? WHERE entity_id = ? AND number = ?",
        reading.text(options, "snapshotLabel"), reading.text(options, "snapshotComment"), entity_id, view.version,
    )  # fmt: skip
    going_on = {**nodes.document(row), "versionLabel": None, "versionComment": None}
    stamp = nodes.Stamp(call.caller.id, call.now)
    following = nodes.version_columns(view.kind, view.version + 1, going_on, stamp)
    nodes.insert_version(call.store, entity_id, view.version + 1, following, row["annotations"])
    call.store.run("UPDATE entities SET current_version = ? WHERE id = ?", view.version + 1, entity_id)
    return view.version
