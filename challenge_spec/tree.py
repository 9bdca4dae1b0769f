"""The files a challenge may consist of: those in its git tree, or in the manifest's folder where there is no git."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path


class Unreadable(Exception):
    """A file can't or mustn't be read; carries a stable code, what is wrong and how to mend it."""

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.remedy = code, message, remedy


@dataclass(frozen=True, slots=True)
class Tree:
    """Reads files below `root` and nothing else, wherever symbolic links may lead.

    home: the manifest's folder. shown: that folder as people wrote it. changed: resolved path → what the file would
    hold after an edit that is still to be written, None where it would be gone.
    """

    root: Path
    home: Path
    shown: str
    changed: Mapping[Path, bytes | None] = field(default_factory=dict)

    @classmethod
    def around(cls, manifest: Path, changed: Mapping[Path, bytes | None] | None = None) -> Tree:
        """The tree that a manifest belongs to."""
        home = manifest.parent.resolve()
        shown = str(manifest.parent)
        return cls(_git_root(home) or home, home, "" if shown == "." else shown, changed or {})

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
            return self.contains(path) and (path.is_dir() or path.resolve() in self._new_folders())
        except (OSError, ValueError):
            return False

    def read(self, path: Path, limit: int) -> bytes:
        """The bytes of a file of at most `limit` bytes. Raises Unreadable."""
        try:
            edited = self.changed.get(path.resolve()) if self.changed else None
            self._check(path, limit, edited)
            return path.read_bytes() if edited is None else edited
        except OSError as error:
            raise Unreadable("file.unreadable", f"`{self.name(path)}` can't be read: {error.strerror}") from None
        except ValueError:
            raise Unreadable("file.unreadable", f"`{self.name(path)!r}` is no file name") from None

    def _check(self, path: Path, limit: int, edited: bytes | None) -> None:
        if not self.contains(path):
            remedy = "Copy what is needed into the repository; links out of it are not followed."
            raise Unreadable("file.outside", f"`{self.name(path)}` is outside the repository", remedy)
        if edited is None and (not path.exists() or self._is_gone(path)):
            raise Unreadable("file.missing", f"there is no file `{self.name(path)}`", self._similar(path))
        if edited is None and not path.is_file():
            raise Unreadable("file.missing", f"`{self.name(path)}` is not a file")
        size = path.stat().st_size if edited is None else len(edited)
        if size > limit:
            raise Unreadable("file.too-big", f"`{self.name(path)}` has {size:,} bytes, more than {limit:,}")

    def _is_gone(self, path: Path) -> bool:
        return bool(self.changed) and self.changed.get(path.resolve(), b"") is None

    def _similar(self, path: Path) -> str:
        from challenge_spec.diagnostics import did_you_mean

        try:
            names = [entry.name for entry in path.parent.iterdir()]
        except OSError:
            return ""
        return did_you_mean(path.name, names)

    def files_below(self, folder: Path, *suffixes: str) -> Iterator[Path]:
        """Files with one of these suffixes below a folder, sorted; not hidden ones, nor what leads out of the tree.

        Raises Unreadable where a folder can't be listed.
        """
        new = self._new_folders()
        for entry in self._listed(folder, new):
            is_folder = entry in new or (entry.is_dir() and not entry.is_symlink())
            if entry.name.startswith(".") or not (is_folder or entry.suffix.lower() in suffixes):
                continue
            if not self.contains(entry) or self._is_gone(entry):
                continue
            if is_folder:
                yield from self.files_below(entry, *suffixes)
            elif entry in self.changed or entry.is_file():
                yield entry

    def _new_folders(self) -> set[Path]:
        """Folders that files which are still to be written would lie in."""
        return {parent for path, data in self.changed.items() if data is not None for parent in path.parents}

    def _listed(self, folder: Path, folders: set[Path]) -> list[Path]:
        new = [path for path in (*self.changed, *folders) if path.parent == folder.resolve()]
        try:
            return sorted({*(folder.iterdir() if folder.is_dir() or not new else ()), *new})
        except OSError as error:
            message = f"the folder `{self.name(folder)}` can't be listed: {error.strerror}"
            raise Unreadable("file.unreadable", message) from None


def _git_root(folder: Path) -> Path | None:
    return next((parent for parent in (folder, *folder.parents) if (parent / ".git").exists()), None)
