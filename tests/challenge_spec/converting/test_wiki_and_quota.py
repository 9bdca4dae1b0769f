"""What older tools of Synapse left: wikis as files, and quotas."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from challenge_spec.converting.run import Converted
from tests.challenge_spec.converting.conversions import converted, decided, left, loaded, manifest

START = "2027-03-02T17:00:00.000Z"
HOUR = 3_600_000


def wiki(folder: Path, *entries: dict[str, Any]) -> Converted:
    (folder / "page.md").write_text("Text.\n")
    listed = [{"markdown_path": "page.md", **entry} for entry in entries]
    (folder / "wiki_config.json").write_text(json.dumps(listed))
    found = converted(folder)
    assert not loaded(found, folder / "out").has_errors
    return found


def quota(folder: Path, **said: Any) -> tuple[Converted, dict[str, Any]]:
    (folder / "quota.json").write_text(json.dumps(said))
    found = converted(folder / "quota.json")
    result = loaded(found, folder / "out")
    assert not result.has_errors
    (entry,) = manifest(found)["queues"].values()
    return found, entry


def test_pages_stand_as_in_the_tree_in_the_order_of_the_list(tmp_path: Path) -> None:
    found = wiki(
        tmp_path,
        {"id": "1", "title": ""},
        {"id": "3", "title": "Second", "parentId": "2"},
        {"id": "2", "title": "First", "parentId": "1"},
    )
    assert [name for name in found.files if name != "challenge.yaml"] == [
        "wiki/index.md", "wiki/first/index.md", "wiki/first/second.md"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "entries",
    [
        [{"id": "1", "title": "A", "parentId": "2"}, {"id": "2", "title": "B", "parentId": "1"}],
        [{"id": "1", "title": "A"}, {"id": "2", "title": "B", "parentId": "2"}],
        [{"id": "1", "title": "A"}, {"id": "1", "title": "A"}, {"id": "1", "title": "A", "parentId": "1"}],
        [{"id": "1", "title": "A"}, {"title": "B"}, {"parentId": "9"}],
    ],
)
def test_circles_strays_and_doubles_still_make_a_tree(entries: list[dict[str, Any]], tmp_path: Path) -> None:
    found = wiki(tmp_path, *entries)
    pages = [name for name in found.files if name.endswith(".md")]
    assert len(pages) == len(entries)
    assert pages[0] == "wiki/index.md"


def test_pages_that_lie_very_deep_are_flattened(tmp_path: Path) -> None:
    entries = [{"id": str(number), "title": f"P{number}", "parentId": str(number - 1)} for number in range(1, 40)]
    found = wiki(tmp_path, {"id": "0", "title": "Root"}, *entries)
    assert len([name for name in found.files if name.endswith(".md")]) == 40
    assert max(name.count("/") for name in found.files) <= 14


def test_places_on_the_first_line_of_a_list_are_those_of_the_file(tmp_path: Path) -> None:
    found = wiki(tmp_path, {"id": "1", "title": "A", "colour": "red"})
    text = (tmp_path / "wiki_config.json").read_text()
    (item,) = found.report.left
    assert (item.place.line, item.place.column) == (1, text.index('"colour"') + 1)


def test_letters_beyond_the_sixteenth_bit_survive_json(tmp_path: Path) -> None:
    found = wiki(tmp_path, {"id": "1", "title": ""}, {"id": "2", "title": "Prizes \N{TROPHY}", "parentId": "1"})
    assert "Prizes \N{TROPHY}" in str(found.files["wiki/prizes.md"])


@pytest.mark.parametrize(
    ("length", "count", "rounds", "limits"),
    [
        (28 * 24 * HOUR, 4, {"count": "4", "every": "672h"}, {"total": "3"}),
        (7 * 24 * HOUR, 10, {"count": "10", "every": "168h"}, {"total": "3"}),
        (90 * 60_000, 2, {"count": "2", "every": "90 min"}, {"total": "3"}),
        (1000, 5, {"count": "5", "every": "1 s"}, {"total": "3"}),
    ],
)
def test_rounds_of_a_quota_are_as_long_as_they_were(
    length: int, count: int, rounds: dict[str, str], limits: dict[str, str], tmp_path: Path
) -> None:
    found, queue = quota(
        tmp_path, firstRoundStart=START, roundDurationMillis=length, numberOfRounds=count, submissionLimit=3
    )
    assert queue["rounds"] == {**rounds, "start": "2027-03-02T17:00Z", "gap": "intended"}
    assert queue["limits"] == limits
    resolved = loaded(converted(tmp_path / "quota.json", zone="America/New_York"), tmp_path / "out").resolved
    assert resolved is not None
    (decided_queue,) = resolved.queues
    lengths = {item.end - item.start for item in decided_queue.rounds if item.end and item.start}
    assert lengths == {timedelta(milliseconds=length)}, "whatever the clocks of the zone do"
    assert found.report.left == []


def test_rounds_of_a_day_are_one_round_with_a_daily_limit(tmp_path: Path) -> None:
    found, queue = quota(
        tmp_path, firstRoundStart=START, roundDurationMillis=24 * HOUR, numberOfRounds=120, submissionLimit=3
    )
    assert queue["limits"] == {"daily": "3"}
    assert queue["rounds"] == [{"name": "Round 1", "start": "2027-03-02T17:00Z", "end": "2027-06-30T17:00Z"}]
    assert any("days began at 17:00 UTC" in item for item in decided(found))


@pytest.mark.parametrize(
    "said",
    [
        {"submissionLimit": 3, "numberOfRounds": 1},
        {"firstRoundStart": START, "numberOfRounds": 0, "roundDurationMillis": HOUR},
        {"firstRoundStart": START, "numberOfRounds": 10**14, "roundDurationMillis": 10**14},
        {"firstRoundStart": START, "numberOfRounds": 5000, "roundDurationMillis": HOUR},
        {"firstRoundStart": START, "numberOfRounds": 5, "roundDurationMillis": 1},
        {"firstRoundStart": "never", "numberOfRounds": 5, "roundDurationMillis": HOUR},
        {"firstRoundStart": START, "numberOfRounds": -1, "roundDurationMillis": HOUR},
    ],
)
def test_a_quota_that_makes_no_rounds_is_one_round_until_the_close(said: dict[str, Any], tmp_path: Path) -> None:
    found, queue = quota(tmp_path, **said)
    assert queue["rounds"]["end"] == "close"
    assert left(found) or any("until the close" in item for item in decided(found))


def test_an_evaluation_without_a_quota_was_always_open(tmp_path: Path) -> None:
    _, queue = quota(tmp_path, results=[{"id": "1", "name": "Shells"}])
    assert (queue["rounds"], queue["limits"], queue["name"]) == ("always", "none", "Shells")


def test_a_list_of_evaluations_is_read_as_well(tmp_path: Path) -> None:
    (tmp_path / "all.json").write_text(json.dumps([{"name": "A", "quota": {}}, {"name": "A", "quota": {}}]))
    assert list(manifest(converted(tmp_path / "all.json"))["queues"]) == ["a", "a-2"]
