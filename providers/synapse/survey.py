"""What one reading has found so far; the readers of each kind fill it in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from planner.applied import Applied
from planner.live import Guarded, LiveResource, Me, Membership, Unmanaged
from planner.references import Plain, Ref
from planner.resources import FIXED_PRINCIPALS, Desired, Kind, Resource
from providers.synapse.failures import Refused
from providers.synapse.transport import Transport

if TYPE_CHECKING:
    from providers.synapse.ahead import Ahead


@dataclass(slots=True)
class Survey:
    """The world as far as it has been read. bundles: entity bundles by the address of the entity; see `Live` for the
    rest.

    counted: addresses of queues and folders whose submissions and contents are to be counted. principals: ids whose
    names people will want to see. read: id → bundle of what was read a moment ago, on the way to the ledger;
    ahead: and beside it.
    """

    transport: Transport
    me: Me
    desired: Desired
    applied: Applied
    counted: frozenset[str] = frozenset()
    resources: dict[str, LiveResource] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    missing_people: list[str] = field(default_factory=list)
    unmanaged: list[Unmanaged] = field(default_factory=list)
    memberships: dict[str, Membership] = field(default_factory=dict)
    guarded: dict[str, Guarded] = field(default_factory=dict)
    submissions: dict[str, int] = field(default_factory=dict)
    requirements: dict[str, tuple[str, ...]] = field(default_factory=dict)
    dropped: dict[str, LiveResource] = field(default_factory=dict)
    bare: set[str] = field(default_factory=set)
    contents: dict[str, int] = field(default_factory=dict)
    bundles: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    read: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    ahead: Ahead | None = None
    principals: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.ids |= FIXED_PRINCIPALS
        self.ids |= self.desired.given
        self.names |= {id_: principal for principal, id_ in FIXED_PRINCIPALS.items()}
        self.names[self.me.id] = self.me.name

    def add(self, found: LiveResource) -> None:
        """Take a resource that was found into the picture."""
        self.resources[found.address] = found
        if found.modified_by:
            self.principals.add(found.modified_by)
        self.ids[found.address] = found.id

    async def get(self, path: str) -> Any:
        """GET, where it wasn't read ahead. Raises Refused, ProviderError."""
        if self.ahead is not None and path in self.ahead.answers:
            return self.ahead.answers[path]
        return await self.transport.get(path)

    def told(self, address: str) -> tuple[str, str] | None:
        """The id that manifest, ledger or the key of the challenge tell for an address, and which of them."""
        if address in self.desired.given:
            return self.desired.given[address], "manifest"
        entry = self.applied.entries.get(address)
        if entry and entry.id:
            return entry.id, "ledger"
        return (self.applied.found[address], "key") if address in self.applied.found else None

    def of_kind(self, *kinds: Kind) -> Iterator[Resource]:
        """The wanted resources of some kinds."""
        return self.desired.of_kind(*kinds)

    def id_in(self, resource: Resource, name: str) -> str | None:
        """The id that a reference in a wanted spec leads to, if it is known."""
        value = resource.spec.get(name)
        return self.ids.get(value.address) if isinstance(value, Ref) else None

    def on(self, resource: Resource, name: str) -> str:
        """How we know that something is ours which hangs on what a reference leads to: not at all, if that is a
        stranger's.
        """
        value = resource.spec[name]
        owner = self.resources.get(value.address) if isinstance(value, Ref) else None
        return "name" if owner is not None and owner.identified_by == "name" else "project"

    def wanted(self, address: str) -> bool:
        """Whether the manifest mentions an address."""
        return address in self.desired.resources

    def forbid(self, address: str, refused: Refused) -> None:
        """Record that something could not be seen."""
        self.unreadable[address] = refused.reason


def referred(resource: Resource, name: str) -> str:
    """The address that a field of a wanted spec refers to."""
    value = resource.spec[name]
    if not isinstance(value, Ref):
        raise TypeError(f"{resource.address}: {name} must refer to another resource")
    return value.address


def instant(text: str | None) -> datetime | None:
    """An instant of Synapse (contract 0.3) as an aware datetime."""
    return datetime.fromisoformat(text) if text else None


def strings(value: Any) -> tuple[str, ...]:
    """A list of strings as plain data."""
    return tuple(str(item) for item in value)


def spec_of(**fields: Plain) -> dict[str, Plain]:
    """A live spec."""
    return fields
