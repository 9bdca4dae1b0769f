"""Teams that take part in a challenge (contract 4.3)."""

from __future__ import annotations

from typing import Final

from synapse_sandbox.access_lists import acl_grants_by_principal
from synapse_sandbox.call import Answer, Call, created
from synapse_sandbox.permissions import is_member
from synapse_sandbox.reading import text
from synapse_sandbox.refusals import forbidden, invalid, not_found, required, stale_etag
from synapse_sandbox.routing import Route
from synapse_sandbox.services.challenges import find_challenge, readable_challenge
from synapse_sandbox.services.teams import MANAGER_ACCESS
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json, number

SCHEMA = """
CREATE TABLE IF NOT EXISTS challenge_teams (
    id INTEGER PRIMARY KEY,
    etag TEXT NOT NULL,
    challenge_id INTEGER NOT NULL REFERENCES challenges (id) ON DELETE CASCADE,
    team_id INTEGER NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    message TEXT,
    UNIQUE (challenge_id, team_id)
);
"""
MAX_MESSAGE: Final = 500
_TEAMS_OF_CALLER: Final = (
    "SELECT teams.id,"
    " EXISTS (SELECT 1 FROM challenge_teams WHERE challenge_id = ? AND team_id = teams.id) AS registered"
    " FROM teams JOIN group_members ON group_id = teams.id WHERE member_id = ? ORDER BY teams.id"
)


def register_team(call: Call) -> Answer:
    """POST /challenge/{challengeId}/challengeTeam: by a participant who manages the team."""
    challenge, team = _ids(call.body)
    if str(challenge) != call.path["challengeId"]:
        raise invalid("Challenge ID in URI in path must match that in request body.")
    _check_may_register(call, challenge, team)
    if is_registered(call.store, challenge, team):
        raise invalid("The specified team may already be registered for this challenge.")
    row_id = call.store.next_id("challenge_team")
    call.store.insert(
        "challenge_teams",
        id=row_id,
        etag=call.store.new_etag(),
        challenge_id=challenge,
        team_id=team,
        message=text(call.body, "message"),
    )
    return created(_document(_find(call.store, row_id)))


def update_registration(call: Call) -> Answer:
    """PUT /challenge/{challengeId}/challengeTeam/{challengeTeamId}: only the message may change."""
    challenge, team = _ids(call.body)
    if str(challenge) != call.path["challengeId"]:
        raise invalid("Challenge ID in URI in path must match that in request body.")
    if text(call.body, "id") != call.path["challengeTeamId"]:
        raise invalid("ChallengeTeam ID in URI in path must match that in request body.")
    _check_may_register(call, challenge, team)
    stored = _find(call.store, call.number("challengeTeamId"))
    if (stored["challenge_id"], stored["team_id"]) != (challenge, team):
        raise invalid("You cannot change the challenge or the team of a ChallengeTeam.")
    if text(call.body, "etag") != stored["etag"]:
        raise stale_etag(
            "ChallengeTeam was updated since you last fetched it. Retrieve it again and reapply the update."
        )
    call.store.update("challenge_teams", stored["id"], etag=call.store.new_etag(), message=text(call.body, "message"))
    return Answer(_document(_find(call.store, stored["id"])))


def withdraw_team(call: Call) -> Answer:
    """DELETE /challengeTeam/{challengeTeamId}: 200."""
    stored = _find(call.store, call.number("challengeTeamId"))
    _check_may_register(call, stored["challenge_id"], stored["team_id"])
    call.store.run("DELETE FROM challenge_teams WHERE id = ?", stored["id"])
    return Answer()


def list_registrations(call: Call) -> Answer:
    """GET /challenge/{challengeId}/challengeTeam."""
    challenge, page = readable_challenge(call), call.page()
    rows = call.store.all("SELECT * FROM challenge_teams WHERE challenge_id = ? ORDER BY id", challenge["id"])
    shown = [_document(row) for row in rows[page.offset : page.offset + page.limit]]
    return Answer({"results": shown, "totalNumberOfResults": len(rows)})


