"""What can be read beside the ledger, which is read request by request: who we act as, who has which name, our teams.

Only a guess as far as teams go: the ledger may tell of others. Then these are read anew, and nothing was lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from planner.live import Me
from planner.resources import Desired, Kind
from providers.synapse.failures import Refused
from providers.synapse.kinds.principals import acting_groups, alias_key, look_up
from providers.synapse.retries import IN_FLIGHT
from providers.synapse.together import together
from providers.synapse.transport import Transport

Raw = Mapping[str, Any]

LANES: Final = IN_FLIGHT - 1
"""Requests at a time: the ledger is what everything else waits for, and never waits itself."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """groups: ids of everybody as whom the caller acts. headers: of users and teams by alias key. answers: by path."""

    groups: frozenset[str] | None = None
    headers: Mapping[str, Raw] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)


async def look_ahead(transport: Transport, me: Me, desired: Desired) -> Ahead:
    """Read all that. Raises Refused, ProviderError."""
    names = {*desired.people.values(), *_team_names(desired)}
    groups, headers = await together(acting_groups(transport, me), look_up(transport, names))
    lanes = asyncio.Semaphore(LANES)
    answers = await together(*(_answer(transport, lanes, path) for path in _paths(desired, headers)))
    return Ahead(groups, headers, {path: answer for path, answer in answers if answer is not None})


def _team_names(desired: Desired) -> Iterator[str]:
    return (str(item.spec["name"]) for item in desired.of_kind(Kind.TEAM))


def _paths(desired: Desired, headers: Mapping[str, Raw]) -> Iterator[str]:
    """The teams that have the manifest's names, and their access lists."""
    for name in _team_names(desired):
        header = headers.get(alias_key(name))
        if header is not None and not header["isIndividual"]:
            yield from (f"/team/{header['ownerId']}", f"/team/{header['ownerId']}/acl")


async def _answer(transport: Transport, lanes: asyncio.Semaphore, path: str) -> tuple[str, Any]:
    """What is answered; nothing where it is refused, which whoever needs it will find out."""
    async with lanes:
        try:
            return path, await transport.get(path)
        except Refused:
            return path, None
