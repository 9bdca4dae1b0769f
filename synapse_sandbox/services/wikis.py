"""Wikis, second generation: the markdown is a file handle (contract 6.1 to 6.8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from synapse_sandbox import reading
from synapse_sandbox.call import Answer, Call, created, redirect_to
from synapse_sandbox.refusals import invalid, not_found, required
from synapse_sandbox.routing import Handler, Route
from synapse_sandbox.services import wiki_pages
from synapse_sandbox.services.downloads import download_url
from synapse_sandbox.services.files import documents, handle_row, own_handle
from synapse_sandbox.services.wiki_owners import OWNER_PREFIXES, Owner, owner_of, require
from synapse_sandbox.services.wiki_pages import Content
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json, estimated, number, page_from, to_iso

SCHEMA = wiki_pages.SCHEMA
MAX_HEADERS = 50

OwnerHandler = Callable[[Call, Owner], Answer]


def create_page(call: Call, owner: Owner) -> Answer:
    """POST a V2WikiPage; without parentWikiId it becomes the root, of which an owner has one."""
    require(call.store, call.caller, owner, "CREATE")
    content = read_content(call.body, _markdown_handle(call.body))
    check_new_handles(call, content, set())
    page_id = wiki_pages.create(call.store, owner, content, call.caller.id, call.now)
    return created(page_json(wiki_pages.page(call.store, owner, page_id)))


def get_root(call: Call, owner: Owner) -> Answer:
    """The root page."""
    require(call.store, call.caller, owner, "READ")
    root = wiki_pages.root_id(call.store, owner)
    return Answer(page_json(wiki_pages.page(call.store, owner, root)))


def get_page(call: Call, owner: Owner) -> Answer:
    """One page, at `wikiVersion` if that is given."""
    return Answer(page_json(requested_page(call, owner)))


def update_page(call: Call, owner: Owner) -> Answer:
    """PUT a V2WikiPage: everything is replaced, parent, creator and time of creation included."""
    before = page_to_update(call, owner)
    content = read_content(call.body, _markdown_handle(call.body))
    check_new_handles(call, content, wiki_pages.known_handles(call.store, before["id"]))
    return Answer(page_json(save(call, owner, before, content)))


def restore_version(call: Call, owner: Owner) -> Answer:
    """Make an old version the newest: its title, markdown and attachments, in the page's present place."""
    require(call.store, call.caller, owner, "UPDATE")
    now = wiki_pages.page(call.store, owner, call.number("wikiId"))
    old = wiki_pages.page(call.store, owner, now["id"], call.number("wikiVersion"))
    content = Content(old["title"], now["parent_id"], old["markdown_handle"], tuple(wiki_pages.handles_of(old)))
    written = (now["created_by"], now["created_on"])
    wiki_pages.replace(call.store, owner, now, content, call.caller.id, call.now, written)
    return Answer(page_json(wiki_pages.page(call.store, owner, now["id"])))


def delete_page(call: Call, owner: Owner) -> Answer:
    """200 without a body, also for a page that isn't there."""
    require(call.store, call.caller, owner, "DELETE")
    wiki_pages.delete(call.store, owner, call.number("wikiId"))
    return Answer()


def list_headers(call: Call, owner: Owner) -> Answer:
    """The header tree, flat; 404 for an owner without a wiki."""
    require(call.store, call.caller, owner, "READ")
    page = page_from(call.query, MAX_HEADERS)
    if page.limit > MAX_HEADERS:
        raise invalid(f"Limit cannot exceed: {MAX_HEADERS}")
    rows = wiki_pages.headers(call.store, owner, page.limit, page.offset)
    return Answer(estimated([_header_json(row) for row in rows], page))


def list_history(call: Call, owner: Owner) -> Answer:
    """Versions, newest first; `offset` and `limit` are compulsory here."""
    require(call.store, call.caller, owner, "READ")
    for name in ("offset", "limit"):
        call.parameter(name, "Long")
    page = call.page()
    rows = wiki_pages.history(call.store, owner, call.number("wikiId"), page.limit, page.offset)
    return Answer(estimated([_snapshot_json(row) for row in rows], page))


def list_attachment_handles(call: Call, owner: Owner) -> Answer:
    """{list: the file handles of the page's attachments}."""
    handles = wiki_pages.handles_of(requested_page(call, owner))
    return Answer({"list": documents(call.store, handles)})


def get_attachment(call: Call, owner: Owner) -> Answer:
    """Redirect to the bytes of the attachment called `fileName`."""
    return redirect_to(call, download_url(call, handle_row(call.store, _attachment(call, owner))))


def get_attachment_preview(call: Call, owner: Owner) -> Answer:
    """Always 404: nothing makes previews here, as on Synapse before its worker ran (contract 7.2)."""
    raise not_found(f"A preview does not exist for file {_attachment(call, owner)}")


def get_markdown(call: Call, owner: Owner) -> Answer:
    """Redirect to the bytes of the markdown as uploaded, usually gzip."""
    handle = handle_row(call.store, requested_page(call, owner)["markdown_handle"])
    return redirect_to(call, download_url(call, handle))


def requested_page(call: Call, owner: Owner) -> Row:
    """The page named in the path, at the version of the query, for somebody who may read it."""
    require(call.store, call.caller, owner, "READ")
    version = call.query.get("wikiVersion")
    return wiki_pages.page(call.store, owner, call.number("wikiId"), None if version is None else number(version))


