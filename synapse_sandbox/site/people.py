"""What the pages show of teams: members, managers, pending invitations and requests (contract 3)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from synapse_sandbox.access_lists import acl_grants_by_principal
from synapse_sandbox.permissions import Caller
from synapse_sandbox.site.projects import principal_name, shows
from synapse_sandbox.store import Row, Store

_JOINING: Final = {"PUBLIC": "Anybody may join", "OPEN": "Joining on request", "CLOSED": "By invitation only"}

# Teams that a project has to do with: its challenge's, and those named in a sharing setting of it or of its queues.
_RELATED: Final = """
WITH RECURSIVE below (id) AS (
    SELECT ?1 UNION SELECT entities.id FROM entities JOIN below ON entities.parent_id = below.id
)
SELECT participant_team_id FROM challenges WHERE project_id = ?1
UNION SELECT team_id FROM challenge_teams JOIN challenges ON challenges.id = challenge_id WHERE project_id = ?1
UNION SELECT principal_id FROM acl_entries JOIN below ON owner_type = 'ENTITY' AND owner_id = below.id
UNION SELECT principal_id FROM acl_entries AS entry JOIN evaluations
    ON owner_type = 'EVALUATION' AND entry.owner_id = evaluations.id WHERE content_source = ?1
"""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a team."""

    name: str
    is_manager: bool
    joined_on: int


@dataclass(frozen=True, slots=True)
class Pending:
    """Somebody who isn't a member yet: invited, or asking; times are epoch ms."""

    who: str
    kind: str
    message: str
    since: int
    expires_on: int | None


@dataclass(frozen=True, slots=True)
class Team:
    """A team with everybody in it; `roles` say what it is to the project."""

    id: int
    name: str
    description: str
    joining: str
    roles: tuple[str, ...]
    members: tuple[Member, ...]
    pending: tuple[Pending, ...]
    requirements: tuple[str, ...]


def teams(store: Store, viewer: Caller | None) -> list[Team]:
    """All teams, by name. Teams are public on Synapse, so the viewer makes no difference."""
    del viewer
    rows = store.all("SELECT * FROM teams")
    return sorted((_team(store, row, ()) for row in rows), key=lambda team: team.name.lower())


def teams_of(store: Store, viewer: Caller | None, project_id: int) -> list[Team]:
    """The teams that a project has to do with, by name."""
    if not shows(store, viewer, project_id):
        return []
    rows = store.all(f"SELECT * FROM teams WHERE id IN ({_RELATED})", project_id)
    found = [_team(store, row, _roles(store, row["id"], project_id)) for row in rows]
    return sorted(found, key=lambda team: (not team.roles, team.name.lower()))


def _roles(store: Store, team_id: int, project_id: int) -> tuple[str, ...]:
    participants = store.one(
        "SELECT 1 FROM challenges WHERE project_id = ? AND participant_team_id = ?", project_id, team_id
    )
    registered = store.one(
        "SELECT 1 FROM challenge_teams JOIN challenges ON challenges.id = challenge_id"
        " WHERE project_id = ? AND team_id = ?",
        project_id,
        team_id,
    )
    return (
        *(("Participants of the challenge",) if participants else ()),
        *(("Registered team",) if registered else ()),
    )


def _team(store: Store, row: Row, roles: tuple[str, ...]) -> Team:
    return Team(
        id=row["id"],
        name=principal_name(store, row["id"]),
        description=row["description"] or "",
        joining=_JOINING[row["state"]],
        roles=roles,
        members=_members(store, row["id"]),
        pending=_invited(store, row["id"]) + _asking(store, row["id"]),
        requirements=_requirements(store, row["id"]),
    )


def _members(store: Store, team_id: int) -> tuple[Member, ...]:
    acl = acl_grants_by_principal(store, "TEAM", team_id)
    rows = store.all("SELECT member_id, joined_on FROM group_members WHERE group_id = ?", team_id)
    members = [
        Member(
            principal_name(store, row["member_id"]),
            "TEAM_MEMBERSHIP_UPDATE" in acl.get(row["member_id"], ()),
            row["joined_on"],
        )
        for row in rows
    ]
    return tuple(sorted(members, key=lambda member: (not member.is_manager, member.name.lower())))


def _invited(store: Store, team_id: int) -> tuple[Pending, ...]:
    rows = store.all("SELECT * FROM membership_invitations WHERE team_id = ? ORDER BY id", team_id)
    return tuple(
        Pending(
            row["invitee_email"] or principal_name(store, row["invitee_id"]),
            "invited",
            row["message"] or "",
            row["created_on"],
            row["expires_on"],
        )
        for row in rows
    )


def _asking(store: Store, team_id: int) -> tuple[Pending, ...]:
    rows = store.all("SELECT * FROM membership_requests WHERE team_id = ? ORDER BY id", team_id)
    return tuple(
        Pending(
            principal_name(store, row["user_id"]),
            "asks to join",
            row["message"] or "",
            row["created_on"],
            row["expires_on"],
        )
        for row in rows
    )


def _requirements(store: Store, team_id: int) -> tuple[str, ...]:
    rows = store.all(
        "SELECT name, kind, fields FROM access_requirements JOIN requirement_subjects ON requirement_id = id"
        " WHERE subject_type = 'TEAM' AND subject_id = ? ORDER BY id",
        team_id,
    )
    return tuple(row["name"] or json.loads(row["fields"]).get("description") or row["kind"] for row in rows)
