"""Wiki pages of both projects: the same files, with ids of the project they stand on filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from challenge_spec.pages import AttachmentLink, IdOf, Page, PageKey, PageLink, PagePart, Piece
from planner.desired.context import Context
from planner.desired.data import entry_address
from planner.references import Ref, Spec, Value, text
from planner.resources import Kind, Resource
from planner.stages import LIVE_WIKI, WikiContent


@dataclass(frozen=True, slots=True)
class _Site:
    """The project that pages stand on, and which pages are up there."""

    project: str
    pages: frozenset[PageKey]
    data: Mapping[str, str]


def wikis(context: Context) -> Iterator[Resource]:
    """Compile the page tree of each project that is ours, parents before children, then its order."""
    for project in context.challenge.projects:
        if project.use is None:
            yield from _tree(context, project.key, _pages(context, project.key))


def page_address(project: str, key: PageKey) -> str:
    """`("overview", "data")` on the live project → `wiki.live/overview/data`; the root page is `wiki.live`."""
    return "/".join((f"wiki.{project}", *key))


def moved_pages(context: Context) -> dict[str, str]:
    """Address → former address of every page whose file was moved (`was:`), and of the pages below it."""
    found: dict[str, str] = {}
    for project in context.challenge.projects:
        pages = pages_of(context, project.key).values()
        moves = {page.key: page.was for page in pages if page.was}
        for page in pages:
            former = _former(page.key, moves)
            if former is not None:
                found[page_address(project.key, page.key)] = page_address(project.key, former)
    return found


def _former(key: PageKey, moves: Mapping[PageKey, PageKey]) -> PageKey | None:
    """The key before a page, or the nearest one above it, was moved."""
    above = (key[:length] for length in range(len(key), 0, -1))
    return next((moves[here] + key[len(here) :] for here in above if here in moves), None)


def attached_files(context: Context) -> dict[str, str]:
    """MD5 → path of every file that some page shows."""
    wiki = context.challenge.wiki
    pages = [*wiki.pages, *(wiki.staging or ()), *([wiki.preregistration] if wiki.preregistration else [])]
    return {item.md5: str(item.path) for page in pages for item in page.attachments}


def pages_of(context: Context, project: str) -> dict[str, Page]:
    """The pages that a project shows, by address."""
    pages = _pages(context, project)
    return {page_address(project, () if len(pages) == 1 else page.key): page for page in pages}


def pieces_of(context: Context, project: str, page: Page) -> Iterator[tuple[Piece, Value]]:
    """A page's body piece by piece, with what each becomes on a project; joined, that is the page's text."""
    site = _site(context, project, _pages(context, project))
    return ((piece, text(*_part(site, page, piece.part))) for piece in page.pieces)


def _pages(context: Context, project: str) -> Sequence[Page]:
    wiki = context.challenge.wiki
    if project == "staging" and wiki.staging is not None:
        return wiki.staging
    if project == "staging" or (wiki.preregistration is None and not context.two_projects):
        return wiki.pages
    content = LIVE_WIKI[context.stage]
    if content is WikiContent.ALL:
        return _up(context, wiki.pages)
    hidden = content is WikiContent.NOTHING and context.two_projects
    return [] if hidden or wiki.preregistration is None else [wiki.preregistration]


def _up(context: Context, pages: Sequence[Page]) -> Sequence[Page]:
    """The pages that are up now: what is below a page that isn't, isn't either."""
    down = {page.key for page in pages if not _is_up(context, page)}
    return [page for page in pages if not any(page.key[:length] in down for length in range(len(page.key) + 1))]


def _is_up(context: Context, page: Page) -> bool:
    begun = page.start is None or context.past(page.start)
    return not page.key or (begun and not context.past(page.until))


def _tree(context: Context, project: str, pages: Sequence[Page]) -> Iterator[Resource]:
    site = _site(context, project, pages)
    for page in pages:
        yield _page(site, () if len(pages) == 1 else page.key, page)
    if len(pages) > 1:
        order = tuple(Ref(page_address(project, page.key)) for page in pages)
        yield Resource(f"order.{project}", Kind.ORDER, {"owner": Ref(f"project.{project}"), "pages": order})


def _site(context: Context, project: str, pages: Sequence[Page]) -> _Site:
    return _Site(project, frozenset(page.key for page in pages), data_addresses(context))


def data_addresses(context: Context) -> Mapping[str, str]:
    """How pages name the folder of a data entry → its address."""
    return {f"data.{entry.key}": entry_address(entry) for entry in context.challenge.data if entry.on_synapse}


def _page(site: _Site, key: PageKey, page: Page) -> Resource:
    spec: Spec = {
        "owner": Ref(f"project.{site.project}"),
        "parent": Ref(page_address(site.project, key[:-1])) if key else None,
        "title": page.title,
        "text": text(*(item for part in page.parts for item in _part(site, page, part))),
        "attachments": {item.name: item.md5 for item in page.attachments},
    }
    return Resource(page_address(site.project, key), Kind.WIKI, spec)


def _part(site: _Site, page: Page, part: PagePart) -> Iterator[str | Ref]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, IdOf):
        yield Ref(site.data.get(part.address, part.address))
    elif isinstance(part, AttachmentLink):
        yield widget(part)
    else:
        yield from _link(site, page, part)


def _link(site: _Site, page: Page, link: PageLink) -> Iterator[str | Ref]:
    """A link to a page that isn't up yet leads to the wiki's home, never to another project."""
    if link.page == page.key and link.anchor:
        yield f"#{link.anchor}"
        return
    yield "#!Synapse:"
    yield Ref(f"project.{site.project}")
    if link.page in site.pages and len(site.pages) > 1:
        yield "/wiki/"
        yield Ref(page_address(site.project, link.page))


def widget(part: AttachmentLink) -> str:
    """How Synapse shows an attached file inside a text (contract 6.9)."""
    name = quote(part.name, safe="")
    if part.kind == "image":
        return f"${{image?fileName={name}&align=None&scale=100&responsive=true&altText={quote(part.label, safe='')}}}"
    return f"${{previewattachment?fileName={name}}}"
