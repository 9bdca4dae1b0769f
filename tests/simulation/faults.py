"""What can go wrong between an engine and Synapse, and with the engine itself. Plain data, so that it can be kept."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """One kind of fault. Each strikes at one request."""

    THROTTLED = "429 that doesn't say when to come back"
    THROTTLED_FOR = "429 with Retry-After"
    UNAVAILABLE = "5xx instead of being served"
    RESET_BEFORE = "connection reset before the commit"
    RESET_AFTER = "connection reset after the commit"
    NO_ANSWER = "no answer within the time that a request may take, though it was served"
    TRUNCATED = "half an answer"
    SLOW = "a slow answer"
    FROZEN = "the process is frozen for longer than a lease, then goes on"
    KILLED = "the process is killed"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault at the request with this number (from 1). size: between 0 and 1, how bad it is where that can vary."""

    kind: Kind
    at: int
    size: float


_REQUESTS: Final = 120
"""About how many requests an apply sends."""

_RARE: Final[tuple[Kind, ...]] = (Kind.FROZEN, Kind.KILLED)
_COMMON: Final[tuple[Kind, ...]] = tuple(kind for kind in Kind if kind not in _RARE)


def weather(chance: random.Random) -> tuple[Fault, ...]:
    """The faults of one apply: often none, now and then a storm; four of ten applies are killed or frozen."""
    kinds = chance.choices(_COMMON, k=chance.choice((0, 1, 3, 8)))
    if chance.random() < 0.4:
        kinds.append(chance.choice(_RARE))
    return tuple(Fault(kind, chance.randint(1, _REQUESTS), round(chance.random(), 3)) for kind in kinds)
