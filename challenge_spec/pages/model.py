"""What a page is once it has been read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeAlias

PageKey: TypeAlias = tuple[str, ...]
"""Folders and file stem below the pages folder; the root page is the empty tuple."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """Stands for the address of another page, where Markdown has the target of a link; `anchor` without its `#`."""

    page: PageKey
    anchor: str | None = None


@dataclass(frozen=True, slots=True)
class IdOf:
    """Stands for the Synapse id of something of ours, in the manifest's words.

    `team.KEY`, `project.KEY`, `queue.KEY/SUB`, `view.KEY`, or `data.KEY` for the folder of a data entry.
    """

    address: str


@dataclass(frozen=True, slots=True)
class AttachmentLink:
    """Stands for a whole Markdown image or link to a file that is attached to the page."""

    name: str
    kind: Literal["image", "file"]
    label: str


PagePart: TypeAlias = "str | PageLink | IdOf | AttachmentLink"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a page's body as it is written, and the part that it became."""

    written: str
    part: PagePart


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file attached to a page, under the name that Synapse sees. `md5` in hex, `size` in bytes."""

    name: str
    path: Path
    md5: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One wiki page. Values and dates of the manifest are already filled in; ids and links are left as parts.

    start, until: when it is on the live site (None: from the launch on, for ever). was: its key before it was moved.
    pieces: the body as it is written, piece by piece: what a change made on Synapse is brought back into.
    """

    key: PageKey
    title: str
    parts: tuple[PagePart, ...]
    file: Path
    attachments: tuple[Attachment, ...] = ()
    start: datetime | None = None
    until: datetime | None = None
    was: PageKey | None = None
    pieces: tuple[Piece, ...] = field(default=(), repr=False, compare=False)
    marks: Mapping[str, int] = field(default_factory=dict)
    """Line in the file of each placeholder found, by its text; not empty means the page is not ready for people."""

    @property
    def parent(self) -> PageKey | None:
        """The key of the page above, None for the root."""
        return self.key[:-1] if self.key else None
