"""Wiki pages, written: through the v1 endpoints, which take the text as it is; very long texts are uploaded (contract
6.5-6.9).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from planner.interfaces import Outcome, ProviderError
from planner.plan import Operation, Part
from providers.synapse.kinds.wikis import attached, page_headers
from providers.synapse.settle import Change, Creation, remove, unmoved
from providers.synapse.settle import create as create_once
from providers.synapse.settle import update as update_once
from providers.synapse.uploads import upload
from providers.synapse.writing import Writing, items, members

Raw = Mapping[str, Any]

LONGEST_INLINE: Final = 1_500_000
"""Bytes of a text inside a request: Synapse takes 2 MiB, and each character beyond ASCII is sent as six bytes."""

_GZIP: Final = "application/x-gzip; charset=UTF-8"


async def create(writing: Writing, operation: Operation) -> Outcome:
    """Make a page; one whose text needs ids of pages that don't exist yet is made empty first."""
    spec = writing.spec(_without_text(operation))
    body: dict[str, Any] = {"title": spec["title"], "markdown": "", "attachmentFileHandleIds": []}
    if spec["parent"] is not None:
        body["parentWikiId"] = spec["parent"]
    if operation.part is not Part.SHELL:
        body |= await _content(writing, operation, str(spec["owner"]), None)
    since = writing.run.session.now() - timedelta(seconds=2)
    send = _Sending(writing, operation.address, str(spec["owner"]))

    async def look_up() -> Raw | None:
        return await _made_by_us(writing, str(spec["owner"]), body, since)

    page, did = await create_once(writing.transport, operation.address, Creation(lambda: send.create(body), look_up))
    writing.run.made.add(str(page["id"]))
    return Outcome(
        str(page["id"]), "created, its text follows" if operation.part is Part.SHELL else did, page["etag"], page
    )


def _without_text(operation: Operation) -> Operation:
    """A shell's text refers to pages that aren't there yet."""
    from dataclasses import replace

    if operation.part is not Part.SHELL:
        return operation
    return replace(operation, spec={name: value for name, value in operation.spec.items() if name != "text"})


async def _made_by_us(writing: Writing, owner: str, body: Raw, since: datetime) -> Raw | None:
    """The page whose answer got lost: same place and title, made by us just now, and not yet accounted for."""
    place = (body.get("parentWikiId"), body["title"])
    for header in await page_headers(writing.transport, owner):
        if (header.get("parentId"), header.get("title")) != place or str(header["id"]) in writing.run.made:
            continue
        page: Raw = await writing.transport.get(f"/entity/{owner}/wiki/{header['id']}")
        ours = str(page["createdBy"]) == writing.me.id and datetime.fromisoformat(page["createdOn"]) >= since
        # Asked again, for another page of this title may have found it meanwhile.
        if ours and str(page["id"]) not in writing.run.made:
            writing.run.made.add(str(page["id"]))
            return page
    return None


async def update(writing: Writing, operation: Operation) -> Outcome:
    """Change title, text, attachments or place; everything else of the page is echoed (contract 6.5)."""
    spec = writing.spec(operation)
    owner, id_ = str(spec["owner"]), writing.known.id_of(operation.address)

    async def reread() -> Raw:
        page: Raw = await writing.transport.get(f"/entity/{owner}/wiki/{id_}")
        return page

    base = writing.raw(operation.address) or await reread()
    fields = {"title": spec["title"], "parentWikiId": spec["parent"]}
    fields |= await _content(writing, operation, owner, base)
    sending = _Sending(writing, operation.address, owner)
    change = Change(base, fields, sending.update, reread)
    page, did = await update_once(writing.transport, operation.address, change)
    return Outcome(id_, did, page["etag"], page)


async def _content(writing: Writing, operation: Operation, owner: str, base: Raw | None) -> dict[str, Any]:
    """Text and attachments; what the page has already isn't uploaded again."""
    spec = writing.spec(operation)
    handles: list[str] = []
    has = await attached(writing.transport, owner, base["id"]) if base and base.get("attachmentFileHandleIds") else {}
    for name, md5 in members(spec["attachments"]).items():
        known = has.get(name)
        if known is not None and known["contentMd5"] == md5:
            handles.append(str(known["id"]))
        else:
            path = Path(writing.known.file_of(str(md5)))
            handles.append(await writing.run.uploads.file(operation.address, path, str(md5), name))
    return {"markdown": str(spec["text"]), "attachmentFileHandleIds": handles}


class _Sending:
    """Sends a page inline, or where its text is too long for a request, with an uploaded text."""

    def __init__(self, writing: Writing, where: str, owner: str) -> None:
        self._writing, self._where, self._path = writing, where, f"/entity/{owner}"

    async def create(self, body: Raw) -> Raw:
        """POST a page."""
        service, sent = await self._fitting(body)
        answer: Raw = await self._writing.transport.post(f"{self._path}/{service}", sent)
        return {**answer, "markdown": body["markdown"]}

    async def update(self, body: Raw) -> Raw:
        """PUT a page."""
        service, sent = await self._fitting(body)
        answer: Raw = await self._writing.transport.put(f"{self._path}/{service}/{body['id']}", sent)
        return {**answer, "markdown": body["markdown"]}

    async def _fitting(self, body: Raw) -> tuple[str, Raw]:
        text = str(body["markdown"])
        if len(json.dumps(text)) <= LONGEST_INLINE:
            return "wiki", body
        # A name of our own: a title may hold characters that file names may not (contract 6.8). No time inside, so that
        # equal texts are equal files.
        packed = gzip.compress(text.encode(), mtime=0)
        handle = await upload(self._writing.transport, self._where, packed, "page.md.gz", _GZIP)
        rest = {name: value for name, value in body.items() if name != "markdown"}
        return "wiki2", {**rest, "markdownFileHandleId": handle}


async def delete(writing: Writing, operation: Operation) -> Outcome:
    """Delete a page that has no pages below it any more: Synapse would delete those as well.

    Raises Stale where somebody wrote on it since it was planned: its history goes with it.
    """
    owner, id_ = str(writing.spec(operation)["owner"]), writing.known.id_of(operation.address)
    path = f"/entity/{owner}/wiki/{id_}"
    where, etag = operation.address, operation.precondition
    if not await unmoved(writing.transport, path, where, etag, writing.raw(where)):
        return Outcome(id_, "gone already")
    below = [item for item in await page_headers(writing.transport, owner) if str(item.get("parentId")) == id_]
    if below:
        titles = ", ".join(repr(item.get("title", "")) for item in below)
        raise ProviderError(operation.address, f"has pages below it: {titles}", "delete or move those first")
    await remove(writing.transport, path)
    return Outcome(id_, "deleted")


async def order(writing: Writing, operation: Operation) -> Outcome:
    """Put the pages in order; pages of others that stand in the list keep their place at its end."""
    spec = writing.spec(operation)
    owner, pages = str(spec["owner"]), items(spec["pages"])
    path = f"/entity/{owner}/wiki2orderhint"

    async def reread() -> Raw:
        hint: Raw = await writing.transport.get(path)
        return hint

    async def send(body: Raw) -> Raw:
        hint: Raw = await writing.transport.put(path, body)
        return hint

    base = writing.raw(operation.address) or await reread()
    others = [str(item) for item in base.get("idList", []) if item not in pages]
    # ownerId is echoed as it was read: a bare number, and nothing else is taken (contract 6.7).
    change = Change(base, {"idList": [*pages, *others]}, send, reread)
    hint, did = await update_once(writing.transport, operation.address, change)
    return Outcome(owner, did, hint["etag"], hint)
