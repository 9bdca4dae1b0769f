"""Evaluation rounds and the legacy quota that they replaced (contract 5.4, 5.5), at a frozen time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sandbox.making import (
    Client,
    Json,
    Names,
    Users,
    id_of,
    limit,
    make_folder,
    make_queue,
    make_round,
    round_body,
    set_clock,
    share_queue,
)

NOW = "2030-06-10T12:00:00.000Z"
START, END = "2030-07-01T00:00:00.000Z", "2030-08-01T00:00:00.000Z"
DURING, AFTER = "2030-07-10T00:00:00.000Z", "2030-09-01T00:00:00.000Z"
STALE = (
    "EvaluationRound: {} has been updated since you last fetched it; please retrieve it again and re-apply the update"
)
Submit = Callable[[str], Json]


@pytest.fixture
def organizer(api: Users) -> Client:
    set_clock(api("organizer"), NOW)
    return api("organizer")


@pytest.fixture
def queue(organizer: Client, project: str, unique: Names) -> str:
    return str(make_queue(organizer, unique("queue"), project)["id"])


@pytest.fixture
def made(organizer: Client, queue: str) -> Json:
    return make_round(organizer, queue, START, END, limit("DAILY", 2))


@pytest.fixture
def submit(organizer: Client, project: str) -> Submit:
    folder = make_folder(organizer, "entry", project)

    def send(queue: str) -> Json:
        body = {"evaluationId": queue, "entityId": folder["id"], "versionNumber": 1}
        submission: Json = organizer.ok("POST", "/evaluation/submission", body, etag=folder["etag"])
        return submission

    return send


def path(queue: str, round_: Json | None = None) -> str:
    return f"/evaluation/{queue}/round" + ("" if round_ is None else f"/{round_['id']}")


def listed(client: Client, queue: str) -> list[Json]:
    rounds: list[Json] = client.ok("POST", f"/evaluation/{queue}/round/list", {})["page"]
    return rounds


class TestCreate:
    def test_a_round_answers_201_and_is_read_back(self, organizer: Client, queue: str) -> None:
        body = round_body(queue, START, END, limit("TOTAL", 5), limit("DAILY", 0))
        answer = organizer.post(path(queue), body)
        assert answer.status == 201
        assert answer.body == {**body, "id": answer.body["id"], "etag": answer.body["etag"]}
        assert organizer.get(path(queue, answer.body)).body == answer.body

    def test_empty_limits_come_back_absent(self, organizer: Client, queue: str) -> None:
        assert "limits" not in organizer.ok("POST", path(queue), round_body(queue, START, END) | {"limits": []})

    def test_dates_are_kept_to_the_millisecond_and_written_in_utc(self, organizer: Client, queue: str) -> None:
        body = round_body(queue, "2030-07-01T02:00:00.1234567+02:00", END)
        assert organizer.ok("POST", path(queue), body)["roundStart"] == "2030-07-01T00:00:00.123Z"

    def test_surprise_3_dates_without_milliseconds_are_refused(self, organizer: Client, queue: str) -> None:
        refused = organizer.post(path(queue), round_body(queue, "2030-07-01T00:00:00Z", END))
        assert refused.status == 400
        assert refused.reason.startswith('Invalid format: "2030-07-01T00:00:00Z" is malformed')

    def test_surprise_25_the_start_may_lie_one_second_back(self, organizer: Client, queue: str) -> None:
        assert organizer.post(path(queue), round_body(queue, "2030-06-10T11:59:59.000Z", END)).status == 201

    def test_surprise_25_not_longer(self, organizer: Client, queue: str) -> None:
        refused = organizer.post(path(queue), round_body(queue, "2030-06-10T11:59:58.999Z", END))
        assert refused.status == 400
        assert refused.reason == "Can not create an EvaluationRound with a start date in the past."

    def test_the_end_may_not_be_past(self, organizer: Client, queue: str) -> None:
        refused = organizer.post(path(queue), round_body(queue, START, "2030-06-10T11:59:59.999Z"))
        assert refused.reason == "Can not create an EvaluationRound with an end date in the past."

    def test_the_end_may_not_come_before_the_start(self, organizer: Client, queue: str) -> None:
        refused = organizer.post(path(queue), round_body(queue, END, START))
        assert (refused.status, refused.reason) == (400, "EvaluationRound can not end before it starts")

    def test_start_and_end_may_be_the_same(self, organizer: Client, queue: str) -> None:
        assert organizer.post(path(queue), round_body(queue, START, START)).status == 201

    def test_overlaps_are_refused_by_name(self, organizer: Client, queue: str) -> None:
        first = make_round(organizer, queue, START, END)
        second = make_round(organizer, queue, END, AFTER)
        refused = organizer.post(path(queue), round_body(queue, DURING, "2030-08-02T00:00:00.000Z"))
        assert refused.status == 400
        assert refused.reason == (
            f"This round's date range overlaps with the following round IDs: [{first['id']}, {second['id']}]"
        )

    def test_surprise_25_rounds_that_touch_are_fine(self, organizer: Client, queue: str) -> None:
        make_round(organizer, queue, START, END)
        assert organizer.post(path(queue), round_body(queue, END, AFTER)).status == 201
        assert organizer.post(path(queue), round_body(queue, "2030-06-11T00:00:00.000Z", START)).status == 201

    def test_rounds_of_other_queues_do_not_matter(
        self, organizer: Client, queue: str, project: str, unique: Names
    ) -> None:
        make_round(organizer, queue, START, END)
        other = str(make_queue(organizer, unique("other"), project)["id"])
        assert organizer.post(path(other), round_body(other, START, END)).status == 201

    @pytest.mark.parametrize(
        ("limits", "reason"),
        [
            ([None], "EvaluationRoundLimit can not be null"),
            ([limit("DAILY", 1), limit("DAILY", 2)], "You may only have 1 limit of type: DAILY"),
            ([limit("TOTAL", -1)], "maxSubmissions must be a positive integer"),
            ([{"limitType": "TOTAL"}], "Property: 'maximumSubmissions' is required and cannot be null"),
            ([{"maximumSubmissions": 1}], "Property: 'limitType' is required and cannot be null"),
        ],
    )
    def test_limits_are_checked(self, organizer: Client, queue: str, limits: list[Json], reason: str) -> None:
        refused = organizer.post(path(queue), round_body(queue, START, END) | {"limits": limits})
        assert (refused.status, refused.reason) == (400, reason)

    def test_an_unknown_type_of_limit_is_400(self, organizer: Client, queue: str) -> None:
        assert organizer.post(path(queue), round_body(queue, START, END, limit("daily", 1))).status == 400

    @pytest.mark.parametrize("field", ["evaluationId", "roundStart", "roundEnd"])
    def test_the_schema_requires_three_members(self, organizer: Client, queue: str, field: str) -> None:
        refused = organizer.post(path(queue), {**round_body(queue, START, END), field: None})
        assert (refused.status, refused.reason) == (400, f"Property: '{field}' is required and cannot be null")

    def test_the_queue_in_path_and_body_must_agree(self, organizer: Client, queue: str) -> None:
        refused = organizer.post(path(queue), round_body("999", START, END))
        assert refused.status == 400
        assert refused.reason == (f"EvaluationId in URL path:{queue} does not match evaluationId in request body:999")

    def test_the_past_is_told_before_order_overlap_and_limits(self, organizer: Client, queue: str) -> None:
        make_round(organizer, queue, START, END)
        backwards = round_body(queue, "2030-06-01T00:00:00.000Z", "2030-05-01T00:00:00.000Z", limit("TOTAL", -1))
        assert "start date in the past" in organizer.post(path(queue), backwards).reason
        overlapping = round_body(queue, START, END, limit("TOTAL", -1))
        assert "overlaps" in organizer.post(path(queue), overlapping).reason

    def test_it_takes_update_on_the_queue(self, organizer: Client, participant: Client, queue: str) -> None:
        share_queue(organizer, queue, id_of(participant), "READ", "SUBMIT")
        assert participant.post(path(queue), round_body(queue, START, END)).status == 403

    def test_an_unknown_queue_is_404(self, organizer: Client) -> None:
        refused = organizer.post(path("999"), round_body("999", START, END))
        assert (refused.status, refused.reason) == (404, "Evaluation could not be found with id :999")


class TestRead:
    def test_surprise_26_the_list_is_a_post_in_order_of_starts(self, organizer: Client, queue: str) -> None:
        late, early = make_round(organizer, queue, END, AFTER), make_round(organizer, queue, START, END)
        assert listed(organizer, queue) == [early, late]
        assert organizer.get(f"/evaluation/{queue}/round/list").status == 400

    def test_pages_have_fifty_rounds(self, organizer: Client, queue: str) -> None:
        for day in range(51):
            start = f"20{31 + day}-01-01T00:00:00.000Z"
            make_round(organizer, queue, start, start)
        first = organizer.ok("POST", f"/evaluation/{queue}/round/list", {})
        assert (len(first["page"]), first["nextPageToken"]) == (50, "50a50")
        rest = organizer.ok("POST", f"/evaluation/{queue}/round/list", {"nextPageToken": first["nextPageToken"]})
        assert len(rest["page"]) == 1
        assert "nextPageToken" not in rest
        refused = organizer.post(f"/evaluation/{queue}/round/list", {"nextPageToken": "51a0"})
        assert (refused.status, refused.reason) == (400, "Limit must not exceed: 50")

    def test_it_takes_read(self, organizer: Client, participant: Client, queue: str, made: Json) -> None:
        assert participant.post(f"/evaluation/{queue}/round/list", {}).status == 403
        assert participant.get(path(queue, made)).status == 403
        share_queue(organizer, queue, id_of(participant), "READ")
        assert listed(participant, queue) == [participant.ok("GET", path(queue, made))] == [made]

    def test_a_round_of_another_queue_is_404(self, organizer: Client, made: Json, project: str, unique: Names) -> None:
        other = str(make_queue(organizer, unique("other"), project)["id"])
        refused = organizer.get(path(other, made))
        assert refused.status == 404
        assert refused.reason == (
            f"Evaluation Round with id={made['id']}, belonging to Evaluation id={other}, could not be found."
        )


class TestUpdate:
    def test_dates_and_limits_are_replaced(self, organizer: Client, queue: str, made: Json) -> None:
        changed = organizer.put(path(queue, made), {**made, "roundEnd": AFTER, "limits": None})
        assert changed.status == 200
        assert changed.body == {
            "id": made["id"],
            "etag": changed.body["etag"],
            "evaluationId": queue,
            "roundStart": START,
            "roundEnd": AFTER,
        }
        assert changed.body["etag"] != made["etag"]

    @pytest.mark.parametrize("etag", [None, "6f2a6c3e-0000-4000-8000-000000000000"])
    def test_a_stale_or_missing_etag_is_412(self, organizer: Client, queue: str, made: Json, etag: str | None) -> None:
        refused = organizer.put(path(queue, made), {**made, "etag": etag})
        assert (refused.status, refused.reason) == (412, STALE.format(made["id"]))

    def test_ids_in_path_and_body_must_agree(self, organizer: Client, queue: str, made: Json) -> None:
        refused = organizer.put(path(queue, made), made | {"id": "999"})
        assert refused.status == 400
        assert refused.reason == f"roundId in URL path:{made['id']} does not match id in request body:999"

    def test_limits_change_while_the_round_runs(
        self, organizer: Client, queue: str, made: Json, submit: Submit
    ) -> None:
        set_clock(organizer, DURING)
        submit(queue)
        changed = organizer.put(path(queue, made), made | {"limits": [limit("TOTAL", 9)]})
        assert (changed.status, changed.body["limits"]) == (200, [limit("TOTAL", 9)])

    def test_a_past_round_may_be_sent_again_unchanged(self, organizer: Client, queue: str, made: Json) -> None:
        set_clock(organizer, AFTER)
        assert organizer.put(path(queue, made), made).status == 200

    def test_surprise_25_a_running_round_with_submissions_keeps_its_start(
        self, organizer: Client, queue: str, made: Json, submit: Submit
    ) -> None:
        set_clock(organizer, DURING)
        submit(queue)
        refused = organizer.put(path(queue, made), made | {"roundStart": "2030-07-02T00:00:00.000Z"})
        assert refused.status == 400
        assert refused.reason == (
            "Cannot update an EvaluationRound's start date after it has already started and Submissions have been made."
        )

    def test_surprise_25_a_running_round_without_submissions_is_restored_by_post_and_put(
        self, organizer: Client, queue: str
    ) -> None:
        set_clock(organizer, DURING)
        lost = make_round(organizer, queue, "2030-07-10T00:00:05.000Z", END)
        restored = organizer.put(path(queue, lost), lost | {"roundStart": START})
        assert (restored.status, restored.body["roundStart"]) == (200, START)

    def test_the_end_never_moves_into_the_past(self, organizer: Client, queue: str, made: Json) -> None:
        set_clock(organizer, DURING)
        refused = organizer.put(path(queue, made), made | {"roundEnd": "2030-07-09T00:00:00.000Z"})
        assert refused.status == 400
        assert refused.reason == "Can not update an EvaluationRound's end date to a time in the past."

    def test_overlap_with_itself_does_not_count_with_others_it_does(
        self, organizer: Client, queue: str, made: Json
    ) -> None:
        other = make_round(organizer, queue, END, AFTER)
        refused = organizer.put(path(queue, made), made | {"roundEnd": "2030-08-02T00:00:00.000Z"})
        assert refused.reason == (f"This round's date range overlaps with the following round IDs: [{other['id']}]")

    def test_it_takes_update_on_the_queue(self, participant: Client, queue: str, made: Json) -> None:
        assert participant.put(path(queue, made), made).status == 403


class TestDelete:
    def test_without_submissions_even_a_finished_round_goes(self, organizer: Client, queue: str, made: Json) -> None:
        set_clock(organizer, AFTER)
        assert organizer.delete(path(queue, made)).status == 204
        assert organizer.delete(path(queue, made)).status == 404

    def test_surprise_25_a_started_round_with_submissions_stays(
        self, organizer: Client, queue: str, made: Json, submit: Submit
    ) -> None:
        set_clock(organizer, DURING)
        submission = submit(queue)
        assert submission["evaluationRoundId"] == made["id"]
        refused = organizer.delete(path(queue, made))
        assert refused.status == 400
        assert refused.reason == (
            "Can not delete an EvaluationRound after it has already started and Submissions have been made"
        )

    def test_it_takes_update_on_the_queue(self, participant: Client, queue: str, made: Json) -> None:
        assert participant.delete(path(queue, made)).status == 403

    def test_a_deleted_queue_takes_its_rounds_along(self, organizer: Client, queue: str, made: Json) -> None:
        organizer.ok("DELETE", f"/evaluation/{queue}")
        assert organizer.get(path(queue, made)).status == 404


class TestLegacyQuota:
    def quota(self, duration_days: float, rounds: int, start: str = START, maximum: int | None = 2) -> Json:
        body: Json = {
            "firstRoundStart": start,
            "roundDurationMillis": int(duration_days * 86_400_000),
            "numberOfRounds": rounds,
        }
        return body if maximum is None else body | {"submissionLimit": maximum}

    def queue_with(self, organizer: Client, project: str, name: str, quota: Json) -> Json:
        return make_queue(organizer, name, project, quota=quota)

    @pytest.mark.usefixtures("made")
    def test_surprise_26_quota_and_rounds_exclude_each_other(
        self, organizer: Client, project: str, queue: str, unique: Names
    ) -> None:
        evaluation = organizer.ok("GET", f"/evaluation/{queue}")
        refused = organizer.put(f"/evaluation/{queue}", evaluation | {"quota": self.quota(1, 1)})
        assert refused.status == 400
        assert refused.reason == (
            "DEPRECATED! SubmissionQuota is a DEPRECATED feature and can not co-exist with EvaluationRounds."
            " You must first delete your Evaluation's EvaluationRounds in order to use SubmissionQuota."
        )
        old = self.queue_with(organizer, project, unique("old"), self.quota(1, 1))["id"]
        other = organizer.post(path(old), round_body(old, START, END))
        assert other.status == 400
        assert other.reason.startswith(
            "A SubmissionQuota, which is deprecated, must not be defined for an Evaluation. You must first remove your"
            " Evaluation's SubmissionQuota or convert"
        )

    @pytest.mark.parametrize(("days", "kind"), [(1, "DAILY"), (7, "WEEKLY"), (28, "MONTHLY"), (31, "MONTHLY")])
    def test_days_weeks_and_months_become_one_round_with_such_a_limit(
        self, organizer: Client, project: str, unique: Names, days: int, kind: str
    ) -> None:
        evaluation = self.queue_with(organizer, project, unique("old"), self.quota(days, 1))
        assert organizer.post(f"/evaluation/{evaluation['id']}/migratequota").status == 200
        (only,) = listed(organizer, evaluation["id"])
        assert only["limits"] == [limit(kind, 2)]
        after = organizer.ok("GET", f"/evaluation/{evaluation['id']}")
        assert "quota" not in after
        assert after["etag"] != evaluation["etag"]

    def test_other_durations_become_as_many_rounds_also_in_the_past(
        self, organizer: Client, project: str, unique: Names
    ) -> None:
        start = "2030-01-01T00:00:00.000Z"
        evaluation = self.queue_with(organizer, project, unique("old"), self.quota(2, 2, start))
        organizer.ok("POST", f"/evaluation/{evaluation['id']}/migratequota")
        dates = [
            (one["roundStart"][:10], one["roundEnd"][:10], one["limits"]) for one in listed(organizer, evaluation["id"])
        ]
        assert dates == [
            ("2030-01-01", "2030-01-03", [limit("TOTAL", 2)]),
            ("2030-01-03", "2030-01-05", [limit("TOTAL", 2)]),
        ]

    def test_without_a_limit_the_rounds_have_none(self, organizer: Client, project: str, unique: Names) -> None:
        evaluation = self.queue_with(organizer, project, unique("old"), self.quota(1, 3, maximum=None))
        organizer.ok("POST", f"/evaluation/{evaluation['id']}/migratequota")
        (only,) = listed(organizer, evaluation["id"])
        assert (only["roundEnd"], "limits" in only) == ("2030-07-04T00:00:00.000Z", False)

    def test_without_a_quota_there_is_nothing_to_migrate(self, organizer: Client, queue: str) -> None:
        refused = organizer.post(f"/evaluation/{queue}/migratequota")
        assert (refused.status, refused.reason) == (400, "The evaluation does not have a SubmissionQuota to convert")

    def test_a_quota_opens_and_limits_the_queue(self, organizer: Client, project: str, unique: Names) -> None:
        old = self.queue_with(organizer, project, unique("old"), self.quota(2, 2, maximum=1))["id"]
        folder = make_folder(organizer, "second entry", project)
        body = {"evaluationId": old, "entityId": folder["id"], "versionNumber": 1}

        def send() -> str:
            answer = organizer.post("/evaluation/submission", body, etag=folder["etag"])
            return "" if answer.status == 201 else answer.reason

        outside = "It is currently outside of the time range allowed for submissions."
        reached = "Submitter has reached the total limit of 1. (for the current submission round)."
        seen = {}
        for moment in ("2030-06-30T23:59:59.999Z", START, "2030-07-02T23:59:59.999Z", "2030-07-03T00:00:00.000Z"):
            set_clock(organizer, moment)
            seen[moment] = send()
        set_clock(organizer, "2030-07-05T00:00:00.000Z")
        assert [*seen.values(), send()] == [outside, "", reached, "", outside]
