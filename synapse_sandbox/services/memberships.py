"""Who is in a team and who manages it; the team's ACL (contract 3.5, 3.7)."""

from __future__ import annotations

from typing import Final

from synapse_sandbox.access_lists import (
    Grants,
    acl_document,
    acl_grants_by_principal,
    read_grants,
    replace_acl,
    write_acl,
)
from synapse_sandbox.call import Answer, Call, no_content
from synapse_sandbox.permissions import (
    Caller,
    acl_grants,
    add_member,
    groups_of,
    is_member,
    may_team,
    remove_member,
    require_team,
)
from synapse_sandbox.reading import text
from synapse_sandbox.refusals import forbidden, invalid, not_found
from synapse_sandbox.restrictions import unmet_to_join
from synapse_sandbox.routing import Route
from synapse_sandbox.services.invitations import close_pending, has_open_invitation, has_open_request
from synapse_sandbox.services.principals import find_user, header, unique_key
from synapse_sandbox.services.teams import MANAGER_ACCESS, find_team, member_page
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json, estimated, number

SCHEMA = ""
_NO_MANAGER: Final = "Team must have at least one team manager."
_MEMBER_TYPES: Final = ("ALL", "ADMIN", "MEMBER")


def list_members(call: Call) -> Answer:
    """GET /teamMembers/{id}?fragment=&memberType=: managers are among ALL."""
    team_id, page = call.number("id"), member_page(call)
    kind = call.query.get("memberType", "ALL")
    if kind not in _MEMBER_TYPES:
        raise invalid(f"No enum constant for memberType: {kind}")
    find_team(call.store, team_id)
    rows = _members(call.store, team_id, unique_key(call.query.get("fragment", "")))
    shown = [member for member in (_member(call.store, team_id, row) for row in rows) if _is_of_kind(member, kind)]
    return Answer(estimated(shown[page.offset : page.offset + page.limit], page))


def count_members(call: Call) -> Answer:
    """GET /teamMembers/count/{id}."""
    team_id = call.number("id")
    find_team(call.store, team_id)
    return Answer({"count": call.store.value("SELECT count(*) FROM group_members WHERE group_id = ?", team_id)})


def get_member(call: Call) -> Answer:
    """GET /team/{id}/member/{principalId}."""
    team_id, principal = call.number("id"), call.number("principalId")
    if not is_member(call.store, team_id, principal):
        raise not_found(f"Member {principal} not found in team {team_id}")
    return Answer(_member(call.store, team_id, find_user(call.store, principal)))


def put_member(call: Call) -> Answer:
    """PUT /team/{id}/member/{principalId}: nothing but 204 for who is in already."""
    team, user = find_team(call.store, call.number("id")), find_user(call.store, call.number("principalId"))
    if is_member(call.store, team["id"], user["id"]):
        return no_content()
    if not call.caller.is_admin:
        _check_may_add(call, team, user["id"])
    add_member(call.store, team["id"], user["id"], call.now)
    close_pending(call.store, team["id"], user["id"])
    return no_content()


def delete_member(call: Call) -> Answer:
    """DELETE /team/{id}/member/{principalId}: silently for who isn't in; the ACL entry goes too."""
    team_id, principal = call.number("id"), call.number("principalId")
    if principal != call.caller.id and not may_team(call.store, call.caller, team_id, "TEAM_MEMBERSHIP_UPDATE"):
        raise forbidden("Cannot remove member from Team.")
    if not is_member(call.store, team_id, principal):
        return no_content()
    find_team(call.store, team_id)
    if call.store.value("SELECT count(*) FROM group_members WHERE group_id = ?", team_id) == 1:
        raise forbidden("Cannot remove the last member of a Team.")
    _regrant(call, team_id, principal, None)
    remove_member(call.store, team_id, principal)
    return no_content()


def set_permission(call: Call) -> Answer:
    """PUT /team/{id}/member/{principalId}/permission?isAdmin=: any principal will do, member or not (surprise 18)."""
    team_id, principal = call.number("id"), call.number("principalId")
    call.parameter("isAdmin", "boolean")
    require_team(call.store, call.caller, team_id, "UPDATE")
    find_team(call.store, team_id)
    _regrant(call, team_id, principal, list(MANAGER_ACCESS) if call.flag("isAdmin") else None)
    return no_content()


def get_membership_status(call: Call) -> Answer:
    """GET /team/{id}/member/{principalId}/membershipStatus: `canJoin` depends on who asks."""
    team, user_id = find_team(call.store, call.number("id")), find_user(call.store, call.number("principalId"))["id"]
    user = Caller(user_id, "", groups_of(call.store, user_id))
    lacking = bool(unmet_to_join(call.store, team["id"], user_id, call.now))
    manages = may_team(call.store, user, team["id"], "TEAM_MEMBERSHIP_UPDATE")
    return Answer(
        {
            "teamId": str(team["id"]),
            "userId": str(user_id),
            "isMember": is_member(call.store, team["id"], user_id),
            "hasOpenInvitation": has_open_invitation(call.store, team["id"], user_id, call.now),
            "hasOpenRequest": has_open_request(call.store, team["id"], user_id, call.now),
            "canJoin": call.caller.is_admin or (not lacking and _refusal_to_add(call, team, user_id) is None),
            "membershipApprovalRequired": not (manages or team["state"] == "PUBLIC"),
            "hasUnmetAccessRequirement": lacking,
            "canSendEmail": may_team(call.store, user, team["id"], "SEND_MESSAGE"),
        }
    )


