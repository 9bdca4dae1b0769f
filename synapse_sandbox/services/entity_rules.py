"""What each kind of entity demands of its members (contract 2.2, 2.4, 11.1)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from synapse_sandbox.call import Call
from synapse_sandbox.permissions import require_entity
from synapse_sandbox.reading import nested, text
from synapse_sandbox.refusals import invalid, required
from synapse_sandbox.services.entity_types import (
    DATASET,
    DATASET_COLLECTION,
    DOCKER,
    ENTITY_VIEW,
    FILE,
    LINK,
    PROJECT,
    SUBMISSION_VIEW,
    TABLE,
    EntityType,
    entity_type,
)
from synapse_sandbox.services.files import handle_number, own_handle
from synapse_sandbox.services.nodes import node
from synapse_sandbox.services.view_scope import checked_entity_view, checked_submission_view, checked_table
from synapse_sandbox.store import Row
from synapse_sandbox.wire import Json, entity_number

MANAGED_REGISTRY = "docker.synapse.org"
_COMPONENT = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"(?:(?P<host>[a-zA-Z0-9.-]+(?::\d+)?)/)?{_COMPONENT}(?:/{_COMPONENT})*")

# Tests a body, and gives it back with what the server itself adds; `before` is the entity as it was, None when new.
Rule = Callable[[Call, Json, Row | None], Json]


def checked(call: Call, kind: EntityType, body: Json, before: Row | None) -> Json:
    """The body of a new or changed entity after the rules of its kind."""
    rule = _RULES.get(kind.short)
    return body if rule is None else rule(call, body, before)


def _file(call: Call, body: Json, before: Row | None) -> Json:
    """A file needs a handle, and a new one must be the caller's."""
    if text(body, "fileNameOverride") is not None:
        raise invalid("fileNameOverride field is deprecated and should not be set.")
    handle_id = handle_number(body, "dataFileHandleId")
    if handle_id is None:
        raise invalid("FileEntity.dataFileHandleId cannot be null")
    if before is None or before["file_handle_id"] != handle_id:
        own_handle(call, handle_id)
    return body


def _link(call: Call, body: Json, _: Row | None) -> Json:
    """A link names an entity that the caller can read; the server notes what kind of entity that is."""
    target = nested(body, "linksTo") or {}
    if target.get("targetId") is None:
        raise required("Link.linksTo.targetId")
    target_id = entity_number(target["targetId"])
    require_entity(call.store, call.caller, target_id, "READ")
    return {**body, "linksToClassName": node(call.store, target_id)["type"]}


def _docker(call: Call, body: Json, before: Row | None) -> Json:
    """An external repository: a legal name outside the managed registry, in a project, for good."""
    name = text(body, "repositoryName")
    if name is None:
        raise required("repositoryName")
    _check_repository(name)
    parent = body.get("parentId")
    if parent is None or node(call.store, entity_number(parent))["type"] != PROJECT.class_name:
        raise invalid("Parent must be a project.")
    if before is not None and repository_name(before) != name:
        raise invalid("Cannot rename a Docker repository.")
    # The name of a repository is the server's; what a client sends is dropped.
    named = {key: value for key, value in body.items() if key != "name"}
    return {**named, "isManaged": False} | ({} if before is None else {"name": before["name"]})


def _check_repository(name: str) -> None:
    match = _REPOSITORY.fullmatch(name)
    if match is None:
        raise invalid(f"Invalid repository name: {name}")
    if (match["host"] or "").lower() == MANAGED_REGISTRY:
        raise invalid(f"Cannot create a managed Docker repository: {name}. Push to {MANAGED_REGISTRY} instead.")


def repository_name(row: Row) -> str:
    """The repository name of a docker entity (from `nodes.node`)."""
    return str(json.loads(row["fields"])["repositoryName"])


_RULES: dict[str, Rule] = {
    FILE.short: _file,
    LINK.short: _link,
    DOCKER.short: _docker,
    TABLE.short: checked_table,
    DATASET.short: checked_table,
    DATASET_COLLECTION.short: checked_table,
    ENTITY_VIEW.short: checked_entity_view,
    SUBMISSION_VIEW.short: checked_submission_view,
}


def check_same_type(row: Row, body: Json) -> EntityType:
    """The kind of an entity that is being changed; 400 when the body says another one (contract 2.5)."""
    kind = entity_type(body.get("concreteType", body.get("entityType")))
    if kind.class_name != row["type"]:
        raise invalid(
            f"The Entity: syn{row['id']} has an entityType={row['type']}"
            f" and cannot be changed to entityType={kind.class_name}"
        )
    return kind
