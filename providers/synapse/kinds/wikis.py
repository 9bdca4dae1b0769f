"""Wiki pages, read: the tree of each project, every wanted page with its text, and their order (contract 6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from planner.interfaces import ProviderError, Unreachable
from planner.live import LiveResource, Unmanaged
from planner.matching import Place, match_pages
from planner.references import Plain, Ref, resolve
from planner.resources import Kind, Resource
from providers.synapse.failures import Refused
from providers.synapse.paging import by_offset
from providers.synapse.survey import Survey, instant, referred
from providers.synapse.together import together
from providers.synapse.transport import Transport

Raw = Mapping[str, Any]


async def read_wikis(survey: Survey) -> None:
    """Read the wiki of every project for which the manifest has pages."""
    owners = {_owner(item) for item in survey.of_kind(Kind.WIKI, Kind.ORDER)}
    await together(*(_read_wiki(survey, owner) for owner in sorted(owners) if owner in survey.ids))


def _owner(resource: Resource) -> str:
    return referred(resource, "owner")


async def _read_wiki(survey: Survey, owner: str) -> None:
    id_ = survey.ids[owner]
    wanted = [item for item in survey.of_kind(Kind.WIKI) if _owner(item) == owner]
    headers = await _tree(survey, owner, [item.address for item in wanted])
    pairs = _match(survey, wanted, headers)
    by_address = {item.address: item for item in wanted}
    await together(*(_read_page(survey, by_address[address], id_, page) for address, page in pairs.items()))
    if headers and survey.wanted(f"order.{owner.split('.', 1)[1]}"):
        await _read_order(survey, owner, id_, headers)


async def read_trees_of_dropped(survey: Survey) -> None:
    """Learn what others have put below pages that go, where nothing else is wanted of the wiki that they stand in."""
    read = {_owner(item) for item in survey.of_kind(Kind.WIKI, Kind.ORDER)}
    going: dict[str, list[str]] = defaultdict(list)
    for address in survey.dropped:
        if address.startswith("wiki."):
            going[_site(address)].append(address)
    await together(
        *(_tree(survey, owner, pages) for owner, pages in going.items() if owner in survey.ids and owner not in read)
    )


def _site(address: str) -> str:
    """The project of a page whose resource nobody wants any more: `wiki.live/rules` stands on `project.live`."""
    return f"project.{address.removeprefix('wiki.').partition('/')[0]}"


async def _tree(survey: Survey, owner: str, pages: Iterable[str]) -> list[Raw]:
    """Every page of a project. Where it may not be read, nothing is known of the pages that need it. Raises Refused for
    any other reason.
    """
    try:
        headers = await page_headers(survey.transport, survey.ids[owner])
    except Refused as refused:
        if refused.status != 403:
            raise
        for address in pages:
            survey.forbid(address, refused)
        return []
    survey.unmanaged += [
        Unmanaged(Kind.WIKI, str(item["id"]), item.get("title", ""), owner, above=item.get("parentId"))
        for item in headers
    ]
    return headers


async def page_headers(transport: Transport, owner: str) -> list[Raw]:
    """Id, title and parent of every page; an owner without a wiki answers 404."""
    try:
        return await by_offset(transport, f"/entity/{owner}/wikiheadertree2")
    except Refused as refused:
        if refused.status == 404:
            return []
        raise


def _match(survey: Survey, wanted: Sequence[Resource], headers: Sequence[Raw]) -> dict[str, str]:
    known = {address: entry.id for address, entry in survey.applied.entries.items()}
    found = {str(item["id"]): Place(item.get("parentId"), item.get("title", "")) for item in headers}
    return match_pages({item.address: _place(item) for item in wanted}, found, known)


def _place(resource: Resource) -> Place:
    parent = resource.spec["parent"]
    return Place(parent.address if isinstance(parent, Ref) else None, str(resource.spec["title"]))


async def _read_page(survey: Survey, resource: Resource, owner: str, page: str) -> None:
    try:
        raw, attachments = await _page(survey.transport, owner, page)
    except Refused as refused:
        survey.forbid(resource.address, refused)
        return
    spec: dict[str, Plain] = {
        "owner": owner,
        "parent": raw.get("parentWikiId"),
        "title": raw.get("title", ""),
        # Files of ours have one kind of line end; which one a web form sent makes no difference to readers.
        "text": raw.get("markdown", "").replace("\r\n", "\n"),
        "attachments": attachments,
    }
    told = survey.told(resource.address)
    how = "ledger" if told == (page, "ledger") else survey.on(resource, "owner")
    changed = str(raw["modifiedBy"]), instant(raw["modifiedOn"])
    survey.add(LiveResource(resource.address, Kind.WIKI, page, spec, raw["etag"], raw, how, *changed))


async def _page(transport: Transport, owner: str, page: str) -> tuple[Raw, dict[str, str]]:
    """A page with its text, and the MD5 of each attachment by name (asked for only where there are any)."""
    raw = await read_page(transport, owner, page)
    if not raw.get("attachmentFileHandleIds"):
        return raw, {}
    return raw, {name: handle["contentMd5"] for name, handle in (await attached(transport, owner, page)).items()}


async def read_page(transport: Transport, owner: str, page: str) -> Raw:
    """A page with its text, in the form of v1. Raises Refused, ProviderError."""
    try:
        raw: Raw = await transport.get(f"/entity/{owner}/wiki/{page}")
    except Unreachable:
        raise
    except ProviderError:
        return await _page_of_another_kind(transport, owner, page)
    return raw


async def _page_of_another_kind(transport: Transport, owner: str, page: str) -> Raw:
    """A page whose text isn't stored packed, which makes the v1 endpoint fail (contract 6.8), in the form of v1."""
    raw = dict(await transport.get(f"/entity/{owner}/wiki2/{page}"))
    url = await transport.get(f"/entity/{owner}/wiki2/{page}/markdown?redirect=false")
    content = await transport.fetch(str(url))
    del raw["markdownFileHandleId"]
    return {**raw, "markdown": content.decode("utf-8", "replace")}


