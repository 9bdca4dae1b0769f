"""Entity bundles: many parts of an entity in one answer, or written in one transaction (contract 2.7)."""

from __future__ import annotations

from collections.abc import Callable

from synapse_sandbox.annotation_values import cleaned
from synapse_sandbox.call import Answer, Call, created
from synapse_sandbox.permissions import benefactor_of, check_exists, has_entity_access, require_entity
from synapse_sandbox.reading import boolean, nested, text
from synapse_sandbox.refusals import invalid
from synapse_sandbox.routing import Route
from synapse_sandbox.services import activities, entity_acls, entity_annotations
from synapse_sandbox.services.entities import new_entity, update_entity
from synapse_sandbox.services.entity_reads import path_of, permissions_of
from synapse_sandbox.services.files import file_handles_of_entity, handle_row
from synapse_sandbox.services.nodes import document, kind_of, node
from synapse_sandbox.services.restriction_information import restriction_information
from synapse_sandbox.services.view_scope import table_bundle
from synapse_sandbox.store import Row
from synapse_sandbox.wire import Json, entity_number, syn

SCHEMA = ""
Part = Callable[[Call, Row], object]


def get_bundle(call: Call) -> Answer:
    """POST /entity/{id}[/version/{n}]/bundle2: the parts that the request asks for."""
    entity_id = call.entity_id()
    check_exists(call.store, entity_id)
    version = call.number("versionNumber") if "versionNumber" in call.path else None
    wanted = [name for name in _PARTS if boolean(call.body, name)]
    return Answer(_bundle(call, node(call.store, entity_id, version), wanted))


def _bundle(call: Call, row: Row, wanted: list[str]) -> Json:
    bundle: Json = {}
    for flag in wanted:
        name, part, needs_read = _PARTS[flag]
        if needs_read:
            require_entity(call.store, call.caller, row["id"], "READ")
        bundle[name] = part(call, row)
    if "entity" in bundle:
        bundle["entityType"] = kind_of(row).short
    return bundle


def _annotations(_: Call, row: Row) -> Json:
    return entity_annotations.document(row)


def _has_children(call: Call, row: Row) -> bool:
    return call.store.one("SELECT 1 FROM entities WHERE parent_id = ?", row["id"]) is not None


def _local_acl(call: Call, row: Row) -> Json | None:
    return entity_acls.local_acl(call, row["id"])


def _benefactor_acl(call: Call, row: Row) -> Json | None:
    return entity_acls.local_acl(call, benefactor_of(call.store, row["id"]))


def _file_handles(call: Call, row: Row) -> list[Json] | None:
    """Left out without DOWNLOAD."""
    if not has_entity_access(call.store, call.caller, row["id"], "DOWNLOAD", call.now):
        return None
    return file_handles_of_entity(call.store, row)


def _file_name(call: Call, row: Row) -> str | None:
    handle = row["file_handle_id"]
    return None if handle is None else str(handle_row(call.store, handle)["file_name"])


def _root_wiki(call: Call, row: Row) -> str | None:
    root = call.store.value("SELECT root_id FROM wiki_owners WHERE owner_type = 'ENTITY' AND owner_id = ?", row["id"])
    return None if root is None else str(root)


def _activity(call: Call, row: Row) -> Json | None:
    activity = activities.activity_of(call, row["id"], row["number"])
    return None if activity is None else activities.document(activity)


