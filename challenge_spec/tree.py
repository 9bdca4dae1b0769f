"""The files a challenge may consist of: those in its git tree, or in the manifest's folder where there is no git."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


class Unreadable(Exception):
    """A file can't or mustn't be read; carries a stable code, what is wrong and how to mend it."""

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.remedy = code, message, remedy


@dataclass(frozen=True, slots=True)
class Tree:
    """Reads files below `root` and nothing else, wherever symbolic links may lead.

    home: the manifest's folder. shown: that folder as people wrote it.
    """

    root: Path
    home: Path
    shown: str

    @classmethod
    def around(cls, manifest: Path) -> Tree:
        """The tree that a manifest belongs to."""
        home = manifest.parent.resolve()
        shown = str(manifest.parent)
        return cls(_git_root(home) or home, home, "" if shown == "." else shown)

    def name(self, path: Path) -> str:
        """A path as messages show it: beginning as the manifest was named on the command line."""
        return os.path.normpath(Path(self.shown) / os.path.relpath(path, self.home))

    def contains(self, path: Path) -> bool:
        """Whether the file that a path really leads to belongs to the tree."""
        try:
            return path.resolve().is_relative_to(self.root)
        except (OSError, RuntimeError, ValueError):
            return False

    def is_folder(self, path: Path) -> bool:
        """Whether this is a folder of the tree."""
        try:
            return self.contains(path) and path.is_dir()
        except (OSError, ValueError):
            return False

    def read(self, path: Path, limit: int) -> bytes:
        """The bytes of a file of at most `limit` bytes. Raises Unreadable."""
        try:
            self._check(path, limit)
            return path.read_bytes()
        except OSError as error:
            raise Unreadable("file.unreadable", f"`{self.name(path)}` can't be read: {error.strerror}") from None
        except ValueError:
            raise Unreadable("file.unreadable", f"`{self.name(path)!r}` is no file name") from None

    def _check(self, path: Path, limit: int) -> None:
        if not self.contains(path):
            remedy = "Copy what is needed into the repository; links out of it are not followed."
            raise Unreadable("file.outside", f"`{self.name(path)}` is outside the repository", remedy)
        if not path.exists():
            raise Unreadable("file.missing", f"there is no file `{self.name(path)}`", self._similar(path))
        if not path.is_file():
            raise Unreadable("file.missing", f"`{self.name(path)}` is not a file")
        size = path.stat().st_size
        if size > limit:
            raise Unreadable("file.too-big", f"`{self.name(path)}` has {size:,} bytes, more than {limit:,}")

    def _similar(self, path: Path) -> str:
        from challenge_spec.diagnostics import did_you_mean

        try:
            names = [entry.name for entry in path.parent.iterdir()]
        except OSError:
            return ""
        return did_you_mean(path.name, names)

    def files_below(self, folder: Path, suffix: str) -> Iterator[Path]:
        """Files with a suffix below a folder, sorted; hidden ones and what leads out of the tree are left out.

        Raises Unreadable where a folder can't be listed.
        """
        for entry in self._listed(folder):
            if entry.name.startswith(".") or not self.contains(entry):
                continue
            if entry.is_dir() and not entry.is_symlink():
                yield from self.files_below(entry, suffix)
            elif entry.suffix.lower() == suffix and entry.is_file():
                yield entry

    def _listed(self, folder: Path) -> list[Path]:
        try:
            return sorted(folder.iterdir())
        except OSError as error:
            message = f"the folder `{self.name(folder)}` can't be listed: {error.strerror}"
            raise Unreadable("file.unreadable", message) from None


def _git_root(folder: Path) -> Path | None:
    return next((parent for parent in (folder, *folder.parents) if (parent / ".git").exists()), None)
