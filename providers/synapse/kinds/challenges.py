"""The challenge object: which team takes part, one for each project (contract 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.interfaces import Outcome
from planner.live import LiveResource
from planner.plan import Operation
from planner.references import Plain
from planner.resources import Kind, Resource
from providers.synapse.failures import Refused
from providers.synapse.kinds.objects import create_object, delete_object, update_object
from providers.synapse.survey import Survey
from providers.synapse.together import together
from providers.synapse.transport import Transport
from providers.synapse.writing import Writing

Raw = Mapping[str, Any]


async def read_challenges(survey: Survey) -> None:
    """Read the challenge object of every project that should have one."""
    await together(*(_read(survey, item) for item in survey.of_kind(Kind.CHALLENGE)))


async def _read(survey: Survey, resource: Resource) -> None:
    project = survey.id_in(resource, "project")
    if project is None:
        return
    try:
        found = await _of_project(survey.transport, project)
    except Refused as refused:
        if refused.status != 403:
            raise
        survey.forbid(resource.address, refused)
        return
    if found is not None:
        survey.principals.add(str(found["participantTeamId"]))
        how = survey.on(resource, "project")
        survey.add(
            LiveResource(resource.address, Kind.CHALLENGE, str(found["id"]), _spec(found), found["etag"], found, how)
        )


async def _of_project(transport: Transport, project: str) -> Raw | None:
    try:
        found: Raw = await transport.get(f"/entity/{project}/challenge")
    except Refused as refused:
        if refused.status == 404:
            return None
        raise
    return found


def _spec(challenge: Raw) -> dict[str, Plain]:
    return {"project": challenge["projectId"], "team": str(challenge["participantTeamId"])}


async def create(writing: Writing, operation: Operation) -> Outcome:
    """Make the challenge object of a project."""
    fields = _fields(writing, operation)
    project = fields["projectId"]
    return await create_object(
        writing, operation, "/challenge", fields, lambda: _of_project(writing.transport, project)
    )


async def update(writing: Writing, operation: Operation) -> Outcome:
    """Change the participant team (the project can't change)."""
    return await update_object(writing, operation, _path(writing, operation), _fields(writing, operation))


async def delete(writing: Writing, operation: Operation) -> Outcome:
    """Delete the challenge object; teams and queues stay."""
    return await delete_object(writing, operation, _path(writing, operation))


def _path(writing: Writing, operation: Operation) -> str:
    return f"/challenge/{writing.known.id_of(operation.address)}"


def _fields(writing: Writing, operation: Operation) -> dict[str, str]:
    spec = writing.spec(operation)
    return {"projectId": str(spec["project"]), "participantTeamId": str(spec["team"])}
