"""What the pages show of a wiki: the tree in its hinted order, and one page as HTML (contract 6)."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from synapse_sandbox.call import Answer, moved_to
from synapse_sandbox.refusals import Refusal, not_found
from synapse_sandbox.services.files import content_of
from synapse_sandbox.site.markdown import render
from synapse_sandbox.site.viewing import Viewer, principal_name
from synapse_sandbox.site.widgets import PageWidgets
from synapse_sandbox.wire import Json, entity_number, from_iso, number

_GZIP: Final = b"\x1f\x8b"
_UNTITLED: Final = "Untitled page"
# Types of attachment that a page may show in place; anything else is offered as a download.
_SHOWN: Final = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")


@dataclass(frozen=True, slots=True)
class Wiki:
    """The wiki of an entity or a queue: where the API has it, and where its attachments have their pages."""

    address: str
    attachments: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A page in the navigation, with those below it."""

    id: int
    title: str
    children: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page to be read; `html` is safe to show."""

    id: int
    title: str
    html: str
    version: int
    modified_on: int
    modified_by: str
    attachments: tuple[tuple[str, str], ...]


def entity_wiki(entity_id: int) -> Wiki:
    """The wiki of an entity."""
    return Wiki(f"/entity/syn{entity_id}", f"/attachments/entity/syn{entity_id}")


def queue_wiki(evaluation_id: object) -> Wiki:
    """The wiki of an evaluation queue."""
    return Wiki(f"/evaluation/{evaluation_id}", f"/attachments/evaluation/{evaluation_id}")


def tree(viewer: Viewer, wiki: Wiki) -> Branch | None:
    """The root with all below it; None when there is no wiki that the viewer may see."""
    if viewer.find(f"{wiki.address}/wiki2") is None:
        return None
    headers = viewer.every(f"{wiki.address}/wikiheadertree2")
    hint = (viewer.find(f"{wiki.address}/wiki2orderhint") or {}).get("idList", [])
    ranks = {page_id: rank for rank, page_id in enumerate(hint)}
    headers.sort(key=lambda one: (ranks.get(one["id"], len(ranks)), one.get("title", "")))
    return _branch(next(one for one in headers if "parentId" not in one), headers)


def size(viewer: Viewer, wiki: Wiki) -> int:
    """How many pages the viewer can read."""
    if viewer.find(f"{wiki.address}/wiki2") is None:
        return 0
    return len(viewer.every(f"{wiki.address}/wikiheadertree2"))


def root_page(viewer: Viewer, wiki: Wiki) -> Page | None:
    """The first page; None when there is no wiki that the viewer may see."""
    found = viewer.find(f"{wiki.address}/wiki2")
    return None if found is None else page(viewer, wiki, int(found["id"]))


def page(viewer: Viewer, wiki: Wiki, page_id: int) -> Page:
    """One page. Raises what Synapse would say to a viewer who can't read it."""
    body = viewer.get(f"{wiki.address}/wiki2/{page_id}")
    attachments = {name: viewer.link(address) for name, address in _attachments(viewer, wiki, page_id).items()}
    return Page(
        id=page_id,
        title=body.get("title", _UNTITLED),
        html=render(_text(viewer, body), PageWidgets(viewer, wiki.address, attachments)),
        version=_version(viewer, wiki, page_id),
        modified_on=from_iso(body["modifiedOn"]),
        modified_by=principal_name(viewer.store, body["modifiedBy"]),
        attachments=tuple(attachments.items()),
    )


def attachment(viewer: Viewer, wiki: Wiki, page_id: int, file_name: str) -> Answer:
    """The bytes of a file that hangs on a page, for whoever may read the page."""
    viewer.get(f"{wiki.address}/wiki2/{page_id}/attachment", fileName=file_name, redirect="false")
    handle = _handles(viewer, wiki, page_id)[file_name]
    if "externalURL" in handle:
        return moved_to(handle["externalURL"])
    kind = handle["contentType"] if handle["contentType"] in _SHOWN else "application/octet-stream"
    return Answer(content_of(viewer.store, int(handle["id"])), media_type=kind)


def wiki_of(kind: str, owner_id: str) -> Wiki:
    """The wiki whose attachments an address names; 404 for another kind of owner."""
    if kind == "entity":
        return entity_wiki(entity_number(owner_id))
    if kind == "evaluation":
        return queue_wiki(number(owner_id))
    raise not_found(f"Nothing called {kind} has a wiki.")


def _branch(header: Json, headers: list[Json]) -> Branch:
    below = tuple(_branch(other, headers) for other in headers if other.get("parentId") == header["id"])
    return Branch(int(header["id"]), header.get("title", _UNTITLED), below)


def _version(viewer: Viewer, wiki: Wiki, page_id: int) -> int:
    newest = viewer.get(f"{wiki.address}/wiki2/{page_id}/wikihistory", limit=1, offset=0)["results"]
    return int(newest[0]["version"])


def _text(viewer: Viewer, body: Json) -> str:
    """The markdown of a page that the viewer may read, gzipped (as both generations of clients write it) or plain."""
    try:
        content = content_of(viewer.store, int(body["markdownFileHandleId"]))
    except Refusal:
        return "*The text of this page is not stored in the sandbox.*"
    return (gzip.decompress(content) if content.startswith(_GZIP) else content).decode("utf-8", "replace")


def _attachments(viewer: Viewer, wiki: Wiki, page_id: int) -> dict[str, str]:
    """Addresses of attachments by file name."""
    return {name: f"{wiki.attachments}/{page_id}/{quote(name, safe='')}" for name in _handles(viewer, wiki, page_id)}


def _handles(viewer: Viewer, wiki: Wiki, page_id: int) -> dict[str, Json]:
    """The attachments by file name; a newer one hides an older of the same name (contract 6.5)."""
    handles = viewer.get(f"{wiki.address}/wiki2/{page_id}/attachmenthandles")["list"]
    return {one["fileName"]: one for one in sorted(handles, key=lambda one: (one["createdOn"], int(one["id"])))}
