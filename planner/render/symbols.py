"""Which sign stands for what, and under which heading people look for it."""

from __future__ import annotations

from typing import Final

from planner.render.spans import Span, Style

ACTIONS: Final = {
    "create": Span("+", Style.CREATE),
    "update": Span("~", Style.UPDATE),
    "adopt": Span(">", Style.ADOPT),
    "delete": Span("-", Style.DELETE),
}
HELD: Final = Span("!", Style.HELD)
GATES: Final = {
    "passed": Span("passed ", Style.GOOD),
    "pending": Span("pending", Style.WARNING),
    "failed": Span("FAILED ", Style.BAD),
}
OWNERS: Final = {"manifest": "yours", "synapse": "drift", "both": "both", "unknown": "?"}
"""Cause → whose change it is, for a reviewer: of the files, of Synapse, of both; a lost ledger can't tell."""

_GROUPS: Final = {
    "project": "Projects",
    "challenge": "Projects",
    "team": "Teams",
    "member": "Teams",
    "queue": "Queues and rounds",
    "round": "Queues and rounds",
    "folder": "Data and folders",
    "link": "Workflows",
    "view": "Views",
    "stage": "Stage",
}
_ORDER: Final = ("Projects", "Teams", "Queues and rounds", "Data and folders", "Workflows", "Wiki", "Views", "Stage")


def owner_of(address: str) -> str | None:
    """The resource that an ACL, annotations or a member belongs to, which people read together with it."""
    kind, _, rest = address.partition(".")
    if kind in ("acl", "annotations"):
        return rest
    return f"team.{rest.rpartition('/')[0]}" if kind == "member" else None


def group_of(address: str) -> str:
    """The heading under which an address is shown."""
    kind, _, rest = address.partition(".")
    if kind in ("acl", "annotations"):
        return group_of(rest)
    if kind in ("wiki", "order"):
        return f"Wiki ({rest.partition('/')[0]})"
    return _GROUPS.get(kind, "Other")


def group_rank(group: str) -> tuple[int, bool, str]:
    """Where a heading stands: as people think of a challenge; the staging wiki before the live one."""
    family = group.partition(" (")[0]
    return (_ORDER.index(family) if family in _ORDER else len(_ORDER), group != "Wiki (staging)", group)
