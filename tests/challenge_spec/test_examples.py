"""The examples load without an error, and say what they say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from challenge_spec.load import load_challenge
from challenge_spec.manifest import STAGES
from tests.challenge_spec.sound import shown

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*/challenge.yaml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_an_example_has_no_error(path: Path) -> None:
    loaded = load_challenge(path)
    assert loaded.resolved is not None, shown(loaded)
    assert not any(page.marks for page in loaded.pages)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_an_example_can_be_taken_to_every_stage(path: Path, stage: str, tmp_path: Path) -> None:
    copy = shutil.copytree(path.parent, tmp_path / "copy") / path.name
    copy.write_text(copy.read_text().replace("stage: draft", f"stage: {stage}"))
    loaded = load_challenge(copy)
    assert loaded.resolved is not None, shown(loaded)
    assert loaded.resolved.stage == stage


def test_there_are_examples() -> None:
    assert {path.parent.name for path in EXAMPLES} >= {"quickstart", "brats-2021"}


def test_brats_has_the_pages_of_its_wiki() -> None:
    loaded = load_challenge(next(path for path in EXAMPLES if path.parent.name == "brats-2021"))
    assert len(loaded.pages) == 19
    assert max(len(page.key) for page in loaded.pages) == 2
