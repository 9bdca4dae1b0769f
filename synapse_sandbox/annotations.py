"""Annotations in both forms: v2 of entities and statuses (contract 2.8), v1 of statuses alone (contract 5.9)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Final

from synapse_sandbox.reading import compulsory, nested, objects
from synapse_sandbox.refusals import invalid
from synapse_sandbox.wire import Json

MAX_KEYS, MAX_VALUES = 100, 100
RESERVED_KEY: Final = "_accessRequirementIds"
V1_LISTS: Final = ("stringAnnos", "longAnnos", "doubleAnnos")
_KEY = re.compile(r"^[a-zA-Z0-9,_.]+")
_LONG = re.compile(r"[+-]?\d+")
_SPELT_DOUBLES: Final = {"nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"}


def checked_v2(annotations: Mapping[str, object]) -> Json:
    """The annotations of a v2 body, empty lists dropped; 400 for bad keys, types and values."""
    if len(annotations) > MAX_KEYS:
        raise invalid(f"Exceeded maximum number of annotation keys: {MAX_KEYS}")
    checked = {key: _checked_entry(key, entry) for key, entry in annotations.items()}
    return {key: entry for key, entry in checked.items() if entry["value"]}


def checked_v1(status: Json, status_id: int, evaluation_id: int) -> Json | None:
    """The v1 annotations of a submission status with what the server fills in; `isPrivate` is true unless said."""
    body = nested(status, "annotations")
    if body is None:
        return None
    checked: Json = {"objectId": str(status_id), "scopeId": str(evaluation_id)}
    seen: set[str] = set()
    for name in V1_LISTS:
        if name in body:
            checked[name] = [_checked_v1_entry(entry, seen) for entry in objects(body, name) or []]
    return checked


def public_v1(annotations: Json | None) -> Json | None:
    """The v1 annotations that a reader without READ_PRIVATE_SUBMISSION may see."""
    if annotations is None:
        return None
    lists = {name: [entry for entry in annotations[name] if not entry["isPrivate"]] for name in _lists_of(annotations)}
    return annotations | lists


def _lists_of(annotations: Json) -> list[str]:
    return [name for name in V1_LISTS if name in annotations]


def _checked_entry(key: str, entry: object) -> Json:
    if not _KEY.fullmatch(key):
        raise invalid(
            f"Invalid annotation name: '{key}'. Annotation names may only contain: letters, numbers, underscores,"
            " commas and periods"
        )
    if key == RESERVED_KEY:
        raise invalid(f"The annotation key: '{key}' is reserved and can't be used.")
    if not isinstance(entry, dict):
        raise invalid(f'JSONObject["{key}"] is not a JSONObject.')
    kind, values = compulsory(entry, "type"), compulsory(entry, "value")
    if kind not in _VALID:
        raise invalid(f"No enum constant org.sagebionetworks.repo.model.annotation.v2.AnnotationsValueType.{kind}")
    if not isinstance(values, list):
        raise invalid('JSONObject["value"] is not a JSONArray.')
    return {"type": kind, "value": _checked_values(key, kind, values)}


def _checked_values(key: str, kind: str, values: list[object]) -> list[str]:
    if len(values) > MAX_VALUES:
        raise invalid(f"Exceeded maximum number of annotation values: {MAX_VALUES} for key={key}")
    texts = [value if isinstance(value, str) else _spelt(value) for value in values]
    for value in texts:
        if not _VALID[kind](value):
            raise invalid(f"Value associated with key={key} is not valid for type={kind}: {value}")
    return texts


def _spelt(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _is_long(text: str) -> bool:
    return bool(_LONG.fullmatch(text)) and -(2**63) <= int(text) < 2**63


def _is_double(text: str) -> bool:
    if text.lower() in _SPELT_DOUBLES:
        return True
    try:
        return math.isfinite(float(text)) and "_" not in text
    except ValueError:
        return False


def _is_boolean(text: str) -> bool:
    return text.lower() in ("true", "false")


_VALID: Final[dict[str, Callable[[str], bool]]] = {
    "STRING": lambda _: True,
    "LONG": _is_long,
    "TIMESTAMP_MS": _is_long,
    "DOUBLE": _is_double,
    "BOOLEAN": _is_boolean,
}


def _checked_v1_entry(entry: Json | None, seen: set[str]) -> Json:
    key = None if entry is None else entry.get("key")
    if entry is None or not isinstance(key, str):
        raise invalid("Annotation key cannot be null")
    if key in seen:
        raise invalid(f"Duplicate annotation found for key: {key}")
    seen.add(key)
    return {**entry, "isPrivate": bool(entry.get("isPrivate", True))}
