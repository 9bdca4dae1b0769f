"""How the orchestrator itself reads its settings: its rules, quirks included (orchestrator 1.1 to 1.3).

What we emit is read back by this model before anybody gets to see it: the orchestrator checks most settings only when
the first submission arrives, and then it stops.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# When the orchestrator would find out: as it starts, in each round through its queues, or at the first submission.
When = Literal["start", "loop", "first submission"]

_BUNDLED = {"DOCKER_CERT_PATH": "/certs"}
_SYN_ID = re.compile(r"syn[0-9]+")
_TEMPLATES = re.compile(r'\{"[0-9]+":"syn[0-9]+"(,"[0-9]+":"syn[0-9]+")*\}')
_JAVA_INT = re.compile(r"[+-]?[0-9]+")
_STAGES = ("VALIDATION", "EXECUTION", "ALL")


class OrchestratorStops(Exception):
    """The orchestrator would end its process over a setting."""

    def __init__(self, when: When, message: str) -> None:
        super().__init__(f"at {when}: {message}" if when != "loop" else f"in its first loop: {message}")
        self.when = when


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What the orchestrator makes of its settings. The token is not among it."""

    docker_url: str | None
    wes_endpoint: str | None
    wes_shared_dir: str | None
    username: str
    output_root: str
    templates: Mapping[str, str]
    compose_project: str | None
    notification_principal: str | None
    mail_mask: int
    share_results: bool
    unlock_principal: int | None
    toil_options: tuple[str, ...]
    engine_image: str | None
    max_concurrent: int
    privileged: bool
    accepting: bool
    execution_stage: str
    rw_volumes: tuple[str, ...]
    certificates_on_host: str | None


@dataclass(frozen=True, slots=True)
class Lookup:
    """A setting is the system property, else the environment variable, else the bundled value; "" and "null" aren't."""

    environment: Mapping[str, str]
    properties: Mapping[str, str] = field(default_factory=dict)

    def find(self, name: str) -> str | None:
        """The setting's text, untrimmed, or None if it is missing everywhere."""
        for source in (self.properties, self.environment, _BUNDLED):
            if (value := source.get(name)) not in {None, "", "null"}:
                return value
        return None

    def require(self, name: str, when: When) -> str:
        """The setting's text. Raises OrchestratorStops if it is missing."""
        value = self.find(name)
        if value is None:
            raise OrchestratorStops(when, f"Cannot find value for {name}")
        return value

    def integer(self, name: str, default: int, when: When) -> int:
        """As Java's `Integer.parseInt`: no blanks, 32 bits. Raises OrchestratorStops on anything else."""
        text = self.find(name)
        return default if text is None else _java_int(name, text, 32, when)

    def true(self, name: str, default: bool) -> bool:
        """True only for the word `true` in any case: `yes`, `1` and `on` are false."""
        text = self.find(name)
        return default if text is None else text.lower() == "true"

    def accepts_new_submissions(self) -> bool:
        """The value is taken for the *name* of a system property, so any text, `true` included, stops intake."""
        text = self.find("ACCEPT_NEW_SUBMISSIONS")
        return text is None or self.properties.get(text, "").lower() == "true"


def understand(environment: Mapping[str, str], properties: Mapping[str, str] | None = None) -> Understood:
    """Read settings as the orchestrator does. Raises OrchestratorStops where it would end its process."""
    look = Lookup(environment, properties or {})
    docker_url, wes_endpoint = _engine(look)
    look.require("SYNAPSE_PAT", "start")
    unlock = look.find("DATA_UNLOCK_SYNAPSE_PRINCIPAL_ID")
    in_docker = docker_url is not None
    return Understood(
        docker_url=docker_url,
        wes_endpoint=wes_endpoint,
        wes_shared_dir=None if in_docker else look.require("WES_SHARED_DIR_PROPERTY", "first submission"),
        templates=templates(look.require("EVALUATION_TEMPLATES", "start")),
        max_concurrent=look.integer("MAX_CONCURRENT_WORKFLOWS", 10, "loop"),
        accepting=look.accepts_new_submissions(),
        execution_stage=_stage(look),
        username=look.require("SYNAPSE_USERNAME", "first submission"),
        output_root=_output_root(look),
        compose_project=look.require("COMPOSE_PROJECT_NAME", "first submission") if in_docker else None,
        notification_principal=look.find("NOTIFICATION_PRINCIPAL_ID"),
        mail_mask=look.integer("SUBMITTER_NOTIFICATION_MASK", 31, "first submission"),
        share_results=look.true("SHARE_RESULTS_IMMEDIATELY", default=True),
        unlock_principal=None if unlock is None else _java_int("unlock principal", unlock, 64, "first submission"),
        toil_options=_toil_options(look),
        engine_image=look.find("WORKFLOW_ENGINE_DOCKER_IMAGE"),
        privileged=look.true("RUN_WORKFLOW_CONTAINER_IN_PRIVILEGED_MODE", default=False),
        rw_volumes=tuple(volumes.split(",")) if (volumes := look.find("RW_VOLUMES")) else (),
        certificates_on_host=look.find("DOCKER_CERT_PATH_HOST"),
    )


def templates(text: str) -> dict[str, str]:
    """Queue id to workflow link. Accepts far less than the orchestrator, which runs on `{}` and serves nothing."""
    if not _TEMPLATES.fullmatch(text):
        raise OrchestratorStops(
            "start", 'EVALUATION_TEMPLATES is not {"queue id":"syn id",...} on one line without blanks'
        )
    pairs: list[tuple[str, str]] = json.loads(text, object_pairs_hook=list)
    if len(dict(pairs)) < len(pairs):
        raise OrchestratorStops("start", "EVALUATION_TEMPLATES names a queue twice")
    return dict(pairs)


def _engine(look: Lookup) -> tuple[str | None, str | None]:
    docker_url, wes_endpoint = look.find("DOCKER_ENGINE_URL"), look.find("WES_ENDPOINT")
    if (docker_url is None) == (wes_endpoint is None):
        raise OrchestratorStops("start", "exactly one of DOCKER_ENGINE_URL and WES_ENDPOINT must be set")
    return docker_url, wes_endpoint


def _stage(look: Lookup) -> str:
    stage = look.find("EXECUTION_STAGE") or "ALL"
    if stage not in _STAGES:
        raise OrchestratorStops("loop", f"EXECUTION_STAGE is none of {', '.join(_STAGES)}")
    return stage


def _output_root(look: Lookup) -> str:
    entity = look.require("WORKFLOW_OUTPUT_ROOT_ENTITY_ID", "first submission")
    if not _SYN_ID.fullmatch(entity.lower().strip()):
        raise OrchestratorStops("first submission", f"{entity} is not a Synapse ID.")
    return entity


def _toil_options(look: Lookup) -> tuple[str, ...]:
    text = look.find("TOIL_CLI_OPTIONS") or ""
    for forbidden in ("LinkImports", "workDir"):
        if forbidden.lower() in text.lower():
            raise OrchestratorStops("first submission", f"TOIL_CLI_OPTIONS must not contain {forbidden}")
    return tuple(text.split())


def _java_int(name: str, text: str, bits: int, when: When) -> int:
    limit = 2 ** (bits - 1)
    if not _JAVA_INT.fullmatch(text) or not -limit <= int(text) < limit:
        raise OrchestratorStops(when, f"{name} is not a whole number of {bits} bits: `{text}`")
    return int(text)
