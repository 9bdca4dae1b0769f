"""Keys for what was found: as the last apply called it, else made from its name."""

from __future__ import annotations

from challenge_spec.keys import key_from, slug, unique
from planner.discovered import Discovered

__all__ = ["Remembered", "key_from", "slug", "unique", "without"]


def without(name: str, prefix: str) -> str:
    """A name without the challenge's name in front of it."""
    rest = name[len(prefix) :] if name.casefold().startswith(prefix.casefold()) else name
    return rest.strip(" -_:") or name


class Remembered:
    """What the ledger calls the things that have an id: `remembered.key("team", "3400001")` is `participants`."""

    def __init__(self, found: Discovered) -> None:
        self._keys = {
            (address.split(".", 1)[0], id_): address.split(".", 1)[1] for address, id_ in found.ledger.items()
        }

    def key(self, kind: str, id_: str) -> str | None:
        """What stands behind the kind in the address of this id; None where we never applied it."""
        return self._keys.get((kind, id_))
