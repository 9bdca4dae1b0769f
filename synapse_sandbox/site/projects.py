"""What the pages show of projects: the list, the head, files and folders, sharing (contract 2)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from synapse_sandbox.access_lists import Grants, acl_grants_by_principal
from synapse_sandbox.permissions import AUTHENTICATED_USERS, PUBLIC, ROOT, Caller, may_entity
from synapse_sandbox.refusals import not_found
from synapse_sandbox.services import nodes
from synapse_sandbox.services.entity_types import PROJECT
from synapse_sandbox.services.principals import display_name
from synapse_sandbox.store import Row, Store

Levels = Sequence[tuple[str, set[str]]]
# Everybody by another name: the two groups that Synapse itself writes in capitals.
_GROUP_NAMES: Final = {PUBLIC: "Anybody on the web", AUTHENTICATED_USERS: "Anybody signed in"}
# The usual presets of the web site, widest first (contract 2.9, 5.10).
QUEUE_LEVELS: Final = (
    ("Administrator", {"READ", "UPDATE", "DELETE", "CHANGE_PERMISSIONS", "UPDATE_SUBMISSION"}),
    ("Can score", {"READ", "READ_PRIVATE_SUBMISSION", "UPDATE_SUBMISSION"}),
    ("Can submit", {"READ", "SUBMIT"}),
    ("Can view", {"READ"}),
)
ENTITY_LEVELS: Final = (
    (
        "Administrator",
        {"READ", "DOWNLOAD", "UPDATE", "DELETE", "CREATE", "CHANGE_PERMISSIONS", "CHANGE_SETTINGS", "MODERATE"},
    ),
    ("Can edit and delete", {"READ", "DOWNLOAD", "UPDATE", "DELETE", "CREATE"}),
    ("Can edit", {"READ", "DOWNLOAD", "UPDATE", "CREATE"}),
    ("Can download", {"READ", "DOWNLOAD"}),
    ("Can view", {"READ"}),
)


@dataclass(frozen=True, slots=True)
class Grant:
    """One line of a sharing setting: who, in one word what, and the access types behind it."""

    principal_id: int
    who: str
    level: str
    access: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProjectCard:
    """A project in the list; times are epoch ms."""

    id: int
    name: str
    description: str
    alias: str
    created_on: int
    created_by: str
    audience: str
    has_challenge: bool
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Item:
    """A folder, file or other entity with what lies in it."""

    id: int
    name: str
    kind: str
    version: int
    detail: str
    own_sharing: bool
    children: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Sharing:
    """An entity that has sharing settings of its own."""

    id: int
    name: str
    kind: str
    grants: tuple[Grant, ...]


def projects(store: Store, viewer: Caller | None) -> list[ProjectCard]:
    """All projects that the viewer may see (None: all), newest first."""
    rows = store.all(
        "SELECT id FROM entities WHERE parent_id = ? AND type = ? ORDER BY id DESC", ROOT, PROJECT.class_name
    )
    return [_card(store, nodes.node(store, row["id"])) for row in rows if shows(store, viewer, row["id"])]


def project(store: Store, viewer: Caller | None, entity_id: int) -> ProjectCard:
    """One project; 404 when there is none that the viewer may see."""
    row = store.one("SELECT id FROM entities WHERE id = ? AND parent_id = ?", entity_id, ROOT)
    if row is None or not shows(store, viewer, entity_id):
        raise not_found(f"There is no project syn{entity_id} in this sandbox.")
    return _card(store, nodes.node(store, entity_id))


def project_of(store: Store, entity_id: int) -> int:
    """The project that an entity lies in; 404 for an entity that is unknown or in the trash can."""
    at = store.one("SELECT id, parent_id FROM entities WHERE id = ?", entity_id)
    while at is not None and at["parent_id"] not in (ROOT, None):
        at = store.one("SELECT id, parent_id FROM entities WHERE id = ?", at["parent_id"])
    if at is None or at["parent_id"] != ROOT:
        raise not_found(f"There is no syn{entity_id} in this sandbox.")
    return int(at["id"])


def shows(store: Store, viewer: Caller | None, entity_id: int) -> bool:
    """Whether a viewer sees an entity; the operator (None) sees all."""
    return viewer is None or may_entity(store, viewer, entity_id, "READ")


def files(store: Store, viewer: Caller | None, project_id: int) -> tuple[Item, ...]:
    """The tree below a project, by name."""
    rows = store.all("SELECT id FROM entities WHERE parent_id = ? ORDER BY lower(name), id", project_id)
    return tuple(_item(store, viewer, row["id"]) for row in rows if shows(store, viewer, row["id"]))


def sharing(store: Store, viewer: Caller | None, project_id: int) -> list[Sharing]:
    """The project and everything below it that doesn't inherit."""
    below = store.all(
        "WITH RECURSIVE below (id, way) AS (SELECT ?1, '' UNION ALL SELECT entities.id, way || '/' || lower(name)"
        " FROM entities JOIN below ON parent_id = below.id) SELECT below.id FROM below"
        " JOIN acls ON owner_type = 'ENTITY' AND owner_id = below.id ORDER BY way",
        project_id,
    )
    rows = [nodes.node(store, row["id"]) for row in below if shows(store, viewer, row["id"])]
    return [
        Sharing(
            row["id"],
            row["name"],
            nodes.kind_of(row).short,
            grants(store, acl_grants_by_principal(store, "ENTITY", row["id"])),
        )
        for row in rows
    ]


