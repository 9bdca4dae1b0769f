"""Stories in which something was found once: each is told again by every run of the tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from tests.simulation.script import Script, loaded

FILE: Final = Path(__file__).with_name("kept.jsonl")


def _kept() -> dict[str, Script]:
    lines = (json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines())
    return {line["why"]: loaded(json.dumps(line["script"])) for line in lines}


KEPT: Final = _kept()
"""What was wrong → the shortest story that shows it."""
