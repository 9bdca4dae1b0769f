"""A project and all that lies in it: folders to the last, links and views with what they show; never below Logs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from planner.desired.data import LOGS_NAME
from planner.desired.projects import LEDGER_NAME
from planner.discovered import Entity, Rights
from planner.resources import Kind
from providers.synapse.discover.search import Search
from providers.synapse.failures import Refused
from providers.synapse.kinds.acls import entries_of
from providers.synapse.kinds.annotations import values
from providers.synapse.kinds.entities import CONCRETE_TYPES, bundle_of
from providers.synapse.paging import by_token
from providers.synapse.together import together

Raw = Mapping[str, Any]

_LISTED: Final = ("folder", "file", "link", "table", "entityview", "submissionview", "dockerrepo")
_CLOSED: Final = (LOGS_NAME, LEDGER_NAME)
"""Folders in a project of which we read the access list only: participants' logs are nobody's business here."""

_KINDS: Final = {
    CONCRETE_TYPES[Kind.PROJECT]: Kind.PROJECT,
    CONCRETE_TYPES[Kind.FOLDER]: Kind.FOLDER,
    CONCRETE_TYPES[Kind.LINK]: Kind.LINK,
    CONCRETE_TYPES[Kind.VIEW]: Kind.VIEW,
}


async def read_project(search: Search, id_: str) -> Entity:
    """A project with everything in it. Raises Refused where it can't be read."""
    bundle = await bundle_of(search.transport, id_, Kind.PROJECT)
    return _entity(bundle, await _children(search, id_, depth=0))


async def _children(search: Search, parent: str, depth: int) -> tuple[Entity, ...]:
    request = {"parentId": parent, "includeTypes": list(_LISTED)}
    listed = await by_token(search.transport, "/entity/children", request)
    return tuple(await together(*(_child(search, child, depth) for child in listed)))


async def _child(search: Search, header: Raw, depth: int) -> Entity:
    kind = _KINDS.get(str(header["type"]))
    # Of files, only those beside the folders can be links to workflows.
    if kind is None or (kind is Kind.LINK and depth > 0):
        if str(header.get("benefactorId")) == str(header["id"]).removeprefix("syn"):
            search.note(f"{header['name']} ({header['id']}) has an access list of its own, which is left as it is")
        return _plain(header)
    try:
        bundle = await bundle_of(search.transport, str(header["id"]), kind)
    except Refused as refused:
        if refused.status not in (403, 404):
            raise
        search.note(f"{header['name']} ({header['id']}) can't be read: {refused.reason}")
        return _plain(header)
    closed = depth == 0 and header["name"] in _CLOSED
    deeper = kind is Kind.FOLDER and not closed
    return _entity(bundle, await _children(search, str(header["id"]), depth + 1) if deeper else ())


def _plain(header: Raw) -> Entity:
    """What is known of something that we manage nothing of."""
    return Entity(id=str(header["id"]), name=str(header["name"]), kind=_word(str(header["type"])))


def _word(concrete_type: str) -> str:
    return {"FileEntity": "file"}.get(concrete_type.rsplit(".", 1)[-1], concrete_type.rsplit(".", 1)[-1])


def _entity(bundle: Raw, children: tuple[Entity, ...]) -> Entity:
    entity = bundle["entity"]
    kind, url = str(_KINDS.get(entity["concreteType"], _word(entity["concreteType"]))), _url(bundle)
    annotations = bundle.get("annotations") or {}
    keys = annotations.get("annotations") or {}
    strings = values(annotations, keys)
    return Entity(
        id=entity["id"],
        name=entity["name"],
        kind="file" if kind == Kind.LINK and not url else kind,
        access=_access(bundle.get("accessControlList")),
        annotations=strings,
        other_annotations=tuple(sorted(keys.keys() - strings.keys())),
        created_by=str(entity["createdBy"]),
        description=entity.get("description") or "",
        alias=entity.get("alias"),
        url=url,
        scope=tuple(str(item) for item in entity.get("scopeIds") or ()),
        columns=tuple(_column(model) for model in (bundle.get("tableBundle") or {}).get("columnModels") or ()),
        children=children,
    )


def _access(acl: Raw | None) -> Rights | None:
    return None if acl is None else entries_of(acl)


def _url(bundle: Raw) -> str:
    wanted = bundle["entity"].get("dataFileHandleId")
    handles = {handle["id"]: handle for handle in bundle.get("fileHandles") or ()}
    return str(handles.get(wanted, {}).get("externalURL", ""))


def _column(model: Raw) -> tuple[str, str, int | None]:
    return str(model["name"]), str(model["columnType"]), model.get("maximumSize")
