"""What the pages show of folders and files: what lies where, and whether the viewer may download it (contract 2, 7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from synapse_sandbox.call import Answer
from synapse_sandbox.refusals import Refusal
from synapse_sandbox.services.entity_types import BY_CLASS, BY_SHORT, PROJECT
from synapse_sandbox.site.projects import children
from synapse_sandbox.site.viewing import Viewer
from synapse_sandbox.wire import Json, entity_number, from_iso

# So many stand on one page; folders that hold more have pages of their own.
MAX_ITEMS: Final = 300
_LISTED: Final = [short for short in BY_SHORT if short != PROJECT.short]


@dataclass(frozen=True, slots=True)
class Item:
    """A folder, file or other entity with what lies in it.

    `barred` says, in Synapse's words, why the viewer can't download a file; `is_cut` that not all children are listed.
    """

    id: str
    name: str
    kind: str
    version: int
    modified_on: int
    detail: str
    barred: str
    own_sharing: bool
    children: tuple[Item, ...]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Folder:
    """What lies in a container; `path` leads to it from the project down, as (id, name)."""

    path: tuple[tuple[str, str], ...]
    items: tuple[Item, ...]
    is_cut: bool


@dataclass(slots=True)
class _Budget:
    """How many items may still be listed."""

    left: int

    def take(self) -> bool:
        """Whether there was room for one more."""
        self.left -= 1
        return self.left >= 0


def folder(viewer: Viewer, entity_id: int) -> Folder:
    """A project or folder, with the tree below it as far as a page holds it and the viewer can read it."""
    steps = viewer.get(f"/entity/syn{entity_id}/path")["path"]
    items, is_cut = _items(viewer, entity_id, _Budget(MAX_ITEMS))
    return Folder(tuple((step["id"], step["name"]) for step in steps[1:]), items, is_cut)


def size(viewer: Viewer, entity_id: int) -> int:
    """How many things lie directly in a project or folder."""
    body = {"parentId": f"syn{entity_id}", "includeTypes": _LISTED, "includeTotalChildCount": True}
    return int(viewer.post("/entity/children", body)["totalChildCount"])


def download(viewer: Viewer, entity_id: int) -> Answer:
    """Redirect to the bytes of a file, for whoever may download them."""
    address = viewer.get(f"/entity/syn{entity_id}/file", redirect="false")
    return Answer(None, 307, headers={"Location": address})


def _items(viewer: Viewer, parent_id: int, budget: _Budget) -> tuple[tuple[Item, ...], bool]:
    headers: list[Json] = []
    for header in children(viewer, parent_id, _LISTED):
        if not budget.take():
            return tuple(_filled(viewer, headers, budget)), True
        headers.append(header)
    return tuple(_filled(viewer, headers, budget)), False


def _filled(viewer: Viewer, headers: list[Json], budget: _Budget) -> Iterator[Item]:
    for header in headers:
        yield _item(viewer, header, budget)


def _item(viewer: Viewer, header: Json, budget: _Budget) -> Item:
    kind, number = BY_CLASS[header["type"]].short, entity_number(header["id"])
    below, is_cut = _items(viewer, number, budget) if kind == "folder" else ((), False)
    detail, barred = _detail(viewer, header, kind)
    return Item(
        id=header["id"],
        name=header["name"],
        kind=kind,
        version=header["versionNumber"],
        modified_on=from_iso(header["modifiedOn"]),
        detail=detail,
        barred=barred,
        own_sharing=header["benefactorId"] == number,
        children=below,
        is_cut=is_cut,
    )


def _detail(viewer: Viewer, header: Json, kind: str) -> tuple[str, str]:
    """What is known of a file's content, and why it can't be downloaded."""
    if kind == "dockerrepo":
        return str(viewer.get(f"/entity/{header['id']}").get("repositoryName", "")), ""
    if kind != "file":
        return "", ""
    try:
        handles = viewer.get(f"/entity/{header['id']}/filehandles")["list"]
    except Refusal as refusal:
        return "", refusal.reason
    return (_content(handles[0]) if handles else ""), ""


def _content(handle: Json) -> str:
    if "externalURL" in handle:
        return str(handle["externalURL"])
    return readable_size(handle["contentSize"]) if "contentSize" in handle else ""


def readable_size(size: int) -> str:
    """A number of bytes for people."""
    amount, units = float(size), iter(("bytes", "kB", "MB", "GB", "TB"))
    unit = next(units)
    while amount >= 1000 and unit != "TB":
        amount, unit = amount / 1000, next(units)
    if unit == "bytes":
        return f"{size} byte{'' if size == 1 else 's'}"
    return f"{amount:.1f} {unit}"
