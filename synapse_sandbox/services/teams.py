"""Teams: create, read, update, delete, search (contract 3.1 to 3.4)."""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from synapse_sandbox.access_lists import delete_acl, write_acl
from synapse_sandbox.call import Answer, Call, created, no_content
from synapse_sandbox.permissions import AUTHENTICATED_USERS, add_member, require_team
from synapse_sandbox.reading import boolean, text
from synapse_sandbox.refusals import forbidden, invalid, name_conflict, not_found, stale_etag
from synapse_sandbox.routing import Route
from synapse_sandbox.services.principals import alias_fault, alias_owner, claim_alias, unique_key
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json, Page, estimated, number, page_from_token, to_iso, tokened

SCHEMA = """
CREATE TABLE IF NOT EXISTS teams (
    id INTEGER PRIMARY KEY REFERENCES principals (id),
    etag TEXT NOT NULL,
    description TEXT,
    icon INTEGER,
    state TEXT NOT NULL CHECK (state IN ('PUBLIC', 'OPEN', 'CLOSED')),
    created_on INTEGER NOT NULL,
    created_by INTEGER NOT NULL REFERENCES principals (id),
    modified_on INTEGER NOT NULL,
    modified_by INTEGER NOT NULL REFERENCES principals (id)
);
"""
MANAGER_ACCESS: Final = ("READ", "SEND_MESSAGE", "UPDATE", "DELETE", "TEAM_MEMBERSHIP_UPDATE")
MESSENGER_ACCESS: Final = ("READ", "SEND_MESSAGE")
_SET_BY_THE_SERVER: Final = ("createdBy", "createdOn", "etag", "id", "modifiedBy", "modifiedOn")
_SELECT: Final = (
    "SELECT teams.*, alias AS name, unique_key FROM teams"
    " JOIN principal_aliases ON principal_id = teams.id AND type = 'TEAM_NAME' "
)
_MAX_PAGE: Final = 50


def create_team(call: Call) -> Answer:
    """POST /team: any signed-in user; the creator becomes its first member and manager."""
    if call.caller.is_anonymous:
        raise forbidden("Anonymous user cannot create Team.")
    for field in _SET_BY_THE_SERVER:
        if field in call.body:
            raise invalid(f"'{field}' field is not user specifiable.")
    columns = _columns(call, None)
    team_id = call.store.next_id("principal")
    call.store.insert("principals", id=team_id, is_individual=False, created_on=call.now)
    _claim_name(call, team_id)
    call.store.insert("teams", id=team_id, created_on=call.now, created_by=call.caller.id, **columns)
    add_member(call.store, team_id, call.caller.id, call.now)
    write_acl(call.store, "TEAM", team_id, _first_grants(call.caller.id, team_id), call.now)
    return created(document(find_team(call.store, team_id)))


def get_team(call: Call) -> Answer:
    """GET /team/{id}: anybody, without signing in too."""
    return Answer(document(find_team(call.store, call.number("id"))))


def update_team(call: Call) -> Answer:
    """PUT /team: the id is in the body (surprise 20); full replacement, what is left out is erased."""
    spelt = text(call.body, "id")
    if spelt is None:
        raise invalid("'id' field is missing.")
    team_id = number(spelt)
    require_team(call.store, call.caller, team_id, "UPDATE")
    if text(call.body, "etag") is None:
        raise invalid("'etag' field is missing.")
    stored = find_team(call.store, team_id)
    columns = _columns(call, stored)
    _claim_name(call, team_id)
    if text(call.body, "etag") != stored["etag"]:
        # The text is wrong in Synapse itself (surprise 21).
        raise stale_etag("Use profile was updated since you last fetched it, retrieve it again and reapply the update.")
    call.store.update("teams", team_id, **columns)
    return Answer(document(find_team(call.store, team_id)))


def delete_team(call: Call) -> Answer:
    """DELETE /team/{id}: 204 for an unknown one too; 400 while a challenge, a submission or an ACL refers to it."""
    team_id = call.number("id")
    if call.store.one("SELECT 1 FROM teams WHERE id = ?", team_id) is None:
        return no_content()
    require_team(call.store, call.caller, team_id, "DELETE")
    delete_acl(call.store, "TEAM", team_id)
    try:
        call.store.run("DELETE FROM group_members WHERE group_id = ?", team_id)
        call.store.run("DELETE FROM teams WHERE id = ?", team_id)
        call.store.run("DELETE FROM principals WHERE id = ?", team_id)
    except sqlite3.IntegrityError as referenced:
        raise invalid(f"Cannot delete team {team_id}.  It is referenced by another object.") from referenced
    return no_content()


def search_teams(call: Call) -> Answer:
    """GET /teams?fragment=: teams whose stripped name starts with the stripped fragment; without one, every team."""
    page = member_page(call)
    prefix = unique_key(call.query.get("fragment", ""))
    rows = call.store.all(
        f"{_SELECT} WHERE unique_key GLOB ? ORDER BY unique_key LIMIT ? OFFSET ?", f"{prefix}*", page.limit, page.offset
    )
    return Answer(estimated([document(row) for row in rows], page))


