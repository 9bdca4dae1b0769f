"""A small sound challenge, to be broken at one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from challenge_spec.diagnostics import Diagnostic, render
from challenge_spec.load import Loaded
from challenge_spec.rulebook.sound import PAGES, SOUND

__all__ = ["PAGES", "SOUND", "Break", "pointed_at", "shown", "write"]


Break = Callable[..., Loaded]


def write(folder: Path, files: Mapping[str, str | None]) -> None:
    """Write files below a folder; None leaves one out."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(text, encoding="utf-8")


def pointed_at(loaded: Loaded, found: Diagnostic) -> str:
    """The text of the file from the place on that a finding points at."""
    line = loaded.files[found.position.file].splitlines()[found.position.line - 1]
    return line[found.position.column - 1 :]


def shown(loaded: Loaded) -> str:
    """Everything that is wrong, for a test's message."""
    return render(loaded.diagnostics, loaded.files)
