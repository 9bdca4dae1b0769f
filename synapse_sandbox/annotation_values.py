"""Annotations, version 2: which keys, types and values are legal, on entities and on submissions (contract 2.8)."""

from __future__ import annotations

import re

from synapse_sandbox.refusals import invalid
from synapse_sandbox.wire import Json

MAX_KEYS = MAX_VALUES = 100
TYPES = ("STRING", "DOUBLE", "LONG", "TIMESTAMP_MS", "BOOLEAN")
_KEY = re.compile(r"[a-zA-Z0-9,_.]+")
_RESERVED = "_accessRequirementIds"
_LONG = re.compile(r"[+-]?\d{1,19}")
_DOUBLE = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?")
_SPECIAL = {"nan", "infinity", "+infinity", "-infinity", "inf", "+inf", "-inf"}
_MIN_LONG, _MAX_LONG = -(2**63), 2**63 - 1


def cleaned(annotations: Json) -> Json:
    """Annotations after all tests: keys, types, values; without empty lists. 400 for what Synapse doesn't take."""
    if len(annotations) > MAX_KEYS:
        raise invalid(f"Exceeded maximum number of annotation keys: {MAX_KEYS}")
    checked = {key: _value(key, value) for key, value in annotations.items()}
    return {key: value for key, value in checked.items() if value["value"]}


def _value(key: str, value: object) -> Json:
    if not _KEY.fullmatch(key):
        raise invalid(
            f"Invalid annotation key: '{key}'."
            " Annotation keys may only contain: letters, numbers, underscores, periods and commas."
        )
    if key == _RESERVED:
        raise invalid(f"The annotation key '{key}' is reserved.")
    if not isinstance(value, dict):
        raise invalid(f'JSONObject["{key}"] is not a JSONObject.')
    for member in ("type", "value"):
        if value.get(member) is None:
            raise invalid(f"Property: '{member}' is required and cannot be null")
    return _typed(key, value["type"], value["value"])


def _typed(key: str, kind: object, values: object) -> Json:
    if kind not in TYPES:
        raise invalid(f"No enum constant org.sagebionetworks.repo.model.annotation.v2.AnnotationsValueType.{kind}")
    if not isinstance(values, list):
        raise invalid('JSONObject["value"] is not a JSONArray.')
    if len(values) > MAX_VALUES:
        raise invalid(f"Exceeded maximum number of values for annotation key={key}: {MAX_VALUES}")
    texts = [str(value) for value in values if value is not None]
    for value in texts:
        if not _fits(str(kind), value):
            raise invalid(f"Value associated with key={key} is not valid for type={kind}: {value}")
    return {"type": kind, "value": texts}


def _fits(kind: str, value: str) -> bool:
    if kind in ("LONG", "TIMESTAMP_MS"):
        return bool(_LONG.fullmatch(value)) and _MIN_LONG <= int(value) <= _MAX_LONG
    if kind == "DOUBLE":
        return bool(_DOUBLE.fullmatch(value.strip())) or value.strip().lower() in _SPECIAL
    return kind == "STRING" or value.lower() in ("true", "false")
