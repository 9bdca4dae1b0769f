"""Writing once: a creation that may have happened is looked up before it is tried again, an update is the object as
read under its etag.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from planner.interfaces import ProviderError, Stale
from providers.synapse.failures import PLAN_AGAIN, Ambiguous, Refused
from providers.synapse.transport import Transport

Raw = Mapping[str, Any]

ATTEMPTS: Final = 5
CREATED: Final = "created"
UPDATED: Final = "updated"
FOUND_AGAIN: Final = "found again and completed"
ALREADY: Final = "already so"

# What changes with every write, whatever it was about.
_VOLATILE: Final = frozenset({"etag", "modifiedOn", "modifiedBy"})

# Lists that Synapse keeps as sets.
_SETS: Final = frozenset({"scopeIds", "attachmentFileHandleIds"})

# Left out, so that Synapse numbers the version: it comes back with a value of its own.
_NUMBERED: Final = frozenset({"versionLabel"})


@dataclass(frozen=True, slots=True)
class Creation:
    """How to make something, and how to find it again if the answer got lost (None: it isn't there)."""

    send: Callable[[], Awaitable[Raw]]
    look_up: Callable[[], Awaitable[Raw | None]]


async def create(transport: Transport, where: str, creation: Creation) -> tuple[Raw, str]:
    """Create something exactly once. Returns it and what was done. Raises Refused, ProviderError."""
    for attempt in range(ATTEMPTS):
        try:
            return await creation.send(), CREATED
        except Ambiguous as lost:
            await transport.sleep(lost.pause)
            found = await creation.look_up()
        except Refused as refused:
            # A second try may be refused because the first one did happen after all, only later.
            found = await creation.look_up() if attempt and refused.status in (400, 409) else None
            if found is None:
                raise
        if found is not None:
            return found, FOUND_AGAIN
    raise given_up(where, transport.endpoint)


@dataclass(frozen=True, slots=True)
class Change:
    """One PUT. base: the object as read; fields: what changes (None removes a field); agrees: whether an object is as
    wanted.
    """

    base: Raw
    fields: Raw
    send: Callable[[Raw], Awaitable[Raw]]
    reread: Callable[[], Awaitable[Raw]]
    agrees: Callable[[Raw], bool] | None = None

    def body(self) -> dict[str, Any]:
        """The object as read, with our fields changed."""
        return {name: value for name, value in {**self.base, **self.fields}.items() if value is not None}

    def done(self, now: Raw) -> bool:
        """Whether an object already is as wanted; an empty text is the same as none."""
        if self.agrees is not None:
            return self.agrees(now)
        compared = self.fields.keys() - _NUMBERED
        return all(_value(name, now) == _value(name, self.fields) for name in compared)


async def update(transport: Transport, where: str, change: Change) -> tuple[Raw, str]:
    """Put an object exactly once. Returns it and what was done. Raises Stale where somebody else moved it."""
    for _ in range(ATTEMPTS):
        try:
            return await change.send(change.body()), UPDATED
        except Ambiguous as lost:
            await transport.sleep(lost.pause)
            now = await change.reread()
            if change.done(now):
                return now, FOUND_AGAIN
            if now.get("etag") != change.base.get("etag"):
                raise stale(where, change.base, now) from lost
        except Refused as refused:
            if refused.status != 412:
                raise
            now = await change.reread()
            if change.done(now):
                return now, ALREADY
            raise stale(where, change.base, now) from refused
    raise given_up(where, transport.endpoint)


async def remove(transport: Transport, path: str) -> None:
    """Delete something; that it is gone already is fine."""
    for _ in range(ATTEMPTS):
        try:
            await transport.delete(path)
        except Ambiguous as lost:
            await transport.sleep(lost.pause)
        except Refused as refused:
            if refused.status != 404:
                raise
            return
        else:
            return
    raise given_up(path, transport.endpoint)


def moved(before: Raw, now: Raw) -> list[str]:
    """Names of the fields that differ between two readings of one object, apart from what every write changes."""
    names = {*before, *now} - _VOLATILE
    return sorted(name for name in names if _value(name, before) != _value(name, now))


def _value(name: str, raw: Raw) -> Any:
    """A field for comparing: nothing, an empty text and an empty list are the same, and sets have no order."""
    value = raw.get(name) or None
    return {str(item) for item in value} if name in _SETS and value is not None else value


async def unmoved(transport: Transport, path: str, where: str, etag: str | None, before: Raw | None) -> bool:
    """Whether a thing is still there to be deleted. Raises Stale where somebody changed it since it was planned.

    where: its address. etag: that the plan saw; None where any will do. before: how it was read.
    """
    try:
        now = await transport.get(path)
    except Refused as refused:
        if refused.status == 404:
            return False
        raise
    if etag not in (None, now["etag"]):
        raise stale(where, before or {}, now)
    return True


def stale(where: str, before: Raw, now: Raw) -> Stale:
    """What to say when somebody else was faster."""
    fields = ", ".join(moved(before, now)) or "another part of it (its access or its annotations)"
    who = f" by user {now['modifiedBy']}" if "modifiedBy" in now else ""
    return Stale(where, f"changed on Synapse{who} since it was read: {fields}", PLAN_AGAIN)


def given_up(where: str, endpoint: str) -> ProviderError:
    """What to say when the server never answers, and nothing was found either."""
    return ProviderError(
        where, f"{endpoint} gave no usable answer, {ATTEMPTS} times", "run again later: it looks before it writes"
    )
