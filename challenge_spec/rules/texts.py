"""Texts of the manifest itself: nothing left to fill in, and no secret."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from challenge_spec.pages.placeholders import may_have_placeholders, placeholders
from challenge_spec.rules.context import Room
from challenge_spec.source import Path

_SECRET = re.compile(
    r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}+\.[A-Za-z0-9_-]{10,}+\.[A-Za-z0-9_-]*+|\bghp_[A-Za-z0-9]{20,}+"
)


def check(room: Room) -> None:
    """Run the rules of this family."""
    suspicious = {text for text in room.texts if may_have_placeholders(text) or _SECRET.search(text)}
    places = _texts(room.findings.source.value, ()) if suspicious else ()
    for path, text in places:
        if text not in suspicious:
            continue
        for _, mark in placeholders(text):
            message = f"`{mark}` looks like a placeholder"
            room.findings.warning("manifest.placeholder", path, message, "Write what belongs there.")
        if looks_like_secret(text):
            remedy = "Remove it, and revoke it: what was in git stays there. Credentials come from the environment."
            room.findings.error("manifest.secret", path, "this looks like an access token", remedy)


def looks_like_secret(text: str) -> bool:
    """Whether there is something in a text that opens doors: a token of Synapse's or GitHub's."""
    return _SECRET.search(text) is not None


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))