# Flag of the request → member of the bundle, how it is made, whether the entity must be readable.
_PARTS: dict[str, tuple[str, Part, bool]] = {
    "includeEntity": ("entity", lambda _, row: document(row), True),
    "includeAnnotations": ("annotations", _annotations, True),
    "includePermissions": ("permissions", lambda call, row: permissions_of(call, row["id"]), False),
    "includeEntityPath": ("path", lambda call, row: path_of(call, row["id"]), True),
    "includeHasChildren": ("hasChildren", _has_children, False),
    "includeAccessControlList": ("accessControlList", _local_acl, False),
    "includeBenefactorACL": ("benefactorAcl", _benefactor_acl, False),
    "includeFileHandles": ("fileHandles", _file_handles, True),
    "includeFileName": ("fileName", _file_name, True),
    "includeTableBundle": ("tableBundle", lambda call, row: table_bundle(call.store, row), True),
    "includeRootWikiId": ("rootWikiId", _root_wiki, True),
    "includeThreadCount": ("threadCount", lambda _call, _row: 0, False),
    "includeDOIAssociation": ("doiAssociation", lambda _call, _row: None, False),
    "includeRestrictionInformation": (
        "restrictionInformation",
        lambda call, row: restriction_information(call, "ENTITY", f"syn{row['id']}"),
        False,
    ),
    "includeActivity": ("activity", _activity, True),
}


def create_bundle(call: Call) -> Answer:
    """POST /entity/bundle2/create → 201: entity, annotations and ACL appear together or not at all."""
    body = nested(call.body, "entity")
    if body is None:
        raise invalid("Invalid request: no entity to create")
    entity_id = new_entity(call, body)
    activities.link_activity(call, entity_id, call.query.get("generatedBy"))
    _write_rest(call, entity_id)
    return created(_written(call, entity_id))


def put_bundle(call: Call) -> Answer:
    """PUT /entity/{id}/bundle2: never makes a version; annotations are merged under the current etag."""
    entity_id, body = call.entity_id(), nested(call.body, "entity")
    check_exists(call.store, entity_id)
    _check_ids(call, entity_id)
    if body is not None:
        update_entity(call, entity_id, body)
    _write_rest(call, entity_id)
    return Answer(_written(call, entity_id))


def _check_ids(call: Call, entity_id: int) -> None:
    parts = (
        ("entity", "Entity does not match requested entity ID"),
        ("accessControlList", "ACL does not match requested entity ID"),
        ("annotations", "Annotations do not match requested entity ID"),
    )
    for member, fault in parts:
        part = nested(call.body, member)
        if part is not None and (text(part, "id") is None or entity_number(part["id"]) != entity_id):
            raise invalid(fault)


def _write_rest(call: Call, entity_id: int) -> None:
    notes, acl = nested(call.body, "annotations"), nested(call.body, "accessControlList")
    if notes is not None:
        _merge_annotations(call, entity_id, nested(notes, "annotations") or {})
    if acl is not None:
        _write_acl(call, entity_id, {**acl, "id": syn(entity_id)})


def _merge_annotations(call: Call, entity_id: int, added: Json) -> None:
    require_entity(call.store, call.caller, entity_id, "UPDATE")
    kept = entity_annotations.document(node(call.store, entity_id))["annotations"]
    entity_annotations.write(call, entity_id, cleaned({**kept, **added}))


def _write_acl(call: Call, entity_id: int, acl: Json) -> None:
    """An entity with an own ACL (every new project) gets an update, which demands that ACL's etag."""
    if benefactor_of(call.store, entity_id) == entity_id:
        entity_acls.update_acl(call, entity_id, acl)
    else:
        entity_acls.add_acl(call, entity_id, acl)


def _written(call: Call, entity_id: int) -> Json:
    """The parts that were sent, as they are now."""
    sent = {"entity": "includeEntity", "annotations": "includeAnnotations"}
    sent["accessControlList"] = "includeAccessControlList"
    wanted = [flag for member, flag in sent.items() if member in call.body]
    row = node(call.store, entity_id)
    return {_PARTS[flag][0]: _PARTS[flag][1](call, row) for flag in wanted}


ROUTES = (
    Route("POST", "/repo/v1/entity/{id}/bundle2", get_bundle, reads=True),
    Route("POST", "/repo/v1/entity/{id}/version/{versionNumber}/bundle2", get_bundle, reads=True),
    Route("POST", "/repo/v1/entity/bundle2/create", create_bundle),
    Route("PUT", "/repo/v1/entity/{id}/bundle2", put_bundle),
)
