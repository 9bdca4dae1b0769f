"""challengeutils: `wiki_config.json`, the tree of a Synapse wiki with a Markdown file for each page (peers 6.3).

An entry has `id`, `title`, `parentId` and `markdown_path`. Attached files are not pulled by that tool.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote_plus

from challenge_spec.converting.block import Block, Homeless
from challenge_spec.converting.names import fitted
from challenge_spec.converting.opened import LIST, Opened
from challenge_spec.converting.outline import Outline, PageDraft
from challenge_spec.keys import key_from, unique
from challenge_spec.pages.tree import INDEX_STEMS

FILES: Final = ("wiki_config.json",)
DEEPEST: Final = 12
"""Levels of pages; what lies deeper comes below the last of them."""
MOST: Final = 2000
"""Pages that are read."""
_LONGEST_NAME: Final = 40
_SERVER: Final = ("Synapse keeps it itself", "Nothing.")
_HOMELESS: Homeless = dict.fromkeys(("createdOn", "createdBy", "modifiedOn", "modifiedBy", "etag"), _SERVER)
_WIDGET = re.compile(r"\$\{(?:image|file|previewattachment)\?[^{}\n]*?fileName=(?P<name>[^&{}\n]+)")


@dataclass(slots=True)
class Entry:
    """A page of the list. key: where it comes to stand."""

    ident: str
    parent: str | None
    title: str
    block: Block
    key: tuple[str, ...] = ()
    below: list[Entry] = field(default_factory=list)


def read(opened: Opened) -> Outline:
    """The pages that the file lists; everything else of a challenge is for people to write."""
    place = opened.root.at(LIST)
    name = fitted(opened.called, "Challenge", ("challenge", "name"), place, opened.report)
    outline = Outline(name, opened.zone.key, opened.report)
    opened.report.decide(("challenge", "name"), "a wiki doesn't say what the challenge is called", place)
    entries = [_entry(block) for block in opened.root.blocks(LIST, MOST)]
    for entry in _tree(entries):
        page = _page(opened, entry)
        if page is not None:
            outline.pages.append(page)
    opened.root.finish({})
    return outline


def _entry(block: Block) -> Entry:
    return Entry(block.text("id") or "", block.text("parentId"), block.text("title", "wiki") or "", block)


def _tree(entries: list[Entry]) -> list[Entry]:
    """Every entry with its key, parents first. The root is the first without a parent; strays come below it."""
    known: dict[str, Entry] = {}
    for entry in entries:
        if entry.ident and known.setdefault(entry.ident, entry) is not entry:
            _report(entry, "id", "two entries have this id", "Look whether both pages are where you want them.")
    root = next((entry for entry in entries if entry.parent is None), entries[0] if entries else None)
    for entry in entries:
        if entry is not root and root is not None:
            _above(entry, known, root).below.append(entry)
    return _placed(root) if root else []


def _above(entry: Entry, known: dict[str, Entry], root: Entry) -> Entry:
    """The page above an entry: the root where it has none, or where the way up leads in a circle."""
    parent = known.get(entry.parent or "")
    if parent is None:
        if entry.parent is not None:
            _report(entry, "parentId", "there is no page of this id", "It comes below the first page; move it.")
        return root
    seen, above = {id(entry)}, parent
    while above is not root and above.parent is not None:
        if id(above) in seen:
            _report(entry, "parentId", "pages lie below each other in a circle", "It comes below the first page.")
            return root
        seen.add(id(above))
        above = known.get(above.parent, root)
    return parent


def _placed(root: Entry) -> list[Entry]:
    """Keys for all of the tree, level by level."""
    found, level = [root], [root]
    taken: dict[tuple[str, ...], set[str]] = {}
    while level:
        for parent in level:
            above = parent.key if len(parent.key) < DEEPEST else parent.key[:-1]
            for entry in parent.below:
                entry.key = (*above, _name(entry.title, taken.setdefault(above, set())))
        level = [entry for parent in level for entry in parent.below]
        found += level
    return found


def _name(title: str, taken: set[str]) -> str:
    """A file name made from a title, which no other page has and which means no other."""
    name = key_from(title, "page")[:_LONGEST_NAME].strip("-_") or "page"
    found = unique(f"{name}-page" if name in INDEX_STEMS else name, taken)
    taken.add(found)
    return found


def _page(opened: Opened, entry: Entry) -> PageDraft | None:
    block = entry.block
    path = block.text("markdown_path")
    text, problem = opened.text(path) if path else ("", "it names no file")
    index = ("index",) if entry.below or not entry.key else ()
    if problem:
        block.leave("markdown_path", problem, "Write the page by hand, or put the file there and convert again.")
        text = ""
    else:
        block.take("markdown_path", f"wiki/{'/'.join((*entry.key, *index))}.md")
    block.finish(_HOMELESS, ("id", "title", "parentId", "markdown_path"))
    file = opened.beside(path) if path else ""
    page = PageDraft(entry.key, entry.title, text, file or opened.file, block.at(), entry.ident)
    page.attached = _attached(opened, block, page)
    return page


def _attached(opened: Opened, block: Block, page: PageDraft) -> tuple[str, ...]:
    """Files that the page's widgets show, as far as they lie beside it; those that don't are reported."""
    folder = page.file.rpartition("/")[0]
    found = {}
    for match in _WIDGET.finditer(page.text):
        name = unquote_plus(match["name"])
        path = f"{folder}/{name}" if folder else name
        if "/" not in name and opened.bundle.has(path):
            found[name] = path
        else:
            line = page.text.count("\n", 0, match.start()) + 1
            what = f"{block.label}: line {line} of its text shows the file `{name[:80]}`"
            block.report.leave(block.at(), what, "the file isn't beside it", "Put it beside the page, under `files`.")
    return tuple(found.values())


def _report(entry: Entry, key: str, why: str, instead: str) -> None:
    entry.block.leave(key, why, instead)
