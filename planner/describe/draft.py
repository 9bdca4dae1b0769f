"""A manifest in the making: nested data, a word about each decision that is somebody else's, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from challenge_spec.source import Path


@dataclass(slots=True)
class Draft:
    """document: in the vocabulary of `challenge_spec.manifest`. comments: path → what there is to decide or to know.

    left: what is on Synapse and the manifest can't say, in words for people.
    """

    document: dict[str, Any] = field(default_factory=dict)
    comments: dict[Path, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)

    def block(self, *path: str) -> dict[str, Any]:
        """The block at a path, made where there is none."""
        found = self.document
        for key in path:
            found = found.setdefault(key, {})
        return found

    def comment(self, text: str, *path: str | int) -> None:
        """Say something above the key at a path."""
        self.comments[path] = text

    def leave(self, text: str) -> None:
        """Remember what stays as it is on Synapse, unmentioned in the manifest."""
        if text not in self.left:
            self.left.append(text)


@dataclass(frozen=True, slots=True)
class Described:
    """What an import writes. pages: path beside the manifest → text or bytes; report: what the manifest can't say."""

    document: Mapping[str, Any]
    comments: Mapping[Path, str]
    pages: Mapping[str, str | bytes]
    report: tuple[str, ...]


def tidy(block: dict[str, Any]) -> dict[str, Any]:
    """A block without the entries that say nothing; empty texts and `false` do say something."""
    return {key: value for key, value in block.items() if value is not None and value not in ({}, [], ())}
