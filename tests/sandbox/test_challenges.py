"""The challenge object and the teams that take part in a challenge (contract 4)."""

from __future__ import annotations

import pytest

from tests.sandbox.making import (
    Client,
    Json,
    Names,
    Users,
    id_of,
    make_folder,
    make_project,
    make_queue,
    make_team,
    share_entity,
)

PARTICIPANT = "You must be a Challenge participant for this operation."
MANAGER = "You must be a Team manager for this operation."
BAD_IDS = "The submitted data is invalid.  Please ensure the given project and team IDs are correct."


@pytest.fixture
def participants(organizer: Client, unique: Names) -> str:
    return str(make_team(organizer, unique("participants"), canPublicJoin=True)["id"])


@pytest.fixture
def challenge(organizer: Client, project: str, participants: str) -> Json:
    made: Json = organizer.ok("POST", "/challenge", {"projectId": project, "participantTeamId": participants})
    return made


def join(client: Client, team: str) -> None:
    client.ok("PUT", f"/team/{team}/member/{id_of(client)}")


class TestCreate:
    def test_a_challenge_binds_a_project_and_a_team(self, organizer: Client, project: str, participants: str) -> None:
        made = organizer.post("/challenge", {"projectId": project.upper(), "participantTeamId": participants})
        assert made.status == 201
        assert made.body == {
            "id": made.body["id"],
            "etag": made.body["etag"],
            "projectId": project,
            "participantTeamId": participants,
        }

    def test_surprise_1_a_second_one_for_the_project_is_400(
        self, organizer: Client, project: str, participants: str, challenge: Json
    ) -> None:
        refused = organizer.post("/challenge", {"projectId": project, "participantTeamId": participants})
        assert (refused.status, refused.reason) == (400, "The specified project may already have a challenge.")
        assert organizer.get(f"/challenge/{challenge['id']}").status == 200

    def test_both_ids_are_required(self, organizer: Client, project: str) -> None:
        assert organizer.post("/challenge", {"participantTeamId": "1"}).reason == "Project ID is required."
        assert organizer.post("/challenge", {"projectId": project}).reason == "Participant Team ID is required."

    def test_an_unknown_team_is_400_and_an_unknown_project_404(
        self, organizer: Client, project: str, participants: str
    ) -> None:
        refused = organizer.post("/challenge", {"projectId": project, "participantTeamId": "999"})
        assert (refused.status, refused.reason) == (400, BAD_IDS)
        unknown = organizer.post("/challenge", {"projectId": "syn999", "participantTeamId": participants})
        assert unknown.status == 404

    def test_it_takes_create_on_the_project(self, participant: Client, project: str, participants: str) -> None:
        refused = participant.post("/challenge", {"projectId": project, "participantTeamId": participants})
        assert (refused.status, refused.reason) == (403, "You lack CREATE access to the requested entity.")

    def test_surprise_35_the_uncertified_make_none_in_their_own_project(self, api: Users, unique: Names) -> None:
        newcomer = api("newcomer")
        project, team = make_project(newcomer, unique("own")), make_team(newcomer, unique("own team"))
        refused = newcomer.post("/challenge", {"projectId": project["id"], "participantTeamId": team["id"]})
        assert refused.status == 403
        assert refused.reason == "Only certified users may create or update content in Synapse."

    def test_a_folder_is_taken_for_a_project(self, organizer: Client, project: str, participants: str) -> None:
        folder = make_folder(organizer, "folder", project)
        body = {"projectId": folder["id"], "participantTeamId": participants}
        assert organizer.post("/challenge", body).status == 201


