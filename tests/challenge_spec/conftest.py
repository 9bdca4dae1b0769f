"""Loading the sound challenge after breaking it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from challenge_spec.load import Loaded, load_challenge
from tests.challenge_spec.sound import PAGES, SOUND, Break, write


@pytest.fixture
def broken(tmp_path: Path) -> Break:
    """Load the sound challenge after replacing one text of its manifest, and some files (None deletes one)."""

    def load(old: str = "", new: str = "", files: Mapping[str, str | None] | None = None) -> Loaded:
        assert old in SOUND, f"the sound manifest has no {old!r}"
        write(tmp_path, {**PAGES, "challenge.yaml": SOUND.replace(old, new, 1) if old else SOUND, **(files or {})})
        return load_challenge(tmp_path / "challenge.yaml")

    return load
