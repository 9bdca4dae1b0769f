"""Resources: one managed thing on Synapse each, with an address, a kind, a spec and what it must come after.

The fields of each kind's spec (all fields are always present unless marked `?`; instants are ISO 8601 in UTC with
milliseconds):

| kind | address | spec |
|---|---|---|
| project | project.live | name, description, alias |
| team | team.participants | name, description, join (open, request, invitation) |
| member | member.organizers/NAME | team (Ref), person (Ref user.NAME or principal.NUMBER) |
| challenge | challenge.live | project (Ref), team (Ref) |
| queue | queue.final/similarity | name, project (Ref), description, instructions, receipt |
| round | round.final/similarity/Trial | queue (Ref), start, end, limits {total, daily, weekly, monthly: count} |
| folder | folder.logs | name, parent (Ref) |
| link | link.scoring | name, parent (Ref), url: a file entity whose content is an external address |
| view | view.dashboard | name, parent (Ref), scope (Refs of queues), columns (of {name, type, size?}) |
| wiki | wiki.live/overview/data | owner (Ref), parent (Ref?), title, text (Template), attachments {name: MD5} |
| order | order.live | owner (Ref), pages (Refs, the order of the whole tree) |
| acl | acl.OWNER | {principal: access types}; principals: team.x, user.x, principal.1, public, signed-in, deployer |
| annotations | annotations.OWNER | {key: strings}; only the keys that are ours, all of type STRING |
| stage | stage.begun, stage.completed | stage; kept as annotations of the home project |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from planner.references import Value, references

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed-in"
DEPLOYER: Final = "deployer"
FIXED_PRINCIPALS: Final[Mapping[str, str]] = {PUBLIC: "273949", SIGNED_IN: "273948"}
"""Ids that Synapse fixes (contract 0.6)."""


LEDGER_FOLDER: Final = "folder.ledger"
LOGS_FOLDER: Final = "folder.logs"
STAGE_BEGUN: Final = "stage.begun"
STAGE_COMPLETED: Final = "stage.completed"
"""Addresses that every challenge has."""


class Kind(StrEnum):
    """What a resource is; the table above tells the spec of each."""

    PROJECT = "project"
    TEAM = "team"
    MEMBER = "member"
    CHALLENGE = "challenge"
    QUEUE = "queue"
    ROUND = "round"
    FOLDER = "folder"
    LINK = "link"
    VIEW = "view"
    WIKI = "wiki"
    ORDER = "order"
    ACL = "acl"
    ANNOTATIONS = "annotations"
    STAGE = "stage"


ENTITY_KINDS: Final = frozenset({Kind.PROJECT, Kind.FOLDER, Kind.LINK, Kind.VIEW})
"""Kinds that are Synapse entities: they have children, annotations and one etag for all of it (contract 0.7)."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing that has to exist, as the manifest says it.

    `after` names addresses that must come first for safety, beyond those that the spec refers to. `carried_by` is the
    owner in whose
    creation this resource is born (an ACL or annotations, written in one transaction with the entity). protect: whether
    it may be deleted (None: as is usual for what is in it). ignore: fields that are left to the web once it exists.
    """

    address: str
    kind: Kind
    spec: Mapping[str, Value]
    after: tuple[str, ...] = ()
    carried_by: str | None = None
    protect: bool | None = None
    ignore: tuple[str, ...] = ()

    def refers_to(self) -> Iterator[str]:
        """Yield every address whose id this resource needs to be written, repeats included."""
        yield from references(dict(self.spec))
        if self.kind is Kind.ACL:
            yield from (principal for principal in self.spec if principal.startswith("team."))
        if self.kind in (Kind.ACL, Kind.ANNOTATIONS):
            yield owner_of(self.address)


@dataclass(frozen=True, slots=True)
class Desired:
    """Everything that the manifest wants at one stage.

    resources: by address, in the order in which people should read them.
    given: addresses of things that belong to somebody else or are adopted by id (`use:` and `adopt:`), with their ids;
    and `principal.NUMBER` → number.
    adopt: the addresses among `given` that become ours.
    people: `user.NAME` → account name, to be looked up.
    files: MD5 → path of the local file, for attachments of pages.
    guarded: data key → (address of its folder, file name or None for the whole folder): truths, whose readers the gates
    check.
    restricted: addresses of teams and folders whose access requirements the gates want to see.
    home: address of the project that keeps the ledger.
    was: address → the address that the same thing had before it was renamed or moved in the files.
    """

    challenge: str
    stage: str
    home: str
    resources: Mapping[str, Resource]
    given: Mapping[str, str] = field(default_factory=dict)
    adopt: frozenset[str] = frozenset()
    people: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    guarded: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)
    restricted: tuple[str, ...] = ()
    was: Mapping[str, str] = field(default_factory=dict)

    def carried_by(self, owner: str) -> tuple[str, ...]:
        """Addresses of the annotations and the ACL that are born with a resource."""
        parts = (annotations_address(owner), acl_address(owner))
        return tuple(part for part in parts if part in self.resources and self.resources[part].carried_by == owner)

    def of_kind(self, *kinds: Kind) -> Iterator[Resource]:
        """Yield the resources of some kinds, in order."""
        return (resource for resource in self.resources.values() if resource.kind in kinds)


def rounds_of(address: str) -> str:
    """What the addresses of all rounds of one queue begin with: `round.final/x/1` → `round.final/x`."""
    return address.rsplit("/", 1)[0]


def owner_of(address: str) -> str:
    """The resource that an ACL or annotations address belongs to: `acl.queue.final/x` → `queue.final/x`."""
    return address.split(".", 1)[1]


def acl_address(owner: str) -> str:
    """The address of the ACL of a resource."""
    return f"acl.{owner}"


def annotations_address(owner: str) -> str:
    """The address of the annotations of a resource."""
    return f"annotations.{owner}"
