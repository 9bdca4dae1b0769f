"""Names to ids and ids to names: users and teams share one namespace (contract 1.4, 1.5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from planner.live import Me
from planner.resources import FIXED_PRINCIPALS, Kind
from providers.synapse.survey import Survey
from providers.synapse.together import together
from providers.synapse.transport import Transport

Raw = Mapping[str, Any]

MOST_ALIASES: Final = 100
CERTIFIED_USERS: Final = "3"


def alias_key(name: str) -> str:
    """What Synapse compares: lower case, letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


async def look_up(transport: Transport, names: Iterable[str]) -> dict[str, Raw]:
    """Headers of users and teams by alias key; unknown names are left out."""
    unique = sorted({alias_key(name): name for name in names}.values())
    chunks = [unique[start : start + MOST_ALIASES] for start in range(0, len(unique), MOST_ALIASES)]
    answers = await together(*(transport.ask("/userGroupHeaders/aliases", {"list": chunk}) for chunk in chunks))
    return {alias_key(header["userName"]): header for answer in answers for header in answer["list"]}


async def read_people(survey: Survey) -> dict[str, Raw]:
    """Look up everybody whom the manifest names, and the names of teams that the ledger doesn't know; returns what was
    found.
    """
    people = survey.desired.people
    found = await _found(survey)
    for address, name in people.items():
        header = found.get(alias_key(name))
        if header is None or not header["isIndividual"]:
            survey.missing_people.append(address)
            continue
        survey.ids[address] = str(header["ownerId"])
        survey.names[str(header["ownerId"])] = header["userName"]
    return found


async def _found(survey: Survey) -> dict[str, Raw]:
    """Headers of people and of teams: as they were read ahead, else of the names that are needed."""
    if survey.ahead is not None and survey.ahead.groups is not None:
        return dict(survey.ahead.headers)
    return await look_up(survey.transport, [*survey.desired.people.values(), *_new_names(survey)])


def _new_names(survey: Survey) -> Iterator[str]:
    """Names of teams that are yet to be found, or are to be given."""
    for item in survey.of_kind(Kind.TEAM):
        entry = survey.applied.entries.get(item.address)
        if survey.told(item.address) is None or (entry and entry.fields.get("name") != item.spec["name"]):
            yield str(item.spec["name"])


async def read_groups(survey: Survey) -> None:
    """Learn as whom the caller acts."""
    known = survey.ahead.groups if survey.ahead is not None else None
    survey.groups |= known if known is not None else await acting_groups(survey.transport, survey.me)


async def acting_groups(transport: Transport, me: Me) -> frozenset[str]:
    """Ids of everybody as whom an account acts: itself, everybody, its teams (contract 0.6)."""
    teams: list[str] = []
    path = query = f"/user/{me.id}/team/id?sort=TEAM_NAME&ascending=true"
    while query:
        answer = await transport.get(query)
        teams += [str(id_) for id_ in answer.get("teamIds", [])]
        query = f"{path}&nextPageToken={answer['nextPageToken']}" if answer.get("nextPageToken") else ""
    certified = {CERTIFIED_USERS} if me.certified else set()
    return frozenset({me.id, *FIXED_PRINCIPALS.values(), *certified, *teams})


async def read_names(survey: Survey) -> None:
    """Learn the names behind ids that nobody has named yet."""
    given = {id_ for address, id_ in survey.desired.given.items() if address.startswith(("team.", "principal."))}
    survey.names |= await names_of(survey.transport, (survey.principals | given) - survey.names.keys())
    for address, id_ in survey.desired.given.items():
        if id_ in given and id_ not in survey.names:
            _nobody(survey, address, id_)


def _nobody(survey: Survey, address: str, id_: str) -> None:
    """Record that nobody has a number that the manifest gives for a team or a principal."""
    if address.startswith("principal."):
        survey.missing_people.append(address)
    elif address.startswith("team."):
        survey.unreadable[address] = f"there is no team or user with id {id_}"


async def names_of(transport: Transport, ids: Iterable[str]) -> dict[str, str]:
    """Id → name of users and teams; ids that nobody has are left out."""
    unknown = sorted(item for item in ids if item.isdigit())
    names: dict[str, str] = {}
    for start in range(0, len(unknown), MOST_ALIASES):
        chunk = unknown[start : start + MOST_ALIASES]
        answer = await transport.get(f"/userGroupHeaders/batch?ids={','.join(chunk)}")
        names |= {str(header["ownerId"]): header["userName"] for header in answer["children"]}
    return names
