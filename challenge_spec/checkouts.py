"""Code of workflows that lies in the git tree: a submodule, or a folder of the same repository. Read, never run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

from challenge_spec.diagnostics import Position
from challenge_spec.findings import Findings
from challenge_spec.resolved import ResolvedWorkflow
from challenge_spec.source import Path as Place
from challenge_spec.tree import Tree, Unreadable

MAX_FILES = 2_000
MAX_BYTES = 1_000_000
"""A packed workflow has some 50 kB."""
WORKFLOW = ".cwl"
SCRIPTS = (".py", ".r", ".sh")
"""Of what suffixes are read, in small letters."""


@dataclass(frozen=True, slots=True)
class CodeFile:
    """A file of a workflow, as text."""

    name: str
    text: str

    def at(self, offset: int, length: int) -> Position:
        """The position of an offset."""
        line = self.text.count("\n", 0, offset) + 1
        return Position(self.name, line, offset - self.text.rfind("\n", 0, offset), length)


@dataclass(frozen=True, slots=True)
class Checkout:
    """The files below a folder: all their paths from there, and the texts of those that say something."""

    paths: frozenset[str]
    files: tuple[CodeFile, ...]


def read_checkouts(tree: Tree, workflows: Iterable[ResolvedWorkflow], findings: Findings) -> Mapping[str, Checkout]:
    """Each folder that workflows name, by what they say, read once; those that have not been fetched are left out."""
    said = {item.checkout: item.key.partition("/")[0] for item in reversed(tuple(workflows)) if item.checkout}
    found: dict[str, Checkout] = {}
    for folder, key in said.items():
        try:
            checkout = _read(tree, tree.home / folder)
            if checkout.paths:
                found[folder] = checkout
            else:
                message = f"`{folder}` has no files, so nobody has looked at the code of `{key}`"
                remedy = "Fetch it with `git submodule update --init`, or name another folder."
                findings.warning("workflow.not-fetched", said_at(findings, key, "checkout"), message, remedy)
        except Unreadable as problem:
            findings.error(problem.code, said_at(findings, key, "checkout"), problem.message, problem.remedy)
    return found


def said_at(findings: Findings, key: str, *names: str) -> Place:
    """Where a workflow's setting is written: at the workflow, or at the defaults."""
    own: Place = ("workflows", key, *names)
    return own if findings.source.says(own) else ("defaults", "workflow", *names)


def _read(tree: Tree, folder: Path) -> Checkout:
    if not tree.contains(folder):
        remedy = "Make it a submodule, or copy it; links out of the repository are not followed."
        raise Unreadable("file.outside", f"`{tree.name(folder)}` is outside the repository", remedy)
    paths = list(islice(tree.files_below(folder, ""), MAX_FILES + 1)) if tree.is_folder(folder) else []
    if len(paths) > MAX_FILES:
        remedy = "Name the folder of the workflow alone."
        raise Unreadable("file.too-big", f"`{tree.name(folder)}` has more than {MAX_FILES:,} files", remedy)
    texts = (path for path in paths if path.suffix.lower() in (WORKFLOW, *SCRIPTS))
    files = tuple(CodeFile(tree.name(path), _text(tree, path)) for path in texts)
    return Checkout(frozenset(PurePosixPath(path.relative_to(folder)).as_posix() for path in paths), files)


def _text(tree: Tree, path: Path) -> str:
    return tree.read(path, MAX_BYTES).decode("utf-8", errors="replace").replace("\r\n", "\n")
