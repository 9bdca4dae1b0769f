"""Views at work: the jobs on them, their columns, and what annotations would make columns (contract 8.4 to 8.7)."""

from __future__ import annotations

from typing import Any, Final

from synapse_sandbox import reading
from synapse_sandbox.call import Answer, Call
from synapse_sandbox.permissions import require_entity
from synapse_sandbox.refusals import invalid
from synapse_sandbox.routing import Route
from synapse_sandbox.services import nodes, view_changes, view_index, view_queries
from synapse_sandbox.services.columns import keep
from synapse_sandbox.services.entity_types import ENTITY_VIEW, SUBMISSION_VIEW
from synapse_sandbox.services.jobs import JobKind, job_routes
from synapse_sandbox.services.view_row_updates import APPEND
from synapse_sandbox.services.view_rows import current_annotations
from synapse_sandbox.services.view_scope import View, table_bundle
from synapse_sandbox.wire import Json, entity_number, number

SCHEMA: Final = view_index.SCHEMA
VIEW_COLUMNS: Final = "org.sagebionetworks.repo.model.table.ViewColumnModelRequest"
_COLUMN_TYPES: Final = {
    "STRING": "STRING", "DOUBLE": "DOUBLE", "LONG": "INTEGER", "TIMESTAMP_MS": "DATE", "BOOLEAN": "BOOLEAN",
}  # fmt: skip


def list_columns(call: Call) -> Answer:
    """The columns of a table or view, in its order."""
    entity_id = call.entity_id()
    require_entity(call.store, call.caller, entity_id, "READ")
    bundle = table_bundle(call.store, nodes.node(call.store, entity_id))
    if bundle is None:
        raise invalid(f"syn{entity_id} is not a table or view")
    return Answer({"results": bundle["columnModels"]})


def annotation_columns(call: Call, request: Json) -> Json:
    """Work of a ViewColumnModelRequest: one column for each annotation found in a scope."""
    scope = reading.compulsory(request, "viewScope")
    found: dict[tuple[str, str], int] = {}
    for annotated in current_annotations(call.store, _view_for_scope(scope)):
        for name, annotation in annotated.items():
            size = max((len(str(text)) for text in annotation.get("value") or []), default=0)
            key = (name, _COLUMN_TYPES.get(str(annotation.get("type")), "STRING"))
            found[key] = max(size, found.get(key, 1))
    models = [keep(call.store, _column(name, kind, size)) for (name, kind), size in sorted(found.items())]
    return {"concreteType": VIEW_COLUMNS.replace("Request", "Response"), "results": models}


def _column(name: str, kind: str, size: int) -> Json:
    return {"name": name, "columnType": kind, "maximumSize": size if kind == "STRING" else None}


def _view_for_scope(scope: dict[str, Any]) -> View:
    """A view that exists only for the question."""
    submissions = scope.get("viewEntityType") == "submissionview"
    ids = [number(one) if submissions else entity_number(one) for one in scope.get("scope") or []]
    return View(
        entity_id=0, version=1, etag="", changed_on=0, kind=SUBMISSION_VIEW if submissions else ENTITY_VIEW,
        columns=(), scope=tuple(ids), mask=number(scope.get("viewTypeMask") or 1),
    )  # fmt: skip


JOBS: Final = (
    JobKind("/entity/{id}/table/query", view_queries.QUERY_BUNDLE, view_queries.query_bundle, reads=True),
    JobKind("/entity/{id}/table/query/nextPage", view_queries.NEXT_PAGE, view_queries.next_page, reads=True),
    JobKind("/entity/{id}/table/download/csv", view_queries.CSV_DOWNLOAD, view_queries.csv_download, reads=True),
    JobKind("/entity/{id}/table/transaction", view_changes.TRANSACTION, view_changes.transaction, reads=False),
    JobKind("/entity/{id}/table/append", APPEND, view_changes.append, reads=False),
    JobKind("/column/view/scope", VIEW_COLUMNS, annotation_columns, reads=True),
)

ROUTES = (
    Route("GET", "/repo/v1/entity/{id}/column", list_columns, reads=True),
    *job_routes(JOBS),
    *view_index.ROUTES,
)
