"""A queue that people submit to, for the tests of submissions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.sandbox.making import (
    Answered,
    Client,
    Json,
    Names,
    Users,
    id_of,
    make_folder,
    make_project,
    make_queue,
    make_team,
    set_clock,
    share_queue,
)

NOW = "2030-07-01T00:00:00.000Z"
STATUSES = (
    "OPEN",
    "CLOSED",
    "SCORED",
    "INVALID",
    "VALIDATED",
    "EVALUATION_IN_PROGRESS",
    "RECEIVED",
    "REJECTED",
    "ACCEPTED",
)


@dataclass(frozen=True)
class World:
    """A project with a queue that the participant team may read and submit to, and an entry of each person."""

    organizer: Client
    participant: Client
    project: str
    team: str
    queue: str
    entries: dict[int, Json]

    def submit(self, client: Client, **members: Any) -> Answered:
        query = {key: members.pop(key) for key in ("etag", "submissionEligibilityHash") if key in members}
        entry = self.entries[id(client)]
        body = {"evaluationId": self.queue, "entityId": entry["id"], "versionNumber": 1}
        return client.post("/evaluation/submission", body | members, **({"etag": entry["etag"]} | query))

    def submitted(self, client: Client, **members: Any) -> Json:
        made = self.submit(client, **members)
        assert made.status == 201, made.body
        submission: Json = made.body
        return submission

    def outcome(self, client: Client, **members: Any) -> str:
        """Empty for a submission that was taken, else why not."""
        made = self.submit(client, **members)
        return "" if made.status == 201 else f"{made.status} {made.reason}"

    def status_of(self, submission: Json, client: Client | None = None) -> Json:
        status: Json = (client or self.organizer).ok("GET", f"/evaluation/submission/{submission['id']}/status")
        return status

    def score(self, submission: Json, status: str = "SCORED", **members: Any) -> Json:
        changed = self.status_of(submission) | {"status": status, **members}
        written: Json = self.organizer.ok("PUT", f"/evaluation/submission/{submission['id']}/status", changed)
        return written


def build_world(api: Users, unique: Names) -> World:
    """A fresh world, at 1 July 2030."""
    organizer, participant = api("organizer"), api("participant")
    set_clock(organizer, NOW)
    project = make_project(organizer, unique("project"))["id"]
    team = make_team(organizer, unique("participants"), canPublicJoin=True)["id"]
    participant.ok("PUT", f"/team/{team}/member/{id_of(participant)}")
    queue = make_queue(organizer, unique("queue"), project)["id"]
    share_queue(organizer, queue, int(team), "READ", "SUBMIT")
    entries = {
        id(client): make_folder(client, "entry", make_project(client, unique(name))["id"])
        for client, name in ((organizer, "mine"), (participant, "theirs"))
    }
    return World(organizer, participant, project, team, queue, entries)
