"""Annotations of entities in their first form: a map for each type of value (contract, Appendix A).

They are the annotations of the second form, told differently: Synapse keeps one set. Truth values travel as texts,
dates as epoch milliseconds, and binary values are no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from synapse_sandbox.annotation_values import cleaned
from synapse_sandbox.call import Answer, Call
from synapse_sandbox.permissions import require_entity
from synapse_sandbox.reading import nested, text
from synapse_sandbox.refusals import invalid
from synapse_sandbox.routing import Route
from synapse_sandbox.services.entities import check_etag
from synapse_sandbox.services.entity_annotations import document, write
from synapse_sandbox.services.nodes import node
from synapse_sandbox.store import Row
from synapse_sandbox.wire import Json, entity_number, syn, to_iso

SCHEMA = ""
# Member of the first form → type of the second.
_MEMBERS: Final = {
    "stringAnnotations": "STRING",
    "longAnnotations": "LONG",
    "doubleAnnotations": "DOUBLE",
    "dateAnnotations": "TIMESTAMP_MS",
}
_MEMBER_OF: Final = {kind: member for member, kind in _MEMBERS.items()} | {"BOOLEAN": "stringAnnotations"}


def get_old_annotations(call: Call) -> Answer:
    """GET /entity/{id}[/version/{n}]/annotations."""
    entity_id = call.entity_id()
    require_entity(call.store, call.caller, entity_id, "READ")
    version = call.number("versionNumber") if "versionNumber" in call.path else None
    return Answer(_told(node(call.store, entity_id, version)))


def put_old_annotations(call: Call) -> Answer:
    """PUT /entity/{id}/annotations: replaces all annotations, under the entity's etag."""
    entity_id = call.entity_id()
    if entity_number(text(call.body, "id")) != entity_id:
        raise invalid("Annotations do not match requested entity ID")
    require_entity(call.store, call.caller, entity_id, "UPDATE")
    annotations = cleaned(dict(_read(call.body)))
    check_etag(node(call.store, entity_id), text(call.body, "etag"))
    write(call, entity_id, annotations)
    return Answer(_told(node(call.store, entity_id)))


def _told(row: Row) -> Json:
    shown: dict[str, Any] = {
        "id": syn(row["id"]),
        "etag": row["etag"],
        "creationDate": to_iso(row["created_on"]),
        "blobAnnotations": {},
        **{member: {} for member in _MEMBERS},
    }
    for key, annotation in document(row)["annotations"].items():
        shown[_MEMBER_OF[annotation["type"]]][key] = [_value(annotation["type"], one) for one in annotation["value"]]
    return shown


def _value(kind: str, value: str) -> str | int | float:
    if kind in ("LONG", "TIMESTAMP_MS"):
        return int(value)
    return float(value) if kind == "DOUBLE" else value


def _read(body: Json) -> Iterator[tuple[str, Json]]:
    seen: set[str] = set()
    for member, kind in _MEMBERS.items():
        for key, values in (nested(body, member) or {}).items():
            if key in seen:
                raise invalid(f"Annotation names must be unique, but {key} is used more than once.")
            seen.add(key)
            yield key, {"type": kind, "value": values if isinstance(values, list) else [values]}


ROUTES = (
    Route("GET", "/repo/v1/entity/{id}/annotations", get_old_annotations, reads=True),
    Route("PUT", "/repo/v1/entity/{id}/annotations", put_old_annotations),
    Route("GET", "/repo/v1/entity/{id}/version/{versionNumber}/annotations", get_old_annotations, reads=True),
)