def grants(store: Store, by_principal: Grants, levels: Levels = ENTITY_LEVELS) -> tuple[Grant, ...]:
    """An access control list in readable lines, the widest first; `levels` name the usual sets, widest first."""
    lines = [
        Grant(principal, principal_name(store, principal), _level(set(access), levels), tuple(sorted(access)))
        for principal, access in by_principal.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-len(line.access), line.who.lower())))


def principal_name(store: Store, principal: int) -> str:
    """The name of a user, team or group."""
    return _GROUP_NAMES.get(principal) or display_name(store, principal)


def _card(store: Store, row: Row) -> ProjectCard:
    project_id = row["id"]
    acl = acl_grants_by_principal(store, "ENTITY", project_id)
    return ProjectCard(
        id=project_id,
        name=row["name"],
        description=row["description"] or "",
        alias=row["alias"] or "",
        created_on=row["created_on"],
        created_by=principal_name(store, row["created_by"]),
        audience=_audience(acl),
        has_challenge=store.one("SELECT 1 FROM challenges WHERE project_id = ?", project_id) is not None,
        counts=_counts(store, project_id),
    )


def _audience(acl: Grants) -> str:
    if "READ" in acl.get(PUBLIC, ()):
        return "public"
    if "READ" in acl.get(AUTHENTICATED_USERS, ()):
        return "signed-in users"
    return "private"


def _counts(store: Store, project_id: int) -> dict[str, int]:
    pages = (
        "SELECT count(*) FROM wiki_pages JOIN wiki_owners USING (root_id) WHERE owner_type = 'ENTITY' AND owner_id = ?"
    )
    queues = "SELECT count(*) FROM evaluations WHERE content_source = ?"
    submissions = (
        "SELECT count(*) FROM submissions JOIN evaluations ON evaluations.id = evaluation_id WHERE content_source = ?"
    )
    asked = {"wiki pages": pages, "queues": queues, "submissions": submissions}
    return {name: int(store.value(sql, project_id)) for name, sql in asked.items()}


def _item(store: Store, viewer: Caller | None, entity_id: int) -> Item:
    row = nodes.node(store, entity_id)
    return Item(
        id=entity_id,
        name=row["name"],
        kind=nodes.kind_of(row).short,
        version=row["number"],
        detail=_detail(store, row),
        own_sharing=store.one("SELECT 1 FROM acls WHERE owner_type = 'ENTITY' AND owner_id = ?", entity_id) is not None,
        children=files(store, viewer, entity_id),
    )


def _detail(store: Store, row: Row) -> str:
    handle = store.one("SELECT * FROM file_handles WHERE id = ?", row["file_handle_id"])
    if handle is None:
        return str(json.loads(row["fields"]).get("repositoryName", ""))
    external = json.loads(handle["fields"]).get("externalURL")
    size = handle["content_size"]
    return str(external) if external else "" if size is None else readable_size(size)


def readable_size(size: int) -> str:
    """A number of bytes for people."""
    amount, units = float(size), iter(("bytes", "kB", "MB", "GB", "TB"))
    unit = next(units)
    while amount >= 1000 and unit != "TB":
        amount, unit = amount / 1000, next(units)
    if unit == "bytes":
        return f"{size} byte{'' if size == 1 else 's'}"
    return f"{amount:.1f} {unit}"


def _level(access: set[str], levels: Levels) -> str:
    return next((name for name, wanted in levels if wanted <= access), "Custom")