def list_teams(call: Call) -> Answer:
    """POST /teamList {list}: one unknown id refuses the whole call."""
    return Answer({"list": [document(find_team(call.store, number(team))) for team in call.body.get("list") or []]})


def list_teams_of_user(call: Call) -> Answer:
    """GET /user/{id}/team."""
    page = call.page()
    rows = _of_user(call, page.limit, page.offset)
    return Answer(estimated([document(row) for row in rows], page))


def list_team_ids_of_user(call: Call) -> Answer:
    """GET /user/{id}/team/id?nextPageToken=&sort=TEAM_NAME&ascending=."""
    page = page_from_token(call.query.get("nextPageToken"))
    rows, token = tokened(_of_user(call, page.probe, page.offset), page)
    return Answer({"teamIds": [str(row["id"]) for row in rows], "nextPageToken": token})


def find_team(store: Store, team_id: int) -> Row:
    """The team, or 404."""
    team = store.one(f"{_SELECT} WHERE teams.id = ?", team_id)
    if team is None:
        raise not_found(f"Team id: '{team_id}' does not exist")
    return team


def document(team: Row) -> Json:
    """A Team as it travels; answers always carry both join flags."""
    return {
        "id": str(team["id"]),
        "name": team["name"],
        "description": team["description"],
        "icon": None if team["icon"] is None else str(team["icon"]),
        "canPublicJoin": team["state"] == "PUBLIC",
        "canRequestMembership": team["state"] == "OPEN",
        "etag": team["etag"],
        "createdOn": to_iso(team["created_on"]),
        "createdBy": str(team["created_by"]),
        "modifiedOn": to_iso(team["modified_on"]),
        "modifiedBy": str(team["modified_by"]),
    }


def member_page(call: Call) -> Page:
    """Limit and offset of the team services, which refuse limits outside 1..50 (contract 0.5)."""
    page = call.page()
    if not 1 <= page.limit <= _MAX_PAGE:
        raise invalid(f"limit must be between 1 and {_MAX_PAGE}")
    return page


def _of_user(call: Call, limit: int, offset: int) -> list[Row]:
    order = "DESC" if call.query.get("ascending", "true").lower() == "false" else "ASC"
    return call.store.all(
        f"{_SELECT} JOIN group_members ON group_id = teams.id WHERE member_id = ?"
        f" ORDER BY unique_key {order} LIMIT ? OFFSET ?",
        call.number("id"),
        limit,
        offset,
    )


def _columns(call: Call, stored: Row | None) -> dict[str, Any]:
    if text(call.body, "name") is None:
        raise invalid("'name' field is required.")
    return {
        "etag": call.store.new_etag(),
        "description": text(call.body, "description"),
        "icon": _icon(call, None if stored is None else stored["icon"]),
        "state": _join_state(call.body),
        "modified_on": call.now,
        "modified_by": call.caller.id,
    }


def _join_state(body: Json) -> str:
    """The one enumeration behind the two join flags (contract 3.3)."""
    public = boolean(body, "canPublicJoin") or False
    requests = boolean(body, "canRequestMembership")
    if public and requests:
        raise invalid("It is a conflict to set both canPublicJoin and canRequestMembership to true.")
    if public:
        return "PUBLIC"
    return "CLOSED" if requests is False else "OPEN"


def _icon(call: Call, unchanged: int | None) -> int | None:
    spelt = text(call.body, "icon")
    if spelt is None:
        return None
    icon = number(spelt)
    if icon != unchanged and not call.caller.is_admin:
        _check_icon_owner(call, icon)
    return icon


def _check_icon_owner(call: Call, icon: int) -> None:
    owner = call.store.value("SELECT created_by FROM file_handles WHERE id = ?", icon)
    if owner is None:
        raise not_found(f"The file handle '{icon}' does not exist")
    if owner != call.caller.id:
        raise forbidden("Only the user that uploaded the file can set it as the team icon.")


def _claim_name(call: Call, team_id: int) -> None:
    name = str(text(call.body, "name"))
    if alias_owner(call.store, name) not in (None, team_id):
        raise name_conflict(f"Name {name} is already used.")
    fault = alias_fault("TEAM_NAME", name)
    if fault is not None:
        raise invalid(fault)
    claim_alias(call.store, team_id, "TEAM_NAME", name)


def _first_grants(creator: int, team_id: int) -> dict[int, list[str]]:
    return {
        creator: list(MANAGER_ACCESS),
        team_id: list(MESSENGER_ACCESS),
        AUTHENTICATED_USERS: list(MESSENGER_ACCESS),
    }


ROUTES = (
    Route("POST", "/repo/v1/team", create_team),
    Route("PUT", "/repo/v1/team", update_team),
    Route("GET", "/repo/v1/team/{id}", get_team, reads=True),
    Route("DELETE", "/repo/v1/team/{id}", delete_team),
    Route("GET", "/repo/v1/teams", search_teams, reads=True),
    Route("POST", "/repo/v1/teamList", list_teams, reads=True),
    Route("GET", "/repo/v1/user/{id}/team", list_teams_of_user, reads=True),
    Route("GET", "/repo/v1/user/{id}/team/id", list_team_ids_of_user, reads=True),
)