async def attached(transport: Transport, owner: str, page: str) -> dict[str, Raw]:
    """File handles of a page's attachments by file name; previews, which Synapse makes itself, are left out."""
    answer = await transport.get(f"/entity/{owner}/wiki2/{page}/attachmenthandles")
    return {
        str(handle["fileName"]): handle
        for handle in answer["list"]
        if not handle.get("isPreview") and "contentMd5" in handle
    }


async def download(transport: Transport, owner: str, page: str, name: str) -> bytes:
    """The content of a file that is attached to a page. Raises Refused, ProviderError."""
    path = f"/entity/{owner}/wiki2/{page}/attachment?fileName={quote(name, safe='')}&redirect=false"
    return await transport.fetch(str(await transport.get(path)))


def in_shown_order(headers: Sequence[Raw], hinted: Sequence[str]) -> list[str]:
    """Ids of all pages as people see them, parents before children: siblings by the hint, then by title (6.3, 6.7)."""
    place = {id_: number for number, id_ in enumerate(hinted)}
    ordered = sorted(headers, key=lambda item: place.get(str(item["id"]), len(place)))
    below: dict[str | None, list[str]] = {}
    for item in ordered:
        below.setdefault(item.get("parentId"), []).append(str(item["id"]))
    return list(_downwards(below, None))


def _downwards(below: Mapping[str | None, list[str]], parent: str | None) -> Iterator[str]:
    for id_ in below.get(parent, ()):
        yield id_
        yield from _downwards(below, id_)


async def _read_order(survey: Survey, owner: str, id_: str, headers: Sequence[Raw]) -> None:
    """The order of the pages that we know. A hint goes on naming pages that are gone: the ledger knows them."""
    address = f"order.{owner.split('.', 1)[1]}"
    hint = await survey.transport.get(f"/entity/{id_}/wiki2orderhint")
    ours = {item.id for item in survey.resources.values() if item.kind is Kind.WIKI and item.spec["owner"] == id_}
    entry = survey.applied.entries.get(address)
    remembered = entry.fields.get("pages") if entry else None
    ours.update(str(page) for page in (remembered if isinstance(remembered, tuple) else ()))
    hinted = [str(item) for item in hint.get("idList") or ()]
    resource = survey.desired.resources[address]
    wanted = resolve(resource.spec["pages"], survey.ids)
    shown = tuple(item for item in in_shown_order(headers, hinted) if item in ours)
    # A hint may be missing, or say the same in other words: what counts is the order that people see.
    pages = shown if shown == wanted else tuple(item for item in hinted if item in ours)
    spec: dict[str, Plain] = {"owner": id_, "pages": pages}
    survey.add(LiveResource(address, Kind.ORDER, id_, spec, hint["etag"], hint, survey.on(resource, "owner")))
