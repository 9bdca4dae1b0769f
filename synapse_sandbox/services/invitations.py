"""Invitations to a team and requests to join one (contract 3.6)."""

from __future__ import annotations

from typing import Any, Final

from synapse_sandbox.call import Answer, Call, created, no_content
from synapse_sandbox.permissions import may_team
from synapse_sandbox.reading import date, text
from synapse_sandbox.refusals import forbidden, invalid, not_found
from synapse_sandbox.restrictions import unmet_to_join
from synapse_sandbox.routing import Route
from synapse_sandbox.services.principals import find_user
from synapse_sandbox.services.teams import find_team
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json, estimated, number, optional_iso, to_iso

SCHEMA = """
CREATE TABLE IF NOT EXISTS membership_invitations (
    id INTEGER PRIMARY KEY,
    team_id INTEGER NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    invitee_id INTEGER REFERENCES principals (id),
    invitee_email TEXT,
    message TEXT,
    expires_on INTEGER,
    created_on INTEGER NOT NULL,
    created_by INTEGER NOT NULL REFERENCES principals (id),
    CHECK ((invitee_id IS NULL) <> (invitee_email IS NULL))
);
CREATE INDEX IF NOT EXISTS invitations_by_team ON membership_invitations (team_id, invitee_id);
CREATE TABLE IF NOT EXISTS membership_requests (
    id INTEGER PRIMARY KEY,
    team_id INTEGER NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES principals (id),
    message TEXT,
    expires_on INTEGER,
    created_on INTEGER NOT NULL,
    created_by INTEGER NOT NULL REFERENCES principals (id)
);
CREATE INDEX IF NOT EXISTS requests_by_team ON membership_requests (team_id, user_id);
"""
_SET_BY_THE_SERVER: Final = ("createdBy", "createdOn", "id")
_OPEN: Final = "(expires_on IS NULL OR expires_on > ?)"


def create_invitation(call: Call) -> Answer:
    """POST /membershipInvitation: each POST makes another one, and the server doesn't ask whether it is needed."""
    _check_absent(call.body)
    invitee, email = text(call.body, "inviteeId"), text(call.body, "inviteeEmail")
    if (invitee is None) == (email is None):
        raise invalid("One and only one of the fields 'inviteeId' and 'inviteeEmail' is required")
    team_id = _team_in(call.body)
    if not _manages(call, team_id):
        raise forbidden("Cannot create membership invitation.")
    find_team(call.store, team_id)
    if email is not None and not call.caller.is_certified:
        raise invalid("You must be a certified user to send email invitations")
    invitation_id = call.store.next_id("membership_invitation")
    call.store.insert(
        "membership_invitations",
        id=invitation_id,
        team_id=team_id,
        invitee_id=None if invitee is None else find_user(call.store, number(invitee))["id"],
        invitee_email=email,
        **_common_columns(call),
    )
    return created(_invitation(_find_invitation(call.store, invitation_id)))


def get_invitation(call: Call) -> Answer:
    """GET /membershipInvitation/{id}: the invitee or a team manager."""
    found = _find_invitation(call.store, call.number("id"))
    if not (found["invitee_id"] == call.caller.id or _manages(call, found["team_id"])):
        raise forbidden("Cannot retrieve membership invitation.")
    return Answer(_invitation(found))


def delete_invitation(call: Call) -> Answer:
    """DELETE /membershipInvitation/{id}: 204 for an unknown one too."""
    found = call.store.one("SELECT * FROM membership_invitations WHERE id = ?", call.number("id"))
    if found is None:
        return no_content()
    if not (found["invitee_id"] == call.caller.id or _manages(call, found["team_id"])):
        raise forbidden("Cannot delete membership invitation.")
    call.store.run("DELETE FROM membership_invitations WHERE id = ?", found["id"])
    return no_content()


def list_invitations_of_team(call: Call) -> Answer:
    """GET /team/{id}/openInvitation?inviteeId=."""
    team_id = call.number("id")
    if not _manages(call, team_id):
        raise forbidden(f"Cannot retrieve membership invitations for team {team_id}.")
    return _listed(call, "membership_invitations", team_id, _optional_id(call, "inviteeId"))


