"""The worlds of the planner's benchmark are what they say, in miniature."""

from __future__ import annotations

import json
from itertools import product

import pytest

from benchmarks.large import desired_of, large_challenge
from benchmarks.planning import CASES, as_json, memory
from planner import diff
from planner.applied import fingerprint
from planner.references import Plain
from planner.resources import Kind


@pytest.mark.parametrize(("size", "stage"), [*product([300, 1000], ["draft", "open"])])
def test_a_large_challenge_has_about_as_many_resources_as_asked_for(size: int, stage: str) -> None:
    assert len(desired_of(large_challenge(size, stage)).resources) == pytest.approx(size, rel=0.07)


def test_a_large_challenge_grows_in_every_kind_that_a_manifest_can_have_many_of() -> None:
    small, large = (desired_of(large_challenge(size)) for size in (200, 600))
    for kind in (Kind.WIKI, Kind.QUEUE, Kind.ROUND, Kind.ACL, Kind.FOLDER, Kind.TEAM, Kind.MEMBER):
        assert len(list(large.of_kind(kind))) > 2 * len(list(small.of_kind(kind))), kind


def test_where_nothing_changed_nothing_is_planned() -> None:
    assert CASES["no change"](200).plan() == 0


def test_about_one_in_a_hundred_resources_changes() -> None:
    world = CASES["1 % changed"](3000)
    assert 0.004 < world.plan() / world.resources < 0.016


def test_on_an_empty_synapse_everything_is_planned() -> None:
    world = CASES["everything new"](200)
    assert world.plan() >= world.resources - 1


def test_a_launch_changes_most_of_a_challenge() -> None:
    world = CASES["launch"](200)
    assert world.plan() > world.resources / 2


def test_the_baseline_parses_everything_that_is_compared() -> None:
    world = CASES["no change"](200)
    assert len(json.loads(as_json(world))) == world.resources


def test_memory_is_counted_by_resource() -> None:
    figure = memory("no change", 200)
    assert figure.unit == "KiB"
    assert 0 < figure.value < 100


def test_only_what_differs_is_looked_at_more_closely(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values are compared; digests, which tell the cause, are made of fields that differ."""
    asked: list[object] = []

    def counted(value: Plain) -> Plain:
        asked.append(value)
        return fingerprint(value)

    monkeypatch.setattr(diff, "fingerprint", counted)
    assert CASES["no change"](300).plan() == 0
    assert asked == []
    changed = CASES["1 % changed"](300)
    assert 0 < changed.plan() * 2 <= len(asked) < changed.resources
