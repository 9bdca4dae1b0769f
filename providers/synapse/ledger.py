"""The ledger: a JSON file in the restricted folder of the home project, a version for each apply that did something."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from planner.applied import Applied
from planner.desired.projects import LEDGER_NAME
from planner.interfaces import ProviderError
from planner.resources import LEDGER_FOLDER, Kind
from providers.synapse.failures import Refused
from providers.synapse.kinds.entities import CONCRETE_TYPES, child_id
from providers.synapse.ledger_file import parse, render
from providers.synapse.lock import read_lock
from providers.synapse.lock_state import state_of
from providers.synapse.paging import by_token
from providers.synapse.settle import Change, Creation, create, update
from providers.synapse.together import together
from providers.synapse.transport import Transport
from providers.synapse.uploads import upload

Raw = Mapping[str, Any]

NAME: Final = "ledger.json"
_LONGEST_COMMENT: Final = 250


@dataclass(frozen=True, slots=True)
class Kept:
    """What the restricted folder keeps. file: id of the ledger. lock: the annotations of the lock; None where it has
    none.
    """

    applied: Applied
    file: str | None = None
    lock: Raw | None = None


async def read(transport: Transport, home: str) -> Kept:
    """Read the newest ledger on the home project; `lost` where it is missing or damaged. Raises ProviderError,
    Refused.
    """
    try:
        folder = await folder_on(transport, home)
        if folder is None:
            return Kept(_MISSING)
        (applied, file), lock = await asyncio.gather(_newest(transport, folder), read_lock(transport, folder))
        if lock is not None:
            state = state_of(lock)
            applied = replace(applied, intents=state.marks, first_seen=state.first_seen)
        return Kept(applied, file, lock)
    except Refused as refused:
        if refused.status not in (403, 404):
            raise
        return Kept(Applied(lost=f"the ledger can't be read: {refused.reason}"))


_MISSING: Final = Applied(lost="there is no ledger on the home project")


async def folder_on(transport: Transport, home: str) -> str | None:
    """The id of the restricted folder: by its name, or, where people gave it another one, by the ledger in it."""
    named = await child_id(transport, home, LEDGER_NAME)
    if named is not None:
        return named
    request = {"parentId": home, "includeTypes": ["folder"]}
    folders = [str(item["id"]) for item in await by_token(transport, "/entity/children", request)]
    files = await together(*(child_id(transport, folder, NAME) for folder in folders))
    holding = [folder for folder, file in zip(folders, files, strict=True) if file is not None]
    # Of several, none can be told to be the one; a new ledger costs causes only.
    return holding[0] if len(holding) == 1 else None


async def _newest(transport: Transport, folder: str) -> tuple[Applied, str | None]:
    file = await child_id(transport, folder, NAME)
    if file is None:
        return _MISSING, None
    url = await transport.get(f"/entity/{file}/file?redirect=false")
    return parse(await transport.fetch(str(url)), folder), file


def comment_of(note: Mapping[str, str]) -> str:
    """A note as the comment of a version: what Synapse lists without opening files."""
    return ", ".join(f"{name} {value}" for name, value in sorted(note.items()))[:_LONGEST_COMMENT]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ledger goes: the restricted folder; the file, where it is known; new: this run made the folder, which can
    have none.
    """

    folder: str
    file: str | None = None
    new: bool = False


async def write(transport: Transport, me: str, place: Place, applied: Applied, note: Mapping[str, str]) -> None:
    """Store a new version. Raises Stale where somebody else stored one meanwhile, Refused, ProviderError."""
    where = f"{LEDGER_FOLDER}/{NAME}"
    # What is to be replaced is read while the content travels; the version itself is made when both are there.
    base, handle = await together(
        _existing(transport, place),
        upload(transport, where, render(applied, note, place.folder), NAME, "application/json"),
    )
    fields = {"dataFileHandleId": handle, "versionComment": comment_of(note) or None}
    if base is None:
        await _first(transport, where, place.folder, me, fields)
    else:
        await _next(transport, where, base, fields)


async def _existing(transport: Transport, place: Place) -> Raw | None:
    """The newest version's entity; None where there is none."""
    file = place.file or (None if place.new else await child_id(transport, place.folder, NAME))
    found: Raw | None = await transport.get(f"/entity/{file}") if file else None
    if found is not None and "dataFileHandleId" not in found:
        mend = f"give {found['id']} another name on Synapse, or delete it, and apply again"
        raise ProviderError(f"{LEDGER_FOLDER}/{NAME}", "something that is no file has the name of the ledger", mend)
    return found


async def _first(transport: Transport, where: str, folder: str, me: str, fields: Raw) -> None:
    body = {"concreteType": CONCRETE_TYPES[Kind.LINK], "name": NAME, "parentId": folder, **fields}

    async def send() -> Raw:
        answer: Raw = await transport.post(
            "/entity", {name: value for name, value in body.items() if value is not None}
        )
        return answer

    async def look_up() -> Raw | None:
        id_ = await child_id(transport, folder, NAME)
        found: Raw | None = await transport.get(f"/entity/{id_}") if id_ else None
        return found if found is not None and str(found["createdBy"]) == me else None

    await create(transport, where, Creation(send, look_up))


async def _next(transport: Transport, where: str, base: Raw, fields: Raw) -> None:
    path = f"/entity/{base['id']}"

    async def reread() -> Raw:
        answer: Raw = await transport.get(path)
        return answer

    async def send(body: Raw) -> Raw:
        answer: Raw = await transport.put(f"{path}?newVersion=true", body)
        return answer

    if base["dataFileHandleId"] == fields["dataFileHandleId"]:
        return
    # The label of the version before would stick; without it, Synapse numbers versions.
    await update(transport, where, Change(base, {**fields, "versionLabel": None}, send, reread))
