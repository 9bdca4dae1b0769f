"""The scenario of the sandbox as a server, with next to nothing in it: what it reports is measured and complete."""

from __future__ import annotations

from pathlib import Path

from benchmarks.serving import full, mixes, start


def test_the_start_is_compared_with_a_bare_app(tmp_path: Path) -> None:
    figure = start(tmp_path, repetitions=1)
    assert figure.value > 0
    assert figure.why


def test_both_mixes_are_compared_with_a_bare_app(tmp_path: Path) -> None:
    figures = list(mixes(tmp_path, repetitions=1, requests=12))
    assert [figure.what for figure in figures] == ["read mix / bare app", "write mix / bare app"]
    assert all(float(figure.details["requests a second"]) > 0 for figure in figures)


def test_a_full_folder_is_compared_with_a_small_one(tmp_path: Path) -> None:
    *mix, memory = full(tmp_path, 2000, repetitions=1, requests=12)
    assert [figure.what.partition(" ")[0] for figure in mix] == ["read", "write"]
    assert memory.value > 0.5
    assert "MiB" in memory.why