def list_registrable_teams(call: Call) -> Answer:
    """GET /challenge/{challengeId}/registratableTeam: teams that the caller manages and that aren't registered yet."""
    challenge, page = readable_challenge(call), call.page()
    ids = [str(row["id"]) for row in _own_teams(call, challenge) if not row["registered"] and _manages(call, row["id"])]
    return Answer({"results": ids[page.offset : page.offset + page.limit], "totalNumberOfResults": len(ids)})


def list_submission_teams(call: Call) -> Answer:
    """GET /challenge/{challengeId}/submissionTeams: registered teams of the caller, and those he could register."""
    challenge, page = readable_challenge(call), call.page()
    teams = [
        {"teamId": str(row["id"]), "challengeId": str(challenge["id"]), "isRegistered": bool(row["registered"])}
        for row in _own_teams(call, challenge)
        if row["registered"] or _manages(call, row["id"])
    ]
    return Answer({"results": teams[page.offset : page.offset + page.limit], "totalNumberOfResults": len(teams)})


def is_registered(store: Store, challenge: int, team: int) -> bool:
    """Whether a team takes part in a challenge."""
    row = store.one("SELECT 1 FROM challenge_teams WHERE challenge_id = ? AND team_id = ?", challenge, team)
    return row is not None


def _ids(body: Json) -> tuple[int, int]:
    challenge, team, message = text(body, "challengeId"), text(body, "teamId"), text(body, "message")
    if challenge is None:
        raise required("Challenge ID")
    if team is None:
        raise required("Team ID")
    if message is not None and len(message) > MAX_MESSAGE:
        raise invalid(f"Message may not exceed {MAX_MESSAGE} characters in length.")
    return number(challenge), number(team)


def _check_may_register(call: Call, challenge: int, team: int) -> None:
    participants = find_challenge(call.store, challenge)["participant_team_id"]
    if call.caller.is_admin:
        return
    if not is_member(call.store, participants, call.caller.id):
        raise forbidden("You must be a Challenge participant for this operation.")
    if not _manages(call, team):
        raise forbidden("You must be a Team manager for this operation.")


def _manages(call: Call, team: int) -> bool:
    """The full manager set is asked for, in one entry."""
    grants = acl_grants_by_principal(call.store, "TEAM", team)
    return any(set(MANAGER_ACCESS) <= set(types) for who, types in grants.items() if who in call.caller.groups)


def _own_teams(call: Call, challenge: Row) -> list[Row]:
    """Teams of the caller, without the participant team itself."""
    rows = call.store.all(_TEAMS_OF_CALLER, challenge["id"], call.caller.id)
    return [row for row in rows if row["id"] != challenge["participant_team_id"]]


def _find(store: Store, row_id: int) -> Row:
    row = store.one("SELECT * FROM challenge_teams WHERE id = ?", row_id)
    if row is None:
        raise not_found(f"ChallengeTeam: '{row_id}' does not exist")
    return row


def _document(row: Row) -> Json:
    return {
        "id": str(row["id"]),
        "etag": row["etag"],
        "challengeId": str(row["challenge_id"]),
        "teamId": str(row["team_id"]),
        "message": row["message"],
    }


ROUTES = (
    Route("POST", "/repo/v1/challenge/{challengeId}/challengeTeam", register_team),
    Route("GET", "/repo/v1/challenge/{challengeId}/challengeTeam", list_registrations, reads=True),
    Route("PUT", "/repo/v1/challenge/{challengeId}/challengeTeam/{challengeTeamId}", update_registration),
    Route("DELETE", "/repo/v1/challengeTeam/{challengeTeamId}", withdraw_team),
    Route("GET", "/repo/v1/challenge/{challengeId}/registratableTeam", list_registrable_teams, reads=True),
    Route("GET", "/repo/v1/challenge/{challengeId}/submissionTeams", list_submission_teams, reads=True),
)
