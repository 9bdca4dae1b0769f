"""The wiki of a project: every page with its text and the files attached to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.discovered import FoundFile, FoundPage
from providers.synapse.discover.search import Search
from providers.synapse.failures import Refused
from providers.synapse.kinds.wikis import attached, download, in_shown_order, page_headers, read_page
from providers.synapse.together import together

Raw = Mapping[str, Any]


async def read_pages(search: Search, project: str) -> tuple[FoundPage, ...]:
    """The pages in the order in which people see them; none where there is no wiki."""
    headers = await page_headers(search.transport, project)
    if not headers:
        return ()
    hint = await search.transport.get(f"/entity/{project}/wiki2orderhint")
    hinted = [str(item) for item in hint.get("idList") or ()]
    found = await together(*(_page(search, project, id_) for id_ in in_shown_order(headers, hinted)))
    return tuple(page for page in found if page is not None)


async def _page(search: Search, project: str, id_: str) -> FoundPage | None:
    try:
        raw = await read_page(search.transport, project, id_)
    except Refused as refused:
        search.note(f"page {id_} of {project} can't be read: {refused.reason}")
        return None
    names = await attached(search.transport, project, id_) if raw.get("attachmentFileHandleIds") else {}
    files = await together(*(_file(search, project, id_, name) for name in names))
    parent = raw.get("parentWikiId")
    return FoundPage(
        id=id_,
        parent=None if parent is None else str(parent),
        title=raw.get("title") or "",
        text=(raw.get("markdown") or "").replace("\r\n", "\n"),
        files=tuple(item for item in files if item is not None),
    )


async def _file(search: Search, project: str, page: str, name: str) -> FoundFile | None:
    try:
        content = await download(search.transport, project, page, name)
    except Refused as refused:
        search.note(f"{name}, attached to page {page} of {project}, can't be read: {refused.reason}")
        return None
    return FoundFile(name, content)
