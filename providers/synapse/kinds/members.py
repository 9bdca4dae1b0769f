"""Members of teams: nobody can be added, only invited, and an invitation is a mail: never two (contract 3.5, 3.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.interfaces import Outcome
from planner.live import LiveResource, Membership
from planner.plan import Operation
from planner.references import references
from planner.resources import Kind, Resource
from providers.synapse.failures import Refused
from providers.synapse.paging import by_offset
from providers.synapse.settle import ALREADY, Creation, create, remove
from providers.synapse.survey import Survey, referred
from providers.synapse.together import together
from providers.synapse.writing import Writing

Raw = Mapping[str, Any]


async def read_members(survey: Survey) -> None:
    """Read members and open invitations of the teams for which the manifest names members."""
    teams = {_team(item) for item in survey.of_kind(Kind.MEMBER)}
    await together(*(_read_team(survey, team) for team in sorted(teams) if team in survey.resources))
    for item in survey.of_kind(Kind.MEMBER):
        _record(survey, item)


def _team(resource: Resource) -> str:
    return referred(resource, "team")


async def _read_team(survey: Survey, team: str) -> None:
    id_ = survey.ids[team]
    members, invitations = await together(
        by_offset(survey.transport, f"/teamMembers/{id_}"), _invitations(survey, team, id_)
    )
    people = {str(item["member"]["ownerId"]): item["member"]["userName"] for item in members}
    survey.names |= people
    invited = frozenset(str(item["inviteeId"]) for item in invitations if "inviteeId" in item)
    survey.memberships[team] = Membership(frozenset(people), invited)


async def _invitations(survey: Survey, team: str, id_: str) -> list[Raw]:
    """Open invitations; only managers of a team see them."""
    try:
        return await by_offset(survey.transport, f"/team/{id_}/openInvitation")
    except Refused as refused:
        if refused.status != 403:
            raise
        for item in survey.of_kind(Kind.MEMBER):
            if _team(item) == team:
                survey.forbid(item.address, refused)
        return []


def _record(survey: Survey, resource: Resource) -> None:
    """A person who is in the team, or has an open invitation, is where the manifest wants it."""
    membership = survey.memberships.get(_team(resource))
    person, team = survey.id_in(resource, "person"), survey.id_in(resource, "team")
    if membership is None or person is None or team is None:
        return
    for state, ids in (("member", membership.members), ("invited", membership.invited)):
        if person in ids:
            spec = {"team": team, "person": person}
            survey.unreadable.pop(resource.address, None)
            survey.add(LiveResource(resource.address, Kind.MEMBER, person, spec, None, {"state": state}))
            return


async def invite(writing: Writing, operation: Operation) -> Outcome:
    """Invite a person who is neither a member nor invited."""
    spec = writing.spec(operation)
    team, person = str(spec["team"]), str(spec["person"])
    # A team that we made a moment ago has nobody but us.
    new = not writing.run.created.isdisjoint(references(operation.spec["team"])) and person != writing.me.id
    if not new and await _has(writing, team, person):
        return Outcome(person, ALREADY)

    async def send() -> Raw:
        answer: Raw = await writing.transport.post("/membershipInvitation", {"teamId": team, "inviteeId": person})
        return answer

    async def look_up() -> Raw | None:
        open_ = await by_offset(writing.transport, f"/team/{team}/openInvitation?inviteeId={person}")
        return next(iter(open_), None)

    _, did = await create(writing.transport, operation.address, Creation(send, look_up))
    return Outcome(person, "invited" if did == "created" else did)


async def _has(writing: Writing, team: str, person: str) -> bool:
    """Whether a person is in a team, or invited to it."""
    status = await writing.transport.get(f"/team/{team}/member/{person}/membershipStatus")
    return bool(status.get("isMember") or status.get("hasOpenInvitation"))


async def delete(writing: Writing, operation: Operation) -> Outcome:
    """Take back the invitations of a person, and the membership."""
    spec = writing.spec(operation)
    team, person = str(spec["team"]), str(spec["person"])
    for invitation in await by_offset(writing.transport, f"/team/{team}/openInvitation?inviteeId={person}"):
        await remove(writing.transport, f"/membershipInvitation/{invitation['id']}")
    await remove(writing.transport, f"/team/{team}/member/{person}")
    return Outcome(person, "removed")
