"""What the pages show of projects: the list, the head, what the viewer may do (contract 2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from synapse_sandbox.permissions import AUTHENTICATED_USERS, PROJECT_TYPE, PUBLIC
from synapse_sandbox.refusals import not_found
from synapse_sandbox.site.viewing import Viewer, principal_name
from synapse_sandbox.wire import Json, entity_number, from_iso

# What a viewer may do, in the order of weight: the member of UserEntityPermissions, and the word for it.
_RIGHTS: Final = (
    ("canView", "view"),
    ("canDownload", "download"),
    ("canAddChild", "add files"),
    ("canEdit", "edit"),
    ("canDelete", "delete"),
    ("canChangePermissions", "change sharing"),
)


@dataclass(frozen=True, slots=True)
class Project:
    """A project in a list or at the head of its pages; times are epoch ms."""

    id: int
    name: str
    description: str
    alias: str
    created_on: int
    created_by: str
    audience: str
    challenge_id: int | None
    participant_team_id: int | None
    rights: tuple[str, ...]


def projects(viewer: Viewer) -> list[Project]:
    """All projects that the viewer can read, newest first."""
    found = [_project(viewer, entity_number(header["id"])) for header in children(viewer, None, ["project"])]
    return sorted(found, key=lambda one: -one.created_on)


def project(viewer: Viewer, entity_id: int) -> Project:
    """One project; Raises what Synapse would say to a viewer who can't read it."""
    if viewer.get(f"/entity/syn{entity_id}/type")["type"] != PROJECT_TYPE:
        raise not_found(f"syn{entity_id} is no project.")
    return _project(viewer, entity_id)


def project_of(viewer: Viewer, entity_id: int) -> int:
    """The project that an entity lies in."""
    path = viewer.get(f"/entity/syn{entity_id}/path")["path"]
    found = [step["id"] for step in path if step["type"] == PROJECT_TYPE]
    if not found:
        raise not_found(f"syn{entity_id} lies in no project.")
    return entity_number(found[0])


def children(viewer: Viewer, parent_id: int | None, types: list[str]) -> Iterator[Json]:
    """The headers of what lies in a container (None: the projects), by name."""
    token: str | None = None
    while True:
        body: Json = {"includeTypes": types, "nextPageToken": token}
        answer = viewer.post("/entity/children", body if parent_id is None else {**body, "parentId": f"syn{parent_id}"})
        yield from answer["page"]
        token = answer.get("nextPageToken")
        if token is None:
            return


def _project(viewer: Viewer, entity_id: int) -> Project:
    address = f"/entity/syn{entity_id}"
    body, challenge = viewer.get(address), viewer.find(f"{address}/challenge") or {}
    permissions = viewer.get(f"{address}/permissions")
    return Project(
        id=entity_id,
        name=body["name"],
        description=body.get("description", ""),
        alias=body.get("alias", ""),
        created_on=from_iso(body["createdOn"]),
        created_by=principal_name(viewer.store, body["createdBy"]),
        audience=_audience(viewer.get(f"{address}/acl")),
        challenge_id=int(challenge["id"]) if challenge else None,
        participant_team_id=int(challenge["participantTeamId"]) if challenge else None,
        rights=tuple(word for right, word in _RIGHTS if permissions[right]),
    )


def _audience(acl: Json) -> str:
    readers = {entry["principalId"] for entry in acl["resourceAccess"] if "READ" in entry["accessType"]}
    if PUBLIC in readers:
        return "public"
    return "signed-in users" if AUTHENTICATED_USERS in readers else "private"
