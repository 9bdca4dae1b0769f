"""Who stands in the access lists: teams with their members, and the names behind all ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from challenge_spec.resolving.names import team_name
from challenge_spec.teams import STANDARD_TEAMS
from planner.discovered import Entity, FoundQueue, FoundTeam, Rights, Site
from planner.resources import FIXED_PRINCIPALS
from providers.synapse.discover.search import Search
from providers.synapse.failures import Refused
from providers.synapse.kinds.acls import entries_of
from providers.synapse.kinds.principals import MOST_ALIASES, acting_groups, look_up
from providers.synapse.kinds.teams import joining
from providers.synapse.paging import by_offset
from providers.synapse.together import together

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class People:
    """Teams by id, names by id, which ids are users, and as whom the account that looks acts."""

    teams: Mapping[str, FoundTeam]
    names: Mapping[str, str]
    individuals: frozenset[str]
    groups: frozenset[str]


async def read_people(
    search: Search,
    sites: Sequence[Site],
    queues: Sequence[FoundQueue],
    participants: str | None,
    ledger: Mapping[str, str],
) -> People:
    """Everybody who stands somewhere, and the teams that go by the usual names."""
    projects = [site.project for site in sites]
    ids = {id_ for rights in _all_rights(projects, queues) for id_ in rights} - set(FIXED_PRINCIPALS.values())
    ids |= {entity.created_by for entity in projects}
    headers = await _headers(search, ids)
    known = {participants} if participants else set()
    known |= {id_ for address, id_ in ledger.items() if address.startswith("team.")}
    known |= {id_ for id_, header in headers.items() if not header["isIndividual"]}
    usual = await _usual_teams(search, projects[0].name)
    groups = await acting_groups(search.transport, search.me)
    makers = {search.me.id, *(project.created_by for project in projects)}
    read = await together(*(_team(search, id_, groups, id_ != participants) for id_ in sorted(known | usual)))
    teams = {team.id: team for team in read if team and (team.id in known or team.created_by in makers)}
    names = {id_: str(header["userName"]) for id_, header in headers.items()} | {
        id_: team.name for id_, team in teams.items()
    }
    more = await _headers(
        search,
        {id_ for team in teams.values() for id_ in team.access or {}} - names.keys() - set(FIXED_PRINCIPALS.values()),
    )
    headers |= more
    names |= {id_: str(header["userName"]) for id_, header in more.items()}
    return People(teams, names, frozenset(id_ for id_, header in headers.items() if header["isIndividual"]), groups)


def _all_rights(projects: Iterable[Entity], queues: Iterable[FoundQueue]) -> Iterator[Rights]:
    yield from (queue.access for queue in queues)
    for entity in projects:
        if entity.access is not None:
            yield entity.access
        yield from _all_rights(entity.children, ())


async def _headers(search: Search, ids: set[str]) -> dict[str, Raw]:
    """Name and nature of principals."""
    wanted = sorted(ids)
    found: dict[str, Raw] = {}
    for start in range(0, len(wanted), MOST_ALIASES):
        chunk = ",".join(wanted[start : start + MOST_ALIASES])
        answer = await search.transport.get(f"/userGroupHeaders/batch?ids={chunk}")
        found |= {str(header["ownerId"]): header for header in answer["children"]}
    return found


async def _usual_teams(search: Search, challenge: str) -> set[str]:
    """Ids of the teams that have the names which challenge tools give (orchestrator-and-tools 4.2)."""
    found = await look_up(search.transport, [team_name(challenge, key) for key in STANDARD_TEAMS])
    return {str(header["ownerId"]) for header in found.values() if not header["isIndividual"]}


async def _team(search: Search, id_: str, groups: frozenset[str], listed: bool) -> FoundTeam | None:
    """A team; of participants, who may be many, the members are not listed."""
    try:
        raw, access = await together(search.transport.get(f"/team/{id_}"), _access(search, id_))
    except Refused as refused:
        if refused.status != 404:
            raise
        return None
    managed = any("TEAM_MEMBERSHIP_UPDATE" in types for who, types in (access or {}).items() if who in groups)
    members, invited = await together(
        _members(search, id_) if listed else _nobody(), _invited(search, id_) if listed and managed else _nobody()
    )
    return FoundTeam(
        id=id_,
        name=raw["name"],
        description=raw.get("description") or "",
        join=joining(raw),
        access=access,
        created_by=str(raw["createdBy"]),
        members=members,
        invited=invited,
        managed=managed,
    )


async def _nobody() -> Mapping[str, str]:
    return {}


async def _access(search: Search, id_: str) -> Rights | None:
    try:
        return entries_of(await search.transport.get(f"/team/{id_}/acl"))
    except Refused as refused:
        if refused.status not in (403, 404):
            raise
        return None


async def _members(search: Search, id_: str) -> Mapping[str, str]:
    listed = await by_offset(search.transport, f"/teamMembers/{id_}")
    return {str(item["member"]["ownerId"]): str(item["member"]["userName"]) for item in listed}


async def _invited(search: Search, id_: str) -> Mapping[str, str]:
    """Users with an open invitation; whom a team invited by e-mail has no account that we could name."""
    listed = await by_offset(search.transport, f"/team/{id_}/openInvitation")
    by_mail = [item for item in listed if "inviteeId" not in item]
    if by_mail:
        search.note(f"team {id_} has {len(by_mail)} open invitation(s) by e-mail; they are left as they are")
    ids = {str(item["inviteeId"]) for item in listed if "inviteeId" in item}
    return {who: str(header["userName"]) for who, header in (await _headers(search, ids)).items()}
