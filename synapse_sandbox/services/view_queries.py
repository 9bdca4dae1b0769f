"""Asking a view: query bundles, further pages, CSV files (contract 8.6)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from synapse_sandbox import reading, table_sql
from synapse_sandbox.call import Call
from synapse_sandbox.permissions import require_entity
from synapse_sandbox.refusals import invalid, required
from synapse_sandbox.services.files import store_file
from synapse_sandbox.services.view_index import indexed_rows, snapshot_rows
from synapse_sandbox.services.view_rows import visible
from synapse_sandbox.services.view_scope import View, max_rows_per_page, view_of
from synapse_sandbox.table_index import Index, ResultRow, loaded
from synapse_sandbox.table_sql import Header
from synapse_sandbox.wire import Json, syn, to_iso

if TYPE_CHECKING:
    from sqlglot import exp

_TABLE: Final = "org.sagebionetworks.repo.model.table."
QUERY_BUNDLE: Final = _TABLE + "QueryBundleRequest"
NEXT_PAGE: Final = _TABLE + "QueryNextPageToken"
CSV_DOWNLOAD: Final = _TABLE + "DownloadFromTableRequest"

# Bits of partMask.
_RESULTS, _COUNT, _SELECT, _MAX_ROWS, _COLUMNS, _FACETS, _SIZES, _UPDATED, _SQL = (1 << bit for bit in range(9))
_ALL: Final = 0x3FF


@dataclass(frozen=True, slots=True)
class _Question:
    """A query made ready: the view, the bound SELECT, the index to run it on, and which part of the rows is wanted."""

    view: View
    select: exp.Select
    index: Index
    limit: int | None
    offset: int
    facets: dict[str, set[str]]

    @property
    def columns(self) -> list[Any]:
        return list(self.view.columns)

    @property
    def headers(self) -> list[Header]:
        return table_sql.headers_of(self.select, self.columns)


def query_bundle(call: Call, request: Json) -> Json:
    """Work of a QueryBundleRequest: the parts that its mask asks for."""
    query = reading.nested(request, "query")
    if query is None:
        raise required("query")
    mask = reading.integer(request, "partMask") or _ALL
    with _asked(call, query) as question:
        return {"concreteType": _TABLE + "QueryResultBundle", **_parts(call, question, query, mask)}


def next_page(call: Call, request: Json) -> Json:
    """Work of a QueryNextPageToken: the next rows of a query."""
    try:
        query = json.loads(reading.text(request, "token") or "")
    except ValueError:
        query = None
    if not isinstance(query, dict):
        raise invalid("The token of the next page can't be read.")
    with _asked(call, query) as question:
        return _results(question, query)


def csv_download(call: Call, request: Json) -> Json:
    """Work of a DownloadFromTableRequest: a CSV file under a file handle of the caller's."""
    with _asked(call, request) as question:
        rows = question.index.rows(question.select, question.limit, question.offset)
        text = _csv(request, question, rows)
        name = reading.text(request, "fileName") or f"{syn(question.view.entity_id)}.csv"
        handle = store_file(call, name, "text/csv", text.encode())
        return {
            "concreteType": _TABLE + "DownloadFromTableResult",
            "resultsFileHandleId": str(handle),
            "tableId": syn(question.view.entity_id),
            "etag": question.view.etag,
            "headers": [header.as_json() for header in question.headers],
        }


@contextmanager
def _asked(call: Call, query: Json) -> Iterator[_Question]:
    statement = table_sql.parse_statement(reading.text(query, "sql") or "")
    view = view_of(call.store, statement.entity_id)
    require_entity(call.store, call.caller, view.entity_id, "READ")
    if statement.version is None:
        rows = indexed_rows(call.store, view, call.now)
    else:
        rows = snapshot_rows(call.store, view, statement.version)
    select = table_sql.bound(statement, list(view.columns), call.caller.id)
    filtered, facets = _filtered(select, view, query)
    with loaded(list(view.columns), visible(call.store, call.caller, view, rows)) as index:
        yield _Question(
            view, _sorted(filtered, query), index, reading.integer(query, "limit"),
            reading.integer(query, "offset") or 0, facets,
        )  # fmt: skip


def _filtered(select: exp.Select, view: View, query: Json) -> tuple[exp.Select, dict[str, set[str]]]:
    """The SELECT with the filters and facet selections of the query added; and the selected facet values by column."""
    by_name, chosen = {column["name"]: column for column in view.columns}, {}
    for one in reading.objects(query, "additionalFilters") or []:
        column, values = by_name.get((one or {}).get("columnName", "")), reading.texts(one or {}, "values")
        if column is None or not values:
            raise invalid("A query filter needs the columnName of a column and at least one value.")
        select = select.where(table_sql.condition(column, str((one or {}).get("operator", "EQUAL")), values))
    for facet in reading.objects(query, "selectedFacets") or []:
        column = by_name.get((facet or {}).get("columnName", ""))
        if column is None or facet is None:
            raise invalid("A selected facet needs the columnName of a column.")
        chosen[column["name"]] = set(reading.texts(facet, "facetValues") or [])
        select = select.where(*_facet_conditions(column, facet))
    return select, chosen


