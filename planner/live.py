"""What was read from Synapse, in the words of the planner.

A live spec has the fields of the kind's spec (see `resources.py`) with ids where the desired spec has references; ACLs
are keyed by principal
id. `raw` is the object as Synapse sent it: every update is that object with our fields changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from planner.references import Plain
from planner.resources import Kind


@dataclass(frozen=True, slots=True)
class LiveResource:
    """One managed thing as it is on Synapse.

    identified_by: how we know that it is ours: "ledger", "project" (it hangs on our project), "key" (carries the
    challenge key), "creator" (we made it), "manager" (a team that we manage), "manifest" (`adopt:` or `use:`), or
    "name" (a stranger's, only the name agrees).
    raw: the object as read; for an entity its `entity`, for a page the v1 wiki page.
    """

    address: str
    kind: Kind
    id: str
    spec: Mapping[str, Plain]
    etag: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)
    identified_by: str = "project"
    modified_by: str | None = None
    modified_on: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unmanaged:
    """Something on our projects that the manifest doesn't mention: reported, never touched.

    where: address of what it lies in; of a page, the page above it, or its project where that one is nobody's either.
    window: of a round, its start and its end. above: id of the page above a page.
    """

    kind: Kind
    id: str
    name: str
    where: str
    window: tuple[str, str] | None = None
    above: str | None = None


@dataclass(frozen=True, slots=True)
class Me:
    """The account that plans and applies.

    groups: every principal id that it acts as (itself, its teams, signed-in, public; contract 0.6); empty if unread.
    """

    id: str
    name: str
    certified: bool
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Membership:
    """Who is in a team, by principal id, and who has an open invitation."""

    members: frozenset[str]
    invited: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Guarded:
    """A file or folder that must stay closed, with everything that decides who can read it.

    access: principal id → access types of the ACL that is in force there (its own or an ancestor's).
    """

    id: str
    name: str
    access: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Live:
    """Synapse as it was read at `now` (the server's own time).

    resources: what was found, by the address of the manifest.
    ids: address → id of everything known: found resources, `given` ones, people, `deployer`.
    names: principal id → how people call it, for showing ACL entries that the manifest doesn't know.
    taken: address → why the name can't be had (held by a stranger).
    unreadable: what could not be seen, address → reason; gates that need it fail.
    missing_people: `user.NAME` and `principal.NUMBER` addresses for which there is no account.
    guarded: data key → what was found of a truth.
    submissions: queue address → number of submissions, where it was asked for.
    dropped: what the ledger says is ours, the manifest no longer names, and is still there, by its old address.
    bare: addresses of dropped entities that an apply gave an access list of their own, which is gone.
    contents: folder address → how many things lie in it that the ledger doesn't know, where it was asked for.
    requirements: address of a team or folder → descriptions of the access requirements in force.
    """

    now: datetime
    me: Me
    resources: Mapping[str, LiveResource]
    ids: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    taken: Mapping[str, str] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)
    missing_people: tuple[str, ...] = ()
    unmanaged: tuple[Unmanaged, ...] = ()
    memberships: Mapping[str, Membership] = field(default_factory=dict)
    guarded: Mapping[str, Guarded] = field(default_factory=dict)
    submissions: Mapping[str, int] = field(default_factory=dict)
    requirements: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dropped: Mapping[str, LiveResource] = field(default_factory=dict)
    bare: frozenset[str] = frozenset()
    contents: Mapping[str, int] = field(default_factory=dict)

    @property
    def stamp(self) -> str:
        """The instant of reading as Synapse writes instants, to compare with those in specs."""
        return self.now.strftime("%Y-%m-%dT%H:%M:%S.000Z")
