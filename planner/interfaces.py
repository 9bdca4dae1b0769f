"""Reading and writing are two interfaces, so that whatever plans can't even be typed to write.

Providers implement them; `providers/synapse` is the one for Synapse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from planner.applied import Applied
from planner.live import Live
from planner.plan import Operation
from planner.resources import Desired


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one operation really did.

    raw: the object as Synapse answered it; etag: its new etag where the next operation of the same object needs it.
    did: a few words for the receipt ("created", "updated", "found again and completed", "already so").
    orphans: external file handles that a retry may have left behind, invisibly.
    """

    id: str
    did: str
    etag: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)
    orphans: int = 0


class Reader(Protocol):
    """Reads the world; never writes. Planning, validating, drift, import and gates are handed one of these."""

    async def read(self, desired: Desired, applied: Applied) -> Live:
        """Read everything that `desired` names and what stands beside it.

        Raises ProviderError where the world can't be read at all (signed out, server away).
        """
        ...

    async def read_applied(self, desired: Desired) -> Applied:
        """Read the newest ledger; empty before the first apply, `lost` set where it is damaged."""
        ...


class Known(Protocol):
    """What a writer may look up while it performs an operation: results of earlier operations and of the reading
    before.
    """

    def id_of(self, address: str) -> str:
        """The id of a resource, person or fixed principal. Raises ProviderError where nobody knows it."""
        ...

    def raw_of(self, address: str) -> Mapping[str, Any] | None:
        """The newest object of that address, as read or as answered to our own last write; None where there is none."""
        ...

    def spec_of(self, address: str) -> Mapping[str, Any]:
        """The desired spec of another resource of the plan, resolved: what a carrier needs of those it carries.

        Raises ProviderError as `id_of`.
        """
        ...

    def file_of(self, md5: str) -> str:
        """The path of the local file with that content."""
        ...


class Writer(Protocol):
    """Performs one operation, safely repeatable: a creation that may have happened is looked up before it is tried
    again.
    """

    async def perform(self, operation: Operation, known: Known) -> Outcome:
        """Perform one operation.

        Raises Stale where the object moved since it was read, ProviderError where it can't be done; nothing else that a
        user can cause.
        """
        ...

    async def write_applied(self, folder: str, applied: Applied, note: Mapping[str, str]) -> None:
        """Store a new version of the ledger in the restricted folder with that id."""
        ...


class ProviderError(Exception):
    """Where, what and how to mend it, in words for people; `where` is an address or an endpoint.

    orphans: external file handles that were left behind on the way, invisibly.
    """

    orphans = 0

    def __init__(self, where: str, what: str, mend: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where, self.what, self.mend = where, what, mend


class Stale(ProviderError):
    """The object was changed by somebody else since it was read; nothing was written."""


class Locked(Stale):
    """Somebody else is applying to the same challenge; nothing was written."""


class Unreachable(ProviderError):
    """The server is gone, or refuses us altogether: trying anything else is pointless until that is mended."""
