"""Files that pages show: found, bounded, digested once."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from challenge_spec.pages.model import Attachment
from challenge_spec.tree import Tree, Unreadable

MAX_ATTACHMENT_BYTES = 50_000_000
IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp"})

MAX_NAME = 256
_FILE_NAME = re.compile(r"[a-zA-Z0-9,_. \-+()']+")


def can_be_attached(name: str, size: int) -> bool:
    """Whether Synapse takes a file of that name and size (in bytes), and we handle it (contract 7.1)."""
    return (
        bool(_FILE_NAME.fullmatch(name))
        and name.strip(". ") != ""
        and len(name) <= MAX_NAME
        and 0 < size <= MAX_ATTACHMENT_BYTES
    )


class Attachments:
    """Reads each file once, however many pages show it."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._read: dict[Path, Attachment] = {}

    def at(self, path: Path) -> Attachment:
        """The attachment that a file becomes. Raises Unreadable, also for what Synapse would refuse (contract 7.1)."""
        if path not in self._read:
            self._read[path] = self._digest(path)
        return self._read[path]

    def _digest(self, path: Path) -> Attachment:
        data = self._tree.read(path, MAX_ATTACHMENT_BYTES)
        if not data:
            raise Unreadable("page.empty-file", f"`{self._tree.name(path)}` is empty; Synapse takes no empty files")
        if not can_be_attached(path.name, len(data)):
            remedy = "Use letters, digits, blanks and , _ . - + ( ) ' only."
            raise Unreadable("page.file-name", f"Synapse takes no file named `{path.name}`", remedy)
        digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
        return Attachment(path.name, path, digest, len(data))
