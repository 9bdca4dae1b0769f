"""`nav.yaml` in the pages folder: order and titles in one place, for who doesn't want them in the head of each page.

Folders still make the tree; the list says who comes first among neighbours. The head of a page wins over the list.
"""

from __future__ import annotations

import os.path
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator

from challenge_spec.diagnostics import Diagnostic, Position, did_you_mean
from challenge_spec.fields import Model, Prose, Text
from challenge_spec.pages.tree import PageFile
from challenge_spec.source import MAX_BYTES, Source, read_yaml
from challenge_spec.tree import Tree, Unreadable
from challenge_spec.validation import validate

FILE_NAME = "nav.yaml"


class NavEntry(Model):
    """One page of the list."""

    file: Text
    """Path of the page below the pages folder."""
    title: Prose | None = None


def _entry(value: Any) -> Any:
    return {"file": value} if isinstance(value, str) else value


class Nav(Model):
    """The list."""

    pages: tuple[Annotated[NavEntry, BeforeValidator(_entry)], ...]


def arrange(tree: Tree, folder: Path, pages: Iterable[PageFile], problems: list[Diagnostic]) -> None:
    """Give pages the order and titles of the folder's `nav.yaml`, where there is one; what is wrong is reported."""
    path = folder / FILE_NAME
    try:
        data = tree.read(path, MAX_BYTES)
    except Unreadable as problem:
        if problem.code != "file.missing":
            problems.append(Diagnostic(problem.code, "error", Position(tree.name(path)), problem.message))
        return
    source, _, found = read_yaml(data, tree.name(path))
    nav, more = validate(Nav, source)
    problems += [*found, *more]
    if nav is not None:
        _apply(nav, source, {os.path.relpath(page.path, folder): page for page in pages}, problems)


def _apply(nav: Nav, source: Source, pages: dict[str, PageFile], problems: list[Diagnostic]) -> None:
    for page in pages.values():
        page.number = None
    seen: set[str] = set()
    for index, entry in enumerate(nav.pages):
        name, place = os.path.normpath(entry.file), source.at(("pages", index))
        if name in seen:
            problems.append(Diagnostic("page.nav-twice", "error", place, f"`{entry.file}` is listed twice"))
        elif name not in pages:
            help_ = did_you_mean(name, sorted(pages))
            problems.append(Diagnostic("page.nav-without-file", "error", place, f"no page `{entry.file}`", help=help_))
        else:
            _place(pages[name], index, entry.title)
        seen.add(name)
    for name in sorted(pages.keys() - seen):
        message = f"`{FILE_NAME}` does not list this page; it comes last"
        remedy = f"Add `- {name}` to `{FILE_NAME}`, or delete the file."
        problems.append(Diagnostic("page.orphan", "warning", Position(pages[name].name), message, help=remedy))


def _place(page: PageFile, index: int, title: str | None) -> None:
    page.number = index
    if title is not None and page.head.title is None:
        page.head = page.head.model_copy(update={"title": title})
