"""Codabench's bundles, versions 1, 1.5 and 2, where a field has a choice in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from challenge_spec.converting.run import Converted
from tests.challenge_spec.converting.conversions import converted, decided, left, loaded, manifest

TASK = "{ index: 0, name: North, reference_data: truth.zip }"
TASKS = "tasks:\n  - { index: 0, name: North, reference_data: truth.zip }\n"
COLUMNS = "leaderboards: [{ title: B, key: b, columns: [{ key: rmse, index: 0, sorting: asc }] }]\n"


def from_bundle(folder: Path, text: str, zone: str = "UTC") -> Converted:
    (folder / "competition.yaml").write_text("title: Tides\n" + text)
    found = converted(folder, zone=zone)
    assert not loaded(found, folder / "out").has_errors, found.files["challenge.yaml"]
    return found


def one_phase(folder: Path, phase: str, zone: str = "UTC") -> dict[str, Any]:
    """The only queue of a competition with one phase, which says this."""
    text = f"version: 2\n{TASKS}{COLUMNS}phases:\n  - {{ index: 0, name: Only, tasks: [0], {phase} }}\n"
    entry: dict[str, Any] = manifest(from_bundle(folder, text, zone))["queues"]["leaderboard"]
    return entry


@pytest.mark.parametrize(
    ("written", "zone", "start", "doubt"),
    [
        ("2027-03-03 09:00:00", "UTC", "2027-03-03T09:00", "was midnight of that day on Codabench"),
        ('"2027-03-03 09:00:00"', "UTC", "2027-03-03T09:00", "has no zone, and was read in UTC"),
        ('"2027-03-03T09:00"', "Europe/Berlin", "2027-03-03T09:00", "was read in Europe/Berlin"),
        ('"2027-03-03T09:00:00+02:00"', "Europe/Berlin", "2027-03-03T07:00Z", None),
        ('"2027-03-03 09:00 UTC"', "Asia/Tokyo", "2027-03-03T09:00Z", None),
        ("2027-03-03", "UTC", "2027-03-03T00:00", "has no time of day"),
        ('"2027-03-14 02:30"', "America/New_York", "tbd", None),
    ],
)  # fmt: skip
def test_dates_are_read_as_they_were_written_and_doubts_are_told(
    written: str, zone: str, start: str, doubt: str | None, tmp_path: Path
) -> None:
    queue = one_phase(tmp_path, f'start: {written}, end: "2027-05-01T00:00Z"', zone)
    assert queue["rounds"][0]["start"] == start
    said = [item for item in decided(converted(tmp_path, zone=zone)) if "was" in item and "queues" in item]
    assert [doubt] == [doubt for item in said if doubt and doubt in item] if doubt else said == []


@pytest.mark.parametrize(
    ("said", "limits"),
    [
        ("x: 1", {"daily": "5", "total": "100"}),
        ("max_submissions_per_day: 2", {"daily": "2", "total": "100"}),
        ("max_submissions_per_day: 9, max_submissions: 3", {"total": "3"}),
        ("max_submissions: lots", {"daily": "5", "total": "100"}),
    ],
)
def test_limits_that_the_platform_assumes_are_written_out(said: str, limits: dict[str, str], tmp_path: Path) -> None:
    assert one_phase(tmp_path, said)["limits"] == limits


def test_hidden_scores_and_logs(tmp_path: Path) -> None:
    queue = one_phase(tmp_path, "hide_score_output: true, hide_output: true")
    assert queue["results"] == {"scores": "never", "logs": "organizers"}


def test_a_hidden_column_is_withheld_and_in_no_view(tmp_path: Path) -> None:
    columns = COLUMNS.replace("]", ", { key: seconds, index: 1, hidden: true }]", 1)
    found = from_bundle(tmp_path, f"version: 2\n{TASKS}{columns}phases: [{{ name: A, tasks: [0] }}]\n")
    assert manifest(found)["queues"]["leaderboard"]["results"] == {"withhold": ["seconds"]}
    assert manifest(found)["views"]["leaderboard"]["columns"] == ["submitter", "rmse"]


def test_tasks_asked_in_different_phases_get_queues_of_their_own(tmp_path: Path) -> None:
    tasks = f"tasks: [{TASK}, {TASK.replace('0', '1').replace('North', 'South')}]\n"
    phases = 'phases: [{ name: A, tasks: [0], end: "2027-01-02T00:00Z" }, { name: B, tasks: [0, 1] }]\n'
    found = from_bundle(tmp_path, f"version: 2\n{tasks}{COLUMNS}{phases}")
    queues = manifest(found)["queues"]
    assert {key: (entry.get("for"), len(entry["rounds"])) for key, entry in queues.items()} == {
        "leaderboard-north": (["north"], 2),
        "leaderboard-south": (["south"], 1),
    }


def test_phases_that_overlap_become_tbd_with_their_place(tmp_path: Path) -> None:
    phases = (
        'phases:\n  - { name: A, tasks: [0], start: "2027-01-01T00:00Z", end: "2027-03-01T00:00Z" }\n'
        '  - { name: B, tasks: [0], start: "2027-02-01T00:00Z", end: "2027-04-01T00:00Z" }\n'
    )
    found = from_bundle(tmp_path, f"version: 2\n{TASKS}{COLUMNS}{phases}")
    second = manifest(found)["queues"]["leaderboard"]["rounds"][1]
    assert (second["start"], second["end"]) == ("tbd", "tbd")
    assert "8 phases[1]" in left(found)


def test_a_benchmark_without_an_end_is_always_open(tmp_path: Path) -> None:
    text = f"version: 2\ncompetition_type: benchmark\n{TASKS}{COLUMNS}phases: [{{ name: A, tasks: [0] }}]\n"
    queue = manifest(from_bundle(tmp_path, text))["queues"]["benchmark"]
    assert (queue["purpose"], queue["rounds"]) == ("benchmark", "always")


def test_a_task_whose_content_is_on_the_server_is_reported(tmp_path: Path) -> None:
    found = from_bundle(tmp_path, "version: 2\ntasks: [{ index: 0, key: 1f2e }]\nphases: [{ name: A, tasks: [0] }]\n")
    assert any("tasks[0].key: 1f2e" in item for item in left(found))
    assert any("which file holds the truth" in item for item in decided(found))


def test_a_phase_that_asks_nothing_is_reported(tmp_path: Path) -> None:
    found = from_bundle(tmp_path, f"version: 2\n{TASKS}phases: [{{ name: A, tasks: [7] }}]\n")
    assert "5 phases[0]" in left(found)
    assert "queues" not in manifest(found)


@pytest.mark.parametrize(("said", "join"), [("true", "open"), ("false", "request")])
def test_how_people_join(said: str, join: str, tmp_path: Path) -> None:
    found = from_bundle(tmp_path, f"version: 2\nregistration_auto_approve: {said}\n")
    assert manifest(found)["teams"]["participants"]["join"] == join


FIRST = """\
version: {version}
end_date: 2027-06-01T00:00:00Z
phases:
  1: {{ phasenumber: 1, label: A, start_date: "2027-01-01T00:00Z", reference_data: a.zip }}
  2: {{ phasenumber: 2, label: B, start_date: "2027-03-01T00:00Z", reference_data: {second} }}
"""


@pytest.mark.parametrize("version", ["1", "1.5", '"1.5"', "1.8"])
def test_phases_of_the_first_version_end_as_the_next_one_starts(version: str, tmp_path: Path) -> None:
    found = from_bundle(tmp_path, FIRST.format(version=version, second="a.zip"))
    first, second = manifest(found)["queues"]["leaderboard"]["rounds"]
    assert (first["end"], second["start"], second["end"]) == (
        "2027-03-01T00:00Z", "2027-03-01T00:00Z", "2027-06-01T00:00Z"
    )  # fmt: skip
    assert any("a day before" in item for item in decided(found))


def test_phases_of_the_first_version_with_truths_of_their_own_are_questions_of_their_own(tmp_path: Path) -> None:
    found = from_bundle(tmp_path, FIRST.format(version="1.5", second="b.zip"))
    assert list(manifest(found)["sub_challenges"]) == ["a", "b"]


@pytest.mark.parametrize("text", ["phases: { 1: { label: A } }\n", "html: { terms: t.html }\n"])
def test_a_bundle_without_a_version_is_known_by_what_is_in_it(text: str, tmp_path: Path) -> None:
    assert not [item for item in left(from_bundle(tmp_path, text)) if "nothing is known" in item]
