"""The one table of stages: who sees and does what, when. Everything else asks here.

A stage is a promise to people: draft (staff only), preregistration (the world may leave its name), open (the challenge
runs), closed (no more
submissions), concluded (results are final). A queue's own rounds decide when it takes submissions; the stage guards the
first opening.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar

STAGES: Final = ("draft", "preregistration", "open", "closed", "concluded")


class Submitting(StrEnum):
    """What the people whom a queue is for may do with it."""

    HIDDEN = "hidden"
    DECLARED = "as declared"
    VIEW = "view"


class Joining(StrEnum):
    """How people get into a team."""

    INVITATION = "invitation"
    DECLARED = "as declared"
    OPEN = "open"


class WikiContent(StrEnum):
    """What the wiki of a project shows."""

    NOTHING = "nothing"
    PREREGISTRATION = "preregistration page"
    ALL = "all pages"


_Cell = TypeVar("_Cell")


def _row(*cells: _Cell) -> Mapping[str, _Cell]:
    return dict(zip(STAGES, cells, strict=True))


_COMPETITION: Final = _row(Submitting.HIDDEN, Submitting.HIDDEN, Submitting.DECLARED, Submitting.VIEW, Submitting.VIEW)
# Write-ups are often due after the close: there the queue's own rounds end it.
_WRITEUP: Final = _row(Submitting.HIDDEN, Submitting.HIDDEN, Submitting.DECLARED, Submitting.DECLARED, Submitting.VIEW)
_WORKSHOP: Final = _row(
    Submitting.DECLARED, Submitting.DECLARED, Submitting.DECLARED, Submitting.DECLARED, Submitting.VIEW
)
_FOR_EVER: Final = _row(
    Submitting.HIDDEN, Submitting.HIDDEN, Submitting.DECLARED, Submitting.DECLARED, Submitting.DECLARED
)

SUBMITTING: Final[Mapping[str, Mapping[str, Submitting]]] = {
    "leaderboard": _COMPETITION,
    "final": _COMPETITION,
    "express": _COMPETITION,
    "writeup": _WRITEUP,
    "benchmark": _FOR_EVER,
    "test": _WORKSHOP,
    "internal": _WORKSHOP,
}
"""Purpose of a queue → stage → what its people may do."""

_STAFF_TEAM: Final = _row(*[Joining.INVITATION] * 5)

JOINING: Final[Mapping[str, Mapping[str, Joining]]] = {
    "participants": _row(
        Joining.INVITATION, Joining.INVITATION, Joining.DECLARED, Joining.INVITATION, Joining.INVITATION
    ),
    "preregistrants": _row(
        Joining.INVITATION, Joining.OPEN, Joining.INVITATION, Joining.INVITATION, Joining.INVITATION
    ),
    "organizers": _STAFF_TEAM,
    "administrators": _STAFF_TEAM,
    "testers": _STAFF_TEAM,
}
"""Team → stage → how people get in; every other team joins as declared, always."""

LIVE_PUBLIC: Final = _row(False, True, True, True, True)
"""Whether everybody reads the live project (two-projects, or one project with a preregistration page)."""

LIVE_PUBLIC_WITHOUT_PREREGISTRATION: Final = _row(False, False, True, True, True)
"""The same where there is no preregistration page to show."""

LIVE_WIKI: Final = _row(
    WikiContent.NOTHING, WikiContent.PREREGISTRATION, WikiContent.ALL, WikiContent.ALL, WikiContent.ALL
)
"""What the live wiki shows; the staging wiki always shows everything, and so does a lone project without a
preregistration page.
"""

PORTAL_STATUS: Final = _row("Upcoming", "Upcoming", "Active", "Closed", "Closed")
"""The `Status` annotation that the challenge portal shows (orchestrator-and-tools 4.6)."""

DATA_OPENS: Final = _row(False, False, True, True, True)
"""Whether data reaches the people it is for (its own start also counts)."""

DATA_RELEASES: Final = _row(False, False, False, True, True)
"""Whether a release date, once reached, makes data public."""

SCORES_VISIBLE: Final[Mapping[str, Mapping[str, bool]]] = {
    "immediate": _row(False, False, True, True, True),
    "after_round": _row(False, False, True, True, True),
    "after_close": _row(False, False, False, True, True),
    "never": _row(False, False, False, False, False),
}
"""`results.scores` of the queues of a view → stage → whether the people it is for see the view."""

STAFF_ROLE: Final[Mapping[str, Mapping[str, str]]] = {
    "project.live": {"administrators": "admin", "organizers": "moderate"},
    "project.staging": {"administrators": "admin", "organizers": "edit"},
    "lone project": {"administrators": "admin", "organizers": "edit"},
    "queue": {"administrators": "admin", "organizers": "score"},
    "data": {"administrators": "admin", "organizers": "edit_and_delete"},
    "logs": {"administrators": "admin", "organizers": "download"},
    "link": {"administrators": "admin", "organizers": "edit"},
    "view": {"administrators": "admin", "organizers": "edit"},
    "ledger": {"administrators": "admin"},
    "team": {"administrators": "admin", "organizers": "message"},
}
"""Where → staff team → level; the same at every stage."""

STAFF_TEAMS: Final = frozenset({"team.organizers", "team.administrators"})
"""Who may see everything before launch; testers may submit to test queues besides."""


def reached(stage: str, other: str) -> bool:
    """Whether `stage` is `other` or later."""
    return STAGES.index(stage) >= STAGES.index(other)


def way(begun: str | None, wanted: str) -> tuple[str, ...]:
    """The stages to pass on the way forward, the wanted one included; empty where nothing has to be passed."""
    start = 0 if begun is None else STAGES.index(begun) + 1
    return STAGES[start : STAGES.index(wanted) + 1]


def before(stage: str) -> str:
    """The stage just before; draft comes before itself."""
    return STAGES[max(0, STAGES.index(stage) - 1)]