def list_invitations_of_user(call: Call) -> Answer:
    """GET /user/{id}/openInvitation?teamId=: only the user's own."""
    user_id = call.number("id")
    if user_id != call.caller.id and not call.caller.is_admin:
        raise forbidden("Cannot retrieve another's membership invitations.")
    return _listed(call, "membership_invitations", _optional_id(call, "teamId"), user_id)


def count_invitations(call: Call) -> Answer:
    """GET /membershipInvitation/openInvitationCount: the caller's own."""
    open_ones = call.store.value(
        f"SELECT count(*) FROM membership_invitations WHERE invitee_id = ? AND {_OPEN}", call.caller.id, call.now
    )
    return Answer({"count": open_ones})


def create_request(call: Call) -> Answer:
    """POST /membershipRequest: for oneself, where the team takes requests."""
    if call.caller.is_anonymous:
        raise forbidden("anonymous user cannot create membership request.")
    _check_absent(call.body)
    user = text(call.body, "userId")
    if user not in (None, str(call.caller.id)) and not call.caller.is_admin:
        raise invalid("May not specify a user id other than yourself.")
    user_id, team_id = call.caller.id if user is None else number(user), _team_in(call.body)
    if not call.caller.is_admin and unmet_to_join(call.store, team_id, user_id, call.now):
        raise forbidden(
            "Requested member has unmet access requirements which must be met before asking to join the Team."
        )
    _check_takes_requests(find_team(call.store, team_id))
    request_id = call.store.next_id("membership_request")
    call.store.insert("membership_requests", id=request_id, team_id=team_id, user_id=user_id, **_common_columns(call))
    return created(_request(_find_request(call.store, request_id)))


def get_request(call: Call) -> Answer:
    """GET /membershipRequest/{id}: the requester or a team manager."""
    found = _find_request(call.store, call.number("id"))
    if not (found["user_id"] == call.caller.id or _manages(call, found["team_id"])):
        raise forbidden("Cannot retrieve membership request.")
    return Answer(_request(found))


def delete_request(call: Call) -> Answer:
    """DELETE /membershipRequest/{id}: 204 for an unknown one too."""
    found = call.store.one("SELECT * FROM membership_requests WHERE id = ?", call.number("id"))
    if found is None:
        return no_content()
    if not (found["user_id"] == call.caller.id or _manages(call, found["team_id"])):
        raise forbidden("Cannot delete membership request.")
    call.store.run("DELETE FROM membership_requests WHERE id = ?", found["id"])
    return no_content()


def list_requests_of_team(call: Call) -> Answer:
    """GET /team/{id}/openRequest?requestorId=."""
    if not _manages(call, call.number("id")):
        raise forbidden("Cannot retrieve membership requests.")
    return _listed(call, "membership_requests", call.number("id"), _optional_id(call, "requestorId"))


def list_requests_of_user(call: Call) -> Answer:
    """GET /user/{id}/openRequest?teamId=: only the user's own."""
    if call.number("id") != call.caller.id:
        raise forbidden("Cannot retrieve another's membership requests.")
    return _listed(call, "membership_requests", _optional_id(call, "teamId"), call.caller.id)


def has_open_invitation(store: Store, team_id: int, user_id: int, now: int) -> bool:
    """Whether a user holds an invitation that hasn't expired."""
    return _has_open(store, "membership_invitations", team_id, user_id, now)


def has_open_request(store: Store, team_id: int, user_id: int, now: int) -> bool:
    """Whether a user has asked to join, and the request hasn't expired."""
    return _has_open(store, "membership_requests", team_id, user_id, now)


def close_pending(store: Store, team_id: int, user_id: int) -> None:
    """Joining ends every invitation and request of that person for that team."""
    store.run("DELETE FROM membership_invitations WHERE team_id = ? AND invitee_id = ?", team_id, user_id)
    store.run("DELETE FROM membership_requests WHERE team_id = ? AND user_id = ?", team_id, user_id)


_PERSON: Final = {"membership_invitations": "invitee_id", "membership_requests": "user_id"}


