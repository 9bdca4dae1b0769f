"""The files a challenge may consist of: those in its git tree, or in the manifest's folder where there is no git."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Kind = Literal["file", "folder", "other"]

_NO_NAMES = ("", ".", "..")


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
    _names: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    _inside: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)
    """Folder → as messages show it, and whether it belongs to the tree: asked for every file, found out once."""

    @classmethod
    def around(cls, manifest: Path, changed: Mapping[Path, bytes | None] | None = None) -> Tree:
        """The tree that a manifest belongs to."""
        home = manifest.parent.resolve()
        shown = str(manifest.parent)
        return cls(_git_root(home) or home, home, "" if shown == "." else shown, changed or {})

    def name(self, path: Path) -> str:
        """A path as messages show it: beginning as the manifest was named on the command line."""
        folder, name = os.path.split(path)
        if name in _NO_NAMES:
            return self._shown(path)
        if folder not in self._names:
            self._names[folder] = self._shown(Path(folder))
        return os.path.normpath(f"{self._names[folder]}/{name}")

    def _shown(self, path: Path) -> str:
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
            if self.changed or not self._is_plain(path, limit):
                self._check(path, limit, edited)
            return path.read_bytes() if edited is None else edited
        except OSError as error:
            raise Unreadable("file.unreadable", f"`{self.name(path)}` can't be read: {error.strerror}") from None
        except ValueError:
            raise Unreadable("file.unreadable", f"`{self.name(path)!r}` is no file name") from None

    def _is_plain(self, path: Path, limit: int) -> bool:
        """Whether this is a file, and no link, in a folder of the tree, small enough: nothing more to ask."""
        try:
            found = path.lstat()
        except OSError:
            return False
        return stat.S_ISREG(found.st_mode) and found.st_size <= limit and self._has_folder(os.path.split(path)[0])

    def _has_folder(self, folder: str) -> bool:
        if folder not in self._inside:
            self._inside[folder] = self.contains(Path(folder))
        return self._inside[folder]

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
        for path, kind in self._listed(folder, self._new_folders()):
            if path.name.startswith(".") or self._is_gone(path):
                continue
            if kind == "folder":
                yield from self.files_below(path, *suffixes) if self.contains(path) else ()
            elif path.name.lower().endswith(suffixes) and (kind == "file" or self._leads_to_file(path)):
                yield path

    def _leads_to_file(self, path: Path) -> bool:
        return self.contains(path) and path.is_file()

    def _new_folders(self) -> set[Path]:
        """Folders that files which are still to be written would lie in."""
        return {parent for path, data in self.changed.items() if data is not None for parent in path.parents}

    def _listed(self, folder: Path, folders: set[Path]) -> list[tuple[Path, Kind]]:
        """What is in a folder, or will be after the edit, by name."""
        new: dict[Path, Kind] = {}
        new.update(dict.fromkeys(self.changed, "file"))
        new.update(dict.fromkeys(folders, "folder"))
        here = {path: kind for path, kind in new.items() if path.parent == folder.resolve()} if new else {}
        try:
            entries = _entries(folder) if folder.is_dir() or not here else []
        except OSError as error:
            message = f"the folder `{self.name(folder)}` can't be listed: {error.strerror}"
            raise Unreadable("file.unreadable", message) from None
        there = {Path(entry.path): _kind(entry) for entry in entries}
        return sorted((there | here).items(), key=lambda item: item[0].name)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as found:
        return list(found)


def _kind(entry: os.DirEntry[str]) -> Kind:
    """What an entry of a folder is; links are followed later, and not to folders."""
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "file" if entry.is_file(follow_symlinks=False) else "other"


def _git_root(folder: Path) -> Path | None:
    return next((parent for parent in (folder, *folder.parents) if (parent / ".git").exists()), None)
