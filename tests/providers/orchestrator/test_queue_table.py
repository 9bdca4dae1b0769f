"""The queue table: what differs from queue to queue and from round to round, by the ids that Synapse gave."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from challenge_spec.load import load_challenge
from challenge_spec.resolved import ResolvedChallenge
from planner.desired import compile_challenge
from planner.plan import OutputState
from providers.orchestrator.outputs import outputs, tables, write
from providers.orchestrator.queue_table import queue_tables

MANIFEST = """\
manifest: 1
challenge: { key: rain, name: Rain Challenge, timezone: Europe/Berlin }
timeline: { open: 2027-03-03, close: 2027-06-30, conclude: 2027-09-01 }
teams:
  finalists: { join: invitation }
sub_challenges:
  daily: { metrics: { rmse: minimize, bias: minimize } }
  hourly: { metrics: { rmse: minimize } }
queues:
  early:
    purpose: leaderboard
    truth: small
    limits: { total: 1 }
  final:
    purpose: final
    access: finalists
    inputs: [archive, radar]
    eligibility: { member_of: finalists, exclusive_with: fast, needs_success_in: early, ranked_with: writeups }
    exceptions:
      - { who: finalists, why: their site was down, until: 2027-06-20, run: { time_limit: 9h } }
      - { who: 3400017, why: parental leave, until: close, what: may send the write-up late }
    rounds:
      - { name: Trial, start: 2027-06-01, end: 2027-06-07, truth: small, limits: { total: 1 } }
      - { name: Final, start: 2027-06-08, end: close, limits: { daily: 1, total: 3 }, results: { withhold: [rmse] } }
    truth: large
  fast: { purpose: express, truth: small, limits: none }
  writeups: { purpose: writeup }
workflows:
  scoring: { repository: example-org/rain-infra@v1.0.0, queue_table: tables/queues.json, run: { time_limit: 2h } }
  other: { repository: example-org/elsewhere@v1.0.0, template: writeup }
data:
  small: { folder: Private Data/Small, file: truth.csv }
  large: { folder: Private Data/Large, file: truth.csv, version: 2 }
  archive: { url: "https://example.org/rain" }
  radar: { at: main, path: /data/radar }
orchestrators:
  main: { service_account: example-bot }
"""


@pytest.fixture
def rain(tmp_path: Path) -> ResolvedChallenge:
    (tmp_path / "challenge.yaml").write_text(MANIFEST)
    loaded = load_challenge(tmp_path / "challenge.yaml")
    assert loaded.resolved is not None, loaded.diagnostics
    return loaded.resolved


@pytest.fixture
def ids(rain: ResolvedChallenge) -> dict[str, str]:
    """A number for every address, as after an apply."""
    compiled = compile_challenge(rain, "draft", datetime(2027, 1, 1, tzinfo=UTC))
    return {address: f"id of {address}" for address in [*compiled.resources, *compiled.people]}


def table(challenge: ResolvedChallenge, ids: dict[str, str]) -> Any:
    (only,) = queue_tables(challenge, ids)
    assert only.missing == ()
    return json.loads(only.text)


def test_a_repository_gets_one_table_with_the_queues_it_serves(rain: ResolvedChallenge, ids: dict[str, str]) -> None:
    (only,) = queue_tables(rain, ids)
    assert (only.repository, only.path) == ("example-org/rain-infra", "tables/queues.json")
    assert [queue["queue"] for queue in table(rain, ids)["queues"].values()] == [
        "early/daily",
        "early/hourly",
        "final/daily",
        "final/hourly",
        "fast/daily",
        "fast/hourly",
    ]


def test_what_differs_by_round_stands_with_the_round(rain: ResolvedChallenge, ids: dict[str, str]) -> None:
    rounds = table(rain, ids)["queues"]["id of queue.final/daily"]["rounds"]
    assert [(item["round"], item["start"], item["end"]) for item in rounds] == [
        ("Trial", "2027-05-31T22:00:00.000Z", "2027-06-07T21:59:59.000Z"),
        ("Final", "2027-06-07T22:00:00.000Z", "2027-06-30T21:59:59.000Z"),
    ]
    assert [item["truth"]["data"] for item in rounds] == ["small", "large"]
    assert [item["limits"] for item in rounds] == [{"total": 1}, {"daily": 1, "total": 3}]
    assert [item["withhold"] for item in rounds] == [[], ["rmse"]]


def test_a_truth_has_its_file_once_somebody_has_uploaded_it(rain: ResolvedChallenge, ids: dict[str, str]) -> None:
    def truth(known: dict[str, str]) -> Any:
        return table(rain, known)["queues"]["id of queue.final/daily"]["rounds"][1]["truth"]

    empty = truth(ids)
    assert (empty["id"], empty["folder"]) == (None, "id of folder.private-data/large")
    assert (empty["file"], empty["version"]) == ("truth.csv", 2)
    assert truth({**ids, "truth.large": "syn7"})["id"] == "syn7"


def test_data_outside_synapse_are_where_they_are(rain: ResolvedChallenge, ids: dict[str, str]) -> None:
    inputs = table(rain, ids)["queues"]["id of queue.final/daily"]["rounds"][0]["inputs"]
    assert inputs == [
        {"data": "archive", "url": "https://example.org/rain"},
        {"data": "radar", "at": "main", "path": "/data/radar"},
    ]


def test_eligibility_is_told_by_ids(rain: ResolvedChallenge, ids: dict[str, str]) -> None:
    assert table(rain, ids)["queues"]["id of queue.final/hourly"]["eligibility"] == {
        "member_of": ["id of team.finalists"],
        "exclusive_with": ["id of queue.fast/daily", "id of queue.fast/hourly"],
        "needs_success_in": ["id of queue.early/hourly"],
        "ranked_with": ["id of queue.writeups"],
    }


def test_exceptions_hold_for_one_and_end(rain: ResolvedChallenge, ids: dict[str, str]) -> None:
    site, leave = table(rain, ids)["queues"]["id of queue.final/daily"]["exceptions"]
    assert (site["who"], site["until"]) == ("id of team.finalists", "2027-06-20T21:59:59.000Z")
    assert site["run"] == {"time_limit": 9 * 3600}
    assert (leave["who"], leave["what"]) == ("3400017", "may send the write-up late")


def test_testers_are_never_ranked(rain: ResolvedChallenge, ids: dict[str, str]) -> None:
    assert table(rain, ids)["never_ranked"] == ["id of team.testers"]


def test_the_reasons_of_exceptions_stay_out_of_a_public_repository(
    rain: ResolvedChallenge, ids: dict[str, str]
) -> None:
    assert "parental leave" not in json.dumps(table(rain, ids))


def test_a_table_waits_for_the_ids_it_needs(rain: ResolvedChallenge, ids: dict[str, str], tmp_path: Path) -> None:
    del ids["queue.final/daily"]
    (waiting,) = outputs(tables(rain, ids, tmp_path))
    assert (waiting.state, waiting.missing) == (OutputState.WAITS, ("queue.final/daily",))


def test_a_table_is_written_once(rain: ResolvedChallenge, ids: dict[str, str], tmp_path: Path) -> None:
    (item,) = tables(rain, ids, tmp_path)
    (written,) = write(item)
    assert written == tmp_path / "example-org" / "rain-infra" / "tables" / "queues.json"
    assert [found.state for found in outputs(iter([item]))] == [OutputState.SAME]
    assert write(item) == ()
