"""The old form of annotations, which submission statuses alone still carry (contract 5.9)."""

from __future__ import annotations

from typing import Final

from synapse_sandbox.reading import nested, objects
from synapse_sandbox.refusals import invalid
from synapse_sandbox.wire import Json

LISTS: Final = ("stringAnnos", "longAnnos", "doubleAnnos")


def checked_annotations(status: Json, status_id: int, evaluation_id: int) -> Json | None:
    """The v1 annotations of a submission status with what the server fills in; `isPrivate` is true unless said."""
    body = nested(status, "annotations")
    if body is None:
        return None
    checked: Json = {"objectId": str(status_id), "scopeId": str(evaluation_id)}
    seen: set[str] = set()
    for name in LISTS:
        if name in body:
            checked[name] = [_checked_entry(entry, seen) for entry in objects(body, name) or []]
    return checked


def public_annotations(annotations: Json | None) -> Json | None:
    """The v1 annotations that a reader without READ_PRIVATE_SUBMISSION may see."""
    if annotations is None:
        return None
    lists = {name: [entry for entry in annotations[name] if not entry["isPrivate"]] for name in _lists_of(annotations)}
    return annotations | lists


def _lists_of(annotations: Json) -> list[str]:
    return [name for name in LISTS if name in annotations]


def _checked_entry(entry: Json | None, seen: set[str]) -> Json:
    key = None if entry is None else entry.get("key")
    if entry is None or not isinstance(key, str):
        raise invalid("Annotation key cannot be null")
    if key in seen:
        raise invalid(f"Duplicate annotation found for key: {key}")
    seen.add(key)
    return {**entry, "isPrivate": bool(entry.get("isPrivate", True))}
