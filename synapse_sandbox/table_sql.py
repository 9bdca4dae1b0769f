"""The part of Synapse's table SQL that the sandbox speaks: one SELECT from one view (contract 8.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from synapse_sandbox.column_models import Column, parsed
from synapse_sandbox.refusals import invalid

if TYPE_CHECKING:
    from sqlglot import exp

ROW_COLUMNS: Final = {"ROW_ID": "INTEGER", "ROW_VERSION": "INTEGER", "ROW_ETAG": "STRING", "ROW_BENEFACTOR": "INTEGER"}
TABLE: Final = "rows"

_VERSIONED_TABLE = re.compile(r"(?i)(\bfrom\s+)(syn\d+\.\d+)")
_TABLE_NAME = re.compile(r"(?i)syn(\d+)(?:\.(\d+))?")
_NUMBERS: Final = {"INTEGER", "DATE", "USERID", "SUBMISSIONID", "EVALUATIONID"}


@dataclass(frozen=True, slots=True)
class Statement:
    """A parsed query: which table, at which version (None is the current one), and the SELECT itself."""

    entity_id: int
    version: int | None
    select: exp.Select


@dataclass(frozen=True, slots=True)
class Header:
    """One column of an answer; `column_id` only for a column of the view taken as it is."""

    name: str
    column_type: str
    column_id: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The SelectColumn of the protocol."""
        return {"name": self.name, "columnType": self.column_type, "id": self.column_id}


def parse_statement(sql: str) -> Statement:
    """Read one SELECT statement.

    Raises:
        Refusal: 400 for anything but one SELECT from one `syn…` table.
    """
    from sqlglot import exp, parse_one
    from sqlglot.errors import SqlglotError

    if not sql.strip():
        raise invalid("The SQL query is required.")
    try:
        tree = parse_one(_VERSIONED_TABLE.sub(r'\1"\2"', sql, count=1))
    except SqlglotError as error:
        raise invalid(f"Invalid SQL query: {_first_line(error)} Query: {sql}") from None
    if not isinstance(tree, exp.Select) or tree.args.get("joins") or len(list(tree.find_all(exp.Select))) != 1:
        raise invalid(f"Only one SELECT from one table is supported. Query: {sql}")
    table = tree.find(exp.Table)
    named = _TABLE_NAME.fullmatch(table.name) if table else None
    if table is None or named is None:
        raise invalid(f"The query must select from a table or view by its id, such as syn123. Query: {sql}")
    return Statement(int(named[1]), int(named[2]) if named[2] else None, tree)


def bound(statement: Statement, columns: list[Column], user_id: int) -> exp.Select:
    """The SELECT over the index table: names checked, star spelt out, dates and CURRENT_USER() replaced by numbers.

    Raises:
        Refusal: 400 for an unknown column.
    """
    from sqlglot import exp

    select = statement.select.copy()
    types = {column["name"]: column for column in columns}
    for reference in select.find_all(exp.Column):
        _check_column(reference.name, types, select)
    table = select.find(exp.Table)
    if table is not None:
        table.replace(exp.to_table(TABLE))
    _expand_star(select, columns)
    _replace_dates(select, types)
    for asked in list(select.find_all(exp.CurrentUser)):
        asked.replace(exp.Literal.number(user_id))
    return select


def headers_of(select: exp.Select, columns: list[Column]) -> list[Header]:
    """Name and type of each selected expression."""
    by_name = {column["name"]: column for column in columns}
    return [_header(expression, by_name) for expression in select.expressions]


def is_aggregate(select: exp.Select) -> bool:
    """Whether answer rows are no longer rows of the view, and so carry no row id."""
    from sqlglot import exp

    return bool(select.args.get("group") or select.args.get("distinct") or select.find(exp.AggFunc))


def sql_text(tree: exp.Expression) -> str:
    """The text that SQLite runs; every name is quoted."""
    return tree.sql(dialect="sqlite", identify=True)


def condition(column: Column, operator: str, values: list[str]) -> exp.Condition:
    """A filter or facet selection as a condition: EQUAL, IN and LIKE match any of the values."""
    from sqlglot import exp

    left = exp.column(column["name"], quoted=True)
    if operator == "LIKE":
        return exp.or_(*(exp.Like(this=left.copy(), expression=exp.Literal.string(value)) for value in values))
    literals = [_literal(column, value) for value in values]
    return exp.In(this=left, expressions=literals)


def between(column: Column, minimum: str | None, maximum: str | None) -> list[exp.Condition]:
    """A selected facet range; an absent end is open."""
    from sqlglot import exp

    left = exp.column(column["name"], quoted=True)
    found: list[exp.Condition] = []
    if minimum is not None:
        found.append(exp.GTE(this=left.copy(), expression=_literal(column, minimum)))
    if maximum is not None:
        found.append(exp.LTE(this=left.copy(), expression=_literal(column, maximum)))
    return found


def _first_line(error: Exception) -> str:
    # sqlglot underlines the place with terminal codes on the lines that follow.
    return str(error).splitlines()[0]


def _check_column(name: str, types: dict[str, Column], select: exp.Select) -> None:
    aliases = {expression.alias for expression in select.expressions}
    if name not in types and name not in ROW_COLUMNS and name not in aliases:
        raise invalid(f"Unknown column path: {name}")


def _expand_star(select: exp.Select, columns: list[Column]) -> None:
    from sqlglot import exp

    spelt: list[exp.Expression] = []
    for expression in select.expressions:
        star = isinstance(expression, exp.Star)
        spelt += [exp.column(column["name"], quoted=True) for column in columns] if star else [expression]
    select.set("expressions", spelt)


def _replace_dates(select: exp.Select, types: dict[str, Column]) -> None:
    from sqlglot import exp

    for node in select.find_all(exp.Predicate):
        dates = [types[c.name] for c in node.find_all(exp.Column) if types.get(c.name, {}).get("columnType") == "DATE"]
        for literal in list(node.find_all(exp.Literal)) if dates else []:
            if literal.is_string:
                literal.replace(exp.Literal.number(parsed(dates[0], literal.name)))


def _literal(column: Column, value: str) -> exp.Expression:
    from sqlglot import exp

    if column["columnType"] == "BOOLEAN":
        return exp.Literal.number(int(parsed(column, value) == "true"))
    if column["columnType"] in _NUMBERS or column["columnType"] == "DOUBLE":
        return exp.Literal.number(parsed(column, value))
    return exp.Literal.string(value)


def _header(expression: exp.Expression, by_name: dict[str, Column]) -> Header:
    from sqlglot import exp

    inner = expression.this if isinstance(expression, exp.Alias) else expression
    name = expression.alias_or_name or expression.sql()
    if isinstance(inner, exp.Column):
        column = by_name.get(inner.name)
        if column is None:
            return Header(name, ROW_COLUMNS.get(inner.name, "STRING"))
        return Header(name, column["columnType"], column["id"] if name == column["name"] else None)
    return Header(name, _type_of(inner, by_name))


def _type_of(expression: exp.Expression, by_name: dict[str, Column]) -> str:
    from sqlglot import exp

    if isinstance(expression, exp.Count):
        return "INTEGER"
    if isinstance(expression, exp.Avg):
        return "DOUBLE"
    column = expression.find(exp.Column)
    if isinstance(expression, (exp.Sum, exp.Min, exp.Max)) and column is not None and column.name in by_name:
        return str(by_name[column.name]["columnType"])
    return "STRING"
