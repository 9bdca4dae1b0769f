"""Reading a manifest for a command: findings to standard error, errors end the command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from challenge_cli import console
from challenge_cli.errors import Code, Failure

if TYPE_CHECKING:
    from challenge_spec.load import Loaded
    from challenge_spec.resolved import ResolvedChallenge


def existing(manifest: Path) -> Path:
    """The manifest's path; a folder stands for the challenge.yaml in it.

    Raises Failure where there is no such file.
    """
    path = manifest / "challenge.yaml" if manifest.is_dir() else manifest
    if not path.is_file():
        mend = "name the manifest (`challenge plan path/to/challenge.yaml`) or go to its folder"
        raise Failure(str(path), "there is no such file", mend)
    return path


def read(manifest: Path) -> Loaded:
    """Read and check a manifest with everything that belongs to it."""
    from challenge_spec.load import load_challenge

    return load_challenge(existing(manifest))


def usable(manifest: Path) -> ResolvedChallenge:
    """The challenge of a manifest without errors; what was found goes to standard error.

    Raises Failure where the manifest can't be used.
    """
    from challenge_spec.diagnostics import count, render

    loaded = read(manifest)
    if loaded.diagnostics:
        console.message(render(loaded.diagnostics, loaded.files))
    if loaded.resolved is None:
        mend = "mend what is said above; `challenge validate` checks it again without touching anything"
        raise Failure(str(manifest), f"the manifest can't be used: {count(loaded.diagnostics)}", mend, Code.ERROR)
    return loaded.resolved


def beside(manifest: Path, *parts: str) -> Path:
    """A path below `.challenge/` beside the manifest, where everything local is kept."""
    return existing(manifest).parent.joinpath(".challenge", *parts)
