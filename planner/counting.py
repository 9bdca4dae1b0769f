"""Numbers with their noun, for everything that people read."""

from __future__ import annotations


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 page`, `2 pages`."""
    return f"{number} {one if number == 1 else many or one + 's'}"