class TestRead:
    def test_by_id_and_by_project(self, organizer: Client, project: str, challenge: Json) -> None:
        assert organizer.get(f"/challenge/{challenge['id']}").body == challenge
        assert organizer.get(f"/entity/{project}/challenge").body == challenge

    def test_a_project_without_one_and_an_unknown_id_are_404(self, organizer: Client, project: str) -> None:
        refused = organizer.get(f"/entity/{project}/challenge")
        assert (refused.status, refused.reason) == (404, f"Cannot find the Challenge for project {project}")
        unknown = organizer.get("/challenge/999")
        assert (unknown.status, unknown.reason) == (404, "Challenge: '999' does not exist")

    def test_reading_takes_read_on_the_project(self, participant: Client, project: str, challenge: Json) -> None:
        assert participant.get(f"/challenge/{challenge['id']}").status == 403
        assert participant.get(f"/entity/{project}/challenge").status == 403

    def test_challenges_of_a_person_are_those_whose_project_the_caller_reads(
        self, organizer: Client, participant: Client, project: str, participants: str, challenge: Json
    ) -> None:
        join(participant, participants)
        person = id_of(participant)
        hidden = participant.ok("GET", "/challenge", participantId=person, limit=50)
        assert challenge["id"] not in [one["id"] for one in hidden["results"]]
        share_entity(organizer, project, person, "READ")
        seen = participant.ok("GET", "/challenge", participantId=person, limit=50)
        assert challenge["id"] in [one["id"] for one in seen["results"]]
        assert participant.get("/challenge").status == 400

    def test_participants_are_the_members_of_the_team(
        self, organizer: Client, participant: Client, participants: str, challenge: Json, unique: Names
    ) -> None:
        join(participant, participants)
        path = f"/challenge/{challenge['id']}/participant"
        everybody = [str(one) for one in sorted((id_of(organizer), id_of(participant)))]
        assert organizer.ok("GET", path) == {"results": everybody, "totalNumberOfResults": 2}
        team = make_team(participant, unique("players"))
        body = {"challengeId": challenge["id"], "teamId": team["id"]}
        participant.ok("POST", f"/challenge/{challenge['id']}/challengeTeam", body)
        assert organizer.ok("GET", path, affiliated="true")["results"] == [str(id_of(participant))]
        assert organizer.ok("GET", path, affiliated="false")["results"] == [str(id_of(organizer))]


class TestUpdate:
    def test_the_team_may_change(self, organizer: Client, challenge: Json, unique: Names) -> None:
        other = make_team(organizer, unique("others"))["id"]
        changed = organizer.put(f"/challenge/{challenge['id']}", challenge | {"participantTeamId": other})
        assert changed.status == 200
        assert changed.body["participantTeamId"] == other
        assert changed.body["etag"] != challenge["etag"]

    def test_a_stale_etag_is_412(self, organizer: Client, challenge: Json) -> None:
        organizer.ok("PUT", f"/challenge/{challenge['id']}", challenge)
        refused = organizer.put(f"/challenge/{challenge['id']}", challenge)
        assert refused.status == 412
        assert refused.reason == (
            "Challenge was updated since you last fetched it.  Retrieve it again and reapply the update."
        )

    def test_the_project_may_not_change(self, organizer: Client, challenge: Json, unique: Names) -> None:
        other = make_project(organizer, unique("other"))["id"]
        refused = organizer.put(f"/challenge/{challenge['id']}", challenge | {"projectId": other})
        assert (refused.status, refused.reason) == (400, "You cannot change the challenge Project ID.")

    def test_ids_must_be_there_and_agree(self, organizer: Client, challenge: Json) -> None:
        missing = organizer.put(f"/challenge/{challenge['id']}", {**challenge, "id": None})
        assert (missing.status, missing.reason) == (400, "ID is required.")
        other = organizer.put("/challenge/999", challenge)
        assert other.reason == "Challenge ID in URI in path must match that in request body."

    def test_an_unknown_team_is_400(self, organizer: Client, challenge: Json) -> None:
        refused = organizer.put(f"/challenge/{challenge['id']}", challenge | {"participantTeamId": "999"})
        assert (refused.status, refused.reason) == (400, BAD_IDS)

    def test_it_takes_update_on_the_project(self, participant: Client, challenge: Json) -> None:
        assert participant.put(f"/challenge/{challenge['id']}", challenge).status == 403


class TestDelete:
    def test_surprise_24_deleting_is_200_and_then_404(self, organizer: Client, challenge: Json) -> None:
        deleted = organizer.delete(f"/challenge/{challenge['id']}")
        assert (deleted.status, deleted.body) == (200, "")
        assert organizer.delete(f"/challenge/{challenge['id']}").status == 404

    def test_team_and_queues_stay_and_the_team_can_go_then(
        self, organizer: Client, project: str, participants: str, challenge: Json, unique: Names
    ) -> None:
        queue = make_queue(organizer, unique("queue"), project)
        organizer.ok("DELETE", f"/challenge/{challenge['id']}")
        assert organizer.get(f"/evaluation/{queue['id']}").status == 200
        assert organizer.get(f"/team/{participants}").status == 200
        assert organizer.delete(f"/team/{participants}").status == 204

    def test_it_takes_delete_on_the_project(self, participant: Client, challenge: Json) -> None:
        assert participant.delete(f"/challenge/{challenge['id']}").status == 403

    def test_surprise_22_trashing_the_project_keeps_the_challenge(
        self, organizer: Client, project: str, participants: str, challenge: Json
    ) -> None:
        organizer.ok("DELETE", f"/entity/{project}")
        refused = organizer.get(f"/challenge/{challenge['id']}")
        assert (refused.status, refused.reason) == (404, f"Entity {project} is in trash can.")
        assert organizer.delete(f"/team/{participants}").status == 400


