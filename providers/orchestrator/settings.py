"""Which variables the orchestrator is given, in which order, with which text (orchestrator 1.2 and 1.5)."""

import json
from collections.abc import Iterable, Mapping

from providers.orchestrator.inputs import ALL_JOB_MAIL, JobMail, OrchestratorInputs

TOKEN = "SYNAPSE_PAT"  # noqa: S105 -- the variable's name, not a token

_COMMON = (
    "SYNAPSE_USERNAME",
    TOKEN,
    "WORKFLOW_OUTPUT_ROOT_ENTITY_ID",
    "EVALUATION_TEMPLATES",
    "COMPOSE_PROJECT_NAME",
    "NOTIFICATION_PRINCIPAL_ID",
    "SUBMITTER_NOTIFICATION_MASK",
    "SHARE_RESULTS_IMMEDIATELY",
    "DATA_UNLOCK_SYNAPSE_PRINCIPAL_ID",
    "MAX_CONCURRENT_WORKFLOWS",
    "ACCEPT_NEW_SUBMISSIONS",
    "EXECUTION_STAGE",
)
_DOCKER = (
    "DOCKER_ENGINE_URL",
    *_COMMON,
    "TOIL_CLI_OPTIONS",
    "WORKFLOW_ENGINE_DOCKER_IMAGE",
    "RUN_WORKFLOW_CONTAINER_IN_PRIVILEGED_MODE",
    "RW_VOLUMES",
    "DOCKER_CERT_PATH",
    "DOCKER_CERT_PATH_HOST",
    "DOCKERHUB_USERNAME",
    "DOCKERHUB_PASSWORD",
)
_WES = ("WES_ENDPOINT", "WES_SHARED_DIR_PROPERTY", *_COMMON)

_MAIL_BITS: Mapping[JobMail, int] = {"started": 1, "completed": 2, "failed": 4, "stopped": 8, "timed_out": 16}


def variables(inputs: OrchestratorInputs) -> tuple[str, ...]:
    """Every variable that this engine reads, in the order of the files; the compose file passes all of them through."""
    return _WES if inputs.engine == "wes" else _DOCKER


def settings(inputs: OrchestratorInputs, token: str = "") -> dict[str, str]:
    """Names and texts in the order of the files; what stands at the orchestrator's default is left out.

    Raises LookupError if an id is missing.
    """
    said = {**_engine(inputs), **_identity(inputs, token), **_results(inputs), **_work(inputs)}
    return {name: text for name in variables(inputs) if (text := said.get(name)) is not None}


def mail_mask(words: Iterable[JobMail]) -> int:
    """The notification mask of mails to submitters (orchestrator 1.11)."""
    return sum(_MAIL_BITS[word] for word in set(words))


def _engine(inputs: OrchestratorInputs) -> dict[str, str | None]:
    return {
        "DOCKER_ENGINE_URL": inputs.docker_url,
        "DOCKER_CERT_PATH_HOST": inputs.certificates,
        "TOIL_CLI_OPTIONS": inputs.toil_options or None,
        "WORKFLOW_ENGINE_DOCKER_IMAGE": inputs.engine_image,
        "RUN_WORKFLOW_CONTAINER_IN_PRIVILEGED_MODE": "true" if inputs.privileged else None,
        "RW_VOLUMES": ",".join(inputs.rw_volumes) or None,
        "WES_ENDPOINT": inputs.wes_endpoint,
        "WES_SHARED_DIR_PROPERTY": inputs.wes_shared_dir,
    }


def _identity(inputs: OrchestratorInputs, token: str) -> dict[str, str | None]:
    return {
        "SYNAPSE_USERNAME": inputs.service_account,
        TOKEN: token,
        "WORKFLOW_OUTPUT_ROOT_ENTITY_ID": inputs.logs.known,
        "EVALUATION_TEMPLATES": _templates(inputs),
        "COMPOSE_PROJECT_NAME": inputs.compose_project,
    }


def _results(inputs: OrchestratorInputs) -> dict[str, str | None]:
    everything = mail_mask(ALL_JOB_MAIL)
    mask = mail_mask(inputs.job_mail)
    return {
        "NOTIFICATION_PRINCIPAL_ID": inputs.notify.known if inputs.notify else None,
        "SUBMITTER_NOTIFICATION_MASK": None if mask == everything else str(mask),
        "SHARE_RESULTS_IMMEDIATELY": None if inputs.share_results else "false",
        "DATA_UNLOCK_SYNAPSE_PRINCIPAL_ID": inputs.unlock.known if inputs.unlock else None,
    }


def _work(inputs: OrchestratorInputs) -> dict[str, str | None]:
    return {
        "MAX_CONCURRENT_WORKFLOWS": None if inputs.max_concurrent == 10 else str(inputs.max_concurrent),
        # Any text stops intake, `true` as well: the orchestrator takes it for the name of a system property.
        "ACCEPT_NEW_SUBMISSIONS": None if inputs.accepting else "false",
        "EXECUTION_STAGE": None if inputs.execution_stage == "ALL" else inputs.execution_stage,
    }


def _templates(inputs: OrchestratorInputs) -> str:
    """Compact JSON on one line: the only spelling that every parser on the way reads alike (orchestrator 1.5)."""
    return json.dumps(inputs.links, separators=(",", ":"))
