"""Levels of access that people talk about, as Synapse's access types.

Source: orchestrator-and-tools 4.3 for entities and queues, contract 3.3 and 3.7 for teams. All lists are sorted: ACLs
are sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

READ: Final = ("READ",)
DOWNLOAD: Final = ("DOWNLOAD", "READ")

ENTITY: Final[Mapping[str, tuple[str, ...]]] = {
    "view": READ,
    "download": DOWNLOAD,
    "moderate": ("DOWNLOAD", "MODERATE", "READ"),
    "edit": ("CREATE", "DOWNLOAD", "READ", "UPDATE"),
    "edit_and_delete": ("CREATE", "DELETE", "DOWNLOAD", "READ", "UPDATE"),
    "admin": (
        "CHANGE_PERMISSIONS",
        "CHANGE_SETTINGS",
        "CREATE",
        "DELETE",
        "DOWNLOAD",
        "MODERATE",
        "READ",
        "UPDATE",
    ),
}

QUEUE: Final[Mapping[str, tuple[str, ...]]] = {
    "view": READ,
    "submit": ("READ", "SUBMIT"),
    "score": ("READ", "READ_PRIVATE_SUBMISSION", "UPDATE_SUBMISSION"),
    "admin": (
        "CHANGE_PERMISSIONS",
        "CREATE",
        "DELETE",
        "DELETE_SUBMISSION",
        "READ",
        "READ_PRIVATE_SUBMISSION",
        "SUBMIT",
        "UPDATE",
        "UPDATE_SUBMISSION",
    ),
}

TEAM: Final[Mapping[str, tuple[str, ...]]] = {
    "view": READ,
    "message": ("READ", "SEND_MESSAGE"),
    "admin": ("DELETE", "READ", "SEND_MESSAGE", "TEAM_MEMBERSHIP_UPDATE", "UPDATE"),
}

Acl = dict[str, tuple[str, ...]]
"""Principal → access types, sorted."""


def union(*types: Iterable[str]) -> tuple[str, ...]:
    """All access types of several lists, sorted."""
    return tuple(sorted(set().union(*types)))


def grant(acl: Acl, principal: str, types: Iterable[str]) -> None:
    """Add rights of one principal to an ACL under construction."""
    acl[principal] = union(acl.get(principal, ()), types)
