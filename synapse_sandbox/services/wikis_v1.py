"""Wikis, first generation: the markdown travels inside the page (contract 6.9). Kept as second-generation pages."""

from __future__ import annotations

import gzip
import zlib

from synapse_sandbox import reading
from synapse_sandbox.call import Answer, Call, created
from synapse_sandbox.refusals import Refusal
from synapse_sandbox.services import wiki_pages, wikis
from synapse_sandbox.services.files import content_of, store_file
from synapse_sandbox.services.wiki_owners import Owner, require
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json

SCHEMA = ""
CONTENT_TYPE = "application/x-gzip; charset=UTF-8"


def create_page(call: Call, owner: Owner) -> Answer:
    """POST a WikiPage with its markdown."""
    require(call.store, call.caller, owner, "CREATE")
    content = wikis.read_content(call.body, _keep_markdown(call, None))
    wikis.check_new_handles(call, content, set())
    page_id = wiki_pages.create(call.store, owner, content, call.caller.id, call.now)
    return created(_page_json(call.store, wiki_pages.page(call.store, owner, page_id)))


def get_root(call: Call, owner: Owner) -> Answer:
    """The root page with its markdown."""
    require(call.store, call.caller, owner, "READ")
    return Answer(_page_json(call.store, wiki_pages.page(call.store, owner, wiki_pages.root_id(call.store, owner))))


def get_page(call: Call, owner: Owner) -> Answer:
    """One page with its markdown."""
    return Answer(_page_json(call.store, wikis.requested_page(call, owner)))


def get_key(call: Call, owner: Owner) -> Answer:
    """The key of the root page."""
    require(call.store, call.caller, owner, "READ")
    root = wiki_pages.root_id(call.store, owner)
    return Answer({"wikiPageId": str(root), "ownerObjectId": owner.spelt, "ownerObjectType": owner.kind})


def update_page(call: Call, owner: Owner) -> Answer:
    """PUT a WikiPage: a new version with this markdown; the traps of the second generation hold here too."""
    before = wikis.page_to_update(call, owner)
    content = wikis.read_content(call.body, _keep_markdown(call, before["id"]))
    wikis.check_new_handles(call, content, wiki_pages.known_handles(call.store, before["id"]))
    return Answer(_page_json(call.store, wikis.save(call, owner, before, content)))


def markdown_of(store: Store, found: Row) -> str:
    """The text of a page; 500, as on Synapse, when its handle holds something else than gzip (contract 6.8)."""
    try:
        return gzip.decompress(content_of(store, found["markdown_handle"])).decode("utf-8", "replace")
    except (OSError, EOFError, zlib.error) as fault:
        raise Refusal(500, f"Not in GZIP format: file handle {found['markdown_handle']}") from fault


def _keep_markdown(call: Call, page_id: int | None) -> int:
    text = reading.text(call.body, "markdown") or ""
    # No time stamp inside, so that equal texts are equal bytes.
    packed = gzip.compress(text.encode(), mtime=0)
    name = f"{'null' if page_id is None else page_id}_markdown.txt.gz"
    return store_file(call, name, CONTENT_TYPE, packed)


def _page_json(store: Store, found: Row) -> Json:
    return wikis.common_json(found) | {"markdown": markdown_of(store, found)}


ROUTES = wikis.routes_for(
    (
        ("POST", "/wiki", create_page),
        ("GET", "/wiki", get_root),
        ("GET", "/wiki/{wikiId}", get_page),
        ("GET", "/wikikey", get_key),
        ("PUT", "/wiki/{wikiId}", update_page),
        ("DELETE", "/wiki/{wikiId}", wikis.delete_page),
        ("GET", "/wikiheadertree", wikis.list_headers),
        ("GET", "/wiki/{wikiId}/attachmenthandles", wikis.list_attachment_handles),
        ("GET", "/wiki/{wikiId}/attachment", wikis.get_attachment),
        ("GET", "/wiki/{wikiId}/attachmentpreview", wikis.get_attachment_preview),
    )
)
