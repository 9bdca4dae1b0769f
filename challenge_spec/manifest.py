"""The manifest: everything an organizer may say, block by block."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from challenge_spec.data import DataEntry, Folder
from challenge_spec.fields import EntityGrant, Key, Model, Principal, Prose, SynId, Text, parse_count
from challenge_spec.keeping import Kept
from challenge_spec.schedule import Timeline
from challenge_spec.scoring import Orchestrator, Queue, SubChallenge, Workflow
from challenge_spec.teams import Governance, Launch, Requirement, Team
from challenge_spec.wiki import Catalog, View, Wiki

Stage = Literal["draft", "preregistration", "open", "closed", "concluded"]
STAGES: tuple[Stage, ...] = ("draft", "preregistration", "open", "closed", "concluded")
Layout = Literal["two-projects", "one-project"]


class Identity(Model):
    """Which challenge this is, and how far it has come."""

    key: Key
    """Its identity; never changes."""
    name: Text
    """What people see."""
    description: Annotated[Prose, Field(max_length=1000)] | None = None
    alias: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_]+$", max_length=64)] | None = None
    """The friendly address: synapse.org/ALIAS."""
    stage: Stage = "draft"
    """A launch is an edit of this line."""
    layout: Layout = "two-projects"
    """Live and staging projects, or one for both as the challenge portal uses."""
    timezone: Text
    """IANA name of the zone of every time without an offset; never assumed."""


class Project(Kept):
    """What differs from the defaults for a project."""

    name: Text | None = None
    description: Annotated[Prose, Field(max_length=1000)] | None = None
    grants: Mapping[Principal, EntityGrant] = Field(default_factory=dict)
    ignore: tuple[Literal["name", "description", "alias"], ...] = ()
    """Left to the web: neither compared nor reported once it exists."""
    adopt: SynId | None = None
    use: SynId | None = None


class Projects(Model):
    """The projects on Synapse."""

    live: Project = Field(default_factory=Project)
    staging: Project = Field(default_factory=Project)
    logs: Folder = Field(default_factory=Folder)
    """The folder `Logs` on the live project, where orchestrators put what they did for submitters."""


class Defaults(Model):
    """What holds for every entry of a block that does not say otherwise."""

    team: Team | None = None
    sub_challenge: SubChallenge | None = None
    queue: Queue | None = None
    workflow: Workflow | None = None
    data: DataEntry | None = None
    view: View | None = None
    orchestrator: Orchestrator | None = None


class Manifest(Model):
    """A whole challenge."""

    manifest: Annotated[Literal[1], BeforeValidator(parse_count, json_schema_input_type=Literal[1])]
    """Version of this vocabulary."""
    include: tuple[Text, ...] = ()
    """Further files with the same blocks; saying a thing twice is an error."""
    challenge: Identity
    timeline: Timeline = Field(default_factory=Timeline)
    projects: Projects = Field(default_factory=Projects)
    teams: Mapping[Key, Team] = Field(default_factory=dict)
    sub_challenges: Annotated[Mapping[Key, SubChallenge], Field(max_length=200)] = Field(default_factory=dict)
    defaults: Defaults = Field(default_factory=Defaults)
    queues: Mapping[Key, Queue] = Field(default_factory=dict)
    workflows: Mapping[Key, Workflow] = Field(default_factory=dict)
    data: Mapping[Key, DataEntry] = Field(default_factory=dict)
    requirements: Mapping[Key, Requirement] = Field(default_factory=dict)
    wiki: Wiki = Field(default_factory=Wiki)
    views: Mapping[Key, View] = Field(default_factory=dict)
    orchestrators: Mapping[Key, Orchestrator] = Field(default_factory=dict)
    governance: Governance = Field(default_factory=Governance)
    launch: Launch = Field(default_factory=Launch)
    catalog: Catalog | None = None