class TestChallengeTeams:
    @pytest.fixture
    def path(self, organizer: Client, challenge: Json, project: str, participant: Client, participants: str) -> str:
        join(participant, participants)
        share_entity(organizer, project, int(participants), "READ")
        return f"/challenge/{challenge['id']}/challengeTeam"

    @pytest.fixture
    def body(self, participant: Client, challenge: Json, unique: Names) -> Json:
        return {"challengeId": challenge["id"], "teamId": make_team(participant, unique("players"))["id"]}

    def test_a_participant_registers_a_team_of_his(self, participant: Client, path: str, body: Json) -> None:
        made = participant.post(path, body | {"message": "Hello"})
        assert made.status == 201
        assert made.body | body == made.body
        assert participant.ok("GET", path) == {"results": [made.body], "totalNumberOfResults": 1}

    def test_surprise_1_registering_twice_is_400(self, participant: Client, path: str, body: Json) -> None:
        participant.ok("POST", path, body)
        refused = participant.post(path, body)
        assert refused.status == 400
        assert refused.reason == "The specified team may already be registered for this challenge."

    def test_both_ids_stand_in_the_body(self, participant: Client, path: str, body: Json) -> None:
        assert participant.post(path, {"teamId": body["teamId"]}).reason == "Challenge ID is required."
        assert participant.post(path, {"challengeId": body["challengeId"]}).reason == "Team ID is required."
        assert participant.post(path, body | {"challengeId": "999"}).status == 400

    def test_messages_have_at_most_500_characters(self, participant: Client, path: str, body: Json) -> None:
        assert participant.post(path, body | {"message": "x" * 501}).status == 400
        assert participant.post(path, body | {"message": "x" * 500}).status == 201

    def test_strangers_and_mere_members_register_nothing(
        self, api: Users, organizer: Client, path: str, body: Json, unique: Names
    ) -> None:
        stranger = api("stranger")
        own = make_team(stranger, unique("strangers"))["id"]
        refused = stranger.post(path, body | {"teamId": own})
        assert (refused.status, refused.reason) == (403, PARTICIPANT)
        unmanaged = organizer.post(path, body)
        assert (unmanaged.status, unmanaged.reason) == (403, MANAGER)

    def test_only_the_message_changes(self, participant: Client, path: str, body: Json) -> None:
        made = participant.ok("POST", path, body)
        changed = participant.put(f"{path}/{made['id']}", made | {"message": "New"})
        assert (changed.status, changed.body["message"]) == (200, "New")
        refused = participant.put(f"{path}/{made['id']}", made)
        assert refused.status == 412
        assert refused.reason == (
            "ChallengeTeam was updated since you last fetched it. Retrieve it again and reapply the update."
        )

    def test_withdrawing_is_200(self, organizer: Client, participant: Client, path: str, body: Json) -> None:
        made = participant.ok("POST", path, body)
        assert organizer.delete(f"/challengeTeam/{made['id']}").status == 403
        assert participant.delete(f"/challengeTeam/{made['id']}").status == 200
        assert participant.delete(f"/challengeTeam/{made['id']}").status == 404

    def test_which_teams_can_be_registered_and_submit(
        self, participant: Client, challenge: Json, path: str, body: Json
    ) -> None:
        registrable = f"/challenge/{challenge['id']}/registratableTeam"
        submitting = f"/challenge/{challenge['id']}/submissionTeams"
        assert body["teamId"] in participant.ok("GET", registrable, limit=50)["results"]
        made = participant.ok("POST", path, body)
        assert body["teamId"] not in participant.ok("GET", registrable, limit=50)["results"]
        mine = {"teamId": made["teamId"], "challengeId": challenge["id"], "isRegistered": True}
        assert mine in participant.ok("GET", submitting, limit=50)["results"]

    def test_a_deleted_challenge_takes_them_along(
        self, organizer: Client, participant: Client, challenge: Json, path: str, body: Json
    ) -> None:
        made = participant.ok("POST", path, body)
        organizer.ok("DELETE", f"/challenge/{challenge['id']}")
        assert participant.delete(f"/challengeTeam/{made['id']}").status == 404
        assert participant.delete(f"/team/{body['teamId']}").status == 204
