"""Start-up: how long `challenge` takes before it does anything, against an empty Python; and what it imports."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, ratio
from benchmarks.timing import interleaved

CHALLENGE: Final = str(Path(sys.executable).with_name("challenge"))
EXAMPLES: Final = Path(__file__).parent.parent / "examples"
MANIFESTS: Final[Mapping[str, Path]] = {
    "quick start": EXAMPLES / "quickstart" / "challenge.yaml",
    "BraTS": EXAMPLES / "brats-2021" / "challenge.yaml",
}
HEAVY: Final = frozenset({"networkx", "rich", "starlette", "synapseclient"})
"""What no offline command may import (design, section 8; CONTRIBUTING, Start-up)."""

_COMPOSE: Final = "import sys, yaml\nfor name in sys.argv[1:]: yaml.compose(open(name), Loader=yaml.CSafeLoader)"


def run(quick: bool) -> Iterator[Figure]:
    """Time the commands against `python -c pass`, then list the heavy modules that offline commands import."""
    seconds = interleaved(
        {name: partial(execute, command) for name, command in _commands().items()}, repetitions=5 if quick else 20
    )
    empty = seconds["python -c pass"]
    yield ratio("challenge --version / python -c pass", seconds["--version"], empty, aim=8)
    for name in MANIFESTS:
        yield ratio(f"challenge validate, {name} / python -c pass", seconds[f"validate {name}"], empty)
        yield ratio(
            f"challenge validate, {name} / its YAML composed by PyYAML's C loader",
            seconds[f"validate {name}"],
            seconds[f"compose {name}"],
        )
    for command in offline_commands():
        yield heavy_imports(command)


def _commands() -> dict[str, Sequence[str]]:
    commands: dict[str, Sequence[str]] = {
        "python -c pass": (sys.executable, "-c", "pass"),
        "--version": (CHALLENGE, "--version"),
    }
    for name, manifest in MANIFESTS.items():
        files = [str(file) for file in sorted(manifest.parent.glob("*.yaml"))]
        commands[f"compose {name}"] = (sys.executable, "-c", _COMPOSE, *files)
        commands[f"validate {name}"] = (CHALLENGE, "validate", str(manifest))
    return commands


def offline_commands() -> list[Sequence[str]]:
    """Commands that need no Synapse, on the larger example."""
    manifest = str(MANIFESTS["BraTS"])
    return [("--version",), ("--help",), ("validate", manifest), ("schema",)]


def heavy_imports(arguments: Sequence[str]) -> Figure:
    """How many heavy modules a command imports; the figure names them."""
    found = imported_by([sys.executable, "-X", "importtime", CHALLENGE, *arguments]) & HEAVY
    return Figure(
        f"heavy modules that `challenge {arguments[0]}` imports",
        len(found),
        unit="",
        aim=0,
        required=True,
        why=", ".join(sorted(found)),
    )


def imported_by(command: Sequence[str]) -> frozenset[str]:
    """Top-level names of everything that a Python started with `-X importtime` imports."""
    report = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    modules = (line.rpartition("|")[2].strip() for line in report.splitlines() if line.startswith("import time:"))
    return frozenset(module.partition(".")[0] for module in modules)


def execute(command: Sequence[str]) -> None:
    """Run a command to its end. Raises CalledProcessError where it fails."""
    subprocess.run(command, check=True, capture_output=True)
