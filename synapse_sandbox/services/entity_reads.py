"""Looking at entities from the side: headers, path, benefactor, rights, alias, MD5, file handles (contract 2.1)."""

from __future__ import annotations

from synapse_sandbox.access_lists import known_access_type
from synapse_sandbox.call import Answer, Call
from synapse_sandbox.permissions import (
    PROJECT_TYPE,
    PUBLIC,
    ROOT,
    acl_grants,
    benefactor_of,
    check_exists,
    has_entity_access,
    may_entity,
    require_entity,
    require_entity_download,
)
from synapse_sandbox.reading import integer, objects
from synapse_sandbox.refusals import not_found
from synapse_sandbox.routing import Route
from synapse_sandbox.services.files import file_handles_of_entity
from synapse_sandbox.services.nodes import header, node
from synapse_sandbox.store import Row
from synapse_sandbox.wire import Json, entity_number, syn

SCHEMA = ""
_REDACTED = "Redacted"


def get_type(call: Call) -> Answer:
    """GET /entity/{id}/type: the header; `type` is the class name."""
    entity_id = call.entity_id()
    require_entity(call.store, call.caller, entity_id, "READ")
    return Answer(header(call.store, node(call.store, entity_id)))


def get_types(call: Call) -> Answer:
    """GET /entity/type?batch=csv."""
    ids = [entity_number(text) for text in call.parameter("batch").split(",") if text.strip()]
    return Answer(_headers(call, [(entity_id, None) for entity_id in ids]))


def get_headers(call: Call) -> Answer:
    """POST /entity/header {references: [{targetId, targetVersionNumber?}]}."""
    references = [item or {} for item in objects(call.body, "references") or []]
    wanted = [(entity_number(item.get("targetId")), integer(item, "targetVersionNumber")) for item in references]
    return Answer(_headers(call, wanted))


def _headers(call: Call, wanted: list[tuple[int, int | None]]) -> Json:
    """Headers of what the caller can read; the rest is left out."""
    readable = [item for item in wanted if has_entity_access(call.store, call.caller, item[0], "READ", call.now)]
    headers = [header(call.store, node(call.store, *item)) for item in readable]
    return {"totalNumberOfResults": len(headers), "results": headers}


def get_path(call: Call) -> Answer:
    """GET /entity/{id}/path: from the root down."""
    entity_id = call.entity_id()
    require_entity(call.store, call.caller, entity_id, "READ")
    return Answer(path_of(call, entity_id))


def path_of(call: Call, entity_id: int) -> Json:
    """The headers from the root to an entity; names that the caller can't read are redacted."""
    step: int | None = entity_id
    headers: list[Json] = []
    while step is not None:
        row = node(call.store, step)
        shown = header(call.store, row)
        readable = may_entity(call.store, call.caller, step, "READ")
        headers.insert(0, shown if readable else {**shown, "name": _REDACTED})
        step = row["parent_id"]
    return {"path": headers}


def get_benefactor(call: Call) -> Answer:
    """GET /entity/{id}/benefactor: the header of the entity whose ACL decides."""
    entity_id = call.entity_id()
    require_entity(call.store, call.caller, entity_id, "READ")
    return Answer(header(call.store, node(call.store, benefactor_of(call.store, entity_id))))


def get_access(call: Call) -> Answer:
    """GET /entity/{id}/access?accessType= → {result}."""
    access = known_access_type(call.parameter("accessType"))
    return Answer({"result": has_entity_access(call.store, call.caller, call.entity_id(), access, call.now)})


def get_permissions(call: Call) -> Answer:
    """GET /entity/{id}/permissions: what the caller may do."""
    entity_id = call.entity_id()
    check_exists(call.store, entity_id)
    return Answer(permissions_of(call, entity_id))


