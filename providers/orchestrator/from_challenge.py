"""From a challenge and the ids known so far to what each orchestrator needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from challenge_spec.resolved import ResolvedChallenge, ResolvedOrchestrator, ResolvedQueue
from planner.resources import LOGS_FOLDER
from providers.orchestrator.inputs import ExecutionStage, Needed, OrchestratorInputs, ServedQueue


def inputs_of(challenge: ResolvedChallenge, ids: Mapping[str, str]) -> Iterator[OrchestratorInputs]:
    """Yield the inputs of every orchestrator that serves a queue.

    ids: address → Synapse id of everything known; what is missing is reported later, by address.
    """
    for orchestrator in challenge.orchestrators:
        served = [queue for queue in challenge.queues if queue.key in orchestrator.queues]
        if served:
            yield _inputs(challenge, orchestrator, served, ids)


def _inputs(
    challenge: ResolvedChallenge,
    orchestrator: ResolvedOrchestrator,
    served: list[ResolvedQueue],
    ids: Mapping[str, str],
) -> OrchestratorInputs:
    return OrchestratorInputs(
        name=orchestrator.key,
        challenge=challenge.name,
        engine=orchestrator.engine,
        queues=tuple(_served(queue, ids) for queue in served),
        logs=_needed(LOGS_FOLDER, ids),
        service_account=orchestrator.service_account,
        compose_project=orchestrator.compose_project,
        notify=_principal(challenge, orchestrator.notify, ids),
        unlock=_principal(challenge, orchestrator.unlock, ids),
        share_results=all(queue.results.logs == "submitter" for queue in served),
        job_mail=orchestrator.job_mail,
        max_concurrent=orchestrator.max_concurrent,
        toil_options=orchestrator.toil_options,
        docker_url=orchestrator.docker_url,
        privileged=orchestrator.privileged,
        wes_endpoint=orchestrator.wes_endpoint,
        wes_shared_dir=orchestrator.wes_shared_dir,
        engine_image=orchestrator.engine_image,
        memory_per_submission=orchestrator.memory_per_submission,
        machine_memory=orchestrator.machine_memory,
        machine_disk=orchestrator.machine_disk,
        docker_submissions=any(queue.submission == "docker" for queue in served),
        workflow_images=tuple(dict.fromkeys(_images(challenge, served))),
        **_advanced(orchestrator),
    )


def _images(challenge: ResolvedChallenge, served: list[ResolvedQueue]) -> Iterator[str]:
    links = {queue.workflow for queue in served}
    for workflow in challenge.workflows:
        yield from workflow.images.values() if workflow.key in links else ()


_STAGES: Mapping[str, ExecutionStage] = {"validation": "VALIDATION", "execution": "EXECUTION", "all": "ALL"}


def _advanced(orchestrator: ResolvedOrchestrator) -> dict[str, Any]:
    """What few manifests say; what is left out keeps its default."""
    said = {
        "image": orchestrator.image,
        "input_size": orchestrator.input_size,
        "output_per_submission": orchestrator.output_per_submission,
        "submitted_image_size": orchestrator.image_size,
    }
    return {
        "accepting": orchestrator.accepting,
        "execution_stage": _STAGES[orchestrator.takes],
        "certificates": orchestrator.certificates,
        "rw_volumes": orchestrator.volumes,
        "operator": orchestrator.operator,
        **{name: value for name, value in said.items() if value is not None},
    }


def _served(queue: ResolvedQueue, ids: Mapping[str, str]) -> ServedQueue:
    link = None if queue.workflow is None else _needed(f"link.{queue.workflow}", ids)
    return ServedQueue(_needed(f"queue.{queue.key}", ids), link)


def _needed(address: str, ids: Mapping[str, str]) -> Needed:
    return Needed(address, ids.get(address))


def _principal(challenge: ResolvedChallenge, name: str | None, ids: Mapping[str, str]) -> Needed | None:
    """A user or team by the name that the manifest has for it; digits are an id already."""
    if name is None:
        return None
    if name.isdigit():
        return Needed(f"principal.{name}", name)
    kind: Literal["team", "user"] = "team" if name in {team.key for team in challenge.teams} else "user"
    return _needed(f"{kind}.{name}", ids)
