"""What is wrong with the inputs of an orchestrator, in the words of whoever wrote them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from providers.orchestrator.env_file import unwritable
from providers.orchestrator.inputs import GIGABYTE, ORCHESTRATOR_IMAGE, OrchestratorInputs
from providers.orchestrator.settings import settings

_COMPOSE_PROJECT = re.compile(r"[a-z0-9][a-z0-9_-]*")
_QUEUE_ID = re.compile(r"[0-9]+")
_SYN_ID = re.compile(r"syn[0-9]+")
_PRINCIPAL_ID = re.compile(r"[0-9]+")
_IMAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:@-]*")
_VOLUME = re.compile(r"/[^:,]*:/[^:,]*")
_LARGE_IMAGE = 10 * GIGABYTE


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps the files from being written: which field, what is wrong, how to mend it."""

    field: str
    message: str
    remedy: str


def problems(inputs: OrchestratorInputs) -> tuple[Problem, ...]:
    """Everything wrong at once. Ids must be known (`missing` is empty); raises LookupError otherwise."""
    if not inputs.runs_orchestrator:
        return ()
    found = (
        *_queues(inputs),
        *_ids(inputs),
        *_engine(inputs),
        *_toil(inputs),
        *_numbers_and_names(inputs),
        *_volumes(inputs),
    )
    return found or tuple(_spelling(inputs))


def warnings(inputs: OrchestratorInputs) -> tuple[str, ...]:
    """What works, but somebody should know."""
    return tuple(_warnings(inputs)) if inputs.runs_orchestrator else ()


def _queues(inputs: OrchestratorInputs) -> Iterator[Problem]:
    if not inputs.queues:
        yield Problem(
            "queues",
            "no queue is served: the orchestrator would run for ever and do nothing",
            "Name a queue with a workflow, or remove the orchestrator.",
        )
    ids = [served.queue.known for served in inputs.queues]
    for served in inputs.queues:
        if served.workflow is None:
            yield Problem(
                served.queue.address,
                "the queue has no workflow, so its submissions would stay RECEIVED",
                "Name a workflow, or say with `evaluation: receive` that nothing is run.",
            )
        if ids.count(served.queue.known) > 1:
            yield Problem(
                served.queue.address,
                f"queue {served.queue.known} is served more than once",
                "Give each queue one workflow; sub-challenges that share a queue share its workflow.",
            )


def _ids(inputs: OrchestratorInputs) -> Iterator[Problem]:
    expected = [(served.queue, _QUEUE_ID, "the number of an evaluation queue") for served in inputs.queues]
    expected += [
        (served.workflow, _SYN_ID, "a Synapse id such as syn123") for served in inputs.queues if served.workflow
    ]
    expected += [(inputs.logs, _SYN_ID, "a Synapse id such as syn123")]
    expected += [
        (principal, _PRINCIPAL_ID, "the number of a user or team")
        for principal in (inputs.notify, inputs.unlock)
        if principal is not None
    ]
    for needed, pattern, what in expected:
        if not pattern.fullmatch(needed.known):
            yield Problem(needed.address, f"`{needed.known}` is not {what}", "Use the id, not a link or a name.")


def _engine(inputs: OrchestratorInputs) -> Iterator[Problem]:
    if inputs.engine == "wes" and not (inputs.wes_endpoint and inputs.wes_shared_dir):
        yield Problem("wes", "the engine is wes, but its endpoint or shared folder is not given", "Give both.")
    behind_tcp = inputs.engine == "docker" and not inputs.docker_url.startswith("unix://")
    if behind_tcp and inputs.certificates is None:
        yield Problem(
            "docker_url",
            f"`{inputs.docker_url}` needs a certificate: the orchestrator doesn't start without key.pem and cert.pem",
            "Use a `unix://` address, or name the folder of the certificates.",
        )


def _toil(inputs: OrchestratorInputs) -> Iterator[Problem]:
    options = inputs.toil_options or ""
    for forbidden in ("LinkImports", "workDir"):
        if forbidden.lower() in options.lower():
            yield Problem(
                "toil_options",
                f"`{forbidden}` is the orchestrator's own: it refuses every job with it",
                f"Remove the option with `{forbidden}`.",
            )


def _numbers_and_names(inputs: OrchestratorInputs) -> Iterator[Problem]:
    if inputs.max_concurrent < 1:
        yield Problem(
            "max_concurrent",
            f"{inputs.max_concurrent} at a time: no submission would ever start, without a word",
            "Give a number of at least 1; to stop taking submissions, drain the orchestrator.",
        )
    if not _COMPOSE_PROJECT.fullmatch(inputs.compose_project):
        yield Problem(
            "compose_project",
            f"`{inputs.compose_project}`: compose and the orchestrator would make different volume names of it",
            "Use small letters, digits, `_` and `-`, with a letter or digit first.",
        )
    for field, image in (("image", inputs.image), ("engine_image", inputs.engine_image)):
        if image is not None and not _IMAGE.fullmatch(image):
            yield Problem(field, f"`{image}` is not the name of an image", "Write registry/name:tag or ...@sha256:...")


def _volumes(inputs: OrchestratorInputs) -> Iterator[Problem]:
    for volume in inputs.rw_volumes:
        if not _VOLUME.fullmatch(volume):
            yield Problem("rw_volumes", f"`{volume}` is not `/on/host:/in/container`", "Write two absolute paths.")


def _spelling(inputs: OrchestratorInputs) -> Iterator[Problem]:
    for name, value in settings(inputs).items():
        if reason := unwritable(value):
            yield Problem(name, f"`{value}` can't be written to a `.env` file: {reason}", "Choose another value.")


def _warnings(inputs: OrchestratorInputs) -> Iterator[str]:
    if inputs.engine == "wes":
        yield "The orchestrator's WES mode is hardly kept up: try it with a submission of your own before the launch."
    if inputs.image == ORCHESTRATOR_IMAGE:
        yield f"{inputs.image} is a moving tag; pin it by digest (...@sha256:...) before the launch."
    if not inputs.share_results and inputs.unlock is None:
        yield "Results are locked, but nobody is named who can release them: `unlock`."
    if inputs.docker_submissions and inputs.submitted_image_size > _LARGE_IMAGE:
        yield "Submitted images of more than 10 GB: tell participants to make them smaller; 2 to 4 GB are usual."
