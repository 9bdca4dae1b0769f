"""What is asked and how it is scored: sub-challenges, queues, workflows, orchestrators."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, StringConstraints, Tag

from challenge_spec.data import Shared
from challenge_spec.fields import (
    Flag,
    Key,
    Keys,
    Model,
    Number,
    NumericId,
    Positive,
    Principal,
    Prose,
    QueueAccess,
    QueueGrant,
    Size,
    Text,
    or_number,
)
from challenge_spec.keeping import Kept
from challenge_spec.schedule import LimitsOrNone, Results, Rounds, Run
from challenge_spec.tracks import Eligibility, Exemption

Submission = Literal["file", "folder", "docker", "project"]
Evaluation = Literal["score", "validate", "receive", "forward"]
Purpose = Literal["leaderboard", "final", "express", "test", "internal", "writeup", "benchmark"]
Direction = Literal["maximize", "minimize"]
Template = Literal["data-to-model", "model-to-data", "writeup", "custom"]


class Column(Model):
    """What a column of a prediction file must hold."""

    type: Literal["key", "text", "number", "integer"] = "number"
    """What kind of value it holds; `key` names the row."""
    min: Number | None = None
    """The smallest number allowed."""
    max: Number | None = None
    """The largest number allowed."""
    values: tuple[Text, ...] | None = None
    """The only values allowed."""
    missing: Flag = False
    """Whether empty cells are fine."""


def _column(value: Any) -> Any:
    return {"type": value} if isinstance(value, str) else value


ColumnOrType = Annotated[
    Column,
    BeforeValidator(_column, json_schema_input_type=Literal["key", "text", "number", "integer"] | Column),
]


class Format(Model):
    """The shape of a submission."""

    file: Text | None = None
    """Kind of file: csv, tsv, json, zip, ..."""
    columns: Mapping[Text, ColumnOrType] = Field(default_factory=dict)
    """The columns of the file, each with its type or what its values must be."""
    files: tuple[Text, ...] = ()
    """Names of the files in a folder."""


class MeanOfRanks(Model):
    """Rank by the mean of the ranks in each metric."""

    mean_of_ranks: Annotated[tuple[Text, ...], Field(min_length=1)]
    """The metrics whose ranks are averaged."""


def _rank_shape(value: Any) -> str:
    if isinstance(value, str):
        return "<people>"
    return "<metrics>" if isinstance(value, (list, tuple)) else "<mean>"


RankBy = Annotated[
    Annotated[Literal["people"], Tag("<people>")]
    | Annotated[tuple[Text, ...], Tag("<metrics>")]
    | Annotated[MeanOfRanks, Tag("<mean>")],
    Discriminator(_rank_shape),
]


class Settings(Model):
    """How submissions are taken and evaluated: may be said on a queue, on a sub-challenge, or where both meet."""

    submission: Submission | None = None
    """What is submitted: a file, a folder, a Docker image or a project."""
    evaluation: Evaluation | None = None
    """score: against a truth; validate: check only; receive: evaluated elsewhere; forward: handed to another queue."""
    workflow: Key | None = None
    """The workflow that evaluates it; not needed where only one can be meant."""
    entrypoint: Text | None = None
    """Another file of the workflow's repository."""
    orchestrator: Key | None = None
    """The service that runs it; `main`, or the only one, by default."""
    truth: Key | None = None
    """The data entry to score against."""
    inputs: Keys | None = None
    """Data entries that the evaluation reads besides the truth."""
    run: Run | None = None
    """What one evaluation of a submission may use."""
    results: Results | None = None
    """Who learns what of a submission."""
    limits: LimitsOrNone | None = None
    """How often somebody may submit in each round, or `none`; never assumed where something is scored."""
    forward_to: Key | None = None
    """The queue that receives what this one forwards."""
    instructions: Prose | None = None
    """Shown before submitting."""
    receipt: Prose | None = None
    """Shown after submitting."""


