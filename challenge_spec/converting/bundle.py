"""The files of a foreign challenge: a folder or a zip archive, read within bounds, never outside of itself."""

from __future__ import annotations

import lzma
import posixpath
import stat
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Protocol

from challenge_spec.converting.report import CannotConvert
from challenge_spec.tree import Tree, Unreadable

MAX_ENTRIES = 10_000
MAX_DIRECTORY_BYTES = 4_000_000
"""Of an archive's list of contents, which is read whole."""
MAX_UNPACKED = 200_000_000
"""Bytes that are read out of one archive, all files together."""
_TAIL = 22 + 0xFFFF
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError,
    OSError, OverflowError,
)  # fmt: skip


class Bundle(Protocol):
    """Files by their names: relative, with `/` between folders."""

    def shown(self, name: str) -> str:
        """The name of a file as messages show it."""
        ...

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        ...

    def read(self, name: str, limit: int) -> bytes:
        """The bytes of a file of at most `limit` bytes. Raises Unreadable."""
        ...

    def find(self, names: Collection[str]) -> list[str]:
        """Files of these base names, at the top or one folder below."""
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder; symbolic links that lead out of it are not followed."""

    tree: Tree

    def shown(self, name: str) -> str:
        """The name of a file as messages show it."""
        return self.tree.name(self.tree.home / name)

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        path = self.tree.home / name
        try:
            return self.tree.contains(path) and path.is_file()
        except (OSError, ValueError):
            return False

    def read(self, name: str, limit: int) -> bytes:
        """The bytes of a file. Raises Unreadable."""
        return self.tree.read(self.tree.home / name, limit)

    def find(self, names: Collection[str]) -> list[str]:
        """Files of these base names, at the top or one folder below."""
        here = [name for name in sorted(names) if self.has(name)]
        return here or [name for folder in self._folders() for base in sorted(names) if self.has(name := folder + base)]

    def _folders(self) -> Iterator[str]:
        try:
            below = sorted(islice((path for path in self.tree.home.iterdir() if path.is_dir()), MAX_ENTRIES))
        except OSError:
            return
        yield from (f"{path.name}/" for path in below if not path.name.startswith("."))


@dataclass(slots=True)
class Archive:
    """A zip archive. What it says about sizes is not believed: reading stops at the limit."""

    path: Path
    entries: dict[str, zipfile.ZipInfo]
    left: int = field(default=MAX_UNPACKED)

    def shown(self, name: str) -> str:
        """The name of a file as messages show it: the archive's, then its own."""
        return f"{self.path}/{name}"

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        return posixpath.normpath(name) in self.entries

    def read(self, name: str, limit: int) -> bytes:
        """The bytes of a file. Raises Unreadable."""
        entry = self.entries.get(posixpath.normpath(name))
        if entry is None:
            raise Unreadable("file.missing", f"there is no file `{self.shown(name)}`")
        most = min(limit, self.left)
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(entry) as opened:
                data = opened.read(most + 1)
        except _BROKEN as error:
            message = f"`{self.shown(name)}` can't be unpacked: {error}"
            raise Unreadable("file.unreadable", message, "Make the archive again.") from None
        if len(data) > most:
            raise Unreadable("file.too-big", f"`{self.shown(name)}` has more than {most:,} bytes")
        self.left -= len(data)
        return data

    def find(self, names: Collection[str]) -> list[str]:
        """Files of these base names, at the top or one folder below."""
        found = [name for name in self.entries if posixpath.basename(name) in names and name.count("/") <= 1]
        top = min((name.count("/") for name in found), default=0)
        return sorted(name for name in found if name.count("/") == top)


def open_bundle(path: Path) -> tuple[Bundle, str | None]:
    """The files at a path, and the one that the path names itself, if it does. Raises CannotConvert."""
    try:
        if path.is_dir():
            return _folder(path), None
        if not path.is_file():
            what = "this is no file and no folder" if path.exists() else "there is nothing here"
            raise CannotConvert(str(path), what, "name a folder, a zip archive, or the file that describes a challenge")
        if zipfile.is_zipfile(path):
            return _archive(path), None
        return _folder(path.parent), path.name
    except (OSError, ValueError) as error:
        raise CannotConvert(str(path), f"this can't be read: {error}", "check the path and its permissions") from None


def _folder(path: Path) -> Folder:
    home = path.resolve()
    return Folder(Tree(home, home, "" if str(path) == "." else str(path)))


def _archive(path: Path) -> Archive:
    try:
        with path.open("rb") as opened:
            _look_at_its_size(path, opened)
        with zipfile.ZipFile(path) as archive:
            return Archive(path, _entries(path, archive))
    except _BROKEN as error:
        raise CannotConvert(str(path), f"this archive can't be read: {error}", "make it again") from None


def _look_at_its_size(path: Path, opened: IO[bytes]) -> None:
    """Refuse a list of contents that is too long before it is read (APPNOTE 4.3.16: the end record)."""
    size = opened.seek(0, 2)
    opened.seek(max(0, size - _TAIL))
    tail = opened.read()
    start = tail.rfind(b"PK\x05\x06")
    record = tail[start : start + 22]
    entries, listed = int.from_bytes(record[10:12], "little"), int.from_bytes(record[12:16], "little")
    is_zip64 = b"PK\x06\x07" in tail[max(0, start - 20) : start]
    if start < 0 or is_zip64 or entries > MAX_ENTRIES or listed > MAX_DIRECTORY_BYTES:
        mend = "unpack it, and name the folder"
        raise CannotConvert(str(path), f"this archive is too large to be read here (over {MAX_ENTRIES:,} files)", mend)


def _entries(path: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The archive's regular files with names that stay inside it; two of one name are refused."""
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        if entry.is_dir() or not _is_regular(entry) or not _stays_inside(entry.filename):
            continue
        name = posixpath.normpath(entry.filename)
        if name in found:
            raise CannotConvert(str(path), f"two files in this archive are named `{name}`", "make the archive again")
        found[name] = entry
    return found


def _is_regular(entry: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return kind in (0, stat.S_IFREG) and not entry.flag_bits & 1


def _stays_inside(name: str) -> bool:
    parts = name.split("/")
    return ".." not in parts and not name.startswith("/") and "\\" not in name and ":" not in parts[0]