def _facet_conditions(column: Json, facet: Json) -> list[exp.Condition]:
    values = reading.texts(facet, "facetValues")
    if values:
        return [table_sql.condition(column, "IN", values)]
    return table_sql.between(column, reading.text(facet, "min"), reading.text(facet, "max"))


def _sorted(select: exp.Select, query: Json) -> exp.Select:
    """The SELECT in the order of the query's `sort`, which replaces that of the SQL."""
    from sqlglot import exp

    items = reading.objects(query, "sort")
    if not items:
        return select
    ordered = [
        exp.Ordered(
            this=exp.column(str((item or {}).get("column", "")), quoted=True),
            desc=(item or {}).get("direction") == "DESC",
        )
        for item in items
    ]
    return select.order_by(*ordered, append=False)


def _parts(call: Call, question: _Question, query: Json, mask: int) -> Json:
    columns = question.columns
    makers: dict[int, tuple[str, Any]] = {
        _RESULTS: ("queryResult", lambda: _results(question, query)),
        _COUNT: ("queryCount", lambda: question.index.count(question.select)),
        _SELECT: ("selectColumns", lambda: [header.as_json() for header in question.headers]),
        _MAX_ROWS: ("maxRowsPerPage", lambda: max_rows_per_page(columns)),
        _COLUMNS: ("columnModels", lambda: columns),
        _FACETS: ("facets", lambda: _facets(question)),
        _SIZES: ("sumFileSizes", lambda: {"sumFileSizesBytes": 0, "greaterThan": False}),
        _UPDATED: ("lastUpdatedOn", lambda: to_iso(call.now)),
        _SQL: ("combinedSql", lambda: _combined_sql(question)),
    }
    return {name: make() for bit, (name, make) in makers.items() if mask & bit}


def _results(question: _Question, query: Json) -> Json:
    most = max_rows_per_page(question.columns)
    size = most if question.limit is None else min(question.limit, most)
    rows = question.index.rows(question.select, size + 1, question.offset)
    left = None if question.limit is None else question.limit - size
    more = len(rows) > size and left != 0
    row_set = {
        "concreteType": _TABLE + "RowSet",
        "tableId": syn(question.view.entity_id),
        "etag": question.view.etag,
        "headers": [header.as_json() for header in question.headers],
        "rows": [_row_json(row, bool(query.get("includeEntityEtag"))) for row in rows[:size]],
    }
    token = {**query, "offset": question.offset + size, "limit": left} if more else None
    return {
        "concreteType": _TABLE + "QueryResult",
        "queryResults": row_set,
        "nextPageToken": token and {
            "concreteType": NEXT_PAGE, "entityId": syn(question.view.entity_id), "token": json.dumps(token),
        },
    }  # fmt: skip


def _row_json(row: ResultRow, with_etag: bool) -> Json:
    etag = row.etag if with_etag else None
    return {"rowId": row.row_id, "versionNumber": row.version, "etag": etag, "values": list(row.values)}


def _facets(question: _Question) -> list[Json]:
    where = question.select.args.get("where")
    condition = where.this if where is not None else None
    return [
        question.index.facet(column, condition, question.facets.get(column["name"], set()))
        for column in question.columns
        if column.get("facetType")
    ]


def _combined_sql(question: _Question) -> str:
    text = table_sql.sql_text(question.select)
    return text.replace(f'FROM "{table_sql.TABLE}"', f"FROM {syn(question.view.entity_id)}")


def _csv(request: Json, question: _Question, rows: list[ResultRow]) -> str:
    descriptor = reading.nested(request, "csvTableDescriptor") or {}
    out = io.StringIO()
    writer = csv.writer(
        out,
        delimiter=descriptor.get("separator", ","),
        quotechar=descriptor.get("quoteCharacter", '"'),
        lineterminator=descriptor.get("lineEnd", "\n"),
    )
    with_ids = reading.boolean(request, "includeRowIdAndRowVersion") is not False
    with_ids = with_ids and not table_sql.is_aggregate(question.select)
    if reading.boolean(request, "writeHeader") is not False:
        head = ["ROW_ID", "ROW_VERSION", "ROW_ETAG"] if with_ids else []
        writer.writerow([*head, *(header.name for header in question.headers)])
    for row in rows:
        writer.writerow([*([row.row_id, row.version, row.etag] if with_ids else []), *row.values])
    return out.getvalue()