class SubChallenge(Settings):
    """One question with its own ranking."""

    was: Key | None = None
    """Its key before it was renamed."""
    name: Text | None = None
    """What people see."""
    question: Text | None = None
    """What is asked, in a sentence."""
    format: Format | None = None
    """The shape of a submission."""
    metrics: Mapping[Text, Direction] = Field(default_factory=dict)
    """What the scoring computes, and whether more (`maximize`) or less (`minimize`) is better."""
    rank_by: RankBy | None = None
    """Metrics in the order in which they decide, a mean of ranks, or `people`."""
    elsewhere: Annotated[str, Field(pattern=r"^https?://")] | None = None
    """Address where it is held, if that is another platform; no queue is for it then."""


def _keys_shape(value: Any) -> str:
    return "<all>" if isinstance(value, str) else "<some>"


AllOrSome = Annotated[
    Annotated[Literal["all"], Tag("<all>")] | Annotated[tuple[Key, ...], Tag("<some>")],
    Discriminator(_keys_shape),
]


class Together(Model):
    """One queue for several sub-challenges: each submission answers all of them."""

    together: AllOrSome
    """`all`, or a list of sub-challenges."""


def _scope_shape(value: Any) -> str:
    return "<together>" if isinstance(value, (Mapping, Together)) else "<each>"


Scope = Annotated[
    Annotated[Together, Tag("<together>")] | Annotated[AllOrSome, Tag("<each>")],
    Discriminator(_scope_shape),
]


class QueueVariant(Settings, Kept):
    """What differs for one sub-challenge of a queue."""

    name: Text | None = None
    """What people see; unique over all of Synapse."""
    access: QueueAccess | None = None
    """Who submits; or who may do what: `{ finalists: submit, judges: score }`."""
    eligibility: Eligibility | None = None
    """Whose submissions count."""
    rounds: Rounds | None = None
    """A list of rounds, a series of equal ones, or `always`; by default one from open to close."""
    exceptions: tuple[Exemption, ...] | None = None
    """What holds for somebody alone, on record."""
    description: Prose | None = None
    """What is submitted here, shown with the queue."""
    grants: Mapping[Principal, QueueGrant] = Field(default_factory=dict)
    """Further rights for people or teams that `access` does not name."""
    ignore: tuple[Literal["name", "description", "instructions", "receipt"], ...] = ()
    """Left to the web: neither compared nor reported once it exists."""
    adopt: NumericId | None = None
    """An existing evaluation queue that is ours from now on."""
    use: NumericId | None = None
    """Somebody else's evaluation queue: read, never changed."""


class Queue(QueueVariant):
    """Where submissions go: one evaluation queue on Synapse for each sub-challenge it is for."""

    was: Key | None = None
    """Its key before it was renamed."""
    purpose: Purpose | None = None
    """What it is for; sets defaults for everything else."""
    for_: Scope | None = Field(default=None, alias="for")
    """Which sub-challenges: `all`, a list, or `{ together: ... }` for one queue that serves several."""
    by_sub_challenge: Mapping[Key, QueueVariant] = Field(default_factory=dict)
    """What differs for one sub-challenge."""


_IMAGE = StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/:-]*(@sha256:[0-9a-f]{64})?$")
Image = Annotated[str, or_number(_IMAGE, Annotated[float, Field(ge=0)]), _IMAGE]


class Images(Model):
    """What the workflow's own steps run in."""

    validate_: Image | None = Field(default=None, alias="validate")
    """Image of the validation, `registry/name@sha256:...`."""
    score: Image | None = None
    """Image of the scoring, `registry/name@sha256:...`."""


class Workflow(Shared):
    """Code that evaluates submissions, in a public repository."""

    was: Key | None = None
    """Its key before it was renamed."""
    ignore: tuple[Literal["name"], ...] = ()
    """Left to the web: neither compared nor reported once it exists."""
    name: Text | None = None
    """Name of the file on the staging project that links to it."""
    template: Template | None = None
    """data-to-model: scores files; model-to-data: runs images; writeup: checks projects; custom: your own."""
    repository: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+/[A-Za-z0-9._-]+@[A-Za-z0-9._/-]+$")] | None = None
    """owner/name@ref on GitHub; the ref is a tag, a commit or a branch."""
    entrypoint: Text | None = None
    """The file in the repository that is run; the template's by default."""
    queue_table: Text | None = None
    """Path in the repository of the generated table: queue and round to truth, inputs, limits, withheld metrics."""
    run: Run | None = None
    """What one evaluation of a submission may use."""
    language: Literal["python", "r"] | None = None
    """What validation and scoring are written in; the templates run Python, anything else needs `images`."""
    images: Images | None = None
    """Images of validation and scoring, pinned by digest: the runbook has them pulled, a `checkout` must name them."""
    checkout: Text | None = None
    """Folder of this git tree with the repository's files, a submodule for instance: `validate` looks into them."""


