"""Column models: what a column may say, and the one spelling under which equal columns are equal (contract 8.1)."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any, Final

from synapse_sandbox.reading import integer
from synapse_sandbox.refusals import invalid

Column = dict[str, Any]

COLUMN_TYPES: Final = (
    "STRING", "DOUBLE", "INTEGER", "BOOLEAN", "DATE", "FILEHANDLEID", "ENTITYID", "SUBMISSIONID", "EVALUATIONID",
    "LINK", "MEDIUMTEXT", "LARGETEXT", "USERID", "STRING_LIST", "INTEGER_LIST", "BOOLEAN_LIST", "DATE_LIST",
    "ENTITYID_LIST", "USERID_LIST", "JSON",
)  # fmt: skip
RESERVED_NAMES: Final = {"ROW_ID", "ROW_VERSION", "ROW_ETAG", "ROW_BENEFACTOR", "ROW_SEARCH_CONTENT", "ROW_HASH_CODE"}
MAX_NAME: Final = 256
MAX_COLUMNS: Final = 152
MAX_ROW_BYTES: Final = 64000

_MEMBERS: Final = (
    "name", "columnType", "facetType", "maximumSize", "maximumListLength", "defaultValue", "enumValues",
    "jsonSubColumns",
)  # fmt: skip
_SIZED: Final = {"STRING", "LINK", "STRING_LIST"}
_DEFAULT_SIZE: Final = 50
_MAX_SIZE: Final = 1000
_DEFAULT_LIST_LENGTH: Final = 100
_MAX_ENUM_VALUES: Final = 100
_NO_DEFAULT_VALUE: Final = {
    "FILEHANDLEID", "ENTITYID", "SUBMISSIONID", "EVALUATIONID", "USERID", "MEDIUMTEXT", "LARGETEXT", "JSON",
}  # fmt: skip
_RANGE_FACET: Final = {"INTEGER", "DOUBLE", "DATE"}
_NO_ENUMERATION_FACET: Final = {"DOUBLE", "FILEHANDLEID", "LINK", "MEDIUMTEXT", "LARGETEXT", "JSON"}
_BYTES_PER_CHARACTER: Final = 4
_BYTES: Final = {"BOOLEAN": 5, "MEDIUMTEXT": 421, "LARGETEXT": 2133, "JSON": 2133}
_BYTES_OF_A_NUMBER: Final = 23


def normalised(column: Column) -> Column:
    """The column as Synapse keeps it, without its id.

    Raises:
        Refusal: 400 for anything that a column may not say.
    """
    known = {key: column[key] for key in _MEMBERS if column.get(key) is not None}
    known["name"] = _name(known.get("name"))
    known["columnType"] = column_type = _type(known.get("columnType"))
    _check_facet(column_type, known.get("facetType"))
    known |= _sizes(column_type, known)
    known |= _enumeration(known)
    return _with_default(known)


def content_hash(column: Column) -> str:
    """The address of a normalised column: equal columns share it, whoever made them."""
    text = json.dumps({key: value for key, value in column.items() if key != "id"}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def check_schema(columns: list[Column]) -> None:
    """Refuse a table whose columns are too many, too wide, or not distinct (contract 8.1).

    Raises:
        Refusal: 400.
    """
    if len(columns) > MAX_COLUMNS:
        raise invalid(f"Too many columns. The limit is {MAX_COLUMNS} columns per table")
    _check_distinct([column["id"] for column in columns], "Duplicate column id: ")
    _check_distinct([column["name"] for column in columns], "Duplicate column name: ")
    if sum(map(_width, columns)) > MAX_ROW_BYTES:
        raise invalid(f"Too much data per row. The limit is {MAX_ROW_BYTES} bytes for all columns in each row.")


def parsed(column: Column, text: str) -> str:
    """One value of a column in its stored spelling: plain numbers, booleans in small letters, dates as epoch ms.

    Raises:
        Refusal: 400 when the text is no such value.
    """
    column_type = str(column["columnType"]).removesuffix("_LIST")
    try:
        return _PARSERS.get(column_type, str)(text)
    except (ValueError, OverflowError):
        raise invalid(f"Value '{text}' is not a valid {column_type} for the column: {column['name']}") from None


def _name(name: Any) -> str:
    if name is None:
        raise invalid("ColumnModel.name cannot be null")
    trimmed = str(name).strip()
    if not trimmed:
        raise invalid("ColumnModel.name cannot be an empty string")
    if len(trimmed) > MAX_NAME:
        raise invalid(f"ColumnModel.name must be {MAX_NAME} characters or less")
    if trimmed.upper() in RESERVED_NAMES:
        raise invalid(f"The column name: {trimmed} is a system reserved column name.")
    return trimmed


def _type(column_type: Any) -> str:
    if column_type is None:
        raise invalid("ColumnModel.columnType cannot be null")
    if column_type not in COLUMN_TYPES:
        raise invalid(f"No enum constant org.sagebionetworks.repo.model.table.ColumnType.{column_type}")
    return str(column_type)


def _check_facet(column_type: str, facet: Any) -> None:
    if facet is None:
        return
    if facet not in {"enumeration", "range"}:
        raise invalid(f"No enum constant org.sagebionetworks.repo.model.table.FacetType.{facet}")
    allowed = column_type in _RANGE_FACET if facet == "range" else column_type not in _NO_ENUMERATION_FACET
    if not allowed:
        raise invalid(f"The ColumnType {column_type} can not be faceted as a {facet}")


def _sizes(column_type: str, known: Column) -> Column:
    sizes: Column = {}
    if column_type in _SIZED:
        sizes["maximumSize"] = size = _size(known, "maximumSize", _DEFAULT_SIZE)
        if size < 1:
            raise invalid("ColumnModel.maxSize for a STRING must be greater than 0")
        if size > _MAX_SIZE:
            raise invalid(f"ColumnModel.maxSize for a STRING cannot exceed: {_MAX_SIZE}")
    if column_type.endswith("_LIST"):
        sizes["maximumListLength"] = length = _size(known, "maximumListLength", _DEFAULT_LIST_LENGTH)
        if not 2 <= length <= _DEFAULT_LIST_LENGTH:
            raise invalid(
                f"ColumnModel.maximumListLength for a LIST column must be between 2 and {_DEFAULT_LIST_LENGTH}"
            )
    return sizes


def _size(known: Column, member: str, default: int) -> int:
    given = integer(known, member)
    return default if given is None else given


def _enumeration(known: Column) -> Column:
    values = known.get("enumValues")
    if not values:
        return {"enumValues": None}
    if len(values) > _MAX_ENUM_VALUES:
        raise invalid(f"Maximum allowed enum values is {_MAX_ENUM_VALUES} for the column: {known['name']}")
    return {"enumValues": sorted(parsed(known, str(value).strip()) for value in values)}


def _with_default(known: Column) -> Column:
    default = str(known.get("defaultValue", "")).strip()
    if default and known["columnType"] in _NO_DEFAULT_VALUE:
        raise invalid(f"Columns of type {known['columnType']} cannot have default values.")
    known["defaultValue"] = _parsed_default(known, default) if default else None
    return {key: value for key, value in known.items() if value is not None}


def _parsed_default(known: Column, default: str) -> str:
    if not known["columnType"].endswith("_LIST"):
        return parsed(known, default)
    try:
        values = json.loads(default)
    except ValueError:
        values = None
    if not isinstance(values, list):
        raise invalid(f"Value '{default}' is not a valid JSON array for the column: {known['name']}")
    return json.dumps(values)


def _check_distinct(values: list[str], text: str) -> None:
    for position, value in enumerate(values):
        if value in values[:position]:
            raise invalid(text + value)


def _width(column: Column) -> int:
    if column["columnType"] in _SIZED:
        return int(column["maximumSize"]) * _BYTES_PER_CHARACTER
    return _BYTES.get(column["columnType"], _BYTES_OF_A_NUMBER)


def _boolean(text: str) -> str:
    if text.lower() not in {"true", "false"}:
        raise ValueError(text)
    return text.lower()


def _date(text: str) -> str:
    if text.lstrip("-").isdigit():
        return str(int(text))
    return str(int(datetime.fromisoformat(text).timestamp() * 1000))


_PARSERS: Final = {
    "INTEGER": lambda text: str(int(text)),
    "DOUBLE": lambda text: str(float(text)),
    "BOOLEAN": _boolean,
    "DATE": _date,
}
