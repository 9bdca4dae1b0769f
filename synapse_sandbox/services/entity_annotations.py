"""Annotations of entities, version 2: typed lists of strings (contract 2.8)."""

from __future__ import annotations

import json

from synapse_sandbox.annotation_values import cleaned
from synapse_sandbox.call import Answer, Call
from synapse_sandbox.permissions import require_entity
from synapse_sandbox.reading import nested, text
from synapse_sandbox.refusals import invalid
from synapse_sandbox.routing import Route
from synapse_sandbox.services.entities import check_etag
from synapse_sandbox.services.nodes import node, touch
from synapse_sandbox.store import Row
from synapse_sandbox.wire import Json, entity_number, syn

SCHEMA = ""


def document(row: Row) -> Json:
    """The Annotations of an entity version (from `nodes.node`); their etag is the entity's."""
    return {"id": syn(row["id"]), "etag": row["etag"], "annotations": json.loads(row["annotations"])}


def get_annotations(call: Call) -> Answer:
    """GET /entity/{id}[/version/{n}]/annotations2."""
    entity_id = call.entity_id()
    require_entity(call.store, call.caller, entity_id, "READ")
    version = call.number("versionNumber") if "versionNumber" in call.path else None
    return Answer(document(node(call.store, entity_id, version)))


def put_annotations(call: Call) -> Answer:
    """PUT /entity/{id}/annotations2: replaces the whole map, under the entity's etag."""
    if text(call.body, "id") is None:
        raise invalid("Annotations must have a non-null id")
    entity_id = call.entity_id()
    if entity_number(call.body["id"]) != entity_id:
        raise invalid("Annotations do not match requested entity ID")
    require_entity(call.store, call.caller, entity_id, "UPDATE")
    annotations = cleaned(nested(call.body, "annotations") or {})
    check_etag(node(call.store, entity_id), text(call.body, "etag"))
    write(call, entity_id, annotations)
    return Answer(document(node(call.store, entity_id)))


def write(call: Call, entity_id: int, annotations: Json) -> None:
    """Keep annotations that are cleaned already; the entity gets a new etag."""
    call.store.run(
        "UPDATE entity_versions SET annotations = ?"
        " WHERE entity_id = ? AND number = (SELECT current_version FROM entities WHERE id = entity_id)",
        json.dumps(annotations),
        entity_id,
    )
    touch(call.store, entity_id, call.caller.id, call.now)


ROUTES = (
    Route("GET", "/repo/v1/entity/{id}/annotations2", get_annotations, reads=True),
    Route("PUT", "/repo/v1/entity/{id}/annotations2", put_annotations),
    Route("GET", "/repo/v1/entity/{id}/version/{versionNumber}/annotations2", get_annotations, reads=True),
)
