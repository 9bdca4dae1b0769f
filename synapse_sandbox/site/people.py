"""What the pages show of teams: members, managers, pending invitations and requests (contract 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from synapse_sandbox.site import sharing
from synapse_sandbox.site.moments import optional
from synapse_sandbox.site.projects import Project
from synapse_sandbox.site.sharing import Grant
from synapse_sandbox.site.viewing import Viewer, principal_name
from synapse_sandbox.wire import Json, from_iso

MAX_MEMBERS: Final = 50
MAX_TEAMS: Final = 200
MEMBER: Final = "you are a member"
_PARTICIPANTS: Final = "Participants of the challenge"
_REGISTERED: Final = "Registered team"


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a team."""

    name: str
    is_manager: bool


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
    """A team: the first members of `total`, `standing` says what it is to the viewer, `roles` what to the project."""

    id: int
    name: str
    description: str
    joining: str
    roles: tuple[str, ...]
    standing: str
    members: tuple[Member, ...]
    total: int
    pending: tuple[Pending, ...]
    requirements: tuple[str, ...]
    grants: tuple[Grant, ...]

    @property
    def spelt(self) -> str:
        """The id as the API writes it."""
        return str(self.id)

    @property
    def kind(self) -> str:
        """What it is, in a list of things that are shared."""
        return "team"


def teams(viewer: Viewer) -> list[Team]:
    """All teams, by name: teams are public on Synapse, what goes on in them is not."""
    return [_team(viewer, body, ()) for body in viewer.every("/teams", MAX_TEAMS)]


def teams_of(viewer: Viewer, project: Project) -> list[Team]:
    """The teams of a challenge, and those that stand in a sharing setting that the viewer sees."""
    roles = _roles(viewer, project)
    bodies = [viewer.find(f"/team/{team}") for team in roles]
    found = [_team(viewer, body, roles[int(body["id"])]) for body in bodies if body is not None]
    return sorted(found, key=lambda team: (_PARTICIPANTS not in team.roles, not team.roles, team.name.lower()))


def standing(viewer: Viewer, team_id: object) -> str:
    """What a team is to the viewer: a member, invited, free to join or not."""
    if viewer.caller.is_anonymous:
        return ""
    status = viewer.get(f"/team/{team_id}/member/{viewer.caller.id}/membershipStatus")
    said = (
        (status["isMember"], MEMBER),
        (status["hasOpenInvitation"], "you are invited"),
        (status["hasOpenRequest"], "you asked to join"),
        (status["hasUnmetAccessRequirement"], "you must accept its terms first"),
        (status["canJoin"], "you may join"),
    )
    return next((words for is_so, words in said if is_so), "")


def members_of(viewer: Viewer, team_id: object, most: int = MAX_MEMBERS) -> tuple[Member, ...]:
    """The first members of a team, managers first."""
    found = viewer.every(f"/teamMembers/{team_id}", most)
    members = [Member(one["member"]["userName"], one["isAdmin"]) for one in found]
    return tuple(sorted(members, key=lambda member: (not member.is_manager, member.name.lower())))


def size_of(viewer: Viewer, team_id: object) -> int:
    """How many members a team has."""
    return int(viewer.get(f"/teamMembers/count/{team_id}")["count"])


def registered(viewer: Viewer, challenge_id: object) -> list[int]:
    """The teams that are registered for a challenge."""
    return [int(one["teamId"]) for one in viewer.every(f"/challenge/{challenge_id}/challengeTeam")]


def _roles(viewer: Viewer, project: Project) -> dict[int, tuple[str, ...]]:
    """The teams of a project, each with what it is to it: none for one that is only granted something."""
    roles: dict[int, tuple[str, ...]] = {}
    if project.participant_team_id is not None:
        roles[project.participant_team_id] = (_PARTICIPANTS,)
        for team in registered(viewer, project.challenge_id):
            roles[team] = (*roles.get(team, ()), _REGISTERED)
    settings = (*sharing.of_entities(viewer, project.id), *sharing.of_queues(viewer, project.id))
    for setting in settings:
        for grant in setting.grants:
            roles.setdefault(grant.principal_id, ())
    return roles


def _team(viewer: Viewer, body: Json, roles: tuple[str, ...]) -> Team:
    team = body["id"]
    return Team(
        id=int(team),
        name=body["name"],
        description=body.get("description", ""),
        joining=_joining(body),
        roles=roles,
        standing=standing(viewer, team),
        members=members_of(viewer, team),
        total=size_of(viewer, team),
        pending=tuple(_pending(viewer, team)),
        requirements=tuple(_requirements(viewer, team)),
        grants=sharing.of_team(viewer, team),
    )


def _joining(body: Json) -> str:
    if body["canPublicJoin"]:
        return "Anybody may join"
    return "Joining on request" if body["canRequestMembership"] else "By invitation only"


def _pending(viewer: Viewer, team_id: str) -> Iterator[Pending]:
    """Who is invited and who asks: for managers everybody, for others their own invitation and request."""
    for kind, path, person in (("invited", "openInvitation", "inviteeId"), ("asks to join", "openRequest", "userId")):
        for one in _open(viewer, team_id, path):
            who = one.get("inviteeEmail") or principal_name(viewer.store, one[person])
            since, until = from_iso(one["createdOn"]), optional(one.get("expiresOn"))
            yield Pending(who, kind, one.get("message", ""), since, until)


def _open(viewer: Viewer, team_id: str, path: str) -> list[Json]:
    if viewer.find(f"/team/{team_id}/{path}") is not None:
        return viewer.every(f"/team/{team_id}/{path}", MAX_MEMBERS)
    if viewer.caller.is_anonymous:
        return []
    return viewer.every(f"/user/{viewer.caller.id}/{path}", MAX_MEMBERS, teamId=team_id)


def _requirements(viewer: Viewer, team_id: str) -> Iterator[str]:
    for one in viewer.every(f"/team/{team_id}/accessRequirement"):
        yield one.get("name") or one.get("description") or one["concreteType"].rpartition(".")[2]
