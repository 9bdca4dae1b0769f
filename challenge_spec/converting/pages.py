"""The pages of a converted challenge as files: a tree of Markdown with heads, and the pictures that they show."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field

from challenge_spec.converting.bundle import Bundle
from challenge_spec.converting.html import to_markdown
from challenge_spec.converting.linking import relative, relinked, without_values
from challenge_spec.converting.names import apart
from challenge_spec.converting.outline import Outline, PageDraft
from challenge_spec.dump import dump
from challenge_spec.pages.attachments import MAX_ATTACHMENT_BYTES, can_be_attached
from challenge_spec.pages.markdown import headings
from challenge_spec.pages.read import MAX_TITLE
from challenge_spec.pages.tree import MAX_PAGE_BYTES
from challenge_spec.tree import Unreadable

FOLDER = "wiki"
MAX_FILES = 500
MAX_DEAD = 50
"""Links of a page that are reported one by one."""
MAX_FILE_BYTES = 100_000_000
"""Of all pictures and other files that pages show."""


@dataclass(slots=True)
class Site:
    """All pages on their way: where each goes, which headings it has, and what was taken along."""

    outline: Outline
    bundle: Bundle
    places: dict[int, str] = field(default_factory=dict)
    by_file: dict[str, PageDraft] = field(default_factory=dict)
    by_number: dict[str, PageDraft] = field(default_factory=dict)
    anchors: dict[int, frozenset[str]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    left: int = MAX_FILE_BYTES


def page_files(outline: Outline, bundle: Bundle) -> Mapping[str, str | bytes]:
    """Every page and every file that pages show, by its path beside the manifest; nothing where there are no pages."""
    _complete(outline)
    site = Site(outline, bundle)
    parents = {(), *(page.key[:-1] for page in outline.pages if page.key)}
    for page in outline.pages:
        _prepare(site, page, has_children=page.key in parents)
    found: dict[str, str | bytes] = {}
    orders: dict[tuple[str, ...], int] = {}
    titles: dict[tuple[str, ...], set[str]] = {}
    for page in outline.pages:
        above = page.key[:-1]
        orders[above] = orders.get(above, 0) + 1
        title = _title(site, page, titles.setdefault(above, set()))
        text = _linked(site, page)
        attached = [relative(name, site.places[id(page)]) for path in page.attached if (name := _along(site, path))]
        head = {"title": title, **({"order": orders[above]} if page.key else {}), **_files(attached)}
        found[site.places[id(page)]] = _bounded(site, page, f"---\n{dump(head)}---\n{text}")
    return {**found, **site.files}


def _files(attached: list[str]) -> dict[str, list[str]]:
    return {"files": attached} if attached else {}


def _complete(outline: Outline) -> None:
    """A page that people see first, where the source has none; and parents of all pages."""
    if outline.pages and not any(page.key == () for page in outline.pages):
        lines = [f"- {page.title}" for page in outline.pages if len(page.key) == 1]
        outline.pages.insert(0, PageDraft((), "Overview", "\n".join([f"# {outline.name}", "", *lines]) + "\n"))


def _prepare(site: Site, page: PageDraft, *, has_children: bool) -> None:
    """The page's text as Markdown, and where it goes."""
    if page.file.lower().endswith((".html", ".htm")):
        page.text, lost = to_markdown(page.text)
        if lost:
            why = f"Markdown on Synapse has no {', '.join(lost)}"
            site.outline.report.leave(page.place, f"`{page.title}`: parts of the page", why, "Write them in words.")
    page.text = without_values(page.text)
    name = "/".join((*page.key, "index")) if has_children else "/".join(page.key)
    site.places[id(page)] = f"{FOLDER}/{name}.md"
    site.anchors[id(page)] = frozenset(heading.anchor for heading in headings(page.text))
    site.by_file.setdefault(page.file, page)
    if page.ident:
        site.by_number.setdefault(page.ident, page)


def _title(site: Site, page: PageDraft, taken: set[str]) -> str:
    """The title; siblings need different ones, and only the first page may have none."""
    title = page.title[:MAX_TITLE] or ("" if not page.key else f"Page {page.ident[:20]}".strip())
    found = apart(title, taken, MAX_TITLE) if page.key else title
    if found != page.title:
        why = "a page beside it has that title too" if found != title else "a page has up to 256 characters as title"
        site.outline.report.leave(page.place, f"the title `{page.title[:80]}`", why, f"It is `{found[:80]}` now.")
    return found


def _linked(site: Site, page: PageDraft) -> str:
    """The text with its links leading to pages and files of ours; those that lead nowhere are reported."""

    def resolve(path: str, anchor: str | None) -> str | None:
        return _resolved(site, page, path, anchor)

    def by_number(number: str) -> str | None:
        target = site.by_number.get(number)
        return relative(site.places[id(target)], site.places[id(page)]) if target else None

    text, dead = relinked(page.text, resolve, by_number)
    for item in dead[:MAX_DEAD]:
        what = f"`{page.title}`: a link to `{item.target[:80]}` (line {item.line} of the page)"
        why = "there is nothing where it leads, or nothing that a page may show"
        site.outline.report.leave(page.place, what, why, "Its words stay; link them again if you have a target.")
    if len(dead) > MAX_DEAD:
        what = f"`{page.title}`: {len(dead) - MAX_DEAD} more links"
        site.outline.report.leave(page.place, what, "there is nothing where they lead", "Look at the page.")
    return text


def _resolved(site: Site, page: PageDraft, path: str, anchor: str | None) -> str | None:
    here = site.places[id(page)]
    name = posixpath.normpath(posixpath.join(posixpath.dirname(page.file), path)) if path else page.file
    target = page if not path else site.by_file.get(name)
    if target is not None:
        known = anchor is not None and anchor in site.anchors[id(target)]
        if target is page:
            return f"#{anchor}" if known else None
        return relative(site.places[id(target)], here) + (f"#{anchor}" if known else "")
    if path.startswith("/") or name.startswith("../") or "\0" in name:
        return None
    along = _along(site, name)
    return relative(along, here) if along else None


def _along(site: Site, name: str) -> str | None:
    """Where a file of the source comes to stand; None if it can't or mustn't come along."""
    if name in site.taken:
        return site.taken[name]
    base = posixpath.basename(name)
    if name in site.outline.guarded or not site.bundle.has(name) or len(site.taken) >= MAX_FILES:
        return None
    try:
        data = site.bundle.read(name, min(MAX_ATTACHMENT_BYTES, site.left))
    except Unreadable as problem:
        site.outline.report.leave(site.outline.pages[0].place, problem.message, "a page shows it", "Add it by hand.")
        return None
    if not can_be_attached(base, len(data)) or base.lower().endswith((".md", ".markdown")):
        return None
    site.left -= len(data)
    stem, dot, suffix = base.rpartition(".")
    number, path = 2, f"{FOLDER}/files/{base}"
    while path in site.files:
        path, number = f"{FOLDER}/files/{stem}-{number}{dot}{suffix}", number + 1
    site.files[path] = data
    site.taken[name] = path
    return path


def _bounded(site: Site, page: PageDraft, text: str) -> str:
    if len(text.encode(errors="replace")) <= MAX_PAGE_BYTES:
        return text
    why = f"a page has at most {MAX_PAGE_BYTES:,} bytes"
    site.outline.report.leave(page.place, f"`{page.title}`: the end of the page", why, "Make several pages of it.")
    return text.encode(errors="replace")[: MAX_PAGE_BYTES - 10].decode(errors="ignore") + "\n"
