"""Revisions of the git repository around a manifest: its files as they were, in a folder of their own for a while."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from challenge_cli.errors import Failure

_REGULAR: Final = frozenset({"100644", "100755"})
_LINK: Final = "120000"
_QUIET: Final = {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}
"""Nothing is asked, locked or fetched."""
_ELSEWHERE: Final = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"})
"""What a hook of another repository may have set: the one around the manifest is meant."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository. root: of its working files."""

    root: Path

    def commit(self, revision: str) -> str:
        """The commit that a revision names. Raises Failure where there is none."""
        ran = _git(self.root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if ran.returncode:
            mend = "name a commit, a branch or a tag; in CI fetch enough history first (checkout with fetch-depth: 0)"
            raise Failure(revision, "there is no such revision in this repository", mend)
        return ran.stdout.decode().strip()

    def has(self, commit: str, path: str) -> bool:
        """Whether a commit has a file."""
        return _git(self.root, "cat-file", "-e", f"{commit}:{path}").returncode == 0

    @contextmanager
    def files(self, commit: str) -> Iterator[Path]:
        """All files of a commit below a folder that is gone afterwards.

        They are read as git keeps them, past filters and hooks: what is checked out may run nothing.
        """
        with tempfile.TemporaryDirectory(prefix="challenge-") as name:
            folder = Path(name).resolve()
            (folder / ".git").mkdir()  # the root of a tree: nothing beyond it is read
            _write(self.root, commit, folder)
            yield folder


def repository_of(manifest: Path) -> Repository:
    """The repository that a manifest belongs to. Raises Failure where there is none."""
    folder = next(parent for parent in manifest.absolute().parents if parent.is_dir())
    try:
        ran = _git(folder, "rev-parse", "--show-toplevel")
    except FileNotFoundError:
        raise Failure("git", "there is no such program here", "install git") from None
    if ran.returncode:
        raise Failure(str(folder), "this is no git repository", "run it in a clone of the challenge's repository")
    return Repository(Path(os.fsdecode(ran.stdout.rstrip(b"\n"))).resolve())


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 -- our own words, and what follows --end-of-options
        _command(folder, *arguments), capture_output=True, check=False, env=_environment()
    )


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _ELSEWHERE} | _QUIET


def _command(folder: Path, *arguments: str) -> list[str]:
    return ["git", "-C", str(folder), "--no-pager", *arguments]


def _write(root: Path, commit: str, folder: Path) -> None:
    """Regular files first, links last, so that no file is ever written through a link."""
    entries = list(_entries(root, commit))
    for mode, path, content in zip(
        (mode for mode, _, _ in entries),
        (folder / path for _, _, path in entries),
        _contents(root, [blob for _, blob, _ in entries]),
        strict=True,
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        if mode == _LINK:
            path.symlink_to(os.fsdecode(content))
        else:
            path.write_bytes(content)


def _entries(root: Path, commit: str) -> Iterator[tuple[str, str, PurePosixPath]]:
    """Mode, blob and path of each file of a commit, links last; submodules are left out."""
    listed = _git(root, "ls-tree", "-r", "-z", "--full-tree", commit).stdout
    rows = [row.split(b"\t", 1) for row in listed.split(b"\0") if row]
    found = [(*head.decode().split(), os.fsdecode(name)) for head, name in rows]
    for wanted in (_REGULAR, {_LINK}):
        yield from ((mode, blob, _inside(name)) for mode, _, blob, name in found if mode in wanted)


def _inside(name: str) -> PurePosixPath:
    """A path that stays in its tree. Raises Failure for one that git itself would never have made."""
    path = PurePosixPath(name)
    if path.is_absolute() or {"..", ".git"} & set(path.parts):
        raise Failure(name, "this revision has a file with a path out of its tree", "compare with another revision")
    return path


def _contents(root: Path, blobs: list[str]) -> Iterator[bytes]:
    """What blobs hold, one after the other."""
    command = _command(root, "cat-file", "--batch")
    with subprocess.Popen(  # noqa: S603 -- our own words
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise AssertionError("both were asked for")
        for blob in blobs:
            process.stdin.write(f"{blob}\n".encode())
            process.stdin.flush()
            *_, size = process.stdout.readline().split()
            if not size.isdigit():
                mend = "fetch it whole: git fetch --refetch --no-filter"
                raise Failure(blob, "this clone doesn't have all files of that revision", mend)
            yield process.stdout.read(int(size))
            process.stdout.read(1)
        process.stdin.close()
