"""The README shows only what the commands really print: every console block with a prompt is run, in order."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def steps(page: str) -> Iterator[tuple[str, list[str]]]:
    """Each command behind a `$ ` with the lines that the page shows below it."""
    for block in BLOCK.findall(page):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *shown = part.rstrip("\n").split("\n")
            yield command, [line for line in shown if line]


def printed(command: str, folder: Path) -> list[str]:
    """What a command prints, run as a reader would."""
    scripts = str(Path(sys.executable).parent)
    env = {**os.environ, "PATH": f"{scripts}:{os.environ['PATH']}", "COLUMNS": "100", "NO_COLOR": "1"}
    done = subprocess.run(
        shlex.split(command), cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout.splitlines()


def matches(shown: str, line: str) -> bool:
    """Whether a printed line is as shown; `...` in it stands for anything."""
    return re.fullmatch(".*".join(map(re.escape, shown.split("..."))), line) is not None


def test_every_command_of_the_readme_prints_what_is_shown(tmp_path: Path) -> None:
    folder = tmp_path / "challenge"
    copytree(ROOT / "examples" / "quickstart", folder, ignore=lambda *_: {".challenge"})
    found = list(steps((ROOT / "README.md").read_text()))
    assert len(found) >= 6
    for command, shown in found:
        lines = iter(printed(command, folder))
        for expected in shown:
            if expected != "...":
                assert any(matches(expected, line) for line in lines), f"`{command}` does not print: {expected}"


def test_every_page_that_the_readme_names_exists() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", (ROOT / "README.md").read_text())
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
