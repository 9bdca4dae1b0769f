"""Wiki pages as they are kept: one tree per owner, every version of every page (contract 6.3, 6.5, 6.6)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from synapse_sandbox.refusals import invalid, name_conflict, not_found, stale_etag
from synapse_sandbox.services.wiki_owners import Owner
from synapse_sandbox.store import Row, Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS wiki_pages (
    id INTEGER PRIMARY KEY,
    root_id INTEGER NOT NULL,
    parent_id INTEGER REFERENCES wiki_pages (id) ON DELETE CASCADE,
    title TEXT CHECK (length(title) <= 256),
    etag TEXT NOT NULL,
    created_on INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    modified_on INTEGER NOT NULL,
    modified_by INTEGER NOT NULL,
    version INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS wiki_pages_by_root ON wiki_pages (root_id);
CREATE INDEX IF NOT EXISTS wiki_pages_by_parent ON wiki_pages (parent_id);
CREATE TABLE IF NOT EXISTS wiki_versions (
    page_id INTEGER NOT NULL REFERENCES wiki_pages (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    title TEXT,
    markdown_handle INTEGER NOT NULL,
    attachments TEXT NOT NULL,
    modified_on INTEGER NOT NULL,
    modified_by INTEGER NOT NULL,
    PRIMARY KEY (page_id, version)
);
CREATE TABLE IF NOT EXISTS wiki_owners (
    owner_type TEXT NOT NULL,
    owner_id INTEGER NOT NULL,
    root_id INTEGER NOT NULL UNIQUE REFERENCES wiki_pages (id) ON DELETE CASCADE,
    order_etag TEXT NOT NULL,
    order_hint TEXT,
    PRIMARY KEY (owner_type, owner_id)
);
"""

MAX_TITLE: Final = 256
KEPT_VERSIONS: Final = 100

_PAGE = """
SELECT p.id, p.root_id, p.parent_id, p.etag, p.created_on, p.created_by, p.version AS current,
       v.version, v.title, v.markdown_handle, v.attachments, v.modified_on, v.modified_by
FROM wiki_pages p JOIN wiki_versions v ON v.page_id = p.id AND v.version = coalesce(?, p.version)
WHERE p.id = ?
"""


@dataclass(frozen=True, slots=True)
class Content:
    """What a writer says about a page."""

    title: str | None
    parent_id: int | None
    markdown_handle: int
    attachments: tuple[int, ...]


def root_id(store: Store, owner: Owner) -> int:
    """The owner's root page; 404 when it has no wiki."""
    found = store.value(
        "SELECT root_id FROM wiki_owners WHERE owner_type = ? AND owner_id = ?", owner.kind, owner.number
    )
    if found is None:
        raise not_found(f"A root wiki does not exist for ownerId: {owner.number} and ownerType: {owner.kind}")
    return int(found)


def page(store: Store, owner: Owner, page_id: int, version: int | None = None) -> Row:
    """One page of the owner's tree, as it is or as it was at a version; 404 when the tree has no such page.

    A page that a careless PUT cut off is in nobody's tree (surprise 7).
    """
    found = store.one(_PAGE + "AND p.root_id = ?", version, page_id, root_id(store, owner))
    if found is None:
        suffix = "" if version is None else f" and version: {version}"
        raise not_found(f"No wiki page found with id: {page_id}{suffix}")
    return found


def page_anywhere(store: Store, page_id: int) -> Row:
    """One page as it is, in whatever tree; 404 when there is none."""
    found = store.one(_PAGE, None, page_id)
    if found is None:
        raise not_found(f"No wiki page found with id: {page_id}")
    return found


def create(store: Store, owner: Owner, content: Content, user_id: int, now: int) -> int:
    """A new page; without a parent it is the root. Returns its id."""
    parent_root = None if content.parent_id is None else page(store, owner, content.parent_id)["root_id"]
    if parent_root is None and _has_root(store, owner):
        raise name_conflict(f"An owner already exists with the ownerId: {owner.number} and ownerType: {owner.kind}")
    _check_title(content.title)
    page_id = store.next_id("wiki")
    store.insert(
        "wiki_pages", id=page_id, root_id=parent_root or page_id, parent_id=content.parent_id, title=content.title,
        etag=store.new_etag(), created_on=now, created_by=user_id, modified_on=now, modified_by=user_id, version=0,
    )  # fmt: skip
    if parent_root is None:
        store.insert(
            "wiki_owners", owner_type=owner.kind, owner_id=owner.number, root_id=page_id, order_etag=store.new_etag()
        )
    _add_version(store, page_id, 0, content, user_id, now)
    return page_id


