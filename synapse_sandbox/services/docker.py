"""Docker repositories: commits and tags of external ones (contract 11.1)."""

from __future__ import annotations

import re

from synapse_sandbox.call import Answer, Call, no_content
from synapse_sandbox.permissions import require_entity
from synapse_sandbox.reading import text
from synapse_sandbox.refusals import invalid, not_found, required
from synapse_sandbox.routing import Route
from synapse_sandbox.services.entity_types import DOCKER
from synapse_sandbox.services.nodes import node, touch
from synapse_sandbox.wire import estimated, to_iso

SCHEMA = """
CREATE TABLE IF NOT EXISTS docker_commits (
    id INTEGER PRIMARY KEY,
    entity_id INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    digest TEXT NOT NULL,
    created_on INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS commits_by_entity ON docker_commits (entity_id, tag);
"""
_SORTS = {"CREATED_ON": "created_on", "TAG": "tag"}
_DIGEST = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")


def add_commit(call: Call) -> Answer:
    """POST /entity/{id}/dockerCommit {tag, digest} → 204: a tag points at a new image."""
    entity_id = _repository(call, "UPDATE")
    tag, digest = text(call.body, "tag"), text(call.body, "digest")
    if tag is None or digest is None:
        raise required("tag" if tag is None else "digest")
    if not _TAG.fullmatch(tag):
        raise invalid(f"Invalid tag: {tag}")
    if not _DIGEST.fullmatch(digest):
        raise invalid(f"Invalid digest: {digest}")
    call.store.insert("docker_commits", entity_id=entity_id, tag=tag, digest=digest, created_on=call.now)
    touch(call.store, entity_id, call.caller.id, call.now)
    return no_content()


def list_tags(call: Call) -> Answer:
    """GET /entity/{id}/dockerTag?sort=CREATED_ON|TAG&ascending=: the latest commit of each tag."""
    entity_id, page = _repository(call, "READ"), call.page()
    sort = call.query.get("sort", "CREATED_ON")
    if sort not in _SORTS:
        raise invalid(f"No enum constant org.sagebionetworks.repo.model.docker.DockerCommitSortBy.{sort}")
    direction = "ASC" if call.flag("ascending") else "DESC"
    rows = call.store.all(
        "SELECT tag, digest, created_on FROM docker_commits"
        " WHERE id IN (SELECT max(id) FROM docker_commits WHERE entity_id = ? GROUP BY tag)"
        f" ORDER BY {_SORTS[sort]} {direction}, id {direction} LIMIT ? OFFSET ?",
        entity_id,
        page.limit,
        page.offset,
    )
    tags = [{"tag": row["tag"], "digest": row["digest"], "createdOn": to_iso(row["created_on"])} for row in rows]
    return Answer(estimated(tags, page))


def _repository(call: Call, access: str) -> int:
    entity_id = call.entity_id()
    require_entity(call.store, call.caller, entity_id, access)
    if node(call.store, entity_id)["type"] != DOCKER.class_name:
        raise invalid("Only Docker repositories have commits.")
    return entity_id


def find_managed(call: Call) -> Answer:
    """GET /entity/dockerRepo/id?repositoryName=: managed repositories alone, and the sandbox has no registry."""
    raise not_found(f"No Docker repository named {call.parameter('repositoryName')} was found.")


ROUTES = (
    Route("POST", "/repo/v1/entity/{id}/dockerCommit", add_commit),
    Route("GET", "/repo/v1/entity/{id}/dockerTag", list_tags, reads=True),
    Route("GET", "/repo/v1/entity/dockerRepo/id", find_managed, reads=True),
)
