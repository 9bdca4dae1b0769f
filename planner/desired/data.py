"""Folders for data, truths and logs: born closed, opened only as the stage and their dates allow."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from challenge_spec.resolved import Ownership, ResolvedData
from planner.access import ENTITY, Acl, grant
from planner.desired.context import Context, add_grants, staff_acl
from planner.references import Ref
from planner.resources import LOGS_FOLDER, SIGNED_IN, Kind, Resource, acl_address
from planner.stages import DATA_OPENS, DATA_RELEASES

LOGS_NAME = "Logs"


def folders(context: Context) -> Iterator[Resource]:
    """Compile the log folder and every folder on the way to a data entry, parents first."""
    logs = context.challenge.logs
    if logs.exists and logs.use is None:
        logs_acl = None if logs.inherits else _logs_acl(context)
        yield from _folder(LOGS_FOLDER, LOGS_NAME, "project.live", logs_acl, (logs,))
    entries: dict[tuple[str, ...], list[ResolvedData]] = defaultdict(list)
    for entry in context.challenge.data:
        entries[entry.folder].append(entry)
    for path, acl in _acls(context).items():
        parent = folder_address(path[:-1]) if len(path) > 1 else "project.live"
        yield from _folder(folder_address(path), path[-1], parent, acl, entries.get(path, ()))


def _logs_acl(context: Context) -> Acl:
    acl = staff_acl(context, "logs", ENTITY)
    for account in context.service_accounts():
        grant(acl, account, ENTITY["admin"])
    add_grants(context, acl, context.challenge.logs.grants, ENTITY)
    return acl


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


def _folder(address: str, name: str, parent: str, acl: Acl | None, entries: Sequence[Ownership]) -> Iterator[Resource]:
    """A folder and its ACL. entries: what the manifest says of it; one that guards it guards it for all."""
    said = {entry.protect for entry in entries}
    protect = True if True in said else False if said == {False} else None
    ignore = tuple(sorted({name for entry in entries for name in entry.ignore}))
    yield Resource(address, Kind.FOLDER, {"name": name, "parent": Ref(parent)}, protect=protect, ignore=ignore)
    if acl is not None:
        yield Resource(acl_address(address), Kind.ACL, acl, carried_by=address)


def _acls(context: Context) -> dict[tuple[str, ...], Acl | None]:
    """The ACL of every folder path, None where it inherits."""
    acls: dict[tuple[str, ...], Acl | None] = {**_derived(context)}
    for entry in context.challenge.data:
        acl = acls.get(entry.folder)
        if entry.inherits:
            acls[entry.folder] = None
        elif acl is not None:
            add_grants(context, acl, entry.grants, ENTITY)
    return acls


def _derived(context: Context) -> dict[tuple[str, ...], Acl]:
    """The ACLs before what is granted beyond; folders on the way are visible to those who get in further down."""
    acls: dict[tuple[str, ...], Acl] = {}
    for entry in context.challenge.data:
        if not entry.folder or entry.use:
            continue
        readers = _readers(context, entry)
        passing = {*readers, *(context.principal(name) for name, level in entry.grants.items() if level != "none")}
        for depth in range(1, len(entry.folder) + 1):
            acl = acls.setdefault(entry.folder[:depth], staff_acl(context, "data", ENTITY))
            here = readers if depth == len(entry.folder) else dict.fromkeys(sorted(passing), ENTITY["view"])
            for principal, types in here.items():
                grant(acl, principal, types)
    return acls


def _readers(context: Context, entry: ResolvedData) -> Acl:
    """Who besides staff reads a data entry now."""
    acl: Acl = {}
    if entry.is_truth or entry.is_input:
        for account in context.service_accounts():
            grant(acl, account, ENTITY["download"])
    begun = DATA_OPENS[context.stage] and (entry.start is None or context.past(entry.start))
    if begun:
        add_grants(context, acl, entry.access, ENTITY)
    if _released(context, entry):
        grant(acl, SIGNED_IN, ENTITY["download"])
    return acl


def _released(context: Context, entry: ResolvedData) -> bool:
    return DATA_RELEASES[context.stage] and context.past(entry.release)