def check_etag(owner: Owner, current: str, sent: Any) -> None:
    """412 when a page, or the order of pages, was changed since it was read; a missing etag is stale too."""
    if sent != current:
        raise stale_etag(
            f"ObjectId: {owner.spelt} was updated since you last fetched it, retrieve it again and reapply the update"
        )


def replace(
    store: Store, owner: Owner, before: Row, content: Content, user_id: int, now: int, created: tuple[int, int]
) -> None:
    """A new version of a page. `created` is (by, on) as the writer says: the service believes it (contract 6.5).

    Without a parent the page becomes a root of its own: for a sub-page that cuts it off.
    """
    page_id = before["id"]
    _check_title(content.title)
    root = page_id
    if content.parent_id is not None:
        root = page(store, owner, content.parent_id)["root_id"]
        _check_no_cycle(store, page_id, content.parent_id)
    version = before["current"] + 1
    store.update(
        "wiki_pages", page_id, root_id=root, parent_id=content.parent_id, title=content.title, etag=store.new_etag(),
        created_by=created[0], created_on=created[1], modified_on=now, modified_by=user_id, version=version,
    )  # fmt: skip
    _add_version(store, page_id, version, content, user_id, now)
    store.run("DELETE FROM wiki_versions WHERE page_id = ? AND version <= ?", page_id, version - KEPT_VERSIONS)


def delete(store: Store, owner: Owner, page_id: int) -> None:
    """Remove a page with all below it; the root takes the whole wiki with it. Unknown pages are passed over."""
    store.run(
        "DELETE FROM wiki_pages WHERE id = ?1 AND root_id ="
        " (SELECT root_id FROM wiki_owners WHERE owner_type = ?2 AND owner_id = ?3)",
        page_id, owner.kind, owner.number,
    )  # fmt: skip


def headers(store: Store, owner: Owner, limit: int, offset: int) -> list[Row]:
    """Pages of the tree, by parent and title; so the root comes first."""
    return store.all(
        "SELECT id, title, parent_id FROM wiki_pages WHERE root_id = ? ORDER BY parent_id, title, id LIMIT ? OFFSET ?",
        root_id(store, owner), limit, offset,
    )  # fmt: skip


def history(store: Store, owner: Owner, page_id: int, limit: int, offset: int) -> list[Row]:
    """Versions of a page, newest first."""
    page(store, owner, page_id)
    return store.all(
        "SELECT version, modified_on, modified_by FROM wiki_versions WHERE page_id = ?"
        " ORDER BY version DESC LIMIT ? OFFSET ?",
        page_id, limit, offset,
    )  # fmt: skip


def handles_of(found: Row) -> list[int]:
    """The attachment handles of a page row."""
    return [int(handle) for handle in json.loads(found["attachments"])]


def known_handles(store: Store, page_id: int) -> set[int]:
    """Every handle that any version of a page holds: those may be sent again by anybody who may update it."""
    known: set[int] = set()
    for row in store.all("SELECT markdown_handle, attachments FROM wiki_versions WHERE page_id = ?", page_id):
        known |= {row["markdown_handle"], *handles_of(row)}
    return known


def _has_root(store: Store, owner: Owner) -> bool:
    return (
        store.one("SELECT 1 FROM wiki_owners WHERE owner_type = ? AND owner_id = ?", owner.kind, owner.number)
        is not None
    )


def _check_title(title: str | None) -> None:
    if title is not None and len(title) > MAX_TITLE:
        raise invalid("Data truncation: Data too long for column 'TITLE' at row 1")


def _check_no_cycle(store: Store, page_id: int, parent_id: int) -> None:
    at: int | None = parent_id
    while at is not None:
        if at == page_id:
            raise invalid("There will be a cycle if this wiki is updated. Put in valid parentId")
        at = store.value("SELECT parent_id FROM wiki_pages WHERE id = ?", at)


def _add_version(store: Store, page_id: int, version: int, content: Content, user_id: int, now: int) -> None:
    store.insert(
        "wiki_versions", page_id=page_id, version=version, title=content.title, markdown_handle=content.markdown_handle,
        attachments=json.dumps(list(content.attachments)), modified_on=now, modified_by=user_id,
    )  # fmt: skip
