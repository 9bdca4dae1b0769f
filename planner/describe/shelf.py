"""Where each page of a wiki lies as a file, and where the files attached to it do."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from challenge_spec.pages import PageKey
from challenge_spec.pages.attachments import can_be_attached
from challenge_spec.pages.tree import INDEX_STEMS
from planner.describe.keys import slug, unique
from planner.describe.scene import Scene
from planner.discovered import FoundPage


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page and its file. order: among its siblings, None where their names say it.

    files: name of an attachment → path. contents: path → bytes.
    """

    page: FoundPage
    key: PageKey
    path: str
    order: int | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    contents: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def lay_out(scene: Scene, pages: Sequence[FoundPage], folder: str, site: str) -> tuple[Leaf, ...]:
    """Give every page a place, in the order in which people see them; what can't have one is left out, and said."""
    below: dict[str | None, list[FoundPage]] = {}
    for page in pages:
        below.setdefault(page.parent, []).append(page)
    keys = dict(_keys(scene, below, None, (), site))
    kept = [page for page in pages if page.id in keys]
    shelf = _Shelf(scene, folder)
    return tuple(
        Leaf(
            page,
            keys[page.id],
            folder + _path(keys[page.id], bool(below.get(page.id))),
            _order(page, [item for item in kept if item.parent == page.parent], keys),
            files := shelf.files(page, keys[page.id]),
            {files[item.name]: item.content for item in page.files if item.name in files},
        )
        for page in kept
    )


def _keys(
    scene: Scene, below: Mapping[str | None, list[FoundPage]], parent: str | None, key: PageKey, site: str
) -> Iterator[tuple[str, PageKey]]:
    """(id, key) of every page below a parent, parents first."""
    taken: set[str] = set()
    titles: set[str] = set()
    for page in below.get(parent, ()):
        if parent is not None and page.title.casefold() in titles:
            text = "another page beside it has the same title; it and what is below it are left alone"
            scene.draft.leave(f"the page {page.title!r} ({page.id}) of the {site} site: {text}")
            continue
        titles.add(page.title.casefold())
        here = key if parent is None else (*key, _stem(scene, page, taken, site))
        taken |= set(here[-1:])
        yield page.id, here
        yield from _keys(scene, below, page.id, here, site)


def _stem(scene: Scene, page: FoundPage, taken: set[str], site: str) -> str:
    """The name of a page's file: as the last apply knew it, else made from the title."""
    told = scene.remembered.key("wiki", page.id)
    if told and told.startswith(f"{site}/") and re.fullmatch(r"[A-Za-z][A-Za-z0-9_. -]*", told.rsplit("/", 1)[-1]):
        return unique(told.rsplit("/", 1)[-1], taken)
    made = slug(page.title) or "page"
    # Numbers in front mean an order, and some names mean the folder itself.
    return unique(f"page-{made}" if made[0].isdigit() or made in INDEX_STEMS else made, taken)


def _path(key: PageKey, has_children: bool) -> str:
    if not key:
        return "index.md"
    return posixpath.join(*key, "index.md") if has_children else posixpath.join(*key[:-1], f"{key[-1]}.md")


def _order(page: FoundPage, siblings: Sequence[FoundPage], keys: Mapping[str, PageKey]) -> int | None:
    names = [keys[item.id][-1:] for item in siblings]
    return None if names == sorted(names) else siblings.index(page) + 1


class _Shelf:
    """The files of one tree: a name that several pages use for different files gets a folder for each page."""

    def __init__(self, scene: Scene, folder: str) -> None:
        self._scene, self._folder = scene, folder
        self._contents: dict[str, bytes] = {}

    def files(self, page: FoundPage, key: PageKey) -> dict[str, str]:
        """Name → path of what is attached to a page."""
        found: dict[str, str] = {}
        for item in page.files:
            if not can_be_attached(item.name, len(item.content)):
                self._scene.draft.leave(f"the file {item.name!r} of the page {page.title!r}: its name, or it is empty")
                continue
            path = f"{self._folder}images/{item.name}"
            if self._contents.setdefault(path, item.content) != item.content:
                path = f"{self._folder}images/{'-'.join(key) or 'index'}/{item.name}"
                self._contents[path] = item.content
            found[item.name] = path
        return found
