"""What is known while a plan runs: ids, objects and etags of what was read and of what was written so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.diff import wanted_spec
from planner.interfaces import Outcome
from planner.live import Live
from planner.plan import Operation
from planner.references import plain
from planner.resources import Desired


class Results:
    """Implements `planner.interfaces.Known`; only the walk adds to it."""

    def __init__(self, desired: Desired, live: Live) -> None:
        self._desired = desired
        self.ids: dict[str, str] = dict(live.ids)
        self._raws: dict[str, Mapping[str, Any]] = {
            address: resource.raw for address, resource in (*live.resources.items(), *live.dropped.items())
        }

    def add(self, operation: Operation, outcome: Outcome) -> None:
        """Remember what an operation returned."""
        self.ids[operation.address] = outcome.id
        if outcome.raw:
            self._raws[operation.address] = outcome.raw

    def id_of(self, address: str) -> str:
        """The id at an address; KeyError where an earlier operation should have made it."""
        return self.ids[address]

    def raw_of(self, address: str) -> Mapping[str, Any] | None:
        """The newest object at an address."""
        return self._raws.get(address)

    def spec_of(self, address: str) -> Mapping[str, Any]:
        """The desired spec at an address, with every reference resolved."""
        spec = wanted_spec(self._desired.resources[address], self.ids)
        return {name: plain(value) for name, value in spec.items()}

    def file_of(self, md5: str) -> str:
        """The path of the local file with that content."""
        return self._desired.files[md5]
