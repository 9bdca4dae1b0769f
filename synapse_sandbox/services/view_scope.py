"""View entities: their columns, what they look at, and what may be said of both (contract 8.2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from synapse_sandbox.call import Call
from synapse_sandbox.column_models import Column
from synapse_sandbox.permissions import check_exists, may_evaluation
from synapse_sandbox.refusals import forbidden, invalid
from synapse_sandbox.services import columns, nodes
from synapse_sandbox.services.entity_types import ENTITY_VIEW, SUBMISSION_VIEW, EntityType
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json, entity_number, number, syn

MAX_SCOPE: Final = 35000
# Bits of viewTypeMask, by the short name of the entities that they let in (contract 8.2).
MASK_BITS: Final = {
    "file": 0x01, "project": 0x02, "table": 0x04, "folder": 0x08, "entityview": 0x10, "dockerrepo": 0x20,
    "submissionview": 0x40, "dataset": 0x80, "datasetcollection": 0x100, "materializedview": 0x200,
}  # fmt: skip
_OLD_TYPES: Final = {"file": 0x01, "project": 0x02, "file_and_table": 0x05}
# Two MiB of a page's widest rows, as Synapse bounds a query answer.
_PAGE_BYTES: Final = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class View:
    """A view as its entity says; `scope` holds the ids of evaluations (submission view) or containers (entity view)."""

    entity_id: int
    version: int
    etag: str
    changed_on: int
    kind: EntityType
    columns: tuple[Column, ...]
    scope: tuple[int, ...]
    mask: int

    @property
    def is_submission_view(self) -> bool:
        """Whether rows are submissions; else they are entities."""
        return self.kind is SUBMISSION_VIEW


def view_of(store: Store, entity_id: int) -> View:
    """The view of an entity; 404 when there is no such entity, 400 when it is something else."""
    check_exists(store, entity_id)
    row = nodes.node(store, entity_id)
    kind = nodes.kind_of(row)
    if kind not in (SUBMISSION_VIEW, ENTITY_VIEW):
        raise invalid(f"{syn(entity_id)} is not a table or view")
    return _view(store, row, kind)


def checked_table(call: Call, body: Json, _: Row | None = None) -> Json:
    """A new or changed table-like entity, as it was sent; its columns must exist and go together."""
    columns.schema_of(call.store, body.get("columnIds") or [])
    return body


def checked_submission_view(call: Call, body: Json, _: Row | None = None) -> Json:
    """A new or changed submission view: every queue in its scope must be the caller's to show (contract 8.2)."""
    _check_submission_scope(call, [number(evaluation) for evaluation in body.get("scopeIds") or []])
    return checked_table(call, body)


def checked_entity_view(call: Call, body: Json, _: Row | None = None) -> Json:
    """A new or changed entity view: containers as its scope, and a mask of what it lets in."""
    _check_entity_scope(body.get("scopeIds") or [], _mask(body))
    return checked_table(call, body)


def table_bundle(store: Store, row: Row) -> Json | None:
    """The TableBundle of a table or view; None for anything else (contract 8.7)."""
    if "columnIds" not in nodes.kind_of(row).fields:
        return None
    found = columns.schema_of(store, json.loads(row["fields"]).get("columnIds") or [])
    return {"columnModels": found, "maxRowsPerPage": max_rows_per_page(found)}


def max_rows_per_page(found: list[Column]) -> int:
    """How many rows of these columns fit in one page of an answer."""
    width = sum(4 * int(column.get("maximumSize", 10)) for column in found)
    return max(1, _PAGE_BYTES // max(width, 1))


def _view(store: Store, row: Row, kind: EntityType) -> View:
    fields = json.loads(row["fields"])
    read_id = number if kind is SUBMISSION_VIEW else entity_number
    return View(
        entity_id=row["id"],
        version=row["number"],
        etag=row["etag"],
        changed_on=row["modified_on"],
        kind=kind,
        columns=tuple(columns.schema_of(store, fields.get("columnIds") or [])),
        scope=tuple(read_id(one) for one in fields.get("scopeIds") or []),
        mask=_mask(fields),
    )


def _mask(fields: Mapping[str, Any]) -> int:
    mask = fields.get("viewTypeMask")
    return _OLD_TYPES.get(str(fields.get("type")), 0) if mask is None else number(mask)


def _check_submission_scope(call: Call, evaluations: list[int]) -> None:
    if len(evaluations) > MAX_SCOPE:
        raise invalid(f"The view's scope exceeds the maximum number of {MAX_SCOPE} evaluations.")
    for evaluation in evaluations:
        known = call.store.one("SELECT 1 FROM evaluations WHERE id = ?", evaluation)
        # Unknown queues are not refused (contract 8.2).
        if known and not may_evaluation(call.store, call.caller, evaluation, "READ_PRIVATE_SUBMISSION"):
            raise forbidden(f"User lacks READ_PRIVATE_SUBMISSION access to Evaluation {evaluation}")


def _check_entity_scope(scope: list[Any], mask: int) -> None:
    for container in scope:
        entity_number(container)
    if len(scope) > MAX_SCOPE:
        raise invalid(f"The view's scope exceeds the maximum number of {MAX_SCOPE} containers.")
    if mask <= 0:
        raise invalid("viewTypeMask is required.")
