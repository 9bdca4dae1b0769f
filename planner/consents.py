"""Named consents: one for each kind of harm that a plan may do. There is no consent for everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from planner.applied import Applied
from planner.live import Live
from planner.resources import Desired

DELETE: Final = "delete"
MASS_DELETE: Final = "mass-delete"
DELETE_SUBMISSIONS: Final = "delete-submissions"
DELETE_DATA: Final = "delete-data"
WIDEN_ACCESS: Final = "widen-access"
GOING_PUBLIC: Final = "going-public"
SHORTEN_ROUND: Final = "shorten-round"
ADMIN_REMOVAL: Final = "admin-removal"
REOPEN: Final = "reopen"
ADOPT: Final = "adopt"

CONSENTS: Final[Mapping[str, str]] = {
    GOING_PUBLIC: "Everybody may see, download or submit",
    WIDEN_ACCESS: "More people may see, download or submit",
    ADMIN_REMOVAL: "Administrators, the deployer or you lose rights",
    SHORTEN_ROUND: "A round that is under way gets shorter, moves or goes",
    DELETE: "Something of ours is deleted",
    DELETE_SUBMISSIONS: "Submissions are deleted, for good",
    DELETE_DATA: "A folder is deleted with what others put into it",
    MASS_DELETE: "A large part of all that is ours is deleted at once",
    REOPEN: "The challenge goes back to an earlier stage",
    ADOPT: "Something that exists becomes ours; say which: `--allow adopt ADDRESS`",
}
"""Name → the harm it stands for."""

PROTECTED: Final = "protected"
CONSENT_PREFIX: Final = "consent:"
"""What stands before the name of a missing consent in `held_by`."""


@dataclass(frozen=True, slots=True)
class Before:
    """What harm is measured against.

    desired: what this very manifest wanted at the stage and the time of the last apply. What differs from it is opened
    by the stage or by a date, not by an edit.
    """

    desired: Desired
    live: Live
    applied: Applied


class Harm(NamedTuple):
    """One kind of harm that one operation does, and what shows it."""

    consent: str
    evidence: str


def waits_for_people(held_by: str) -> bool:
    """Whether what keeps an operation back is for a person to decide: a missing consent, a guard."""
    return held_by == PROTECTED or held_by.startswith(CONSENT_PREFIX)
