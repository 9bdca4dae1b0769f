"""What the writers of all kinds share during one apply: the session, what is known, etags in a chain, and files that
were uploaded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from planner.access import union
from planner.interfaces import Known
from planner.live import Me
from planner.plan import Operation
from planner.references import Plain, Spec, plain, references, resolve
from providers.synapse.session import Session
from providers.synapse.settle import moved, stale
from providers.synapse.transport import Transport
from providers.synapse.uploads import Uploads

Raw = Mapping[str, Any]


def items(value: Plain) -> tuple[Plain, ...]:
    """A value of a spec that must be a list."""
    if not isinstance(value, tuple):
        raise TypeError(f"not a list: {value!r}")
    return value


def members(value: Plain) -> Mapping[str, Plain]:
    """A value of a spec that must be a mapping."""
    if not isinstance(value, Mapping):
        raise TypeError(f"not a mapping: {value!r}")
    return value


@dataclass(slots=True)
class Chain:
    """The etag of one entity, which its fields, annotations and ACL share (contract 0.7): whoever writes holds the
    lock.

    written: whether we wrote to it in this run. etag: what our last write returned; None where it didn't tell (an ACL
    has an etag of its own). annotations: the newest map that we wrote.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    written: bool = False
    etag: str | None = None
    annotations: Mapping[str, Any] | None = None

    def wrote(self, etag: str | None) -> None:
        """Remember our last write."""
        self.written, self.etag = True, etag


@dataclass(slots=True)
class Run:
    """What one apply keeps in mind between its operations. born: objects made together with their owner; made: pages
    and rounds made in this run; created: addresses of everything that it made.
    """

    session: Session
    uploads: Uploads
    chains: dict[str, Chain] = field(default_factory=dict)
    born: dict[str, Raw] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    created: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Writing:
    """One operation being performed."""

    run: Run
    known: Known

    @property
    def transport(self) -> Transport:
        """Where requests go."""
        return self.run.session.transport

    @property
    def me(self) -> Me:
        """The account that applies."""
        return self.run.session.me

    def chain(self, entity: str) -> Chain:
        """The chain of one entity."""
        return self.run.chains.setdefault(entity, Chain())

    def raw(self, address: str) -> Raw | None:
        """The newest object of an address that we know of."""
        return self.known.raw_of(address) or self.run.born.get(address)

    def spec(self, operation: Operation) -> dict[str, Plain]:
        """The desired spec of an operation with ids for references."""
        return self.resolved(operation.spec)

    def resolved(self, spec: Spec) -> dict[str, Plain]:
        """A desired spec with ids for references."""
        ids = {address: self.known.id_of(address) for address in references(dict(spec))}
        return {name: plain(resolve(value, ids)) for name, value in spec.items()}

    def acl_entries(self, spec: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        """A desired ACL by principal id; two addresses of one principal add up."""
        entries: dict[str, tuple[str, ...]] = {}
        for principal, types in spec.items():
            id_ = principal if principal.isdigit() else self.known.id_of(principal)
            entries[id_] = union(entries.get(id_, ()), types)
        return entries

    async def base(self, chain: Chain, raw: Raw | None, where: str, reread: Callable[[], Awaitable[Raw]]) -> Raw:
        """The object to change, under an etag that holds: as read, or as our own last write left the entity.

        Where that write didn't tell its etag the object is read again, and must be as it was: only we may have written
        (raises Stale).
        """
        if raw is not None and not chain.written:
            return raw
        if raw is not None and chain.etag is not None:
            return {**raw, "etag": chain.etag}
        fresh = await reread()
        if raw is not None and moved(raw, fresh):
            raise stale(where, raw, fresh)
        return fresh
