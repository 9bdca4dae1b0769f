"""Finding children: lists of a container, and one by name (contract 2.6)."""

from __future__ import annotations

import json

from synapse_sandbox.call import Answer, Call
from synapse_sandbox.permissions import ROOT, has_entity_access, may_entity, require_entity
from synapse_sandbox.reading import boolean, choice, text, texts
from synapse_sandbox.refusals import forbidden, invalid, not_found, required
from synapse_sandbox.routing import Route
from synapse_sandbox.services.entity_names import find_child
from synapse_sandbox.services.entity_types import BY_SHORT, PROJECT
from synapse_sandbox.services.nodes import header
from synapse_sandbox.wire import entity_number, page_from_token, syn, tokened

SCHEMA = ""
_SORTS = {"NAME": "entities.name", "CREATED_ON": "entities.created_on", "MODIFIED_ON": "modified_on"}
# A child is readable through its own ACL, or else as its parent is, which has been tested before.
_CHILDREN = """
FROM entities JOIN entity_versions ON entity_id = entities.id AND number = current_version
LEFT JOIN file_handles ON file_handles.id = file_handle_id
WHERE parent_id = :parent AND type IN (SELECT value FROM json_each(:types)) AND (
    :all
    OR (:inherits AND NOT EXISTS (SELECT 1 FROM acls WHERE owner_type = 'ENTITY' AND owner_id = entities.id))
    OR EXISTS (
        SELECT 1 FROM acl_entries WHERE owner_type = 'ENTITY' AND owner_id = entities.id AND access_type = 'READ'
        AND principal_id IN (SELECT value FROM json_each(:groups))
    )
)
"""


def list_children(call: Call) -> Answer:
    """POST /entity/children: 50 a page; without a parent, the projects that the caller can read."""
    body = call.body
    parent = None if text(body, "parentId") is None else entity_number(body["parentId"])
    types = [PROJECT.short] if parent is None else texts(body, "includeTypes") or []
    if not types:
        raise invalid("EntityChildrenRequest.includeTypes must include at least one type")
    if parent is not None:
        require_entity(call.store, call.caller, parent, "READ")
    # Newer clients name kinds that this server doesn't know (contract 2.2): they match nothing.
    classes = [BY_SHORT[name].class_name for name in types if name in BY_SHORT]
    values = {
        "parent": ROOT if parent is None else parent,
        "types": json.dumps(classes),
        "all": call.caller.is_admin,
        "inherits": parent is not None,
        "groups": json.dumps(sorted(call.caller.groups)),
    }
    page = page_from_token(text(body, "nextPageToken"))
    order = _SORTS[choice(body, "sortBy", _SORTS) or "NAME"]
    direction = choice(body, "sortDirection", ("ASC", "DESC")) or "ASC"
    rows = call.store.named(
        f"SELECT entities.*, entity_versions.* {_CHILDREN} ORDER BY {order} {direction}, entities.id"
        " LIMIT :limit OFFSET :offset",
        {**values, "limit": page.probe, "offset": page.offset},
    )
    shown, token = tokened(rows, page)
    totals = call.store.named(f"SELECT count(*), coalesce(sum(content_size), 0) {_CHILDREN}", values)[0]
    return Answer(
        {
            "page": [header(call.store, row) for row in shown],
            "nextPageToken": token,
            "totalChildCount": totals[0] if boolean(body, "includeTotalChildCount") else None,
            "sumFileSizesBytes": totals[1] if boolean(body, "includeSumFileSizes") else None,
        }
    )


def lookup_child(call: Call) -> Answer:
    """POST /entity/child {parentId?, entityName} → {id}. A stranger's project answers 403 (surprise 13)."""
    parent_id, name = text(call.body, "parentId"), text(call.body, "entityName")
    if name is None:
        raise required("EntityLookupRequest.entityName")
    parent = ROOT if parent_id is None else entity_number(parent_id)
    if parent != ROOT and not has_entity_access(call.store, call.caller, parent, "READ", call.now):
        raise forbidden("Lack of READ permission on the parent entity.")
    child = find_child(call.store, parent, name)
    if child is None:
        raise not_found(f"Child not found for parent: '{syn(parent)}' with name: '{name}'")
    if not may_entity(call.store, call.caller, child, "READ"):
        raise forbidden("Lack of READ permission on the requested entity.")
    return Answer({"id": syn(child)})


ROUTES = (
    Route("POST", "/repo/v1/entity/children", list_children, reads=True),
    Route("POST", "/repo/v1/entity/child", lookup_child, reads=True),
)
