"""What is known while a plan runs: ids, objects and etags of what was read and of what was written so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from planner.diff import wanted_spec
from planner.interfaces import Outcome, ProviderError
from planner.live import Live
from planner.plan import Operation
from planner.references import plain, references
from planner.resources import Desired

_WHY: Final = "this account does not see it on Synapse, and this apply did not make it"
_MEND: Final = (
    "correct what refers to it in the manifest, or ask an administrator of the challenge to let this account read it; "
    "then plan again"
)


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
        """The id at an address. Raises ProviderError where nobody knows it."""
        if address not in self.ids:
            raise ProviderError(address, f"{address} is needed, and has no id: {_WHY}", _MEND)
        return self.ids[address]

    def raw_of(self, address: str) -> Mapping[str, Any] | None:
        """The newest object at an address."""
        return self._raws.get(address)

    def spec_of(self, address: str) -> Mapping[str, Any]:
        """The desired spec at an address, with every reference resolved. Raises ProviderError as `id_of`."""
        resource = self._desired.resources[address]
        ids = self.ids | {needed: self.id_of(needed) for needed in references(dict(resource.spec))}
        spec = wanted_spec(resource, ids)
        return {name: plain(value) for name, value in spec.items()}

    def file_of(self, md5: str) -> str:
        """The path of the local file with that content."""
        return self._desired.files[md5]
