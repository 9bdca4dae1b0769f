"""The hooks that repositories of challenges can use, and the line that editors read in every example."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.conftest import edit

ROOT = Path(__file__).resolve().parents[2]
HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
}
EXAMPLES = sorted((ROOT / "examples").glob("*/*.yaml"))


def run(name: str, folder: Path) -> int:
    """What a hook does in a repository, as pre-commit would call it."""
    hook = HOOKS[name]
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    passed = (
        [file for file in files if re.search(hook.get("files", ""), file)] if hook.get("pass_filenames", True) else []
    )
    program, *arguments = shlex.split(hook["entry"])
    command = [str(Path(sys.executable).parent / program), *arguments, *passed]
    return subprocess.run(command, cwd=folder, check=False, capture_output=True).returncode


@pytest.mark.parametrize("name", HOOKS)
def test_a_good_repository_passes(name: str, here: Path) -> None:
    assert run(name, here) == 0


def test_the_layout_is_checked_wherever_the_manifest_lies(here: Path) -> None:
    shutil.copytree(here / "wiki", here / "sub" / "wiki")
    shutil.copy(here / "challenge.yaml", here / "sub" / "challenge.yaml")
    edit(here / "sub" / "challenge.yaml", "stage: draft ", "stage:  draft")
    assert run("challenge-fmt", here) == 1


def test_a_broken_manifest_does_not_pass(here: Path) -> None:
    edit(here / "challenge.yaml", "stage: draft", "stage: launched")
    assert run("challenge-validate", here) == 1


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_line_for_editors_leads_to_the_schema_of_the_file(path: Path) -> None:
    match = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text())
    assert match, "the first line names no schema"
    wanted = "manifest" if path.name == "challenge.yaml" else "fragment"
    assert (path.parent / match[1]).resolve() == ROOT / "schemas" / f"{wanted}.schema.json"