def _has_open(store: Store, table: str, team_id: int, user_id: int, now: int) -> bool:
    sql = f"SELECT 1 FROM {table} WHERE team_id = ? AND {_PERSON[table]} = ? AND {_OPEN}"
    return store.one(sql, team_id, user_id, now) is not None


def _listed(call: Call, table: str, team_id: int | None, person: int | None) -> Answer:
    page, shown = call.page(), _invitation if table == "membership_invitations" else _request
    rows = call.store.all(
        f"SELECT * FROM {table} WHERE (?2 IS NULL OR team_id = ?2) AND (?3 IS NULL OR {_PERSON[table]} = ?3)"
        " AND (expires_on IS NULL OR expires_on > ?1) ORDER BY id LIMIT ?4 OFFSET ?5",
        call.now,
        team_id,
        person,
        page.limit,
        page.offset,
    )
    return Answer(estimated([shown(row) for row in rows], page))


def _manages(call: Call, team_id: int) -> bool:
    return may_team(call.store, call.caller, team_id, "TEAM_MEMBERSHIP_UPDATE")


def _check_absent(body: Json) -> None:
    for field in _SET_BY_THE_SERVER:
        if field in body:
            raise invalid(f"'{field}' field is not user specifiable.")


def _team_in(body: Json) -> int:
    team = text(body, "teamId")
    if team is None:
        raise invalid("'teamId' field is required.")
    return number(team)


def _check_takes_requests(team: Row) -> None:
    if team["state"] == "PUBLIC":
        raise invalid("This team is already open for the public to join, membership requests are not needed.")
    if team["state"] == "CLOSED":
        raise invalid("This team has been closed to new membership requests.")


def _common_columns(call: Call) -> dict[str, Any]:
    return {
        "message": text(call.body, "message"),
        "expires_on": date(call.body, "expiresOn"),
        "created_on": call.now,
        "created_by": call.caller.id,
    }


def _optional_id(call: Call, name: str) -> int | None:
    return number(call.query[name]) if name in call.query else None


def _find_invitation(store: Store, invitation_id: int) -> Row:
    found = store.one("SELECT * FROM membership_invitations WHERE id = ?", invitation_id)
    if found is None:
        raise not_found(f"Membership invitation {invitation_id} does not exist")
    return found


def _find_request(store: Store, request_id: int) -> Row:
    found = store.one("SELECT * FROM membership_requests WHERE id = ?", request_id)
    if found is None:
        raise not_found(f"Membership request {request_id} does not exist")
    return found


def _invitation(row: Row) -> Json:
    invitee = row["invitee_id"]
    return {
        **_shared(row),
        "inviteeId": None if invitee is None else str(invitee),
        "inviteeEmail": row["invitee_email"],
    }


def _request(row: Row) -> Json:
    return {**_shared(row), "userId": str(row["user_id"])}


def _shared(row: Row) -> Json:
    return {
        "id": str(row["id"]),
        "teamId": str(row["team_id"]),
        "message": row["message"],
        "expiresOn": optional_iso(row["expires_on"]),
        "createdOn": to_iso(row["created_on"]),
        "createdBy": str(row["created_by"]),
    }


ROUTES = (
    Route("POST", "/repo/v1/membershipInvitation", create_invitation),
    Route("GET", "/repo/v1/membershipInvitation/openInvitationCount", count_invitations, reads=True),
    Route("GET", "/repo/v1/membershipInvitation/{id}", get_invitation, reads=True),
    Route("DELETE", "/repo/v1/membershipInvitation/{id}", delete_invitation),
    Route("GET", "/repo/v1/team/{id}/openInvitation", list_invitations_of_team, reads=True),
    Route("GET", "/repo/v1/user/{id}/openInvitation", list_invitations_of_user, reads=True),
    Route("POST", "/repo/v1/membershipRequest", create_request),
    Route("GET", "/repo/v1/membershipRequest/{id}", get_request, reads=True),
    Route("DELETE", "/repo/v1/membershipRequest/{id}", delete_request),
    Route("GET", "/repo/v1/team/{id}/openRequest", list_requests_of_team, reads=True),
    Route("GET", "/repo/v1/user/{id}/openRequest", list_requests_of_user, reads=True),
)
