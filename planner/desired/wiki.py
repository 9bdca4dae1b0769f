"""Wiki pages of both projects: the same files, with ids of the project they stand on filled in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from challenge_spec.pages import AttachmentLink, IdOf, Page, PageKey, PageLink, PagePart
from planner.desired.context import Context
from planner.references import Ref, text
from planner.resources import Kind, Resource
from planner.stages import LIVE_WIKI, WikiContent


def wikis(context: Context) -> Iterator[Resource]:
    """Compile the page tree of each project that is ours, parents before children, then its order."""
    for project in context.challenge.projects:
        if project.use is None:
            yield from _tree(project.key, _pages(context, project.key))


def page_address(project: str, key: PageKey) -> str:
    """`("overview", "data")` on the live project → `wiki.live/overview/data`; the root page is `wiki.live`."""
    return "/".join((f"wiki.{project}", *key))


def attached_files(context: Context) -> dict[str, str]:
    """MD5 → path of every file that some page shows."""
    wiki = context.challenge.wiki
    pages = [*wiki.pages, *([wiki.preregistration] if wiki.preregistration else [])]
    return {item.md5: str(item.path) for page in pages for item in page.attachments}


def _pages(context: Context, project: str) -> Sequence[Page]:
    wiki = context.challenge.wiki
    if project == "staging" or (wiki.preregistration is None and not context.two_projects):
        return wiki.pages
    content = LIVE_WIKI[context.stage]
    if content is WikiContent.ALL:
        return [page for page in wiki.pages if _is_up(context, page)]
    hidden = content is WikiContent.NOTHING and context.two_projects
    return [] if hidden or wiki.preregistration is None else [wiki.preregistration]


def _is_up(context: Context, page: Page) -> bool:
    begun = page.start is None or context.past(page.start)
    return not page.key or (begun and not context.past(page.until))


def _tree(project: str, pages: Sequence[Page]) -> Iterator[Resource]:
    keys = {page.key for page in pages}
    for page in pages:
        yield _page(project, () if len(pages) == 1 else page.key, page, keys)
    if len(pages) > 1:
        order = tuple(Ref(page_address(project, page.key)) for page in pages)
        yield Resource(f"order.{project}", Kind.ORDER, {"owner": Ref(f"project.{project}"), "pages": order})


def _page(project: str, key: PageKey, page: Page, keys: set[PageKey]) -> Resource:
    spec = {
        "owner": Ref(f"project.{project}"),
        "parent": Ref(page_address(project, key[:-1])) if key else None,
        "title": page.title,
        "text": text(*(item for part in page.parts for item in _part(project, page, part, keys))),
        "attachments": {item.name: item.md5 for item in page.attachments},
    }
    return Resource(page_address(project, key), Kind.WIKI, spec)


def _part(project: str, page: Page, part: PagePart, keys: set[PageKey]) -> Iterator[str | Ref]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, IdOf):
        yield Ref(part.address)
    elif isinstance(part, AttachmentLink):
        yield _widget(part)
    else:
        yield from _link(project, page, part, keys)


def _link(project: str, page: Page, link: PageLink, keys: set[PageKey]) -> Iterator[str | Ref]:
    """A link to a page that isn't up yet leads to the wiki's home, never to another project."""
    if link.page == page.key and link.anchor:
        yield f"#{link.anchor}"
        return
    yield "#!Synapse:"
    yield Ref(f"project.{project}")
    if link.page in keys and len(keys) > 1:
        yield "/wiki/"
        yield Ref(page_address(project, link.page))


def _widget(part: AttachmentLink) -> str:
    name = quote(part.name, safe="")
    if part.kind == "image":
        return f"${{image?fileName={name}&align=None&scale=100&responsive=true&altText={quote(part.label, safe='')}}}"
    return f"${{previewattachment?fileName={name}}}"
