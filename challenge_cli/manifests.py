"""Reading a manifest for a command: findings to standard error, errors end the command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from challenge_cli import console
from challenge_cli.errors import Code, Failure

if TYPE_CHECKING:
    from challenge_spec.load import Loaded
    from challenge_spec.resolved import ResolvedChallenge


FILE: Final = "challenge.yaml"


def existing(manifest: Path) -> Path:
    """The manifest's path; a folder stands for the challenge.yaml in it.

    Raises Failure where there is no such file.
    """
    path = manifest / FILE if manifest.is_dir() else manifest
    if not path.is_file():
        mend = "name the manifest (`challenge plan path/to/challenge.yaml`) or go to its folder"
        raise Failure(str(path), "there is no such file", mend)
    return path


def several(named: Sequence[Path]) -> tuple[Path, ...]:
    """What was named, once each: a folder stands for the challenge.yaml in it, else for all that lie further down.

    Nothing named is challenge.yaml here.
    """
    found = [path for item in named or (Path(FILE),) for path in _below(item)]
    same = {(path / FILE if path.is_dir() else path).resolve(): path for path in reversed(found)}
    return tuple(reversed(same.values()))


def _below(path: Path) -> list[Path]:
    if not path.is_dir() or (path / FILE).is_file():
        return [path]
    found = sorted(path.rglob(FILE))
    shown = [item for item in found if not any(part.startswith(".") for part in item.relative_to(path).parts)]
    return shown or [path]


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
