"""The decided manifest as a document: nothing left to guess, and every value with the place that decided it."""

from __future__ import annotations

import json

import pytest

from challenge_spec.dump import dump
from challenge_spec.resolved import ResolvedChallenge
from challenge_spec.shown import decisions, document
from challenge_spec.source import read_yaml
from tests.challenge_spec.sound import Break


@pytest.fixture
def smell(broken: Break) -> ResolvedChallenge:
    found = broken("limits: { total: 3 }\n", "limits: { daily: 1, total: 3 }\n").resolved
    assert found is not None
    return found


def test_defaults_are_filled_in(smell: ResolvedChallenge) -> None:
    queue = document(smell)["queues"]["leaderboard/similarity"]
    assert (queue["evaluation"], queue["submission"], queue["run"]) == ("score", "file", {"memory": 6_000_000_000})


def test_every_instant_is_there_in_three_zones(smell: ResolvedChallenge) -> None:
    assert set(document(smell)["timeline"]["open"]) == {"local", "utc", "anywhere_on_earth"}
    start = document(smell)["queues"]["final/similarity"]["rounds"][1]["start"]
    assert start["local"] == "2027-06-16T09:00:00-07:00"


def test_what_is_not_known_is_tbd(broken: Break) -> None:
    found = broken("conclude: 2027-09-01", "conclude: tbd").resolved
    assert found is not None
    assert document(found)["timeline"]["conclude"] == "tbd"


def test_limits_say_when_they_begin_anew(smell: ResolvedChallenge) -> None:
    rounds = document(smell)["queues"]["leaderboard/similarity"]["rounds"]
    assert rounds[0]["limits_begin_anew"] == {"daily": "daily at 16:00 PST, from 14 March 17:00 PDT"}


def test_it_is_json_and_yaml(smell: ResolvedChallenge) -> None:
    shown = document(smell)
    assert json.loads(json.dumps(shown)) == shown
    source, _, problems = read_yaml(dump(shown).encode(), "resolved.yaml")
    assert problems == []
    assert source.value["key"] == "smell"


@pytest.mark.parametrize(
    ("address", "setting", "place"),
    [
        ("queue.leaderboard/similarity", "run.memory", "workflows.scoring.run.memory"),
        ("queue.leaderboard/similarity", "evaluation", "purpose leaderboard.evaluation"),
        ("queue.final/similarity", "submission", "sub_challenges.similarity.submission"),
        ("queue.final/similarity", "run.time_limit", "queues.final.by_sub_challenge.similarity.run.time_limit"),
        ("acl.queue.leaderboard/similarity", "access", "queues.leaderboard.access"),
        ("round.leaderboard/similarity/Round 1", "limits", "queues.leaderboard.limits"),
        ("team.testers", "name", "(derived from challenge.name and the key)"),
        ("member.organizers/example-organizer-1", "members", "teams.organizers.members"),
        ("project.live", "name", "(derived from challenge.name)"),
        ("link.scoring", "root_template", "(derived from repository, version and entrypoint)"),
        ("annotations.link.scoring", "run.memory", "workflows.scoring.run.memory"),
        ("view.dashboard", "queues", "(derived from every queue)"),
    ],
)
def test_a_value_says_where_it_came_from(smell: ResolvedChallenge, address: str, setting: str, place: str) -> None:
    assert decisions(smell, address)["said_at"][setting] == place


def test_what_is_no_queue_has_nothing_to_explain(smell: ResolvedChallenge) -> None:
    assert decisions(smell, "wiki.live") == {}
    assert decisions(smell, "round.nothing/x/Round 1") == {}


def test_what_the_defaults_of_a_block_say_is_told_of_its_entries(broken: Break) -> None:
    found = broken("queues:\n", "defaults: { team: { join: request } }\nqueues:\n").resolved
    assert found is not None
    assert decisions(found, "team.testers")["said_at"]["join"] == "defaults.team.join"


def test_a_folder_says_where_its_data_were_said(smell: ResolvedChallenge) -> None:
    entry = smell.data[0]
    assert decisions(smell, "folder.x", {"folder.x": entry})["said_at"]["folder"] == f"data.{entry.key}.folder"
