"""Keys made from names that people gave to things."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

LONGEST = 64


def slug(name: str) -> str:
    """A name as a key: `Data & Leaderboard (v2)` becomes `data-leaderboard-v2`; empty where nothing can be kept."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:LONGEST].strip("-_")


def key_from(name: str, fallback: str) -> str:
    """A key that the manifest takes: it begins with a letter."""
    made = slug(name)
    if made and made[0].isalpha():
        return made
    return f"{fallback}-{made}"[:LONGEST].strip("-_")


def unique(key: str, taken: Container[str]) -> str:
    """The key, with a number behind it if it is taken."""
    number, found = 2, key
    while found in taken:
        found, number = f"{key[: LONGEST - 4]}-{number}", number + 1
    return found
