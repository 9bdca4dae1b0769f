"""octoDNS's planner with its states in memory, run by the Python of its own environment with N and REPETITIONS.

Prints JSON: case → processor seconds of each repetition; and KiB a record at the peak, by tracemalloc.
"""

from __future__ import annotations

import gc
import json
import logging
import sys
import time
import tracemalloc
from typing import Any

from octodns.provider.base import BaseProvider
from octodns.record import Record
from octodns.zone import Zone


class InMemory(BaseProvider):  # type: ignore[misc]  # octoDNS lives in an environment of its own
    """A provider that already knows what is there."""

    SUPPORTS = frozenset({"A"})
    SUPPORTS_GEO = False

    def __init__(self, records: dict[str, dict[str, Any]]) -> None:
        self.log = logging.getLogger("memory")
        super().__init__("memory")
        self._records = records

    def populate(self, zone: Zone, target: bool = False, lenient: bool = False) -> bool:  # noqa: ARG002 -- octoDNS's signature
        """Fill a zone, as every provider does."""
        for name, data in self._records.items():
            zone.add_record(Record.new(zone, name, data, source=self, lenient=lenient), lenient=lenient)
        return True


def records(count: int, changed: int = 0) -> dict[str, dict[str, Any]]:
    """So many A records; every `changed`th one with another address."""
    return {
        f"host-{n}": {"type": "A", "ttl": 300, "value": f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"}
        if not changed or n % changed
        else {"type": "A", "ttl": 300, "value": "192.0.2.1"}
        for n in range(count)
    }


def plan(provider: InMemory, desired: Zone) -> None:
    """Read the target, and compare."""
    provider.plan(desired)


def wanted(count: int, changed: int) -> Zone:
    """The zone as its source says it."""
    zone = Zone("unit.tests.", [])
    InMemory(records(count, changed)).populate(zone)
    return zone


def timed(provider: InMemory, desired: Zone) -> float:
    """Processor seconds of one plan, from a clean heap."""
    gc.collect()
    begun = time.process_time()
    plan(provider, desired)
    return time.process_time() - begun


def kibibytes(count: int) -> float:
    """KiB a record, both states and the plan together, at the peak."""
    tracemalloc.start()
    desired, provider = wanted(count, 0), InMemory(records(count))
    plan(provider, desired)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / count / 1024


def main(count: int, repetitions: int) -> None:
    """Measure both cases at one size."""
    found: dict[str, Any] = {}
    for case, changed in (("no change", 0), ("1 % changed", 100)):
        desired, provider = wanted(count, changed), InMemory(records(count))
        plan(provider, desired)
        found[case] = [timed(provider, desired) for _ in range(repetitions)]
    found["memory"] = kibibytes(count) if count <= 10_000 else None
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
