"""Evaluation queues: names unique over all of Synapse, rights inherited from nowhere (contract 5.1-5.4, 5.10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from planner.consents import DELETE_SUBMISSIONS
from planner.interfaces import Outcome, ProviderError
from planner.live import LiveResource, Unmanaged
from planner.plan import Operation
from planner.references import Plain
from planner.resources import Kind, Resource, acl_address
from providers.synapse.failures import Refused
from providers.synapse.kinds.acls import read_acl
from providers.synapse.kinds.objects import create_object, delete_object, update_object
from providers.synapse.kinds.rounds import read_rounds
from providers.synapse.paging import by_offset
from providers.synapse.settle import unmoved
from providers.synapse.survey import Survey, referred
from providers.synapse.together import together
from providers.synapse.transport import Transport
from providers.synapse.writing import Writing

Raw = Mapping[str, Any]


async def read_queues(survey: Survey) -> None:
    """Read the queues of every project, with ACL and rounds."""
    projects = {_project(item) for item in survey.of_kind(Kind.QUEUE)}
    projects |= {item.address for item in survey.of_kind(Kind.PROJECT)}
    await together(*(_read_project(survey, project) for project in sorted(projects)))


def _project(resource: Resource) -> str:
    return referred(resource, "project")


async def _read_project(survey: Survey, project: str) -> None:
    wanted = [item for item in survey.of_kind(Kind.QUEUE) if _project(item) == project]
    id_ = survey.ids.get(project)
    listed = await by_offset(survey.transport, f"/entity/{id_}/evaluation?accessType=READ") if id_ else []
    by_id = {str(queue["id"]): queue for queue in listed}
    await together(*(_read_queue(survey, item, by_id) for item in wanted))
    if project in survey.resources and survey.resources[project].identified_by != "name":
        survey.unmanaged += [Unmanaged(Kind.QUEUE, id_, queue["name"], project) for id_, queue in by_id.items()]


async def _read_queue(survey: Survey, resource: Resource, listed: Mapping[str, Raw]) -> None:
    found, how = await _find(survey, resource, listed)
    if found is None:
        return
    address, id_ = resource.address, str(found["id"])
    survey.add(LiveResource(address, Kind.QUEUE, id_, queue_spec(found), found["etag"], found, how))
    await together(
        _read_acl(survey, address, id_), read_rounds(survey, address, id_, how), _count(survey, address, id_)
    )


async def _find(survey: Survey, resource: Resource, listed: Mapping[str, Raw]) -> tuple[Raw | None, str]:
    told = survey.told(resource.address)
    if told is not None:
        found = listed.get(told[0]) or await _by_id(survey, resource.address, *told)
        if found is not None or resource.address in survey.unreadable:
            return found, told[1]
    name = str(resource.spec["name"]).casefold()
    for queue in listed.values():
        if queue["name"].casefold() == name:
            return queue, survey.on(resource, "project")
    elsewhere = await _by_name(survey.transport, str(resource.spec["name"]))
    if elsewhere is not None:
        survey.taken[resource.address] = f"queue {elsewhere['id']} of project {elsewhere['contentSource']} has the name"
    return None, "project"


async def _by_id(survey: Survey, address: str, id_: str, how: str) -> Raw | None:
    try:
        queue: Raw = await survey.transport.get(f"/evaluation/{id_}")
    except Refused as refused:
        if refused.status not in (403, 404):
            raise
        if refused.status == 403 or how == "manifest":
            survey.forbid(address, refused)
        return None
    return queue


async def _by_name(transport: Transport, name: str) -> Raw | None:
    """A queue of that name anywhere on Synapse; one that we may not read looks like none (contract 5.2)."""
    try:
        queue: Raw = await transport.get(f"/evaluation/name/{quote(name, safe='')}")
    except Refused as refused:
        if refused.status in (403, 404):
            return None
        raise
    return queue


async def _read_acl(survey: Survey, address: str, id_: str) -> None:
    if survey.wanted(acl_address(address)):
        read_acl(survey, address, await survey.transport.get(f"/evaluation/{id_}/acl"))


async def _count(survey: Survey, address: str, id_: str) -> None:
    if address in survey.counted:
        survey.submissions[address] = await count_submissions(survey.transport, id_)


async def count_submissions(transport: Transport, id_: str) -> int:
    """How many submissions a queue has: the body is a bare number (contract 5.9)."""
    return int(await transport.get(f"/evaluation/{id_}/submission/count"))


def queue_spec(queue: Raw) -> dict[str, Plain]:
    """A queue in our words."""
    return {
        "name": queue["name"],
        "project": queue["contentSource"],
        "description": queue.get("description", ""),
        "instructions": queue.get("submissionInstructionsMessage", ""),
        "receipt": queue.get("submissionReceiptMessage", ""),
    }


async def create(writing: Writing, operation: Operation) -> Outcome:
    """Make a queue; only its creator sees it until its ACL says more."""
    fields = _fields(writing, operation)

    async def look_up() -> Raw | None:
        queue = await _by_name(writing.transport, fields["name"])
        ours = queue is not None and str(queue["ownerId"]) == writing.me.id
        return queue if ours and queue is not None and queue["contentSource"] == fields["contentSource"] else None

    return await create_object(writing, operation, "/evaluation", fields, look_up)


async def update(writing: Writing, operation: Operation) -> Outcome:
    """Change name and texts of a queue; a legacy quota stays as it is."""
    return await update_object(writing, operation, _path(writing, operation), _fields(writing, operation))


async def delete(writing: Writing, operation: Operation) -> Outcome:
    """Delete a queue for good; one that has submissions only by its own consent."""
    id_ = writing.known.id_of(operation.address)
    where, etag = operation.address, operation.precondition
    if not await unmoved(writing.transport, f"/evaluation/{id_}", where, etag, writing.raw(where)):
        return Outcome(id_, "gone already")
    submissions = await count_submissions(writing.transport, id_)
    if submissions and DELETE_SUBMISSIONS not in operation.consents:
        mend = "close it instead: take SUBMIT away, or let its rounds end"
        raise ProviderError(operation.address, f"has {submissions} submissions, which would be lost for good", mend)
    return await delete_object(writing, operation, _path(writing, operation))


def _path(writing: Writing, operation: Operation) -> str:
    return f"/evaluation/{writing.known.id_of(operation.address)}"


def _fields(writing: Writing, operation: Operation) -> dict[str, str]:
    spec = writing.spec(operation)
    return {
        "name": str(spec["name"]),
        "contentSource": str(spec["project"]),
        "description": str(spec["description"]),
        "submissionInstructionsMessage": str(spec["instructions"]),
        "submissionReceiptMessage": str(spec["receipt"]),
    }
