"""Chains of requests, critical paths and bounds; and the scenario itself, on a server that is not far away."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import requests
from benchmarks.latency import arranged, measure
from benchmarks.requests import Sent, bound, chain, chains, critical_path
from benchmarks.startup import MANIFESTS
from challenge_cli.manifests import usable
from planner.plan import Action, Cause, Operation, Part
from planner.resources import Kind


def sent(begun: float, ended: float, operation: str | None = None) -> Sent:
    return Sent(operation, begun, ended)


def step(id_: str, *depends_on: str) -> Operation:
    return Operation(
        id=id_,
        address=id_,
        kind=Kind.FOLDER,
        action=Action.CREATE,
        part=Part.WHOLE,
        cause=Cause.MANIFEST,
        reason="is new",
        spec={},
        depends_on=depends_on,
    )


def test_requests_that_overlap_are_one_link_of_a_chain() -> None:
    assert chain([sent(0, 2), sent(1, 3), sent(1, 2)]) == 1


def test_requests_one_after_another_are_as_many_links() -> None:
    assert chain([sent(0, 1), sent(2, 3), sent(1, 2)]) == 3


def test_each_operation_has_a_chain_of_its_own() -> None:
    assert chains([sent(0, 1, "a"), sent(1, 2, "a"), sent(0, 1, "b"), sent(5, 6)]) == {"a": 2, "b": 1, None: 1}


def test_the_critical_path_is_the_longest_way_by_requests_and_what_surrounds_it() -> None:
    operations = [step("home"), step("short", "home"), step("long", "home"), step("end", "short", "long")]
    assert critical_path(operations, {"home": 1, "short": 1, "long": 6, "end": 2, None: 7}) == 1 + 6 + 2 + 7


def test_what_is_born_with_its_owner_adds_nothing_to_the_path() -> None:
    assert critical_path([step("folder"), step("acl", "folder")], {"folder": 1}) == 1


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([requests.Part(10, 12)], 1.0),
        ([requests.Part(2, 28)], 1.0),
        ([requests.Part(2, 1200)], 80.0),
        ([requests.Part(6, 6), requests.Part(2, 30), requests.Part(7, 7)], 2.3),
    ],
    ids=["critical path", "three at a time", "600 a minute", "one part after another"],
)
def test_the_bound_is_the_tightest_of_three(parts: list[requests.Part], expected: float) -> None:
    assert bound(parts, latency=0.1) == pytest.approx(expected)


def test_the_quick_start_is_planned_and_applied_at_the_bound_and_asks_for_nothing_in_vain(tmp_path: Path) -> None:
    figures = list(arranged("quick start", usable(MANIFESTS["quick start"]), tmp_path))
    assert len(figures) == 4
    assert {figure.what: figure.why for figure in figures if not figure.met} == {}


def test_the_quick_start_is_planned_applied_and_planned_again(tmp_path: Path) -> None:
    phases = measure(MANIFESTS["quick start"], tmp_path, latency_ms=0)
    assert list(phases) == ["first plan", "apply", "plan again"]
    assert all(phase.kinds.total() > 0 and phase.seconds > 0 for phase in phases.values())
    assert phases["apply"].kinds["POST /team"] == 5
