"""Edits on paper: tried on copies of the files, loaded and compiled, and kept only if they come out right."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from challenge_cli.engine import Look
from challenge_spec.load import Loaded, load_challenge
from challenge_spec.resolved import ResolvedChallenge
from challenge_spec.tree import Tree
from planner.desired import compile_challenge
from planner.desired.context import Context, context_of
from planner.pull.check import objections
from planner.pull.goals import Goal
from planner.resources import Desired

Judge: TypeAlias = Callable[[Desired, Desired], list[str]]
"""What is wanted before and after an edit → what is wrong with it, in words."""


@dataclass(slots=True)
class Desk:
    """The files as they are on paper: every edit that was found right so far, and what they mean."""

    manifest: Path
    current: Look
    loaded: Loaded
    desired: Desired
    tree: Tree
    drifted: frozenset[str] = frozenset()
    fetched: Mapping[Path, bytes] = field(default_factory=dict)
    changed: dict[Path, bytes | None] = field(default_factory=dict)

    @property
    def challenge(self) -> ResolvedChallenge:
        """The challenge as the files on paper say it."""
        assert self.loaded.resolved is not None  # noqa: S101 -- only what could be used gets here
        return self.loaded.resolved

    @property
    def context(self) -> Context:
        """What the compiler needs."""
        return context_of(self.challenge, self.desired.stage, self.current.world.live.now)

    def attempt(self, files: Mapping[Path, bytes | None], goals: Sequence[Goal]) -> list[str]:
        """Keep an edit if the files then say what they are to say, and nothing else changed; else say why not."""
        live = self.current.world.live
        return self.judged(files, lambda before, after: objections(before, after, live, goals, self.drifted))

    def judged(self, files: Mapping[Path, bytes | None], judge: Judge) -> list[str]:
        """Keep an edit to which nobody objects; else say the objections."""
        changed = {**self.changed, **files}
        loaded = load_challenge(self.manifest, dict(changed))
        if loaded.resolved is None:
            errors = [item for item in loaded.diagnostics if item.severity == "error"]
            return [f"{item.position.file}:{item.position.line} would be wrong: {item.message}" for item in errors]
        desired = compile_challenge(loaded.resolved, self.desired.stage, self.current.world.live.now)
        found = judge(self.desired, desired)
        if not found:
            self.loaded, self.desired, self.changed = loaded, desired, changed
        return found

    def path_of(self, name: str) -> Path:
        """The path of a file by the name that messages show."""
        return Path(os.path.normpath(self.tree.home / os.path.relpath(name, self.tree.shown or ".")))

    def text_of(self, name: str) -> str:
        """The text of a file by the name that messages show."""
        return self.loaded.files[name].replace("\r\n", "\n")

    def encoded(self, path: Path, text: str) -> bytes:
        """A text as its file holds it: with the line ends and the mark at its beginning that the file has."""
        old = path.read_bytes() if path.exists() else b""
        mark = b"\xef\xbb\xbf" if old.startswith(b"\xef\xbb\xbf") else b""
        return mark + (text.replace("\n", "\r\n") if b"\r\n" in old else text).encode()
