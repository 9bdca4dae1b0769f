"""EvalAI's configuration, field by field where a field has a choice in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from challenge_spec.converting.run import Converted
from tests.challenge_spec.converting.conversions import converted, decided, left, loaded, manifest

PHASE: dict[str, Any] = {"id": 1, "name": "Only", "codename": "only", "test_annotation_file": "a.json"}
DATES = {"start_date": "2027-03-03 09:00:00", "end_date": "2027-05-04 09:00:00"}
BOARD: dict[str, Any] = {"id": 1, "schema": {"labels": ["F1"], "default_order_by": "F1"}}
SPLIT = {"challenge_phase_id": 1, "leaderboard_id": 1, "dataset_split_id": 1, "visibility": 3}


def from_evalai(folder: Path, **said: Any) -> Converted:
    document = {
        "title": "Beetles",
        "leaderboard": [BOARD],
        "challenge_phases": [{**PHASE, **DATES}],
        "dataset_splits": [{"id": 1, "name": "Field", "codename": "field"}],
        "challenge_phase_splits": [SPLIT],
        **said,
    }
    (folder / "challenge_config.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    found = converted(folder)
    assert not loaded(found, folder / "out").has_errors
    return found


def phase(**said: Any) -> list[dict[str, Any]]:
    return [{**PHASE, **DATES, **said}]


def queue(found: Converted, key: str = "only") -> dict[str, Any]:
    entry: dict[str, Any] = manifest(found)["queues"][key]
    return entry


def test_dates_are_in_utc_and_say_so(tmp_path: Path) -> None:
    (only,) = queue(from_evalai(tmp_path))["rounds"]
    assert (only["start"], only["end"]) == ("2027-03-03T09:00Z", "2027-05-04T09:00Z")
    assert (
        manifest(converted(tmp_path, zone="Asia/Tokyo"))["queues"]["only"]["rounds"][0]["start"] == "2027-03-03T09:00Z"
    )


@pytest.mark.parametrize(
    ("said", "limits"),
    [
        ({}, "none"),
        ({"max_submissions_per_day": 100000, "max_submissions": 1000000}, "none"),
        (
            {"max_submissions_per_day": 2, "max_submissions_per_month": 20, "max_submissions": 50},
            {"daily": "2", "monthly": "20", "total": "50"},
        ),
        ({"max_submissions_per_day": 60, "max_submissions": 50}, {"total": "50"}),
        ({"max_submissions": 0}, {"total": "0"}),
        ({"max_submissions": "many"}, "none"),
    ],
)  # fmt: skip
def test_limits_of_days_months_and_all(said: dict[str, Any], limits: Any, tmp_path: Path) -> None:
    assert queue(from_evalai(tmp_path, challenge_phases=phase(**said)))["limits"] == limits


@pytest.mark.parametrize(
    ("visibility", "scores", "has_view"), [(1, "never", False), (2, "immediate", False), (3, "immediate", True)]
)
def test_who_sees_scores(visibility: int, scores: str, has_view: bool, tmp_path: Path) -> None:
    found = from_evalai(tmp_path, challenge_phase_splits=[{**SPLIT, "visibility": visibility}])
    assert queue(found)["results"] == {"scores": scores}
    assert ("views" in manifest(found)) is has_view


def test_a_phase_that_is_not_public_is_for_testers(tmp_path: Path) -> None:
    assert queue(from_evalai(tmp_path, challenge_phases=phase(is_public=False)))["access"] == "testers"


def test_a_word_about_visibility_that_contradicts_another_is_reported(tmp_path: Path) -> None:
    found = from_evalai(tmp_path, challenge_phases=phase(leaderboard_public=False))
    assert [item for item in left(found) if "leaderboard_public" in item]


@pytest.mark.parametrize(
    ("about", "descending", "direction"),
    [
        ({"sort_ascending": True}, True, "minimize"),
        ({"sort_ascending": False}, False, "maximize"),
        (None, False, "minimize"),
        (None, True, "maximize"),
        (None, None, "maximize"),
    ],
)
def test_what_is_better_is_said_by_the_label_else_by_the_order(
    about: Any, descending: bool | None, direction: str, tmp_path: Path
) -> None:
    schema = {**BOARD["schema"], **({"metadata": {"F1": about}} if about else {})}
    order = {} if descending is None else {"is_leaderboard_order_descending": descending}
    found = from_evalai(
        tmp_path, leaderboard=[{"id": 1, "schema": schema}], challenge_phase_splits=[{**SPLIT, **order}]
    )
    assert manifest(found)["sub_challenges"]["main"]["metrics"] == {"F1": direction}


def test_splits_with_leaderboards_of_their_own_are_questions_answered_by_one_submission(tmp_path: Path) -> None:
    found = from_evalai(
        tmp_path,
        leaderboard=[BOARD, {**BOARD, "id": 2}],
        dataset_splits=[{"id": 1, "name": "Field"}, {"id": 2, "name": "Forest"}],
        challenge_phase_splits=[SPLIT, {**SPLIT, "leaderboard_id": 2, "dataset_split_id": 2}],
    )
    assert list(manifest(found)["sub_challenges"]) == ["field", "forest"]
    assert queue(found)["for"] == {"together": "all"}


def test_splits_that_share_a_leaderboard_are_one_question_and_somebody_is_asked(tmp_path: Path) -> None:
    found = from_evalai(
        tmp_path,
        dataset_splits=[{"id": 1, "name": "Field"}, {"id": 2, "name": "Forest"}],
        challenge_phase_splits=[SPLIT, {**SPLIT, "dataset_split_id": 2}],
    )
    assert list(manifest(found)["sub_challenges"]) == ["main"]
    assert any(item.startswith("sub_challenges.main: one ranking for Field and Forest") for item in decided(found))


def test_images_get_the_platforms_own_time_limit_where_none_is_said(tmp_path: Path) -> None:
    found = from_evalai(tmp_path, is_docker_based=True)
    assert (queue(found)["submission"], queue(found)["run"]) == ("docker", {"time_limit": "24h"})
    assert manifest(found)["workflows"]["scoring"]["template"] == "model-to-data"


def test_a_truth_among_the_files_is_reported_and_never_taken_along(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("truth")
    (tmp_path / "d.html").write_text('<a href="a.json">the answers</a>')
    found = from_evalai(tmp_path, description="d.html")
    assert any("test_annotation_file" in item for item in left(found))
    assert [name for name in found.files if name.startswith("wiki/files")] == []
    assert found.files["wiki/index.md"] == "---\ntitle: Overview\n---\nthe answers\n"


@pytest.mark.parametrize("date", ["soon", "2027-02-30", "03/03/2027", "1027-03-03", "2027-03-03 25:00:00"])
def test_a_date_that_is_none_becomes_tbd_with_its_place(date: str, tmp_path: Path) -> None:
    found = from_evalai(tmp_path, challenge_phases=phase(start_date=date))
    assert queue(found)["rounds"][0]["start"] == "tbd"
    assert any("start_date" in item for item in left(found))


def test_an_end_before_its_start_becomes_tbd(tmp_path: Path) -> None:
    found = from_evalai(tmp_path, challenge_phases=phase(end_date="2027-01-01 00:00:00"))
    assert queue(found)["rounds"][0]["end"] == "tbd"
    assert manifest(found)["timeline"] == {"open": "2027-03-03T09:00Z", "close": "tbd"}


def test_a_key_that_nobody_knows_is_reported_with_what_it_may_have_been(tmp_path: Path) -> None:
    found = from_evalai(tmp_path, tagz=["a"], max_team_member=3)
    said = {item.what: item.instead for item in found.report.left}
    assert said["max_team_member: 3"] == "Did you mean `max_team_members`?"
    assert "tagz: [1 entry]" in said


def test_a_token_in_a_text_is_not_taken_along(tmp_path: Path) -> None:
    token = "ghp_" + "a" * 36
    found = from_evalai(tmp_path, short_description=f"Ask me: {token}")
    assert token not in str(found.files["challenge.yaml"])
    assert any("access token" in item.why for item in found.report.left)


def test_a_phase_of_which_nobody_says_what_it_asks_is_for_everything_and_somebody_is_asked(tmp_path: Path) -> None:
    found = from_evalai(tmp_path, leaderboard=[BOARD, {**BOARD, "id": 2}], challenge_phase_splits=[])
    assert "for" not in queue(found)
    assert any("no phase split" in item for item in decided(found))
