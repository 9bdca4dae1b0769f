"""Teams, their ACLs, invitations, and the challenge object that makes the participants team what it is."""

from __future__ import annotations

from collections.abc import Iterator

from challenge_spec.resolved import ResolvedTeam
from planner.access import TEAM, grant
from planner.desired.context import Context, add_grants, staff_acl
from planner.references import Ref
from planner.resources import SIGNED_IN, Kind, Resource, acl_address
from planner.stages import JOINING, Joining

_MAY_WRITE_TO_THEMSELVES = frozenset({"organizers", "administrators", "testers"})


def teams(context: Context) -> Iterator[Resource]:
    """Compile every team that is ours, with the people to invite."""
    for team in context.challenge.teams:
        if team.use is None:
            address = f"team.{team.key}"
            spec = {"name": team.name, "description": team.description, "join": joining(context, team)}
            yield Resource(address, Kind.TEAM, spec, protect=team.protect, ignore=team.ignore)
            yield _acl(context, team)
            yield from _members(context, team)
    participants = Ref("team.participants")
    yield Resource("challenge.live", Kind.CHALLENGE, {"project": Ref("project.live"), "team": participants})


def joining(context: Context, team: ResolvedTeam) -> str:
    """How people get in at this stage: open, request or invitation."""
    if context.stage in team.join_at:
        return team.join_at[context.stage]
    rule = JOINING[team.key][context.stage] if team.key in JOINING else Joining.DECLARED
    return team.join if rule is Joining.DECLARED else str(rule)


def _acl(context: Context, team: ResolvedTeam) -> Resource:
    address = f"team.{team.key}"
    acl = staff_acl(context, "team", TEAM)
    grant(acl, address, TEAM["message" if team.key in _MAY_WRITE_TO_THEMSELVES else "view"])
    grant(acl, SIGNED_IN, TEAM["view"])
    add_grants(context, acl, team.grants, TEAM)
    return Resource(acl_address(address), Kind.ACL, acl)


def _members(context: Context, team: ResolvedTeam) -> Iterator[Resource]:
    for name in team.members:
        person = context.principal(name)
        spec = {"team": Ref(f"team.{team.key}"), "person": Ref(person)}
        yield Resource(f"member.{team.key}/{name}", Kind.MEMBER, spec, after=(acl_address(f"team.{team.key}"),))
