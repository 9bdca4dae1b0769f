"""Folders for data, truths and logs: born closed, opened only as the stage and their dates allow."""

from __future__ import annotations

import re
from collections.abc import Iterator

from challenge_spec.resolved import ResolvedData
from planner.access import ENTITY, Acl, grant
from planner.desired.context import Context, add_grants, staff_acl
from planner.references import Ref
from planner.resources import LOGS_FOLDER, SIGNED_IN, Kind, Resource, acl_address
from planner.stages import DATA_OPENS, DATA_RELEASES


def folders(context: Context) -> Iterator[Resource]:
    """Compile the log folder and every folder on the way to a data entry, parents first."""
    logs = staff_acl(context, "logs", ENTITY)
    for account in context.service_accounts():
        grant(logs, account, ENTITY["admin"])
    yield from _folder(LOGS_FOLDER, "Logs", "project.live", logs)
    for path, acl in _acls(context).items():
        parent = folder_address(path[:-1]) if len(path) > 1 else "project.live"
        yield from _folder(folder_address(path), path[-1], parent, acl)


def folder_address(path: tuple[str, ...]) -> str:
    """`("Private Data", "Final")` → `folder.private-data/final`."""
    return "folder." + "/".join(re.sub(r"[^a-z0-9_.+-]+", "-", name.lower()).strip("-") for name in path)


def guarded(context: Context) -> dict[str, tuple[str, str | None]]:
    """Data key → (folder address, file) of every truth on Synapse that is still secret."""
    return {
        entry.key: (entry_address(entry), entry.file)
        for entry in context.challenge.data
        if entry.is_truth and entry.folder and not _released(context, entry)
    }


def entry_address(entry: ResolvedData) -> str:
    """The address of the folder of a data entry."""
    return f"data.{entry.key}" if entry.use else folder_address(entry.folder)


def _folder(address: str, name: str, parent: str, acl: Acl) -> Iterator[Resource]:
    yield Resource(address, Kind.FOLDER, {"name": name, "parent": Ref(parent)})
    yield Resource(acl_address(address), Kind.ACL, acl, carried_by=address)


def _acls(context: Context) -> dict[tuple[str, ...], Acl]:
    """The ACL of every folder path; folders on the way are visible, no more, to those who get in further down."""
    acls: dict[tuple[str, ...], Acl] = {}
    for entry in context.challenge.data:
        if not entry.folder or entry.use:
            continue
        readers = _readers(context, entry)
        for depth in range(1, len(entry.folder) + 1):
            acl = acls.setdefault(entry.folder[:depth], staff_acl(context, "data", ENTITY))
            for principal, types in readers.items():
                grant(acl, principal, types if depth == len(entry.folder) else ENTITY["view"])
    return acls


def _readers(context: Context, entry: ResolvedData) -> Acl:
    """Who besides staff reads a data entry now."""
    acl: Acl = {}
    if entry.is_truth:
        for account in context.service_accounts():
            grant(acl, account, ENTITY["download"])
    begun = DATA_OPENS[context.stage] and (entry.start is None or context.past(entry.start))
    if begun:
        add_grants(context, acl, entry.access, ENTITY)
    if _released(context, entry):
        grant(acl, SIGNED_IN, ENTITY["download"])
    add_grants(context, acl, entry.grants, ENTITY)
    return acl


def _released(context: Context, entry: ResolvedData) -> bool:
    return DATA_RELEASES[context.stage] and context.past(entry.release)
