"""What the pages show of a wiki: the tree in its hinted order, and one page as HTML (contract 6)."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from urllib.parse import quote

from synapse_sandbox.permissions import Caller
from synapse_sandbox.refusals import Refusal, not_found
from synapse_sandbox.services import wiki_pages
from synapse_sandbox.services.files import content_of, handle_row
from synapse_sandbox.services.wiki_order import hinted_order
from synapse_sandbox.services.wiki_owners import Owner
from synapse_sandbox.site.markdown import PageLinks, render
from synapse_sandbox.site.projects import principal_name, shows
from synapse_sandbox.store import Row, Store

_GZIP = b"\x1f\x8b"


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
    attachments: tuple[str, ...]


def entity_owner(entity_id: int) -> Owner:
    """An entity as the owner of a wiki."""
    return Owner("ENTITY", entity_id, f"syn{entity_id}")


def tree(store: Store, viewer: Caller | None, owner: Owner) -> Branch | None:
    """The root with all below it; None when the owner has no wiki that the viewer may see."""
    if owner.kind == "ENTITY" and not shows(store, viewer, owner.number):
        return None
    root = store.value(
        "SELECT root_id FROM wiki_owners WHERE owner_type = ? AND owner_id = ?", owner.kind, owner.number
    )
    if root is None:
        return None
    rows = store.all("SELECT id, title, parent_id FROM wiki_pages WHERE root_id = ? ORDER BY title, id", root)
    ranks = {page_id: rank for rank, page_id in enumerate(hinted_order(store, owner))}
    rows.sort(key=lambda row: ranks.get(str(row["id"]), len(ranks)))
    return _branch(next(row for row in rows if row["id"] == root), rows)


def page(store: Store, viewer: Caller | None, owner: Owner, page_id: int) -> Page:
    """One page of the owner's wiki; 404 when there is none."""
    if owner.kind == "ENTITY" and not shows(store, viewer, owner.number):
        raise not_found(f"There is no wiki of {owner.spelt} to show.")
    row = wiki_pages.page(store, owner, page_id)
    names = _attachments(store, row)
    links = PageLinks(attachment=names.get, team_name=lambda team: _team_name(store, team))
    return Page(
        id=page_id,
        title=row["title"] or "Untitled page",
        html=render(_text(store, row), links),
        version=row["version"],
        modified_on=row["modified_on"],
        modified_by=principal_name(store, row["modified_by"]),
        attachments=tuple(names),
    )


def _branch(row: Row, rows: list[Row]) -> Branch:
    below = tuple(_branch(other, rows) for other in rows if other["parent_id"] == row["id"])
    return Branch(row["id"], row["title"] or "Untitled page", below)


def _text(store: Store, row: Row) -> str:
    """The markdown, gzipped (as both generations of clients write it) or plain."""
    try:
        content = content_of(store, row["markdown_handle"])
    except Refusal:
        return "*The text of this page is not stored in the sandbox.*"
    return (gzip.decompress(content) if content.startswith(_GZIP) else content).decode("utf-8", "replace")


def _attachments(store: Store, row: Row) -> dict[str, str]:
    """Addresses of attachments by file name; a newer one hides an older of the same name."""
    handles = [handle_row(store, handle) for handle in wiki_pages.handles_of(row)]
    handles.sort(key=lambda handle: (handle["created_on"], handle["id"]))
    return {handle["file_name"]: f"/attachments/{handle['id']}/{quote(handle['file_name'])}" for handle in handles}


def _team_name(store: Store, team_id: str) -> str | None:
    known = team_id.isdigit() and store.one("SELECT 1 FROM teams WHERE id = ?", int(team_id))
    return principal_name(store, int(team_id)) if known else None
