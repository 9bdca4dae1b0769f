"""Teams: how one is joined, and whose a team is that was found by its name only (contract 3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from planner.interfaces import Outcome
from planner.live import LiveResource
from planner.plan import Operation
from planner.references import Plain
from planner.resources import Kind, Resource, acl_address
from providers.synapse.failures import Refused
from providers.synapse.kinds.acls import entries_of, read_acl
from providers.synapse.kinds.objects import create_object, delete_object, update_object
from providers.synapse.kinds.principals import alias_key, look_up
from providers.synapse.survey import Survey, instant
from providers.synapse.together import together
from providers.synapse.writing import Writing

Raw = Mapping[str, Any]

_FLAGS: Final[Mapping[str, dict[str, bool]]] = {
    "open": {"canPublicJoin": True, "canRequestMembership": False},
    "request": {"canPublicJoin": False, "canRequestMembership": True},
    "invitation": {"canPublicJoin": False, "canRequestMembership": False},
}


@dataclass(frozen=True, slots=True)
class FoundTeam:
    """A team that was found, by the id that was told (how) or by its name; acl is None where it can't be read."""

    resource: Resource
    team: Raw
    acl: Raw | None
    how: str | None


async def read_teams(survey: Survey, headers: Mapping[str, Raw]) -> list[FoundTeam]:
    """Read every wanted team that exists. Whose they are is judged by `judge_teams`, when the rest is read."""
    found = await together(*(_read_team(survey, item, headers) for item in survey.of_kind(Kind.TEAM)))
    return [team for team in found if team is not None]


async def _read_team(survey: Survey, resource: Resource, headers: Mapping[str, Raw]) -> FoundTeam | None:
    for id_, how in _candidates(survey, resource, headers):
        try:
            team, acl = await together(survey.get(f"/team/{id_}"), _acl(survey, id_))
        except Refused as refused:
            if refused.status != 404:
                raise
            if how == "manifest":
                survey.forbid(resource.address, refused)
                return None
        else:
            _see_whether_free(survey, resource, str(team["id"]), headers)
            return FoundTeam(resource, team, acl, how)
    return None


def _see_whether_free(survey: Survey, resource: Resource, id_: str, headers: Mapping[str, Raw]) -> None:
    """Of a team that gets another name: see whether anybody else has it already."""
    name = str(resource.spec["name"])
    header = headers.get(alias_key(name))
    if header is not None and str(header["ownerId"]) != id_:
        survey.taken[resource.address] = f"{header['userName']!r} ({header['ownerId']}) has the name {name!r} already"


def _candidates(survey: Survey, resource: Resource, headers: Mapping[str, Raw]) -> Iterator[tuple[str, str | None]]:
    """Ids to try, with how we know of them (None: the name only)."""
    told = survey.told(resource.address)
    if told is not None:
        yield told
    header = headers.get(alias_key(str(resource.spec["name"])))
    if header is None:
        return
    if header["isIndividual"]:
        survey.taken[resource.address] = f"a user is called {header['userName']!r}; users and teams share their names"
        return
    yield str(header["ownerId"]), None


async def _acl(survey: Survey, id_: str) -> Raw | None:
    try:
        acl: Raw = await survey.get(f"/team/{id_}/acl")
    except Refused as refused:
        if refused.status in (403, 404):
            return None
        raise
    return acl


def judge_teams(survey: Survey, teams: list[FoundTeam]) -> None:
    """Record the teams that are ours; a stranger's name is taken."""
    concerned = _concerned(survey)
    for found in teams:
        id_, address = str(found.team["id"]), found.resource.address
        how = found.how or _whose(survey, found, concerned)
        survey.names[id_] = found.team["name"]
        if how is None:
            survey.taken[address] = f"team {id_} has the name {found.team['name']!r} and belongs to somebody else"
            continue
        modified = str(found.team["modifiedBy"]), instant(found.team["modifiedOn"])
        survey.add(
            LiveResource(address, Kind.TEAM, id_, team_spec(found.team), found.team["etag"], found.team, how, *modified)
        )
        if found.acl is None:
            survey.unreadable[acl_address(address)] = f"only members may see the access list of team {id_}"
        read_acl(survey, address, found.acl)


def _concerned(survey: Survey) -> set[str]:
    """Principals that stand in an ACL of ours, or take part in a challenge of ours."""
    ids = {
        principal
        for resource in survey.resources.values()
        if resource.kind is Kind.ACL and resource.identified_by != "name"
        for principal in resource.spec
    }
    challenges = [item for item in survey.resources.values() if item.kind is Kind.CHALLENGE]
    return ids | {str(item.spec["team"]) for item in challenges}


def _whose(survey: Survey, found: FoundTeam, concerned: set[str]) -> str | None:
    """How we know that a team found by name is ours; None where it is a stranger's."""
    if str(found.team["id"]) in concerned:
        return "project"
    if str(found.team["createdBy"]) in (survey.me.id, survey.ids.get("deployer")):
        return "creator"
    rights = entries_of(found.acl).get(survey.me.id, ()) if found.acl else ()
    return "manager" if "TEAM_MEMBERSHIP_UPDATE" in rights else None


def team_spec(team: Raw) -> dict[str, Plain]:
    """A team in our words."""
    return {"name": team["name"], "description": team.get("description", ""), "join": joining(team)}


def joining(team: Raw) -> str:
    """How people get into a team: open, request or invitation."""
    if team.get("canPublicJoin"):
        return "open"
    # Synapse fills in "may ask" where nothing was said (contract 3.3).
    return "request" if team.get("canRequestMembership", True) else "invitation"


async def create(writing: Writing, operation: Operation) -> Outcome:
    """Make a team; whoever makes it is its first member and manager."""
    fields = _fields(writing, operation)

    async def find_again() -> Raw | None:
        header = (await look_up(writing.transport, [fields["name"]])).get(alias_key(fields["name"]))
        if header is None:
            return None
        team: Raw = await writing.transport.get(f"/team/{header['ownerId']}")
        return team if str(team["createdBy"]) == writing.me.id else None

    return await create_object(writing, operation, "/team", fields, find_again)


async def update(writing: Writing, operation: Operation) -> Outcome:
    """Change name, description or the way to join."""
    path = f"/team/{writing.known.id_of(operation.address)}"
    return await update_object(writing, operation, path, _fields(writing, operation), put="/team")


async def delete(writing: Writing, operation: Operation) -> Outcome:
    """Delete a team."""
    return await delete_object(writing, operation, f"/team/{writing.known.id_of(operation.address)}")


def _fields(writing: Writing, operation: Operation) -> dict[str, Any]:
    spec = writing.spec(operation)
    return {"name": spec["name"], "description": spec["description"], **_FLAGS[str(spec["join"])]}
