"""The large challenge of the benchmark is what it says, in miniature; the baseline composes all of its YAML."""

from __future__ import annotations

from pathlib import Path

from benchmarks.validating import compose, peak
from benchmarks.written import write_large
from challenge_spec.load import load_challenge


def test_the_large_challenge_is_sound(tmp_path: Path) -> None:
    loaded = load_challenge(write_large(tmp_path, queues=3, rounds=2, chapters=2, pages=3))
    assert loaded.diagnostics == ()
    assert loaded.resolved is not None
    assert [len(queue.rounds) for queue in loaded.resolved.queues] == [2, 2, 2]
    assert len(loaded.pages) == 1 + 2 * (1 + 3)


def test_the_baseline_composes_the_manifest_and_the_head_of_every_page(tmp_path: Path) -> None:
    assert len(compose(write_large(tmp_path, queues=1, rounds=1, chapters=2, pages=3))) == 1 + 1 + 2 * (1 + 3)


def test_the_worst_moment_of_an_action_is_what_counts() -> None:
    assert peak(lambda: len(bytes(1_000_000))) >= 1_000_000