def page_to_update(call: Call, owner: Owner) -> Row:
    """The page as it is before a PUT, after the tests that both generations of the service make."""
    if call.body.get("id") != call.path["wikiId"]:
        raise invalid("Path variable wikiId does not match the ID of the passed WikiPage")
    require(call.store, call.caller, owner, "UPDATE")
    before = wiki_pages.page(call.store, owner, call.number("wikiId"))
    wiki_pages.check_etag(owner, before["etag"], call.body.get("etag"))
    return before


def save(call: Call, owner: Owner, before: Row, content: Content) -> Row:
    """Write a PUT and read back what is there. A page cut off from its tree is read where it now stands, alone."""
    created_by, created_on = reading.principal(call.body, "createdBy"), reading.date(call.body, "createdOn")
    if created_by is None or created_on is None:
        raise invalid(f"Column '{'CREATED_BY' if created_by is None else 'CREATED_ON'}' cannot be null")
    wiki_pages.replace(call.store, owner, before, content, call.caller.id, call.now, (created_by, created_on))
    return wiki_pages.page_anywhere(call.store, before["id"])


def read_content(body: Json, markdown_handle: int) -> Content:
    """Title, place and attachments of a page body."""
    attachments = reading.texts(body, "attachmentFileHandleIds") or []
    return Content(
        title=reading.text(body, "title"),
        parent_id=reading.principal(body, "parentWikiId"),
        markdown_handle=markdown_handle,
        attachments=tuple(dict.fromkeys(number(handle) for handle in attachments)),
    )


def check_new_handles(call: Call, content: Content, known: set[int]) -> None:
    """Handles that the page doesn't hold yet must be the caller's own."""
    for handle in (content.markdown_handle, *content.attachments):
        if handle not in known:
            own_handle(call, handle)


def page_json(found: Row) -> Json:
    """A V2WikiPage."""
    return common_json(found) | {"markdownFileHandleId": str(found["markdown_handle"])}


def common_json(found: Row) -> Json:
    """The members that both generations of a wiki page share."""
    parent = found["parent_id"]
    return {
        "id": str(found["id"]),
        "etag": found["etag"],
        "createdOn": to_iso(found["created_on"]),
        "createdBy": str(found["created_by"]),
        "modifiedOn": to_iso(found["modified_on"]),
        "modifiedBy": str(found["modified_by"]),
        "parentWikiId": None if parent is None else str(parent),
        "title": found["title"],
        "attachmentFileHandleIds": [str(handle) for handle in wiki_pages.handles_of(found)],
    }


def attachment_named(store: Store, found: Row, file_name: str) -> int | None:
    """The handle of an attachment; of two with one name the newer one counts (contract 6.5)."""
    handles = [handle_row(store, handle) for handle in wiki_pages.handles_of(found)]
    named = [handle for handle in handles if handle["file_name"] == file_name]
    newest = max(named, key=lambda handle: (handle["created_on"], handle["id"]), default=None)
    return None if newest is None else int(newest["id"])


def routes_for(entries: tuple[tuple[str, str, OwnerHandler], ...]) -> tuple[Route, ...]:
    """The routes of every kind of owner, from (method, path below the owner, handler)."""
    return tuple(
        Route(method, f"/repo/v1{prefix}{path}", _for_owner(handler, kind), reads=method == "GET")
        for prefix, kind in OWNER_PREFIXES
        for method, path, handler in entries
    )


def _for_owner(handler: OwnerHandler, kind: str) -> Handler:
    return lambda call: handler(call, owner_of(call, kind))


def _markdown_handle(body: Json) -> int:
    handle = reading.principal(body, "markdownFileHandleId")
    if handle is None:
        raise required("markdownFileHandleId")
    return handle


def _attachment(call: Call, owner: Owner) -> int:
    found, name = requested_page(call, owner), call.parameter("fileName")
    handle = attachment_named(call.store, found, name)
    if handle is None:
        raise not_found(
            f"Cannot find a wiki attachment for OwnerID: {owner.spelt}, ObjectType: {owner.kind},"
            f" WikiPageId: {found['id']}, fileName: {name}"
        )
    return handle


def _header_json(row: Row) -> dict[str, Any]:
    parent = row["parent_id"]
    return {"id": str(row["id"]), "title": row["title"], "parentId": None if parent is None else str(parent)}


def _snapshot_json(row: Row) -> dict[str, Any]:
    return {
        "version": str(row["version"]),
        "modifiedOn": to_iso(row["modified_on"]),
        "modifiedBy": str(row["modified_by"]),
    }


ROUTES = routes_for(
    (
        ("POST", "/wiki2", create_page),
        ("GET", "/wiki2", get_root),
        ("GET", "/wiki2/{wikiId}", get_page),
        ("PUT", "/wiki2/{wikiId}", update_page),
        ("PUT", "/wiki2/{wikiId}/{wikiVersion}", restore_version),
        ("DELETE", "/wiki2/{wikiId}", delete_page),
        ("GET", "/wikiheadertree2", list_headers),
        ("GET", "/wiki2/{wikiId}/wikihistory", list_history),
        ("GET", "/wiki2/{wikiId}/attachmenthandles", list_attachment_handles),
        ("GET", "/wiki2/{wikiId}/attachment", get_attachment),
        ("GET", "/wiki2/{wikiId}/attachmentpreview", get_attachment_preview),
        ("GET", "/wiki2/{wikiId}/markdown", get_markdown),
    )
)
