"""Evaluation queues: names, lists, updates, deletion (contract 5.1 to 5.3)."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.sandbox.making import (
    Client,
    Json,
    Names,
    Users,
    grants_of,
    id_of,
    make_folder,
    make_project,
    make_queue,
    share_entity,
    share_queue,
)

CREATOR = {
    "CREATE",
    "READ",
    "SUBMIT",
    "READ_PRIVATE_SUBMISSION",
    "UPDATE_SUBMISSION",
    "CHANGE_PERMISSIONS",
    "UPDATE",
    "DELETE",
    "DELETE_SUBMISSION",
}
QUOTA = {
    "firstRoundStart": "2030-01-01T00:00:00.000Z",
    "roundDurationMillis": 86400000,
    "numberOfRounds": 3,
    "submissionLimit": 2,
}


@pytest.fixture
def queue(organizer: Client, project: str, unique: Names) -> Json:
    return make_queue(
        organizer,
        unique("queue"),
        project,
        description="What it is",
        submissionInstructionsMessage="How",
        submissionReceiptMessage="Thanks",
    )


def cannot(client: Client, access: str, queue: Json) -> str:
    return f"User {id_of(client)} is not authorized to {access} evaluation {queue['id']} ({queue['name']})"


class TestCreate:
    def test_a_queue_answers_201_with_what_the_server_fills_in(
        self, organizer: Client, project: str, unique: Names
    ) -> None:
        name = unique("queue")
        made = organizer.post("/evaluation", {"name": f"  {name} ", "contentSource": project, "status": "OPEN"})
        assert made.status == 201
        assert set(made.body) == {"id", "etag", "name", "ownerId", "createdOn", "contentSource"}
        assert (made.body["name"], made.body["contentSource"]) == (name, project)
        assert made.body["ownerId"] == str(id_of(organizer))
        assert int(made.body["id"]) >= 9602619

    def test_surprise_5_misspelt_members_vanish_without_a_word(
        self, organizer: Client, project: str, unique: Names
    ) -> None:
        body = {"name": unique("queue"), "contentSource": project, "submissionRecieptMessage": "Thanks"}
        made = organizer.post("/evaluation", body)
        assert made.status == 201
        assert not [key for key in made.body if key.startswith("submission")]

    def test_surprise_15_only_the_creator_sees_a_fresh_queue(
        self, api: Users, organizer: Client, project: str, queue: Json
    ) -> None:
        assert grants_of(organizer.ok("GET", f"/evaluation/{queue['id']}/acl")) == {id_of(organizer): CREATOR}
        colleague = api("colleague")
        share_entity(organizer, project, id_of(colleague), "READ", "UPDATE", "CREATE", "CHANGE_PERMISSIONS")
        refused = colleague.get(f"/evaluation/{queue['id']}")
        assert (refused.status, refused.reason) == (403, cannot(colleague, "READ", queue))

    @pytest.mark.parametrize("spelling", [str.upper, str.lower, lambda name: name.replace("e", "é")])
    def test_surprise_12_names_are_unique_whatever_case_and_accents(
        self, api: Users, organizer: Client, queue: Json, unique: Names, spelling: object
    ) -> None:
        assert callable(spelling)
        colleague = api("colleague")
        own = make_project(colleague, unique("own"))["id"]
        same = spelling(queue["name"])
        refused = colleague.post("/evaluation", {"name": same, "contentSource": own})
        if same.isascii():
            assert (refused.status, refused.reason) == (409, f"An Evaluation already exists with the name '{same}'")
        else:
            assert refused.status == 400
            renamed = make_queue(organizer, unique("other"), queue["contentSource"])
            assert organizer.put(f"/evaluation/{renamed['id']}", renamed | {"name": same}).status == 400

    @pytest.mark.parametrize("name", ["a:b", "a&b", "a/b", "Äpfel", "what?", "a#b"])
    def test_surprise_11_names_are_ascii_with_few_marks(self, organizer: Client, project: str, name: str) -> None:
        refused = organizer.post("/evaluation", {"name": name, "contentSource": project})
        assert refused.status == 400
        assert refused.reason == (
            f"Invalid Name: '{name}'. Names may only contain: letters, numbers, spaces, underscores, hyphens,"
            " periods, plus signs, apostrophes, and parentheses"
        )

    def test_a_comma_is_fine_all_the_same(self, organizer: Client, project: str, unique: Names) -> None:
        assert organizer.post("/evaluation", {"name": unique("a, b"), "contentSource": project}).status == 201

    def test_names_have_at_most_256_characters(self, organizer: Client, project: str) -> None:
        refused = organizer.post("/evaluation", {"name": "x" * 257, "contentSource": project})
        assert (refused.status, refused.reason) == (400, "Name length cannot be longer than 256 characters.")

    def test_a_name_and_a_project_are_required(self, organizer: Client, project: str) -> None:
        assert organizer.post("/evaluation", {"contentSource": project}).reason == "name is required."
        refused = organizer.post("/evaluation", {"name": "x"})
        assert refused.reason == (
            "Evaluation null is missing content source (are you sure there is Synapse entity for it?)."
        )

    def test_a_folder_is_no_project(self, organizer: Client, project: str) -> None:
        folder = make_folder(organizer, "folder", project)["id"]
        refused = organizer.post("/evaluation", {"name": "x", "contentSource": folder})
        assert refused.status == 400
        assert refused.reason == (
            f"Evaluation null could not be created because the parent entity {folder} is not a project."
        )

    def test_it_takes_create_on_the_project(self, participant: Client, project: str) -> None:
        refused = participant.post("/evaluation", {"name": "x", "contentSource": project})
        assert refused.status == 403
        assert refused.reason == (
            f"User {id_of(participant)} must have CREATE right on the entity {project}"
            " in order to create a evaluation based on it."
        )

    def test_surprise_35_the_uncertified_make_none(self, api: Users, unique: Names) -> None:
        newcomer = api("newcomer")
        own = make_project(newcomer, unique("own"))["id"]
        refused = newcomer.post("/evaluation", {"name": unique("queue"), "contentSource": own})
        assert refused.status == 403
        assert "must have CREATE right on the entity" in refused.reason

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"numberOfRounds": None}, "numberOfRounds must be defined and be non-negative"),
            ({"numberOfRounds": -1}, "numberOfRounds must be defined and be non-negative"),
            ({"roundDurationMillis": None}, "roundDurationMillis must be defined and non-negative"),
            ({"firstRoundStart": None}, "firstRoundStart is required."),
            ({"submissionLimit": -1}, "submissionLimit must be non-negative"),
        ],
    )
    def test_a_legacy_quota_is_checked_first(self, organizer: Client, change: Json, reason: str) -> None:
        refused = organizer.post("/evaluation", {"quota": QUOTA | change})
        assert (refused.status, refused.reason) == (400, reason)

    def test_a_legacy_quota_is_kept(self, organizer: Client, project: str, unique: Names) -> None:
        made = make_queue(organizer, unique("queue"), project, quota=QUOTA)
        assert made["quota"] == QUOTA
        assert organizer.ok("GET", f"/evaluation/{made['id']}") == made


class TestRead:
    def test_an_unknown_queue_is_404(self, organizer: Client) -> None:
        refused = organizer.get("/evaluation/999")
        assert (refused.status, refused.reason) == (404, "Evaluation could not be found with id :999")

    def test_a_name_is_found_whatever_its_case(self, organizer: Client, queue: Json) -> None:
        assert organizer.get(f"/evaluation/name/{quote(queue['name'].upper())}").body == queue

    def test_a_name_that_cannot_be_read_is_404(self, participant: Client, queue: Json) -> None:
        refused = participant.get(f"/evaluation/name/{quote(queue['name'])}")
        assert (refused.status, refused.reason) == (404, f"No Evaluation found with name {queue['name']}")

    def test_lists_show_what_the_acl_grants_in_order_of_names(
        self, organizer: Client, participant: Client, project: str, unique: Names
    ) -> None:
        names = [unique(part) for part in ("b queue", "A queue", "c queue")]
        made = {name: make_queue(organizer, name, project)["id"] for name in names}
        share_queue(organizer, made[names[2]], id_of(participant), "READ", "SUBMIT")
        listed = organizer.ok("GET", f"/entity/{project}/evaluation")
        assert [one["name"] for one in listed["results"]] == [names[1], names[0], names[2]]
        seen = participant.ok("GET", f"/entity/{project}/evaluation")["results"]
        assert [one["id"] for one in seen] == [made[names[2]]]
        assert participant.ok("GET", f"/entity/{project}/evaluation", accessType="UPDATE")["results"] == []
        available = participant.ok("GET", "/evaluation/available", limit=100)["results"]
        assert made[names[2]] in [one["id"] for one in available]

    def test_lists_have_pages_of_ten_and_can_be_narrowed_to_ids(
        self, organizer: Client, project: str, unique: Names
    ) -> None:
        ids = [make_queue(organizer, unique(f"queue {number:02}"), project)["id"] for number in range(12)]
        first = organizer.ok("GET", f"/entity/{project}/evaluation")
        assert ([one["id"] for one in first["results"]], first["totalNumberOfResults"]) == (ids[:10], 11)
        rest = organizer.ok("GET", f"/entity/{project}/evaluation", offset=10)
        assert ([one["id"] for one in rest["results"]], rest["totalNumberOfResults"]) == (ids[10:], 12)
        some = organizer.ok("GET", "/evaluation", evaluationIds=f"{ids[3]},{ids[1]}")
        assert [one["id"] for one in some["results"]] == [ids[1], ids[3]]

    def test_surprise_26_active_looks_at_the_legacy_quota_alone(
        self, organizer: Client, project: str, queue: Json, unique: Names
    ) -> None:
        over = QUOTA | {"firstRoundStart": "2001-01-01T00:00:00.000Z"}
        past = make_queue(organizer, unique("past"), project, quota=over)
        listed = organizer.ok("GET", f"/entity/{project}/evaluation", activeOnly="true")["results"]
        assert [one["id"] for one in listed] == [queue["id"]]
        everything = organizer.ok("GET", f"/entity/{project}/evaluation")["results"]
        assert past["id"] in [one["id"] for one in everything]

    def test_an_unknown_access_type_is_400(self, organizer: Client) -> None:
        assert organizer.get("/evaluation", accessType="read").status == 400


class TestUpdate:
    def test_surprise_6_what_is_left_out_is_erased(self, organizer: Client, queue: Json) -> None:
        kept = {key: queue[key] for key in ("id", "etag", "name", "contentSource")}
        changed = organizer.put(f"/evaluation/{queue['id']}", kept | {"ownerId": "1", "createdOn": "never"})
        assert changed.status == 200
        assert set(changed.body) == {"id", "etag", "name", "ownerId", "createdOn", "contentSource"}
        assert (changed.body["ownerId"], changed.body["createdOn"]) == (queue["ownerId"], queue["createdOn"])
        assert changed.body["etag"] != queue["etag"]

    @pytest.mark.parametrize("etag", [None, "6f2a6c3e-0000-4000-8000-000000000000"])
    def test_a_stale_or_missing_etag_is_412(self, organizer: Client, queue: Json, etag: str | None) -> None:
        refused = organizer.put(f"/evaluation/{queue['id']}", {**queue, "etag": etag})
        assert refused.status == 412
        assert refused.reason == (
            f"Evaluation: {queue['id']} has been updated since you last fetched it;"
            " please retrieve it again and re-apply the update"
        )

    def test_ids_in_path_and_body_must_agree(self, organizer: Client, queue: Json) -> None:
        refused = organizer.put("/evaluation/999", queue)
        assert (refused.status, refused.reason) == (400, "Evaluation ID does not match requested ID: 999")

    def test_a_name_and_a_project_are_required(self, organizer: Client, queue: Json) -> None:
        path = f"/evaluation/{queue['id']}"
        assert organizer.put(path, {**queue, "name": None}).reason == "name is required."
        assert organizer.put(path, {**queue, "contentSource": None}).status == 400

    def test_surprise_1_a_taken_name_is_400_here(self, organizer: Client, queue: Json, unique: Names) -> None:
        other = make_queue(organizer, unique("other"), queue["contentSource"])
        assert organizer.put(f"/evaluation/{other['id']}", other | {"name": queue["name"].upper()}).status == 400

    def test_names_are_neither_trimmed_nor_checked_here(self, organizer: Client, queue: Json) -> None:
        name = f"{queue['name']}: été "
        assert organizer.put(f"/evaluation/{queue['id']}", queue | {"name": name}).body["name"] == name

    def test_surprise_48_it_moves_to_any_entity_unasked(
        self, api: Users, organizer: Client, queue: Json, unique: Names
    ) -> None:
        foreign = make_project(api("stranger"), unique("foreign"))["id"]
        moved = organizer.put(f"/evaluation/{queue['id']}", queue | {"contentSource": foreign})
        assert (moved.status, moved.body["contentSource"]) == (200, foreign)
        assert organizer.put(f"/evaluation/{queue['id']}", moved.body | {"contentSource": "syn999"}).status == 400

    def test_it_takes_update(self, participant: Client, queue: Json) -> None:
        refused = participant.put(f"/evaluation/{queue['id']}", queue)
        assert (refused.status, refused.reason) == (403, cannot(participant, "UPDATE", queue))


class TestDelete:
    def test_surprise_24_the_second_time_is_404(self, organizer: Client, queue: Json) -> None:
        assert organizer.delete(f"/evaluation/{queue['id']}").status == 204
        refused = organizer.delete(f"/evaluation/{queue['id']}")
        assert (refused.status, refused.reason) == (404, f"Evaluation could not be found with id :{queue['id']}")
        assert organizer.get(f"/evaluation/{queue['id']}/acl").status == 404
        assert (
            organizer.post("/evaluation", {"name": queue["name"], "contentSource": queue["contentSource"]}).status
            == 201
        )

    def test_it_takes_delete_and_change_permissions(self, api: Users, organizer: Client, queue: Json) -> None:
        colleague = api("colleague")
        person = id_of(colleague)
        assert colleague.delete(f"/evaluation/{queue['id']}").reason == cannot(colleague, "DELETE", queue)
        share_queue(organizer, queue["id"], person, "DELETE")
        refused = colleague.delete(f"/evaluation/{queue['id']}")
        assert refused.status == 403
        assert refused.reason == f"User {person} not authorized to change permissions on evaluation {queue['id']}"
        share_queue(organizer, queue["id"], person, "DELETE", "CHANGE_PERMISSIONS")
        assert colleague.delete(f"/evaluation/{queue['id']}").status == 204

    def test_surprise_23_queues_of_a_trashed_project_live_on(
        self, organizer: Client, project: str, queue: Json
    ) -> None:
        organizer.ok("DELETE", f"/entity/{project}")
        assert organizer.get(f"/evaluation/{queue['id']}").status == 200
        assert organizer.ok("GET", f"/entity/{project}/evaluation")["results"] == [queue]