def permissions_of(call: Call, entity_id: int) -> Json:
    """The caller's UserEntityPermissions of an existing entity."""
    row = node(call.store, entity_id)

    def may(access: str) -> bool:
        return may_entity(call.store, call.caller, entity_id, access)

    certified = call.caller.is_certified or call.caller.is_admin
    is_project = row["type"] == PROJECT_TYPE
    return {
        "canView": may("READ"),
        "canEdit": may("UPDATE") and (certified or is_project),
        "canMove": may("CHANGE_PERMISSIONS"),
        "canAddChild": may("CREATE") and certified,
        "canCertifiedUserEdit": may("UPDATE"),
        "canCertifiedUserAddChild": may("CREATE"),
        "isCertifiedUser": certified,
        "canChangePermissions": may("CHANGE_PERMISSIONS"),
        "canChangeSettings": may("CHANGE_SETTINGS"),
        "canDelete": may("DELETE"),
        "canDownload": has_entity_access(call.store, call.caller, entity_id, "DOWNLOAD", call.now),
        "canUpload": call.caller.accepted_terms and not call.caller.is_anonymous,
        "canEnableInheritance": row["parent_id"] not in (None, ROOT) and may("CHANGE_PERMISSIONS"),
        "ownerPrincipalId": row["created_by"],
        "canPublicRead": acl_grants(
            call.store, "ENTITY", benefactor_of(call.store, entity_id), "READ", frozenset({PUBLIC})
        ),
        "canModerate": may("MODERATE"),
        "isCertificationRequired": True,
        "isEntityOpenData": row["data_type"] == "OPEN_DATA",
        "isDataContributor": may("UPDATE") and may("DELETE"),
    }


def get_by_alias(call: Call) -> Answer:
    """GET /entity/alias/{alias} → {id}."""
    alias = call.path["alias"]
    found = call.store.value("SELECT id FROM entities WHERE alias = ?", alias)
    if found is None:
        raise not_found(f"Did not find a match for alias: {alias}")
    return Answer({"id": syn(found)})


def get_by_md5(call: Call) -> Answer:
    """GET /entity/md5/{md5}: files with this content that the caller can read."""
    rows = call.store.all(
        "SELECT entity_id, number FROM entity_versions JOIN file_handles ON file_handles.id = file_handle_id"
        " WHERE content_md5 = ? ORDER BY entity_id, number LIMIT 200",
        call.path["md5"],
    )
    return Answer(_headers(call, [(row["entity_id"], row["number"]) for row in rows]))


def get_file_handles(call: Call) -> Answer:
    """GET /entity/{id}[/version/{n}]/filehandles: needs DOWNLOAD."""
    return Answer({"list": file_handles_of_entity(call.store, _downloadable(call))})


def _downloadable(call: Call) -> Row:
    entity_id = call.entity_id()
    require_entity_download(call.store, call.caller, entity_id, call.now)
    return node(call.store, entity_id, call.number("versionNumber") if "versionNumber" in call.path else None)


ROUTES = (
    Route("GET", "/repo/v1/entity/type", get_types, reads=True),
    Route("POST", "/repo/v1/entity/header", get_headers, reads=True),
    Route("GET", "/repo/v1/entity/{id}/type", get_type, reads=True),
    Route("GET", "/repo/v1/entity/{id}/path", get_path, reads=True),
    Route("GET", "/repo/v1/entity/{id}/benefactor", get_benefactor, reads=True),
    Route("GET", "/repo/v1/entity/{id}/access", get_access, reads=True),
    Route("GET", "/repo/v1/entity/{id}/permissions", get_permissions, reads=True),
    Route("GET", "/repo/v1/entity/alias/{alias}", get_by_alias, reads=True),
    Route("GET", "/repo/v1/entity/md5/{md5}", get_by_md5, reads=True),
    Route("GET", "/repo/v1/entity/{id}/filehandles", get_file_handles, reads=True),
    Route("GET", "/repo/v1/entity/{id}/version/{versionNumber}/filehandles", get_file_handles, reads=True),
)
