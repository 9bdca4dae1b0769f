"""What every part of a decided challenge is made with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

Instant: TypeAlias = datetime
"""Aware, in UTC."""

Access: TypeAlias = Mapping[str, str]
"""Principal → level. A principal is a team key, `public` or `signed-in`."""

Grants: TypeAlias = Mapping[str, "str | tuple[str, ...]"]
"""Principal → level, `none`, or access types. A principal is also `deployer`, a user name or a number.

A level adds to what somebody has anyway; `none` and access types hold instead of it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """Whose something is, and what becomes of it.

    adopt makes what exists ours, use leaves it to its owner; both are Synapse ids. was: its key before it was renamed
    (of a data entry: its folder's path). protect: whether it may be deleted, None as is usual for what is in it.
    ignore: fields that are left to the web.
    """

    adopt: str | None = None
    use: str | None = None
    was: str | None = None
    protect: bool | None = None
    ignore: tuple[str, ...] = ()
