"""The manifest: everything an organizer may say, block by block."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from challenge_spec.data import DataEntry, Folder
from challenge_spec.fields import EntityGrant, Key, Model, Principal, Prose, SynId, Text, or_number, parse_count
from challenge_spec.keeping import Kept
from challenge_spec.schedule import Timeline
from challenge_spec.scoring import Orchestrator, Queue, SubChallenge, Workflow
from challenge_spec.teams import Governance, Launch, Requirement, Team
from challenge_spec.wiki import Catalog, View, Wiki

Stage = Literal["draft", "preregistration", "open", "closed", "concluded"]
STAGES: tuple[Stage, ...] = ("draft", "preregistration", "open", "closed", "concluded")
Layout = Literal["two-projects", "one-project"]


_ALIAS = StringConstraints(pattern=r"^[a-zA-Z0-9_]+$", max_length=64)
Alias = Annotated[str, or_number(_ALIAS), _ALIAS]


class Identity(Model):
    """Which challenge this is, and how far it has come."""

    key: Key
    """Its identity; never changes."""
    name: Text
    """What people see."""
    description: Annotated[Prose, Field(max_length=1000)] | None = None
    """What it is about, on the projects; up to 1000 characters."""
    alias: Alias | None = None
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
    """What people see; by default the name of the challenge, with `- staging` for the staging project."""
    description: Annotated[Prose, Field(max_length=1000)] | None = None
    """A sentence or two on Synapse; by default that of the challenge."""
    grants: Mapping[Principal, EntityGrant] = Field(default_factory=dict)
    """Further rights for people or teams, beyond what the stage gives."""
    ignore: tuple[Literal["name", "description", "alias"], ...] = ()
    """Left to the web: neither compared nor reported once it exists."""
    adopt: SynId | None = None
    """An existing project that is ours from now on."""
    use: SynId | None = None
    """Somebody else's project: read, never changed."""


class Projects(Model):
    """The projects on Synapse."""

    live: Project = Field(default_factory=Project)
    """The project that people visit."""
    staging: Project = Field(default_factory=Project)
    """The project where everything is prepared and shown to staff."""
    logs: Folder = Field(default_factory=Folder)
    """The folder `Logs` on the live project, where orchestrators put what they did for submitters."""


class Defaults(Model):
    """What holds for every entry of a block that does not say otherwise."""

    team: Team | None = None
    """For every team."""
    sub_challenge: SubChallenge | None = None
    """For every sub-challenge."""
    queue: Queue | None = None
    """For every queue."""
    workflow: Workflow | None = None
    """For every workflow."""
    data: DataEntry | None = None
    """For every data entry."""
    view: View | None = None
    """For every view."""
    orchestrator: Orchestrator | None = None
    """For every orchestrator."""


class Manifest(Model):
    """A whole challenge."""

    manifest: Annotated[Literal[1], BeforeValidator(parse_count, json_schema_input_type=Literal[1])]
    """Version of this vocabulary."""
    include: tuple[Text, ...] = ()
    """Further files with the same blocks; saying a thing twice is an error."""
    challenge: Identity
    """Which challenge this is, and how far it has come."""
    timeline: Timeline = Field(default_factory=Timeline)
    """The dates of the whole challenge, and milestones with names of their own."""
    projects: Projects = Field(default_factory=Projects)
    """What differs from the defaults for the projects on Synapse."""
    teams: Mapping[Key, Team] = Field(default_factory=dict)
    """Who organizes, looks after and takes part; the standard teams exist unlisted."""
    sub_challenges: Annotated[Mapping[Key, SubChallenge], Field(max_length=200)] = Field(default_factory=dict)
    """What is asked: one entry for each question with a ranking of its own."""
    defaults: Defaults = Field(default_factory=Defaults)
    """What holds for every entry of a block that does not say otherwise."""
    queues: Mapping[Key, Queue] = Field(default_factory=dict)
    """Who submits what, when, evaluated how, and who learns the result."""
    workflows: Mapping[Key, Workflow] = Field(default_factory=dict)
    """The code that evaluates submissions."""
    data: Mapping[Key, DataEntry] = Field(default_factory=dict)
    """Data that are handed out, and truths that are guarded."""
    requirements: Mapping[Key, Requirement] = Field(default_factory=dict)
    """What people must do before they get in or download."""
    wiki: Wiki = Field(default_factory=Wiki)
    """The pages: Markdown files in a folder."""
    views: Mapping[Key, View] = Field(default_factory=dict)
    """Submission views: leaderboards and the dashboard."""
    orchestrators: Mapping[Key, Orchestrator] = Field(default_factory=dict)
    """The services that take submissions and run workflows; one `.env` each."""
    governance: Governance = Field(default_factory=Governance)
    """What Synapse's governance must know about the data."""
    launch: Launch = Field(default_factory=Launch)
    """What the launch waits for besides the gates that look at Synapse."""
    catalog: Catalog | None = None
    """The entry in public catalogues of challenges."""
