"""The index of a view: its rows in a private in-memory SQLite, where queries run (contract 8.6)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from synapse_sandbox import table_sql
from synapse_sandbox.column_models import Column
from synapse_sandbox.refusals import invalid
from synapse_sandbox.table_sql import Header

if TYPE_CHECKING:
    from sqlglot import exp

_AFFINITY: Final = {
    "INTEGER": "INTEGER", "DATE": "INTEGER", "BOOLEAN": "INTEGER", "USERID": "INTEGER", "SUBMISSIONID": "INTEGER",
    "EVALUATIONID": "INTEGER", "DOUBLE": "REAL",
}  # fmt: skip
_MAX_FACET_VALUES: Final = 100
# Of one value, and of one row.
_MAX_VALUE_BYTES: Final = 10_000_000
_FUNCTIONS: Final = frozenset(
    """
    abs avg ceil ceiling coalesce concat count date datetime floor group_concat ifnull iif instr json_array_length
    json_extract length like lower ltrim max min mod nullif replace round rtrim strftime substr substring sum total trim
    upper
    """.split()
)


@dataclass(frozen=True, slots=True)
class ViewRow:
    """One row of a view: id, version and etag of the object it stands for, and its values by column name."""

    row_id: int
    version: int
    etag: str
    benefactor: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One row of an answer; id, version and etag are None when rows were aggregated."""

    values: tuple[str | None, ...]
    row_id: int | None = None
    version: int | None = None
    etag: str | None = None


class Index:
    """Rows loaded once, questions asked many times."""

    def __init__(self, connection: sqlite3.Connection, columns: list[Column]) -> None:
        self._connection = connection
        self._columns = columns

    def rows(self, select: exp.Select, limit: int | None, offset: int) -> list[ResultRow]:
        """The rows of one page; limit None means all.

        Raises:
            Refusal: 400 when SQLite can't run the statement.
        """
        headers = table_sql.headers_of(select, self._columns)
        if table_sql.is_aggregate(select):
            return [ResultRow(_texts(headers, found)) for found in self._page(select, limit, offset)]
        with_ids = select.select("ROW_ID", "ROW_VERSION", "ROW_ETAG")
        return [_identified(headers, found) for found in self._page(with_ids, limit, offset)]

    def count(self, select: exp.Select) -> int:
        """The number of rows that the statement gives."""
        return int(self._run(f"SELECT count(*) FROM ({table_sql.sql_text(select)})")[0][0])

    def facet(self, column: Column, where: exp.Expression | None, chosen: set[str]) -> dict[str, Any]:
        """The counts (enumeration) or ends (range) of one faceted column."""
        name = _quoted(column["name"])
        kind = "org.sagebionetworks.repo.model.table.FacetColumnResult"
        condition = f" WHERE {table_sql.sql_text(where)}" if where is not None else ""
        base = {"columnName": column["name"], "facetType": column["facetType"]}
        if column["facetType"] == "range":
            low, high = self._run(f"SELECT min({name}), max({name}) FROM {table_sql.TABLE}{condition}")[0]
            ends = {"columnMin": _text(column["columnType"], low), "columnMax": _text(column["columnType"], high)}
            return {"concreteType": f"{kind}Range", **base, **ends}
        counted = self._run(
            f"SELECT {name}, count(*) FROM {table_sql.TABLE}{condition}"
            f" GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_MAX_FACET_VALUES}"
        )
        return {
            "concreteType": f"{kind}Values",
            **base,
            "facetValues": [_facet_value(column, value, count, chosen) for value, count in counted],
        }

    def _page(self, select: exp.Select, limit: int | None, offset: int) -> list[Sequence[Any]]:
        text = table_sql.sql_text(select)
        return self._run(f"SELECT * FROM ({text}) LIMIT {-1 if limit is None else limit} OFFSET {offset}")

    def _run(self, sql: str) -> list[Sequence[Any]]:
        try:
            return self._connection.execute(sql).fetchall()
        except sqlite3.Error as error:
            raise invalid(f"The sandbox can't run this query: {error}") from None


@contextmanager
def loaded(columns: list[Column], rows: list[ViewRow]) -> Iterator[Index]:
    """An index over these rows, gone at the end of the block."""
    names = [*table_sql.ROW_COLUMNS, *(column["name"] for column in columns)]
    kinds = [*("INTEGER", "INTEGER", "TEXT", "INTEGER"), *(_AFFINITY.get(c["columnType"], "TEXT") for c in columns)]
    declared = ", ".join(f"{_quoted(name)} {kind}" for name, kind in zip(names, kinds, strict=True))
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE TABLE {table_sql.TABLE} ({declared})")
        marks = ", ".join("?" * len(names))
        connection.executemany(
            f"INSERT INTO {table_sql.TABLE} VALUES ({marks})", (_stored(row, columns) for row in rows)
        )
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE_BYTES)
        connection.set_authorizer(_allowed)
        yield Index(connection, columns)


def _allowed(action: int, _: str | None, name: str | None, __: str | None, ___: str | None) -> int:
    """SQLite's question before it runs a statement: only reading, and no function beyond those of Synapse's SQL."""
    reads = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
    known = action == sqlite3.SQLITE_FUNCTION and name in _FUNCTIONS
    return sqlite3.SQLITE_OK if reads or known else sqlite3.SQLITE_DENY


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _stored(row: ViewRow, columns: list[Column]) -> tuple[Any, ...]:
    values = (row.values.get(column["name"]) for column in columns)
    return (row.row_id, row.version, row.etag, row.benefactor, *values)


def _identified(headers: list[Header], found: Sequence[Any]) -> ResultRow:
    *values, row_id, version, etag = found
    return ResultRow(_texts(headers, values), row_id, version, etag)


def _texts(headers: list[Header], values: Sequence[Any]) -> tuple[str | None, ...]:
    return tuple(_text(header.column_type, value) for header, value in zip(headers, values, strict=True))


def _text(column_type: str, value: Any) -> str | None:
    if value is None:
        return None
    if column_type == "BOOLEAN":
        return "true" if value else "false"
    return str(value)


def _facet_value(column: Column, value: Any, count: int, chosen: set[str]) -> dict[str, Any]:
    # Synapse names the empty value this way, because a facet value is always a text.
    text = _text(column["columnType"], value) or "org.sagebionetworks.UNDEFINED_NULL_NOTSET"
    return {"value": text, "count": count, "isSelected": text in chosen}
