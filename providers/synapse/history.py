"""The history of a challenge: who applied what and when, from the versions of the ledger.

A version's comment says what its apply did, so one request lists fifty of them. A version without a comment of its own
(somebody stored another file over the ledger) is opened; where that says nothing either, the history says so and goes
on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from planner.interfaces import ProviderError
from planner.resources import LEDGER_FOLDER, Desired
from providers.synapse.failures import Refused
from providers.synapse.kinds.entities import child_id
from providers.synapse.kinds.principals import names_of
from providers.synapse.ledger import NAME, folder_on
from providers.synapse.ledger_file import NotOurs, note_in
from providers.synapse.lock import read_unfinished
from providers.synapse.lock_state import Unfinished
from providers.synapse.paging import by_offset
from providers.synapse.session import Session
from providers.synapse.together import together
from providers.synapse.transport import Transport
from providers.synapse.whereabouts import find_projects

Raw = Mapping[str, Any]

_PAIR: Final = re.compile(r"^([a-z]+) (\S+)$")
_COUNTED: Final = ("create", "update", "adopt", "delete", "unfinished")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the ledger: what one apply left.

    counts: action (and `unfinished`) → number of resources. damage: why nothing more is known of it.
    """

    number: int
    by: str
    on: datetime
    plan: str | None = None
    commit: str | None = None
    run: str | None = None
    counts: Mapping[str, int] | None = None
    damage: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """Versions of the ledger, newest first, and the apply that began last if it didn't finish."""

    versions: tuple[Version, ...] = ()
    unfinished: Unfinished | None = None


async def read_history(session: Session, desired: Desired) -> History:
    """Read all of it; empty before the first apply. Raises ProviderError (also where it can't be seen), Refused."""
    transport = session.transport
    where = await find_projects(transport, session.me, desired)
    if where.home is None and (why := where.lost or where.doubt):
        mend = "sign in as somebody who administers the challenge"
        raise ProviderError(LEDGER_FOLDER, f"the history can't be read: {why}", mend)
    folder = await folder_on(transport, where.home) if where.home else None
    if folder is None:
        return History()
    file = await child_id(transport, folder, NAME)
    listed = await by_offset(transport, f"/entity/{file}/version") if file else []
    names = await names_of(transport, {str(item["modifiedByPrincipalId"]) for item in listed})
    place = _Place(transport, folder, str(file))
    versions = await together(*(_version(place, item, note) for item, note in _notes(listed)))
    named = tuple(replace(item, by=names.get(item.by, item.by)) for item in versions)
    return History(named, await read_unfinished(session, folder))


def _notes(listed: list[Raw]) -> Iterator[tuple[Raw, Mapping[str, str]]]:
    """Each version with the note in its comment; a comment that was taken over from an earlier version is none."""
    runs: list[str | None] = [parsed(item.get("versionComment") or "").get("run") for item in listed]
    for place, item in enumerate(listed):
        copied = runs[place] is not None and runs[place] in runs[place + 1 :]
        yield item, {} if copied else parsed(item.get("versionComment") or "")


def parsed(comment: str) -> dict[str, str]:
    """The note in a comment; empty where it is none of ours."""
    pairs = [_PAIR.match(part) for part in comment.split(", ")]
    found = {pair[1]: pair[2] for pair in pairs if pair}
    return found if "plan" in found else {}


@dataclass(frozen=True, slots=True)
class _Place:
    transport: Transport
    folder: str
    file: str


async def _version(place: _Place, item: Raw, note: Mapping[str, str]) -> Version:
    number, on = int(item["versionNumber"]), datetime.fromisoformat(item["modifiedOn"])
    bare = Version(number, str(item["modifiedByPrincipalId"]), on)
    if note:
        return _told(bare, note)
    try:
        url = await place.transport.get(f"/entity/{place.file}/version/{number}/file?redirect=false")
        return _told(bare, note_in(await place.transport.fetch(str(url)), place.folder))
    except Refused as refused:
        return replace(bare, damage=f"it can't be read: {refused.reason}")
    except NotOurs as error:
        return replace(bare, damage=str(error))
    except ValueError:
        return replace(bare, damage="this version of the ledger is damaged")


def _told(bare: Version, note: Mapping[str, str]) -> Version:
    counts = {name: int(note[name]) for name in _COUNTED if note.get(name, "").isdigit()}
    return replace(bare, plan=note.get("plan"), commit=note.get("commit"), run=note.get("run"), counts=counts)
