"""Validating a manifest and its pages, against composing the same YAML with PyYAML's C loader alone."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import yaml

from benchmarks.figures import Figure, ratio
from benchmarks.startup import MANIFESTS
from benchmarks.timing import interleaved
from benchmarks.written import write_large
from challenge_spec.load import load_challenge
from challenge_spec.pages.tree import HEAD

AIM: Final = 3
MIB: Final = 2**20
COMPOSER: Final[Any] = yaml.CSafeLoader
REPETITIONS, QUICK = 15, 3


def run(quick: bool) -> Iterator[Figure]:
    """Time and memory of each case; BraTS is repeated more often, for it is small."""
    with TemporaryDirectory() as folder:
        for name, manifest in cases(Path(folder)).items():
            yield speed(name, manifest, QUICK if quick else REPETITIONS)
            yield memory(name, manifest)


def cases(folder: Path) -> Mapping[str, Path]:
    """What is validated: a real challenge, a large one, and what the pages of the large one take of it."""
    return {
        "BraTS": MANIFESTS["BraTS"],
        "100 queues, 1,000 rounds, 1,000 pages": write_large(folder / "large"),
        "100 queues, 1,000 rounds, 1 page": write_large(folder / "bare", chapters=0),
        "1 queue, 1 round, 1,000 pages": write_large(folder / "pages", queues=1, rounds=1),
    }


def speed(name: str, manifest: Path, repetitions: int) -> Figure:
    """How many times as long validating takes; start-up and imports are not in it."""
    candidates: dict[str, Callable[[], object]] = {
        "validate": partial(load_challenge, manifest),
        "compose": partial(compose, manifest),
    }
    seconds = interleaved(candidates, repetitions, time.process_time)
    return ratio(f"validate, {name} / composing its YAML", seconds["validate"], seconds["compose"], aim=AIM)


def compose(manifest: Path) -> list[Any]:
    """The nodes of all YAML of a challenge: its manifest, what lies beside it, and the heads of its pages."""
    texts = [file.read_text(encoding="utf-8") for file in manifest.parent.glob("*.yaml")]
    pages = (file.read_text(encoding="utf-8") for file in manifest.parent.rglob("*.md"))
    heads = [head["head"] for head in map(HEAD.match, pages) if head]
    return [yaml.compose(text, Loader=COMPOSER) for text in (*texts, *heads)]


def memory(name: str, manifest: Path) -> Figure:
    """The most that validating holds at a time, against what composing holds; the pages' texts are kept as well."""
    measured, baseline = peak(partial(load_challenge, manifest)), peak(partial(compose, manifest))
    why = f"{measured / MIB:.1f} MiB / {baseline / MIB:.1f} MiB"
    details = {"peak": measured, "baseline": baseline}
    return Figure(f"memory of it, {name} / of composing", measured / baseline, why=why, details=details)


def peak(action: Callable[[], object]) -> int:
    """Bytes that Python holds at the worst moment of an action."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
