"""Data that the challenge hands out, and truths that it guards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from challenge_spec.fields import DataAccess, EntityGrant, Flag, Key, Keys, Positive, Principal, SynId, Text, or_number
from challenge_spec.keeping import Kept
from challenge_spec.schedule import When

_FOLDER_PATH = StringConstraints(pattern=r"^[^/]+(/[^/]+)*$")
FolderPath = Annotated[str, or_number(_FOLDER_PATH, float), _FOLDER_PATH]


class Shared(Kept):
    """Something with an access list of its own, or without one, and perhaps there already."""

    grants: Mapping[Principal, EntityGrant] = Field(default_factory=dict)
    """Further rights; `none` and lists of Synapse's access types hold instead of what somebody has anyway."""
    inherits: Flag = False
    """Whether it exists without an access list of its own: who reads what it lies in reads it."""
    adopt: SynId | None = None
    """Something that exists already and is ours from now on."""
    use: SynId | None = None
    """Somebody else's: read, never changed."""


class Folder(Shared):
    """What differs from the defaults for a folder that every challenge has."""

    exists: Flag = True
    """`false`: this challenge does without."""


class DataEntry(Shared):
    """A folder (or one file in it) on the live project, or a path on an orchestrator's machine."""

    was: FolderPath | None = None
    """The folder's path before it was moved or renamed; on Synapse the key means nothing."""
    ignore: tuple[Literal["name"], ...] = ()
    """Left to the web: neither compared nor reported once it exists."""

    folder: FolderPath | None = None
    """Path of folders on the project, `Data/Training`."""
    file: Text | None = None
    """Name of the one file meant."""
    version: Positive | None = None
    """Which version of the file holds."""
    description: Text | None = None
    """What it is, for who sees it on Synapse."""
    access: DataAccess | None = None
    """Who may download besides organizers and administrators."""
    start: When | None = None
    """When `access` begins; left out: with the opening."""
    release: When | None = None
    """When it becomes public: a moment, or `never`, which is the default."""
    requires: Keys = ()
    """Requirements to meet before downloading."""
    at: Key | None = None
    """The orchestrator whose machine holds it; it is never on Synapse."""
    path: Annotated[str, Field(pattern=r"^/")] | None = None
    """Absolute path on that machine."""
    url: Annotated[str, Field(pattern=r"^https?://")] | None = None
    """Address in an archive elsewhere, where others decide who may read it."""
    expected: When | None = None
    """When whoever prepares it will have it ready."""
    synthetic: Flag = False
    """Whether it is made up, for trying things out where the real data can't be shown."""
