"""The challenge object and the evaluation queues of the projects, with rounds, limits, quotas and access."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from planner.discovered import FoundQueue, FoundRound
from providers.synapse.discover.search import Search
from providers.synapse.failures import Refused
from providers.synapse.kinds.acls import entries_of
from providers.synapse.paging import by_offset, by_token
from providers.synapse.together import together

Raw = Mapping[str, Any]


async def read_challenge(search: Search, project: str) -> str | None:
    """The id of the team that takes part, by the challenge object; None where there is none."""
    try:
        found = await search.transport.get(f"/entity/{project}/challenge")
    except Refused as refused:
        if refused.status != 404:
            raise
        return None
    return str(found["participantTeamId"])


async def read_queues(search: Search, projects: Iterable[str]) -> tuple[FoundQueue, ...]:
    """Every queue of the projects that this account may read."""
    listed = await together(*(_of_project(search, project) for project in projects))
    return tuple(queue for queues in listed for queue in queues)


async def _of_project(search: Search, project: str) -> list[FoundQueue]:
    listed = await by_offset(search.transport, f"/entity/{project}/evaluation?accessType=READ")
    return await together(*(_queue(search, raw) for raw in listed))


async def _queue(search: Search, raw: Raw) -> FoundQueue:
    id_ = str(raw["id"])
    acl, rounds = await together(
        search.transport.get(f"/evaluation/{id_}/acl"), by_token(search.transport, f"/evaluation/{id_}/round/list", {})
    )
    return FoundQueue(
        id=id_,
        name=raw["name"],
        project=raw["contentSource"],
        description=raw.get("description") or "",
        instructions=raw.get("submissionInstructionsMessage") or "",
        receipt=raw.get("submissionReceiptMessage") or "",
        access=entries_of(acl),
        rounds=tuple(_round(item) for item in rounds),
        quota=raw.get("quota"),
    )


def _round(raw: Raw) -> FoundRound:
    limits = {item["limitType"].lower(): int(item["maximumSubmissions"]) for item in raw.get("limits") or ()}
    return FoundRound(id=str(raw["id"]), start=raw["roundStart"], end=raw["roundEnd"], limits=limits)
