"""What a pull is after: fields that the files should come to say, ways to say them, and what only people can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from challenge_spec.edit import Data
from challenge_spec.source import Path
from planner.references import Plain


@dataclass(frozen=True, slots=True)
class Goal:
    """A field of a resource, and its value on Synapse, which the files are to say.

    `members` of a team is such a field as well: the names of those who are in it or invited.
    """

    address: str
    field: str
    value: Plain


@dataclass(frozen=True, slots=True)
class Edit:
    """A path of the manifest and what is to stand there; None: the entry goes."""

    path: Path
    value: Data | None


Way: TypeAlias = tuple[Edit, ...]
"""Edits that belong together."""


@dataclass(frozen=True, slots=True)
class Left:
    """What a pull can't bring back: why, and what people can do about it."""

    address: str
    field: str | None
    reason: str
    remedy: str


class ByHand(Exception):
    """No edit brings this back; carries the reason and what people can do."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy
