"""Writing files below a folder: all of them or none, and nothing outside of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from challenge_cli.errors import Failure

OVERWRITE: Final = "overwrite"
"""The consent to write over files that are there."""
_CONSENT: Final = f"choose another folder with --out, or say --allow {OVERWRITE}"


def write(
    files: Mapping[str, str | bytes], out: Path, overwrite: bool = False, mend: str = _CONSENT
) -> tuple[Path, ...]:
    """Write files below a folder, all or none. Raises Failure where one leads out of it, or is there already; mend:
    what to do then.
    """
    paths = {name: _below(out, name) for name in files}
    there = sorted(str(path) for path in paths.values() if path.exists() or path.is_symlink())
    if there and not overwrite:
        raise Failure(str(out), "these files are there already: " + ", ".join(there), mend)
    for name, path in paths.items():
        content = files[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return tuple(paths.values())


def _below(out: Path, name: str) -> Path:
    """The path of a file in the folder, wherever symbolic links may lead."""
    parts = PurePosixPath(name).parts
    path = out.joinpath(*parts)
    if ".." in parts or PurePosixPath(name).is_absolute() or not path.resolve().is_relative_to(out.resolve()):
        raise Failure(str(path), "this file would lie outside the folder", "remove the link that leads out of it")
    return path
