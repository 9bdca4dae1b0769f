"""A challenge as it was found on Synapse, before anybody wrote a manifest for it: plain data, ids and access by id.

Everything that stands on its projects is here, or is named in `notes` with the reason why it isn't.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

Rights = Mapping[str, tuple[str, ...]]
"""Principal id → access types, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A project, folder, link, view or anything else in a project.

    kind: `project`, `folder`, `link` (a file whose content is an address), `view` (of submissions), or Synapse's own
    word for what we manage nothing of. access: None where it inherits. annotations: those of type STRING;
    other_annotations: the keys of the rest.
    url: of a link. scope, columns (name, type, size): of a view. children: of a folder or project.
    """

    id: str
    name: str
    kind: str
    access: Rights | None = None
    annotations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    other_annotations: tuple[str, ...] = ()
    created_by: str = ""
    description: str = ""
    alias: str | None = None
    url: str = ""
    scope: tuple[str, ...] = ()
    columns: tuple[tuple[str, str, int | None], ...] = ()
    children: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTeam:
    """A team that stands in some access list, or takes part. access: None where it can't be read.

    members, invited: principal id → user name. managed: whether the account that looks may manage it.
    """

    id: str
    name: str
    description: str
    join: str
    access: Rights | None
    created_by: str
    members: Mapping[str, str]
    invited: Mapping[str, str]
    managed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRound:
    """A window of a queue; instants as Synapse writes them. limits: total, daily, weekly, monthly → count."""

    id: str
    start: str
    end: str
    limits: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundQueue:
    """An evaluation queue. quota: the legacy one, as Synapse describes it (contract 5.4)."""

    id: str
    name: str
    project: str
    description: str
    instructions: str
    receipt: str
    access: Rights
    rounds: tuple[FoundRound, ...]
    quota: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file attached to a page."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPage:
    """A page of a wiki; parent None for the root."""

    id: str
    parent: str | None
    title: str
    text: str
    files: tuple[FoundFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """A project with its pages, in the order in which people see them, parents first."""

    project: Entity
    pages: tuple[FoundPage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """Everything that was found.

    participants: id of the team of the challenge object, None where there is no such object.
    names: principal id → user or team name. people: ids of users among them.
    ledger: address → id, as an apply of ours left it; empty where we never applied.
    notes: what couldn't be read, or isn't read on purpose.
    groups: ids of everybody as whom the account that looks acts.
    key, stage: what applies of ours noted on the home project; None where there was none.
    """

    now: datetime
    live: Site
    staging: Site | None
    participants: str | None
    teams: Mapping[str, FoundTeam]
    queues: tuple[FoundQueue, ...]
    names: Mapping[str, str]
    people: frozenset[str]
    ledger: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()
    key: str | None = None
    stage: str | None = None

    @property
    def home(self) -> Entity:
        """The project that keeps links, dashboard and ledger."""
        return (self.staging or self.live).project
