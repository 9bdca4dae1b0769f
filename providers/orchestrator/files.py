"""The folder of an orchestrator: all its files, or none and the reason."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from providers.orchestrator.compose_file import compose_file
from providers.orchestrator.env_file import parse, render, unwritable
from providers.orchestrator.env_model import Understood, understand
from providers.orchestrator.inputs import OrchestratorInputs, missing
from providers.orchestrator.lint import Problem, problems, warnings
from providers.orchestrator.runbook import runbook
from providers.orchestrator.settings import TOKEN, mail_mask, settings
from providers.orchestrator.sizing import NOTHING_KNOWN, Sizing, sizing

ENV, COMPOSE, RUNBOOK = ".env", "docker-compose.yaml", "RUNBOOK.md"

_HEADING = """Orchestrator {name}, written by challenge-as-code: change the manifest, not this file.
The token is filled in on the machine and kept when the file is written again. Then: chmod 600 .env"""
_TOKEN_LINE = re.compile(rf"^{TOKEN}=[\"']?([^\s\"']+)[\"']?\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Folder:
    """Name to text of each file; empty as long as anything is missing or wrong. `notes` are for people."""

    files: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    sizing: Sizing = NOTHING_KNOWN


class MisreadError(RuntimeError):
    """What we emitted would be understood differently from what was meant: a defect of ours, never of the manifest."""


def assemble(inputs: OrchestratorInputs, token: str = "") -> Folder:
    """Make the folder; with a token in it (only when asked for), `.env` has to have mode 0600 from its first byte on.

    Raises MisreadError if the orchestrator would not understand what was meant.
    """
    sums = sizing(inputs)
    notes = ((sums.line,) if sums.line else ()) + warnings(inputs)
    if waiting := missing(inputs):
        return Folder(missing=waiting, notes=notes, sizing=sums)
    if wrong := problems(inputs) + _bad_token(token):
        return Folder(problems=wrong, notes=notes, sizing=sums)
    return Folder(files=_files(inputs, token), notes=notes, sizing=sums)


def token_in(env_text: str) -> str:
    """The token that somebody filled in, so that writing the file again keeps it; empty if there is none."""
    found = _TOKEN_LINE.search(env_text)
    return found[1] if found else ""


def meant(inputs: OrchestratorInputs) -> Understood:
    """What the orchestrator must understand, straight from the inputs."""
    docker = inputs.engine == "docker"
    return Understood(
        docker_url=inputs.docker_url if docker else None,
        wes_endpoint=None if docker else inputs.wes_endpoint,
        wes_shared_dir=None if docker else inputs.wes_shared_dir,
        username=inputs.service_account or "",
        output_root=inputs.logs.known,
        templates=inputs.links,
        compose_project=inputs.compose_project if docker else None,
        notification_principal=inputs.notify.known if inputs.notify else None,
        mail_mask=mail_mask(inputs.job_mail),
        share_results=inputs.share_results,
        unlock_principal=int(inputs.unlock.known) if inputs.unlock else None,
        toil_options=tuple((inputs.toil_options or "").split()) if docker else (),
        engine_image=inputs.engine_image if docker else None,
        max_concurrent=inputs.max_concurrent,
        privileged=inputs.privileged and docker,
        accepting=inputs.accepting,
        execution_stage=inputs.execution_stage,
        rw_volumes=inputs.rw_volumes if docker else (),
        certificates_on_host=inputs.certificates if docker else None,
    )


def _bad_token(token: str) -> tuple[Problem, ...]:
    if reason := unwritable(token):
        return (Problem(TOKEN, f"this is not a personal access token: {reason}", "Copy it again, without quotes."),)
    return ()


def _files(inputs: OrchestratorInputs, token: str) -> dict[str, str]:
    if not inputs.runs_orchestrator:
        return {RUNBOOK: runbook(inputs)}
    return {ENV: _env(inputs, token), COMPOSE: compose_file(inputs), RUNBOOK: runbook(inputs)}


def _env(inputs: OrchestratorInputs, token: str) -> str:
    heading = _HEADING.format(name=inputs.name)
    text = render(settings(inputs, token), heading)
    _check(inputs, parse(text))
    return text


def _check(inputs: OrchestratorInputs, environment: Mapping[str, str]) -> None:
    """Read the emitted settings as the orchestrator will, with a stand-in for the token that is filled in later."""
    if understand({**environment, TOKEN: "filled-in-later"}) != meant(inputs):
        raise MisreadError(
            f"orchestrator {inputs.name}: its .env does not say what the manifest says; please report it"
        )
