"""Folders and links (file entities whose content is an external address), and what else lies beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

from planner.interfaces import Outcome
from planner.live import Unmanaged
from planner.plan import Operation
from planner.references import Plain
from planner.resources import Kind, Resource
from providers.synapse.kinds.bodies import create_entity, update_entity
from providers.synapse.kinds.entities import CONCRETE_TYPES, SpecOf, read_entity
from providers.synapse.kinds.handles import external_handle
from providers.synapse.kinds.views import view_spec
from providers.synapse.paging import by_token
from providers.synapse.survey import Survey, referred
from providers.synapse.together import together
from providers.synapse.transport import Transport
from providers.synapse.writing import Writing

Raw = Mapping[str, Any]

LOGS: Final = "folder.logs"
LEDGER: Final = "folder.ledger"
_CHILDREN: Final = (Kind.FOLDER, Kind.LINK, Kind.VIEW)
_LISTED: Final = ("folder", "file", "link", "table", "entityview", "submissionview")


async def read_children(survey: Survey) -> None:
    """Read every wanted folder, link and view, from the projects downwards, and list what else lies there."""
    parents = {_parent(item) for item in survey.of_kind(*_CHILDREN)}
    folders = {item.address for item in survey.of_kind(Kind.FOLDER)}
    projects = {item.address for item in survey.of_kind(Kind.PROJECT)}
    await together(*(_read_below(survey, address) for address in sorted((parents - folders) | projects)))


async def _read_below(survey: Survey, parent: str) -> None:
    wanted = [item for item in survey.of_kind(*_CHILDREN) if _parent(item) == parent]
    parent_id = survey.ids.get(parent)
    listed = await _list(survey, parent)
    by_name = {child["name"]: child["id"] for child in listed}
    await together(
        *(read_entity(survey, item, _SPECS[item.kind], parent_id, by_name.get(item.spec["name"])) for item in wanted)
    )
    survey.unmanaged += _others(parent, listed)
    holders = [
        item.address for item in wanted if any(_parent(other) == item.address for other in survey.of_kind(*_CHILDREN))
    ]
    await together(*(_read_below(survey, address) for address in holders))


async def _list(survey: Survey, parent: str) -> list[Raw]:
    """The children of a place of ours. Logs hold what participants' runs left: nothing below is ever read."""
    found = survey.resources.get(parent)
    if found is None or found.identified_by == "name" or parent == LEDGER or parent.startswith(LOGS):
        return []
    return await children(survey.transport, found.id)


async def children(transport: Transport, id_: str) -> list[Raw]:
    """What lies in a project or folder, of every type that people put there."""
    return await by_token(transport, "/entity/children", {"parentId": id_, "includeTypes": list(_LISTED)})


def _others(parent: str, listed: Iterable[Raw]) -> list[Unmanaged]:
    return [Unmanaged(_kind(child), child["id"], child["name"], parent) for child in listed]


def _kind(child: Raw) -> Kind:
    """What people would call a child: a class name of Synapse tells (contract 2.2)."""
    name = str(child["type"]).rsplit(".", 1)[-1]
    return {"Folder": Kind.FOLDER, "FileEntity": Kind.LINK, "Link": Kind.LINK}.get(name, Kind.VIEW)


def _parent(resource: Resource) -> str:
    return referred(resource, "parent")


def _folder_spec(_survey: Survey, _resource: Resource, bundle: Raw) -> dict[str, Plain]:
    return {"name": bundle["entity"]["name"], "parent": bundle["entity"]["parentId"]}


def _link_spec(survey: Survey, resource: Resource, bundle: Raw) -> dict[str, Plain]:
    wanted = bundle["entity"]["dataFileHandleId"]
    handles = {handle["id"]: handle for handle in bundle.get("fileHandles", [])}
    return _folder_spec(survey, resource, bundle) | {"url": handles.get(wanted, {}).get("externalURL", "")}


_SPECS: Final[Mapping[Kind, SpecOf]] = {Kind.FOLDER: _folder_spec, Kind.LINK: _link_spec, Kind.VIEW: view_spec}


async def create_folder(writing: Writing, operation: Operation) -> Outcome:
    """Make a folder with the ACL that it carries, or else for us alone, so that it isn't readable for a moment."""
    return await create_entity(writing, operation, _body(Kind.FOLDER, writing.spec(operation)))


async def update_folder(writing: Writing, operation: Operation) -> Outcome:
    """Rename or move a folder."""
    return await update_entity(writing, operation, _body(Kind.FOLDER, writing.spec(operation)))


async def create_link(writing: Writing, operation: Operation) -> Outcome:
    """Make a link: a handle for the address, then the file entity with its ACL and annotations."""
    spec = writing.spec(operation)
    async with _handle(writing, operation, spec) as (handle, orphans):
        body = _body(Kind.LINK, spec) | {"dataFileHandleId": handle}
        return await create_entity(writing, operation, body, orphans)


async def update_link(writing: Writing, operation: Operation) -> Outcome:
    """Rename or move a link; a changed address makes a new version."""
    spec = writing.spec(operation)
    body = _body(Kind.LINK, spec)
    if not any(change.name == "url" for change in operation.changes):
        return await update_entity(writing, operation, body)
    async with _handle(writing, operation, spec) as (handle, orphans):
        # The label of the old version would stick to the new one; without it, Synapse numbers them.
        body |= {"dataFileHandleId": handle, "versionLabel": None, "versionComment": None}
        return await update_entity(writing, operation, body, "?newVersion=true", orphans)


def _handle(
    writing: Writing, operation: Operation, spec: Mapping[str, Plain]
) -> AbstractAsyncContextManager[tuple[str, int]]:
    return external_handle(writing.transport, operation.address, str(spec["url"]), str(spec["name"]))


def _body(kind: Kind, spec: Mapping[str, Plain]) -> dict[str, Any]:
    return {"concreteType": CONCRETE_TYPES[kind], "name": spec["name"], "parentId": spec["parent"]}
