"""What apply does about a change made on Synapse: restore what guards people, keep what people wrote.

Access, SUBMIT and missing objects are restored (narrowing needs no consent). Texts, pages, quotas and members that were
changed on the web only are
kept and reported as drift, and wait for `pull` or `--take manifest ADDRESS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from planner.resources import Kind

_KEPT: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.PROJECT: frozenset({"name", "alias", "description"}),
    Kind.TEAM: frozenset({"name", "description"}),
    Kind.QUEUE: frozenset({"name", "description", "instructions", "receipt"}),
    Kind.ROUND: frozenset({"start", "end", "limits"}),
    Kind.FOLDER: frozenset({"name"}),
    Kind.LINK: frozenset({"name"}),
    Kind.VIEW: frozenset({"name", "columns"}),
    Kind.WIKI: frozenset({"title", "text", "attachments", "parent"}),
    Kind.ORDER: frozenset({"pages"}),
}


def keeps(kind: Kind, field: str) -> bool:
    """Whether a change of this field made on Synapse only is kept until somebody decides."""
    return field in _KEPT.get(kind, frozenset())
