"""What must be known before the files of an orchestrator can be written.

Facts are cited as "orchestrator N.N": section N.N of the notes on the orchestrator's source and on experiments with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Engine = Literal["docker", "wes", "nextflow", "external"]
JobMail = Literal["started", "completed", "failed", "stopped", "timed_out"]
ExecutionStage = Literal["VALIDATION", "EXECUTION", "ALL"]

ALL_JOB_MAIL: tuple[JobMail, ...] = ("started", "completed", "failed", "stopped", "timed_out")
GIGABYTE = 10**9

# A moving tag: the orchestrator's own git tags are unnamed, so only a digest pins it (orchestrator 1.4).
ORCHESTRATOR_IMAGE = "ghcr.io/sage-bionetworks/synapseworkfloworchestrator:master"


@dataclass(frozen=True, slots=True)
class Needed:
    """An id by the address of what it identifies; `id` is None until that exists."""

    address: str
    id: str | None

    @property
    def known(self) -> str:
        """The id. Raises LookupError if it isn't known yet: ask `missing` first."""
        if self.id is None:
            raise LookupError(f"the id of {self.address} is not known yet")
        return self.id


@dataclass(frozen=True, slots=True)
class ServedQueue:
    """An evaluation queue and the file entity that links it to a workflow (None: evaluated without one)."""

    queue: Needed
    workflow: Needed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrchestratorInputs:
    """One orchestrator; all sizes in bytes.

    name: its key in the manifest. challenge: the challenge's name. service_account: the Synapse user it signs in as.
    logs: the folder below which it makes one folder for each submitter. notify: who hears of failures of the pipeline
    (None: the service account). unlock: who can release locked results. accepting: False drains it. certificates:
    folder on the host with key.pem and cert.pem, for an engine behind tcp. input_size: what all submissions read, once
    on disk. operator: who runs the machine, if these are others. workflow_images: what validation and scoring run in.
    """

    name: str
    challenge: str
    engine: Engine
    queues: tuple[ServedQueue, ...]
    logs: Needed
    service_account: str | None
    compose_project: str
    notify: Needed | None = None
    unlock: Needed | None = None
    share_results: bool = True
    accepting: bool = True
    job_mail: tuple[JobMail, ...] = ALL_JOB_MAIL
    max_concurrent: int = 10
    execution_stage: ExecutionStage = "ALL"
    toil_options: str | None = None
    docker_url: str = "unix:///var/run/docker.sock"
    certificates: str | None = None
    privileged: bool = False
    rw_volumes: tuple[str, ...] = ()
    wes_endpoint: str | None = None
    wes_shared_dir: str | None = None
    image: str = ORCHESTRATOR_IMAGE
    engine_image: str | None = None
    memory_per_submission: int | None = None
    machine_memory: int | None = None
    machine_disk: int | None = None
    input_size: int = 0
    output_per_submission: int = 0
    docker_submissions: bool = False
    submitted_image_size: int = 4 * GIGABYTE
    operator: str | None = None
    workflow_images: tuple[str, ...] = ()

    @property
    def links(self) -> dict[str, str]:
        """Queue id to the Synapse id of its workflow link. Raises LookupError if an id is missing."""
        return {served.queue.known: served.workflow.known for served in self.queues if served.workflow is not None}

    @property
    def runs_orchestrator(self) -> bool:
        """Whether Synapse's workflow orchestrator does the work; if not, there is nothing to configure."""
        return self.engine in {"docker", "wes"}


def missing(inputs: OrchestratorInputs) -> tuple[str, ...]:
    """What is not known yet, by name, each once: nothing is written before this is empty."""
    return tuple(dict.fromkeys(_missing(inputs)))


def _missing(inputs: OrchestratorInputs) -> Iterator[str]:
    yield from (needed.address for needed in _needed(inputs) if needed.id is None)
    if inputs.service_account is None and inputs.runs_orchestrator:
        yield f"orchestrators.{inputs.name}.service_account"


def _needed(inputs: OrchestratorInputs) -> Iterator[Needed]:
    wanted = [needed for served in inputs.queues for needed in (served.queue, served.workflow)]
    wanted += [inputs.logs, inputs.notify, inputs.unlock]
    yield from (needed for needed in wanted if needed is not None)
