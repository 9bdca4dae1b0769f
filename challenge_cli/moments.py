"""Instants typed on the command line, and instants in file names."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from challenge_cli.errors import Failure


def moment(text: str, zone: tzinfo = UTC) -> datetime:
    """An instant: a date means its first minute; without an offset it is in `zone`.

    Raises Failure where it is no date and no time.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        mend = "write a date such as 2027-03-01, or a time such as 2027-03-01T09:00 or 2027-03-01T09:00:00Z"
        raise Failure("--now", f"{text!r} is no date and no time", mend) from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def milliseconds(instant: datetime) -> int:
    """Milliseconds since the epoch, as the sandbox's clock counts."""
    return round(instant.timestamp() * 1000)


def stamp(instant: datetime) -> str:
    """An instant for the name of a file: `20270301T090000Z`."""
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"
