"""Typed members of a request body, read as Synapse's generated readers do (contract 0.2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from synapse_sandbox.refusals import invalid
from synapse_sandbox.wire import Json, from_iso, number


def text(body: Mapping[str, Any], field: str) -> str | None:
    """A string; numbers are taken as their digits, because whether Synapse refuses them is unsettled (Appendix B)."""
    value = body.get(field)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise wrong_type(field, "string")


def integer(body: Mapping[str, Any], field: str) -> int | None:
    """A whole number; a numeric string is taken too, as org.json's getLong does."""
    value = body.get(field)
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        return number(int(value))
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise wrong_type(field, "long")
    return number(value)


def decimal(body: Mapping[str, Any], field: str) -> float | None:
    """A floating point number."""
    value = body.get(field)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise wrong_type(field, "double")
    try:
        return float(value)
    except ValueError as fault:
        raise wrong_type(field, "double") from fault


def boolean(body: Mapping[str, Any], field: str) -> bool | None:
    """A truth value; org.json takes the words as well."""
    value = body.get(field)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise wrong_type(field, "Boolean")


def choice(body: Mapping[str, Any], field: str, allowed: Collection[str]) -> str | None:
    """A member of an enumeration, matched exactly and case-sensitively."""
    value = body.get(field)
    if value is not None and (not isinstance(value, str) or value not in allowed):
        raise invalid(f"No enum constant for {field}: {value}")
    return value


def date(body: Mapping[str, Any], field: str) -> int | None:
    """A date as epoch milliseconds; fraction and offset are compulsory (contract 0.3)."""
    value = body.get(field)
    return None if value is None else from_iso(value)


def objects(body: Mapping[str, Any], field: str) -> list[Json | None] | None:
    """A list of objects; elements may be null."""
    value = body.get(field)
    if value is None:
        return None
    if not isinstance(value, list) or any(item is not None and not isinstance(item, dict) for item in value):
        raise wrong_type(field, "JSONArray of objects")
    return value


def nested(body: Mapping[str, Any], field: str) -> Json | None:
    """A nested object."""
    value = body.get(field)
    if value is not None and not isinstance(value, dict):
        raise wrong_type(field, "JSONObject")
    return value


def texts(body: Mapping[str, Any], field: str) -> list[str] | None:
    """A list of strings."""
    value = body.get(field)
    if value is None:
        return None
    if not isinstance(value, list):
        raise wrong_type(field, "JSONArray")
    return [str(item) for item in value]


def principal(body: Mapping[str, Any], field: str) -> int | None:
    """An id that the schema types as a string of digits."""
    value = text(body, field)
    return None if value is None else number(value)


def compulsory(body: Mapping[str, Any], field: str) -> Any:
    """A member that the schema itself requires: 400 in the words of the generated reader."""
    if body.get(field) is None:
        raise invalid(f"Property: '{field}' is required and cannot be null")
    return body[field]


def wrong_type(field: str, kind: str) -> Exception:
    """400 for a member of another type than its reader expects."""
    return invalid(f'JSONObject["{field}"] is not a {kind}.')
