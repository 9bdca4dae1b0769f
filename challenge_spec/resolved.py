"""The challenge, flat and fully decided: what the planner compiles from.

Precedence has been applied (purpose < defaults < workflow < sub-challenge or queue < by_sub_challenge < round), names
are derived, moments are instants. Instants are aware and in UTC; `None` stands for `tbd`. Parts refer by keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from challenge_spec.manifest import Layout, Stage
from challenge_spec.pages import Page
from challenge_spec.resolved_base import Access, Grants, Instant, Ownership
from challenge_spec.resolved_queues import (
    ResolvedEligibility,
    ResolvedExemption,
    ResolvedQueue,
    ResolvedResults,
    ResolvedRound,
    ResolvedRun,
)
from challenge_spec.scoring import JobMail, Template

__all__ = [
    "Access",
    "Grants",
    "Instant",
    "Ownership",
    "ResolvedApproval",
    "ResolvedCatalog",
    "ResolvedChallenge",
    "ResolvedColumn",
    "ResolvedData",
    "ResolvedEligibility",
    "ResolvedExemption",
    "ResolvedFolder",
    "ResolvedFormat",
    "ResolvedGovernance",
    "ResolvedOrchestrator",
    "ResolvedProject",
    "ResolvedQueue",
    "ResolvedRequirement",
    "ResolvedResults",
    "ResolvedRound",
    "ResolvedRun",
    "ResolvedSubChallenge",
    "ResolvedTeam",
    "ResolvedView",
    "ResolvedViewColumn",
    "ResolvedWiki",
    "ResolvedWorkflow",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedProject(Ownership):
    """A project; key is `live` or `staging` (the latter in the two-projects layout only)."""

    key: Literal["live", "staging"]
    name: str
    description: str
    alias: str | None = None
    grants: Grants = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedTeam(Ownership):
    """A team. Standard ones are there unless the manifest does without (preregistrants: if there is a preregistration).

    join_at: stage → how people get in then, where that isn't what the table of stages says.
    """

    key: str
    name: str
    description: str
    members: tuple[str, ...]
    join: Literal["open", "request", "invitation"]
    join_at: Mapping[str, str] = field(default_factory=dict)
    requires: tuple[str, ...] = ()
    grants: Grants = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedColumn:
    """What a column of a submitted file must hold."""

    name: str
    type: Literal["key", "text", "number", "integer"]
    min: float | None = None
    max: float | None = None
    values: tuple[str, ...] | None = None
    missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedFormat:
    """The shape of a submission."""

    file: str | None = None
    columns: tuple[ResolvedColumn, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedSubChallenge:
    """A question with its ranking. `rank_by` lists metrics, first decides; `rank_rule` says how they are combined."""

    key: str
    name: str
    question: str | None
    format: ResolvedFormat | None
    metrics: Mapping[str, Literal["maximize", "minimize"]]
    rank_by: tuple[str, ...]
    rank_rule: Literal["in_order", "mean_of_ranks", "people"]
    elsewhere: str | None = None
    was: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedWorkflow(Ownership):
    """One entry point of a repository: one link file on Synapse.

    key: `WORKFLOW`, or `WORKFLOW/ENTRYPOINT-STEM` for a further entry point that a queue names.
    images: `validate`, `score` → image. checkout: folder with the repository's files, from the manifest's folder.
    name: of the file entity. root_template: `{repository}-{ref}/{entrypoint}`, path in the archive (orchestrator 1.7).
    """

    key: str
    name: str
    template: Template
    owner: str
    repository: str
    ref: str
    ref_kind: Literal["tag", "commit", "branch"]
    entrypoint: str
    root_template: str
    archive_url: str
    queue_table: str | None = None
    language: Literal["python", "r"] | None = None
    images: Mapping[str, str] = field(default_factory=dict)
    checkout: str | None = None
    run: ResolvedRun = field(default_factory=ResolvedRun)
    grants: Grants = field(default_factory=dict)
    inherits: bool = False
    origins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedData(Ownership):
    """A folder of the live project (its path, outermost first), or a `path` on the machine of an orchestrator (`at`).

    access: who may download besides organizers and administrators, from `start` (None: with the opening) on.
    release: when everybody may; None for never. is_truth: some queue scores against it, so only staff may read it.
    is_input: some queue's evaluation reads it besides. url: in an archive elsewhere, neither ours nor on Synapse.
    """

    key: str
    folder: tuple[str, ...]
    file: str | None
    version: int | None
    description: str
    access: Access
    grants: Grants
    inherits: bool = False
    start: Instant | None
    release: Instant | None
    requires: tuple[str, ...]
    is_truth: bool
    at: str | None
    path: str | None
    is_input: bool = False
    url: str | None = None
    expected: Instant | None = None
    synthetic: bool = False

    @property
    def on_synapse(self) -> bool:
        """Whether it is an entity there, ours or somebody else's."""
        return self.at is None and self.url is None

    origins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedRequirement:
    """Something to do before getting in; `use` is the access requirement's number once the ACT has made it."""

    key: str
    kind: Literal["clickwrap", "act", "external"]
    description: str | None
    url: str | None
    grants: str | None
    use: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedWiki:
    """Pages as people see them, parents before children; `preregistration` is the one page shown before the launch.

    staging: the pages of the staging site, where they are not the same. announcements: stage → a message's draft.
    """

    pages: tuple[Page, ...] = ()
    staging: tuple[Page, ...] | None = None
    preregistration: Page | None = None
    publish: Literal["on-apply", "by-hand"] = "on-apply"
    announcements: Mapping[Stage, Page] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResolvedViewColumn:
    """A column of a view; type and size None: as is usual for that name."""

    name: str
    type: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedFolder(Ownership):
    """A folder that every challenge has, unless it does without."""

    exists: bool = True
    grants: Grants = field(default_factory=dict)
    inherits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedView(Ownership):
    """A submission view. `queues` are keys of ResolvedQueue; columns empty: all that make sense.

    columns: names, with type and size where the manifest says them.
    """

    key: str
    name: str
    description: str
    queues: tuple[str, ...]
    access: Access
    columns: tuple[ResolvedViewColumn, ...]
    per: Literal["all", "round"]
    grants: Grants = field(default_factory=dict)
    inherits: bool = False
    origins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedOrchestrator:
    """A service that evaluates; `queues` are the keys of the queues it serves. Sizes in bytes."""

    key: str
    engine: Literal["docker", "wes", "nextflow", "external"]
    service_account: str | None
    max_concurrent: int
    memory_per_submission: int | None
    machine_memory: int | None
    machine_disk: int | None
    machine_cpus: int | None
    machine_gpus: int | None
    job_mail: tuple[JobMail, ...]
    notify: str | None
    unlock: str | None
    compose_project: str
    docker_url: str
    engine_image: str | None
    toil_options: str | None
    privileged: bool
    wes_endpoint: str | None
    wes_shared_dir: str | None
    queues: tuple[str, ...]
    operator: str | None = None
    containers: Literal["docker", "singularity", "none"] = "docker"
    accepting: bool = True
    takes: Literal["validation", "execution", "all"] = "all"
    image: str | None = None
    certificates: str | None = None
    volumes: tuple[str, ...] = ()
    input_size: int | None = None
    output_per_submission: int | None = None
    image_size: int | None = None
    origins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedApproval:
    """A consent that the launch waits for."""

    key: str
    description: str | None
    by: str
    evidence_required: bool
    approved_by: str | None
    evidence: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedGovernance:
    """What is known of the data; `human_data` None: nobody has said."""

    human_data: bool | None
    sensitive: bool
    ticket: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedCatalog:
    """The entry in public catalogues. Organizations are (name, role, url)."""

    headline: str | None
    description: str | None
    organizations: tuple[tuple[str, str, str | None], ...]
    incentives: tuple[str, ...]
    input_data_types: tuple[str, ...]
    operation: str | None
    doi: str | None
    keywords: tuple[str, ...]
    platform: str = "synapse"
    slug: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedChallenge:
    """A whole challenge.

    timeline: preregistration, open, close, conclude and every milestone by name; None is `tbd` or absent.
    was_at: entry (`teams.finalists`) → file, line and column where it says what it was.
    """

    key: str
    name: str
    description: str
    alias: str | None
    stage: Stage
    layout: Layout
    zone: str
    timeline: Mapping[str, Instant | None]
    projects: tuple[ResolvedProject, ...]
    logs: ResolvedFolder = ResolvedFolder()
    teams: tuple[ResolvedTeam, ...]
    sub_challenges: tuple[ResolvedSubChallenge, ...]
    queues: tuple[ResolvedQueue, ...]
    workflows: tuple[ResolvedWorkflow, ...]
    data: tuple[ResolvedData, ...]
    requirements: tuple[ResolvedRequirement, ...]
    wiki: ResolvedWiki = ResolvedWiki()
    was_at: Mapping[str, str] = field(default_factory=dict, compare=False)
    views: tuple[ResolvedView, ...]
    orchestrators: tuple[ResolvedOrchestrator, ...]
    approvals: tuple[ResolvedApproval, ...]
    governance: ResolvedGovernance
    catalog: ResolvedCatalog | None
