"""Instants and spans for people; always UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from synapse_sandbox.wire import from_iso

_UNITS: Final = (("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000))


def moment(milliseconds: int) -> str:
    """An instant (epoch ms), as `2027-03-01 09:00 UTC`; seconds only where there are any."""
    then = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return then.strftime("%Y-%m-%d %H:%M:%S UTC" if then.second else "%Y-%m-%d %H:%M UTC")


def span(milliseconds: int) -> str:
    """A length of time in its largest unit, as `28 days`."""
    for name, size in _UNITS:
        if milliseconds >= size:
            count = round(milliseconds / size)
            return f"{count} {name}{'' if count == 1 else 's'}"
    return "less than a minute"


def relative(milliseconds: int, now: int) -> str:
    """An instant as seen from now: `in 3 days`, `2 hours ago`."""
    distance = milliseconds - now
    return f"in {span(distance)}" if distance > 0 else f"{span(-distance)} ago"


def optional(text: str | None) -> int | None:
    """Epoch milliseconds of a date of the API, where there is one."""
    return None if text is None else from_iso(text)
