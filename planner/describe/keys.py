"""Keys for what was found: as the last apply called it, else made from its name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from planner.discovered import Discovered

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


def without(name: str, prefix: str) -> str:
    """A name without the challenge's name in front of it."""
    rest = name[len(prefix) :] if name.casefold().startswith(prefix.casefold()) else name
    return rest.strip(" -_:") or name


def unique(key: str, taken: Container[str]) -> str:
    """The key, with a number behind it if it is taken."""
    number, found = 2, key
    while found in taken:
        found, number = f"{key[: LONGEST - 4]}-{number}", number + 1
    return found


class Remembered:
    """What the ledger calls the things that have an id: `remembered.key("team", "3400001")` is `participants`."""

    def __init__(self, found: Discovered) -> None:
        self._keys = {
            (address.split(".", 1)[0], id_): address.split(".", 1)[1] for address, id_ in found.ledger.items()
        }

    def key(self, kind: str, id_: str) -> str | None:
        """What stands behind the kind in the address of this id; None where we never applied it."""
        return self._keys.get((kind, id_))
