"""Each format, whole: what a source becomes. `GOLDEN=write pytest tests/challenge_spec/converting` rewrites it."""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from challenge_spec.converting.opened import LIST
from challenge_spec.format import formatted
from tests.challenge_spec.converting.conversions import PATHS, converted, loaded

GOLDEN = Path(__file__).with_name("golden")
FINDINGS = {
    "evalai": {},
    "codabench": {},
    "codabench-1.5": {},
    "wiki-config": {"page.empty": 1},
    "quota": {"name.too-general": 3},
}
"""What `validate` says of them: decisions that only people can make."""


@pytest.mark.parametrize("name", PATHS)
def test_a_source_becomes_these_files(name: str) -> None:
    found = converted(PATHS[name])
    files = {path: text if isinstance(text, bytes) else text.encode() for path, text in found.files.items()}
    report = "".join(f"{item.place.line} {item.what}\n  {item.why}: {item.instead}\n" for item in found.report.left)
    files["report.txt"] = report.encode()
    golden = GOLDEN / name
    if os.environ.get("GOLDEN") == "write":
        shutil.rmtree(golden, ignore_errors=True)
        for path, data in files.items():
            (golden / path).parent.mkdir(parents=True, exist_ok=True)
            (golden / path).write_bytes(data)
    written = {str(path.relative_to(golden)): path.read_bytes() for path in golden.rglob("*") if path.is_file()}
    assert {path: data for path, data in files.items() if written.get(path) != data} == {}
    assert files.keys() == written.keys()


@pytest.mark.parametrize("name", PATHS)
def test_the_result_loads_and_leaves_decisions_only(name: str, tmp_path: Path) -> None:
    found = converted(PATHS[name])
    result = loaded(found, tmp_path / "out")
    assert result.resolved is not None
    assert Counter(item.code for item in result.diagnostics) == FINDINGS[name]
    text = str(found.files["challenge.yaml"])
    assert formatted(formatted(text)) == formatted(text)


@pytest.mark.parametrize("name", PATHS)
def test_converting_twice_gives_the_same(name: str) -> None:
    assert converted(PATHS[name]).files == converted(PATHS[name]).files


IDENTITIES = {
    *("id", "index", "version", "challenge_phase_id", "leaderboard_id", "dataset_split_id", "phasenumber", "parentId"),
}
"""Keys by which a source refers to itself, and whose values mean nothing elsewhere."""


def leaves(value: object, label: str = "") -> Iterator[str]:
    """Every value of a source, as the report calls it: `challenge_phases[0].name`."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{label}.{key}" if label else str(key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, f"{label}[{index}]")
    elif value not in (None, ""):
        yield label


@pytest.mark.parametrize("name", PATHS)
def test_every_value_of_a_source_is_taken_over_or_listed(name: str) -> None:
    path = PATHS[name] if PATHS[name].is_file() else next(iter(sorted(PATHS[name].glob("*.[yj]*"))))
    document = yaml.safe_load(path.read_text().replace("\t", " "))
    found = converted(PATHS[name])
    said = [item.field for item in found.report.taken] + [item.what for item in found.report.left]
    told = [re.split(r": |:$", text)[0] for text in said]
    every = list(leaves({LIST: document} if isinstance(document, list) else document))
    assert every
    silent = [
        leaf
        for leaf in every
        if not any(leaf == field or leaf.startswith((f"{field}.", f"{field}[")) for field in told)
        and leaf.rpartition(".")[2] not in IDENTITIES
    ]
    assert silent == []
