"""What the gates look at: who can read a truth, and which terms are in force. Nothing here is ever written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.live import Guarded
from providers.synapse.failures import Refused
from providers.synapse.kinds.acls import entries_of
from providers.synapse.kinds.entities import child_id
from providers.synapse.paging import by_offset
from providers.synapse.survey import Survey
from providers.synapse.together import together

Raw = Mapping[str, Any]


async def read_guards(survey: Survey) -> None:
    """Read the ACL in force at every truth, and the access requirements that the manifest counts on."""
    truths = (_read_truth(survey, key, *place) for key, place in survey.desired.guarded.items())
    await together(*truths, *(_read_requirements(survey, address) for address in survey.desired.restricted))


async def _read_truth(survey: Survey, key: str, folder: str, file: str | None) -> None:
    folder_id = survey.ids.get(folder)
    if folder_id is None:
        return
    try:
        id_ = folder_id if file is None else await child_id(survey.transport, folder_id, file)
        if id_ is not None:
            survey.guarded[key] = await _guarded(survey, id_)
    except Refused as refused:
        if refused.status not in (403, 404):
            raise
        survey.forbid(folder, refused)


async def _guarded(survey: Survey, id_: str) -> Guarded:
    parts = {"includeEntity": True, "includeBenefactorACL": True}
    bundle: Raw = await survey.transport.ask(f"/entity/{id_}/bundle2", parts)
    access = entries_of(bundle["benefactorAcl"])
    survey.principals |= access.keys()
    return Guarded(bundle["entity"]["id"], bundle["entity"]["name"], access)


async def _read_requirements(survey: Survey, address: str) -> None:
    id_ = survey.ids.get(address)
    if id_ is None:
        return
    service = "team" if address.startswith("team.") else "entity"
    try:
        found = await by_offset(survey.transport, f"/{service}/{id_}/accessRequirement")
    except Refused as refused:
        if refused.status not in (403, 404):
            raise
        survey.forbid(address, refused)
        return
    survey.requirements[address] = tuple(_describe(item) for item in found)


def _describe(requirement: Raw) -> str:
    kind = requirement["concreteType"].rsplit(".", 1)[-1].removesuffix("AccessRequirement")
    name = requirement.get("name") or requirement.get("description") or "without a name"
    return f"{name} ({kind}, {requirement['id']})"
