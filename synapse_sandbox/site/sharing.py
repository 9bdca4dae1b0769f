"""What the pages show of sharing: who may do what with a project, its parts, queues and teams (contract 2.9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from synapse_sandbox.services.entity_types import BY_CLASS
from synapse_sandbox.site import within
from synapse_sandbox.site.viewing import Viewer, principal_name
from synapse_sandbox.wire import Json

Levels = Sequence[tuple[str, set[str]]]
# The usual presets of the web site, widest first (contract 2.9, 3.7, 5.10).
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
TEAM_LEVELS: Final = (
    ("Manager", {"READ", "SEND_MESSAGE", "UPDATE", "DELETE", "TEAM_MEMBERSHIP_UPDATE"}),
    ("Can write to it", {"READ", "SEND_MESSAGE"}),
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
class Sharing:
    """Something with sharing settings of its own; `spelt` is its id as Synapse writes it."""

    spelt: str
    name: str
    kind: str
    grants: tuple[Grant, ...]


def of_entities(viewer: Viewer, project_id: int) -> list[Sharing]:
    """The project and whatever in it doesn't inherit, as far as the viewer can read it."""
    headers = [viewer.find(f"/entity/syn{entity}/type") for entity in within.shared(viewer.store, project_id)]
    found = [_of_entity(viewer, header) for header in headers if header is not None]
    return sorted(found, key=lambda one: (one.kind != "project", one.name.lower()))


def of_queues(viewer: Viewer, project_id: int) -> list[Sharing]:
    """The queues of a project that the viewer sees."""
    queues = viewer.every(f"/entity/syn{project_id}/evaluation")
    return [Sharing(queue["id"], queue["name"], "queue", of_queue(viewer, queue["id"])) for queue in queues]


def of_queue(viewer: Viewer, evaluation_id: object) -> tuple[Grant, ...]:
    """The sharing settings of one queue."""
    return _grants(viewer, viewer.get(f"/evaluation/{evaluation_id}/acl"), QUEUE_LEVELS)


def of_team(viewer: Viewer, team_id: object) -> tuple[Grant, ...]:
    """The sharing settings of one team; none for somebody who may not read them."""
    acl = viewer.find(f"/team/{team_id}/acl")
    return () if acl is None else _grants(viewer, acl, TEAM_LEVELS)


def _of_entity(viewer: Viewer, header: Json) -> Sharing:
    acl = viewer.get(f"/entity/{header['id']}/acl")
    kind = BY_CLASS[header["type"]].short
    return Sharing(header["id"], header["name"], kind, _grants(viewer, acl, ENTITY_LEVELS))


def _grants(viewer: Viewer, acl: Json, levels: Levels) -> tuple[Grant, ...]:
    """An access control list in readable lines, the widest first; `levels` name the usual sets, widest first."""
    lines = [
        Grant(
            entry["principalId"],
            principal_name(viewer.store, entry["principalId"]),
            _level(set(entry["accessType"]), levels),
            tuple(sorted(entry["accessType"])),
        )
        for entry in acl["resourceAccess"]
    ]
    return tuple(sorted(lines, key=lambda line: (-len(line.access), line.who.lower())))


def _level(access: set[str], levels: Levels) -> str:
    return next((name for name, wanted in levels if wanted <= access), "Custom")
