"""How these tests convert: the sources beside them, and what they become."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from challenge_cli.converting import sound
from challenge_spec.converting.run import Converted, Format, convert
from challenge_spec.load import Loaded

SOURCES = Path(__file__).with_name("sources")
PATHS = {
    "evalai": SOURCES / "evalai",
    "codabench": SOURCES / "codabench",
    "codabench-1.5": SOURCES / "codabench-1.5",
    "wiki-config": SOURCES / "wiki-config",
    "quota": SOURCES / "quota" / "queues.json",
}


def converted(path: Path, kind: Format | None = None, zone: str = "UTC", name: str | None = None) -> Converted:
    return convert(path, kind, ZoneInfo(zone), name)


def loaded(found: Converted, folder: Path) -> Loaded:
    """The result as `challenge convert` would write it to an empty folder."""
    return sound(found, folder)[1]


def manifest(found: Converted) -> dict[str, Any]:
    """What the manifest says, its scalars as texts."""
    text: dict[str, Any] = yaml.load(str(found.files["challenge.yaml"]), yaml.BaseLoader)  # noqa: S506 -- texts only
    return text


def left(found: Converted) -> list[str]:
    """What has no target, each with its line: `12 image: logo.png`."""
    return [f"{item.place.line} {item.what}" for item in found.report.left]


def decided(found: Converted) -> list[str]:
    """What there is to decide, each with where: `challenge.name: ...`."""
    return [f"{'.'.join(map(str, item.path))}: {item.what}" for item in found.report.decisions]