JobMail = Literal["started", "completed", "failed", "stopped", "timed_out"]


class Machine(Model):
    """The machine that an orchestrator runs on."""

    memory: Size | None = None
    """Its memory, `64 GB`."""
    disk: Size | None = None
    """Its disk space, `500 GB`."""
    cpus: Positive | None = None
    """Number of processors."""
    gpus: Positive | None = None
    """Number of GPUs."""
    operator: Text | None = None
    """Who runs it, if these aren't the people who apply the manifest: they get the folder handed over."""
    containers: Literal["docker", "singularity", "none"] | None = None
    """What it runs containers with, if that isn't Docker."""


class Wes(Model):
    """A workflow service that runs the jobs instead of Docker."""

    endpoint: Annotated[str, Field(pattern=r"^https?://")]
    """Address of the service."""
    shared_dir: Annotated[str, Field(pattern=r"^/")]
    """Folder that both see."""


_COMPOSE_PROJECT = StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")
ComposeProject = Annotated[str, or_number(_COMPOSE_PROJECT), _COMPOSE_PROJECT]


class Orchestrator(Model):
    """A service that takes submissions from queues and runs the workflow; one `.env` each."""

    engine: Literal["docker", "wes", "nextflow", "external"] | None = None
    """docker: on its machine; wes: by a workflow service; nextflow or external: not run by our files."""
    service_account: Principal | None = None
    """The Synapse user it signs in as."""
    max_concurrent: Positive | None = None
    """How many submissions are evaluated at a time."""
    memory_per_submission: Size | None = None
    """Memory that is planned for each, `10 GB`."""
    machine: Machine | None = None
    """The machine that it runs on."""
    job_mail: tuple[JobMail, ...] | None = None
    """Which mails the orchestrator itself sends to submitters."""
    notify: Principal | None = None
    """User or team that hears of failures of the pipeline."""
    unlock: Principal | None = None
    """User or team that can release locked results."""
    compose_project: ComposeProject | None = None
    """Name of the compose project, where several run on one machine."""
    docker_url: Text | None = None
    """Address of the Docker engine, if it is not the local one."""
    engine_image: Text | None = None
    """Image of the workflow engine (Toil)."""
    toil_options: Text | None = None
    """Further options for Toil; some belong to the orchestrator."""
    privileged: Flag | None = None
    """Whether job containers run privileged."""
    accepting: Flag | None = None
    """`false` drains it: what runs is finished, new submissions wait."""
    takes: Literal["validation", "execution", "all"] | None = None
    """Which half of the work it does, where two orchestrators share it (orchestrator 1.2)."""
    image: Text | None = None
    """Image of the orchestrator itself; pin it by digest."""
    certificates: Annotated[str, Field(pattern=r"^/")] | None = None
    """Folder of key.pem and cert.pem on the machine, for a Docker engine behind tcp."""
    volumes: tuple[Text, ...] = ()
    """`/on/host:/in/container`, writable for the jobs."""
    input_size: Size | None = None
    """What all submissions read, once on disk."""
    output_per_submission: Size | None = None
    """What a submission leaves on the disk, `1 GB`."""
    image_size: Size | None = None
    """Size of a submitted image that the disk is planned for; 4 GB if nobody says."""
    wes: Wes | None = None
    """The workflow service, with the engine `wes`."""


def usual_orchestrator(keys: Collection[str]) -> str | None:
    """The orchestrator of a queue that names none: `main`, or the only one; None where neither tells."""
    return "main" if "main" in keys else next(iter(keys)) if len(keys) == 1 else None
