"""Names of entities and evaluation queues: which are legal, and which are the same (contract 2.3, 5.1)."""

from __future__ import annotations

import re
import unicodedata

from synapse_sandbox.refusals import invalid, required

MAXIMUM_LENGTH = 256
_LEGAL = re.compile(r"[a-zA-Z0-9,_. \-+()']+")


def valid_name(name: str | None) -> str:
    """The name, trimmed; 400 unless it is ASCII letters, digits, blanks and a few marks, and at most 256 long."""
    if name is None:
        raise required("name")
    trimmed = name.strip()
    if not trimmed:
        raise invalid("Name cannot be only whitespace or empty string")
    if len(trimmed) > MAXIMUM_LENGTH:
        raise invalid(f"Name length cannot be longer than {MAXIMUM_LENGTH} characters.")
    if not _LEGAL.fullmatch(trimmed):
        raise invalid(
            f"Invalid Name: '{trimmed}'. Names may only contain: letters, numbers, spaces, underscores, hyphens,"
            " periods, plus signs, apostrophes, and parentheses"
        )
    return trimmed


def collation_key(name: str) -> str:
    """Equal for names that the collation utf8mb4_0900_ai_ci takes as the same: neither case nor accents count."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))
