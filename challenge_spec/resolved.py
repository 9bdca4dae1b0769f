"""The challenge, flat and fully decided: what the planner compiles from.

Precedence has been applied (purpose < defaults < workflow < sub-challenge or queue < by_sub_challenge < round), names
are derived, moments are instants. Instants are aware and in UTC; `None` stands for `tbd`. Parts refer by keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from challenge_spec.manifest import Layout, Stage
from challenge_spec.pages import Page
from challenge_spec.scoring import Evaluation, JobMail, Purpose, Submission, Template

Instant: TypeAlias = datetime
"""Aware, in UTC."""

Access: TypeAlias = Mapping[str, str]
"""Principal → level. A principal is a team key, `public` or `signed-in`."""

Grants: TypeAlias = Mapping[str, "str | tuple[str, ...]"]
"""Principal → level, `none`, or access types. A principal is also `deployer`, a user name or a number.

A level adds to what somebody has anyway; `none` and access types hold instead of it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """Whose something is, and what becomes of it.

    adopt makes what exists ours, use leaves it to its owner; both are Synapse ids. was: its key before it was renamed
    (of a data entry: its folder's path). protect: whether it may be deleted, None as is usual for what is in it.
    ignore: fields that are left to the web.
    """

    adopt: str | None = None
    use: str | None = None
    was: str | None = None
    protect: bool | None = None
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedProject(Ownership):
    """A project; key is `live` or `staging` (the latter in the two-projects layout only)."""

    key: Literal["live", "staging"]
    name: str
    description: str
    alias: str | None = None
    grants: Grants = field(default_factory=dict)


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
class ResolvedRun:
    """What one evaluation may use; sizes in bytes, time in seconds."""

    memory: int | None = None
    cpus: int | None = None
    gpus: int | None = None
    disk: int | None = None
    time_limit: int | None = None
    network: Literal["none", "open"] | None = None
    input_dir: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedResults:
    """Who learns what of a submission."""

    scores: Literal["immediate", "after_round", "after_close", "never"]
    logs: Literal["submitter", "organizers", "none"]
    mail: Literal["all", "errors", "none"]
    withhold: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedRound:
    """One window of a queue with everything that holds in it.

    limits: daily, weekly, monthly, total → count; empty is no limit.
    """

    name: str
    start: Instant | None
    end: Instant | None
    limits: Mapping[str, int]
    truth: str | None
    inputs: tuple[str, ...]
    run: ResolvedRun
    results: ResolvedResults
    forward_to: str | None
    gap_intended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedEligibility:
    """Whose submissions count: keys of teams, and of queues in the form of `ResolvedQueue.key`."""

    member_of: tuple[str, ...] = ()
    exclusive_with: tuple[str, ...] = ()
    needs_success_in: tuple[str, ...] = ()
    ranked_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedExemption:
    """An exception on record; `who` as in `grants`. run: only what was said."""

    who: str
    why: str
    until: Instant | None
    what: str | None = None
    run: ResolvedRun = ResolvedRun()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedQueue(Ownership):
    """One evaluation queue on Synapse.

    key: `QUEUE/SUB_CHALLENGE`, or `QUEUE` where one queue serves several together.
    always: takes submissions without rounds; then `rounds` is empty.
    limits: those of each round that has none of its own; None if nobody said (refused on scoring queues).
    workflow: key in `ResolvedChallenge.workflows`, None where nothing runs. forward_to: queue key of this very form.
    origins: field → where its value was said (`purpose leaderboard`, `queues.final.limits`, ...).
    """

    key: str
    queue: str
    name: str
    description: str
    purpose: Purpose
    sub_challenges: tuple[str, ...]
    together: bool
    submission: Submission
    access: Access
    grants: Grants
    always: bool
    rounds: tuple[ResolvedRound, ...]
    limits: Mapping[str, int] | None
    evaluation: Evaluation
    truth: str | None
    inputs: tuple[str, ...]
    run: ResolvedRun
    results: ResolvedResults
    workflow: str | None
    orchestrator: str | None
    forward_to: str | None
    instructions: str
    receipt: str
    eligibility: ResolvedEligibility = ResolvedEligibility()
    exceptions: tuple[ResolvedExemption, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def truths(self) -> tuple[str, ...]:
        """Keys of all data that it scores against, in whichever round; each once."""
        said = (self.truth, *(item.truth for item in self.rounds))
        return tuple(dict.fromkeys(key for key in said if key is not None))

    @property
    def reads(self) -> tuple[str, ...]:
        """Keys of all data that its evaluation reads, truths first; each once."""
        further = (key for item in self.rounds for key in item.inputs)
        return tuple(dict.fromkeys((*self.truths, *self.inputs, *further)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedWorkflow(Ownership):
    """One entry point of a repository: one link file on Synapse.

    key: `WORKFLOW`, or `WORKFLOW/ENTRYPOINT-STEM` for a further entry point that a queue names.
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
    run: ResolvedRun = ResolvedRun()
    grants: Grants = field(default_factory=dict)
    inherits: bool = False


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

    staging: the pages of the staging site, where they are not the same.
    """

    pages: tuple[Page, ...] = ()
    staging: tuple[Page, ...] | None = None
    preregistration: Page | None = None
    publish: Literal["on-apply", "by-hand"] = "on-apply"


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
    views: tuple[ResolvedView, ...]
    orchestrators: tuple[ResolvedOrchestrator, ...]
    approvals: tuple[ResolvedApproval, ...]
    governance: ResolvedGovernance
    catalog: ResolvedCatalog | None