def get_acl(call: Call) -> Answer:
    """GET /team/{id}/acl."""
    team_id = call.number("id")
    require_team(call.store, call.caller, team_id, "READ")
    return Answer(_acl(call, team_id))


def update_acl(call: Call) -> Answer:
    """PUT /team/acl: the id is in the body; nothing stops the caller from removing every manager (surprise 34)."""
    spelt = text(call.body, "id")
    if spelt is None:
        raise invalid("Resource ID is null")
    team_id = number(spelt)
    require_team(call.store, call.caller, team_id, "UPDATE")
    read_grants(call.store, "TEAM", call.body)
    replace_acl(call.store, "TEAM", team_id, call.body, call.now)
    return Answer(_acl(call, team_id))


def _check_may_add(call: Call, team: Row, user_id: int) -> None:
    refusal = _refusal_to_add(call, team, user_id)
    if refusal is not None:
        raise forbidden(refusal)
    if unmet_to_join(call.store, team["id"], user_id, call.now):
        if user_id == call.caller.id:
            raise forbidden("You can't join the team until you meet the Access Requirements")
        raise forbidden("Cannot add member to team because they have not met all access restrictions.")


def _refusal_to_add(call: Call, team: Row, user_id: int) -> str | None:
    """Why the caller can't bring a user into a team, access requirements aside; None when he can."""
    manages = may_team(call.store, call.caller, team["id"], "TEAM_MEMBERSHIP_UPDATE")
    if user_id == call.caller.id:
        invited = has_open_invitation(call.store, team["id"], user_id, call.now)
        free = manages or team["state"] == "PUBLIC" or invited
        return None if free else "An invitation is required to join the team."
    if not manages:
        return "You must be a team manager to perform this operation."
    requested = has_open_request(call.store, team["id"], user_id, call.now) or is_member(
        call.store, team["id"], user_id
    )
    return None if requested else "The prospective member must request to join the team."


def _regrant(call: Call, team_id: int, principal: int, types: list[str] | None) -> None:
    """Replace one person's entry in the team's ACL; a manager must remain."""
    grants: Grants = acl_grants_by_principal(call.store, "TEAM", team_id)
    grants.pop(principal, None)
    if types is not None:
        grants[principal] = types
    if not call.caller.is_admin and not any("TEAM_MEMBERSHIP_UPDATE" in held for held in grants.values()):
        raise invalid(_NO_MANAGER)
    made = call.store.value("SELECT created_on FROM acls WHERE owner_type = 'TEAM' AND owner_id = ?", team_id)
    write_acl(call.store, "TEAM", team_id, grants, made)


def _acl(call: Call, team_id: int) -> Json:
    acl = acl_document(call.store, "TEAM", team_id, str(team_id))
    if acl is None:
        raise not_found(f"Team id: '{team_id}' does not exist")
    return acl


def _members(store: Store, team_id: int, prefix: str) -> list[Row]:
    return store.all(
        "SELECT principals.* FROM group_members JOIN principals ON principals.id = member_id"
        " JOIN principal_aliases ON principal_id = member_id AND type = 'USER_NAME'"
        " WHERE group_id = ? AND unique_key GLOB ? ORDER BY member_id",
        team_id,
        f"{prefix}*",
    )


def _member(store: Store, team_id: int, user: Row) -> Json:
    manages = acl_grants(store, "TEAM", team_id, "TEAM_MEMBERSHIP_UPDATE", frozenset({user["id"]}))
    return {"teamId": str(team_id), "member": header(store, user), "isAdmin": manages}


def _is_of_kind(member: Json, kind: str) -> bool:
    return kind == "ALL" or member["isAdmin"] == (kind == "ADMIN")


ROUTES = (
    Route("GET", "/repo/v1/teamMembers/{id}", list_members, reads=True),
    Route("GET", "/repo/v1/teamMembers/count/{id}", count_members, reads=True),
    Route("GET", "/repo/v1/team/{id}/member/{principalId}", get_member, reads=True),
    Route("PUT", "/repo/v1/team/{id}/member/{principalId}", put_member),
    Route("DELETE", "/repo/v1/team/{id}/member/{principalId}", delete_member),
    Route("PUT", "/repo/v1/team/{id}/member/{principalId}/permission", set_permission),
    Route("GET", "/repo/v1/team/{id}/member/{principalId}/membershipStatus", get_membership_status, reads=True),
    Route("GET", "/repo/v1/team/{id}/acl", get_acl, reads=True),
    Route("PUT", "/repo/v1/team/acl", update_acl),
)
