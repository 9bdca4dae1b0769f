"""Ratios, exponents and the table: computed right, whatever the numbers."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.figures import Figure, exponent, ratio
from benchmarks.report import amount, show, verdict, write
from benchmarks.timing import interleaved


def test_a_ratio_compares_the_medians_and_tells_the_minima() -> None:
    figure = ratio("ours / theirs", [5.0, 2.0, 3.0], [1.0, 0.5, 4.0], aim=2)
    assert figure.value == 3.0
    assert figure.details["ratio of minima"] == 4.0
    assert not figure.met


def test_a_figure_without_an_aim_is_always_met() -> None:
    assert ratio("ours / theirs", [9.0], [1.0]).met


@pytest.mark.parametrize(("power", "expected"), [(1, 1.0), (2, 2.0)])
def test_the_growth_exponent_tells_linear_from_quadratic(power: int, expected: float) -> None:
    assert exponent("growth", (10, 10.0**power), (1000, 1000.0**power)).value == pytest.approx(expected)


def test_candidates_take_turns_and_the_first_round_is_not_counted() -> None:
    calls: list[str] = []
    seconds = interleaved({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, repetitions=2)
    assert calls == ["a", "b"] * 3
    assert [len(found) for found in seconds.values()] == [2, 2]


def test_the_table_has_every_figure_with_its_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = Figure("quick", 1.5, aim=2), Figure("slow", 3, aim=2)
    show({"some": [good, bad]})
    lines = capsys.readouterr().out.splitlines()
    assert any("quick" in line and "1.50 ×" in line and "met" in line for line in lines)
    assert any("slow" in line and amount(bad) in line and "missed" in line for line in lines)
    assert verdict(Figure("neither", 1)) == ""


def test_figures_are_written_as_json(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    write({"some": [Figure("slow", 3, aim=2, counts=Counter({"GET /team": 2}))]}, file)
    (figure,) = json.loads(file.read_text())["some"]
    assert figure["counts"] == {"GET /team": 2}
    assert (figure["what"], figure["value"], figure["aim"], figure["met"]) == ("slow", 3, 2, False)
