"""Challenges: the bond between a project and the team of its participants (contract 4.1, 4.2)."""

from __future__ import annotations

from typing import Final

from synapse_sandbox.call import Answer, Call, created
from synapse_sandbox.permissions import may_entity, require_create, require_entity
from synapse_sandbox.reading import text
from synapse_sandbox.refusals import invalid, not_found, required, stale_etag
from synapse_sandbox.routing import Route
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json, entity_number, number, syn

# A project takes its challenge along when it is purged; the team can't go while the challenge exists (contract 4.2).
SCHEMA = """
CREATE TABLE IF NOT EXISTS challenges (
    id INTEGER PRIMARY KEY,
    etag TEXT NOT NULL,
    project_id INTEGER NOT NULL UNIQUE REFERENCES entities (id) ON DELETE CASCADE,
    participant_team_id INTEGER NOT NULL REFERENCES teams (id) ON DELETE RESTRICT
);
"""
_BAD_IDS: Final = "The submitted data is invalid.  Please ensure the given project and team IDs are correct."


def create_challenge(call: Call) -> Answer:
    """POST /challenge: one for each project; a second one is 400, not 409 (surprise 1)."""
    project, team = _project_and_team(call.body)
    require_create(call.store, call.caller, project)
    if call.store.one("SELECT 1 FROM challenges WHERE project_id = ?", project) is not None:
        raise invalid("The specified project may already have a challenge.")
    _check_team(call.store, team)
    challenge_id = call.store.next_id("challenge")
    call.store.insert(
        "challenges", id=challenge_id, etag=call.store.new_etag(), project_id=project, participant_team_id=team
    )
    return created(document(find_challenge(call.store, challenge_id)))


def get_challenge(call: Call) -> Answer:
    """GET /challenge/{challengeId}."""
    return Answer(document(readable_challenge(call)))


def get_challenge_of_project(call: Call) -> Answer:
    """GET /entity/{id}/challenge."""
    project = call.entity_id()
    require_entity(call.store, call.caller, project, "READ")
    found = challenge_of_project(call.store, project)
    if found is None:
        raise not_found(f"Cannot find the Challenge for project {call.path['id']}")
    return Answer(document(found))


def list_challenges(call: Call) -> Answer:
    """GET /challenge?participantId=: those that a person takes part in and whose project the caller may read."""
    participant, page = number(call.parameter("participantId", "long")), call.page()
    rows = call.store.all(
        "SELECT challenges.* FROM challenges JOIN group_members ON group_id = participant_team_id"
        " WHERE member_id = ? ORDER BY challenges.id",
        participant,
    )
    seen = [document(row) for row in rows if may_entity(call.store, call.caller, row["project_id"], "READ")]
    return Answer({"results": seen[page.offset : page.offset + page.limit], "totalNumberOfResults": len(seen)})


def update_challenge(call: Call) -> Answer:
    """PUT /challenge/{challengeId}: the team may change, the project may not."""
    challenge_id = text(call.body, "id")
    if challenge_id is None:
        raise required("ID")
    if challenge_id != call.path["challengeId"]:
        raise invalid("Challenge ID in URI in path must match that in request body.")
    project, team = _project_and_team(call.body)
    require_entity(call.store, call.caller, project, "UPDATE")
    stored = find_challenge(call.store, call.number("challengeId"))
    if stored["project_id"] != project:
        raise invalid("You cannot change the challenge Project ID.")
    if text(call.body, "etag") != stored["etag"]:
        raise stale_etag("Challenge was updated since you last fetched it.  Retrieve it again and reapply the update.")
    _check_team(call.store, team)
    call.store.update("challenges", stored["id"], etag=call.store.new_etag(), participant_team_id=team)
    return Answer(document(find_challenge(call.store, stored["id"])))


def delete_challenge(call: Call) -> Answer:
    """DELETE /challenge/{challengeId}: 200, and 404 the second time; team and queues stay."""
    stored = find_challenge(call.store, call.number("challengeId"))
    require_entity(call.store, call.caller, stored["project_id"], "DELETE")
    call.store.run("DELETE FROM challenges WHERE id = ?", stored["id"])
    return Answer()


def list_participants(call: Call) -> Answer:
    """GET /challenge/{challengeId}/participant?affiliated=: in some challenge team, or in none."""
    stored, page = readable_challenge(call), call.page()
    rows = call.store.all(
        "SELECT member_id, EXISTS (SELECT 1 FROM challenge_teams"
        " JOIN group_members AS theirs ON theirs.group_id = challenge_teams.team_id"
        " WHERE challenge_id = ? AND theirs.member_id = group_members.member_id) AS affiliated"
        " FROM group_members WHERE group_id = ? ORDER BY member_id",
        stored["id"],
        stored["participant_team_id"],
    )
    if "affiliated" in call.query:
        rows = [row for row in rows if bool(row["affiliated"]) == call.flag("affiliated")]
    ids = [str(row["member_id"]) for row in rows]
    return Answer({"results": ids[page.offset : page.offset + page.limit], "totalNumberOfResults": len(ids)})


def find_challenge(store: Store, challenge_id: int) -> Row:
    """The challenge, or 404."""
    row = store.one("SELECT * FROM challenges WHERE id = ?", challenge_id)
    if row is None:
        raise not_found(f"Challenge: '{challenge_id}' does not exist")
    return row


def readable_challenge(call: Call) -> Row:
    """The challenge of the path, when the caller may read its project."""
    stored = find_challenge(call.store, call.number("challengeId"))
    require_entity(call.store, call.caller, stored["project_id"], "READ")
    return stored


def challenge_of_project(store: Store, project: int) -> Row | None:
    """The challenge of a project, which changes who may submit to all its queues (surprise 17)."""
    return store.one("SELECT * FROM challenges WHERE project_id = ?", project)


def document(row: Row) -> Json:
    """A Challenge as it travels."""
    return {
        "id": str(row["id"]),
        "etag": row["etag"],
        "projectId": syn(row["project_id"]),
        "participantTeamId": str(row["participant_team_id"]),
    }


def _project_and_team(body: Json) -> tuple[int, int]:
    project, team = text(body, "projectId"), text(body, "participantTeamId")
    if project is None:
        raise required("Project ID")
    if team is None:
        raise required("Participant Team ID")
    return entity_number(project), number(team)


def _check_team(store: Store, team: int) -> None:
    if store.one("SELECT 1 FROM teams WHERE id = ?", team) is None:
        raise invalid(_BAD_IDS)


ROUTES = (
    Route("POST", "/repo/v1/challenge", create_challenge),
    Route("GET", "/repo/v1/challenge", list_challenges, reads=True),
    Route("GET", "/repo/v1/challenge/{challengeId}", get_challenge, reads=True),
    Route("PUT", "/repo/v1/challenge/{challengeId}", update_challenge),
    Route("DELETE", "/repo/v1/challenge/{challengeId}", delete_challenge),
    Route("GET", "/repo/v1/entity/{id}/challenge", get_challenge_of_project, reads=True),
    Route("GET", "/repo/v1/challenge/{challengeId}/participant", list_participants, reads=True),
)
