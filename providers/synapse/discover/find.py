"""Which projects are meant: by id, by name, or by what belongs together."""

from __future__ import annotations

import re

from challenge_spec.resolving.names import project_name
from planner.discovered import Entity
from planner.interfaces import ProviderError
from providers.synapse.discover.search import Search
from providers.synapse.failures import Refused
from providers.synapse.kinds.entities import child_id


async def find_project(search: Search, said: str) -> str:
    """The id of a project that somebody named by id or by its exact name. Raises ProviderError, Refused."""
    if re.fullmatch(r"syn[0-9]+", said):
        return said
    try:
        found = await child_id(search.transport, None, said)
    except Refused as refused:
        if refused.status != 403:
            raise
        what = f"there is a project named {said!r}, and {search.me.name} can't read it"
        raise ProviderError(said, what, "ask its administrators for access, or use the account that has it") from None
    if found is None:
        mend = "write its id (syn12345678) or its exact name, as the project's page shows it"
        raise ProviderError(said, f"there is no project named {said!r}", mend)
    return found


async def find_staging(search: Search, live: Entity) -> str | None:
    """The id of the staging project, if there is one by the usual name (orchestrator-and-tools 4.2)."""
    name = project_name(live.name, "staging")
    try:
        return await child_id(search.transport, None, name)
    except Refused as refused:
        if refused.status != 403:
            raise
        search.note(f"there is a project named {name!r} that {search.me.name} can't read; it is left out")
        return None
