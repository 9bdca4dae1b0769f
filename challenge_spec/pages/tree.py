"""Which files are pages, how they hang together, and what their heads say."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from challenge_spec.diagnostics import Diagnostic, Position, Severity
from challenge_spec.fields import Count, Flag, Model, Prose, Text
from challenge_spec.pages.markdown import Heading, headings, prose
from challenge_spec.pages.model import PageKey
from challenge_spec.schedule import When
from challenge_spec.source import Source, Spot, read_text
from challenge_spec.tree import Tree, Unreadable
from challenge_spec.validation import validate

MAX_PAGE_BYTES = 1_500_000
"""Inline Markdown is sent up to this size (contract 0.2: 2 MiB for a request body)."""

INDEX_STEMS = ("index", "home", "readme")
_NUMBERED = re.compile(r"(?P<number>[0-9]{1,4})[-_. ]+(?P<rest>.+)")
HEAD = re.compile(r"---[ \t]*\r?\n(?P<head>.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)


class PageHead(Model):
    """What the head of a page (between `---` lines) may say."""

    title: Prose | None = None
    order: Count | None = None
    """Place among the pages of the same parent; without it, by the number in the file name, then by name."""
    start: When | None = None
    """When the page goes live; left out: with the launch."""
    until: When | None = None
    """When it is taken down."""
    was: Text | None = None
    """Where the file was before it was moved."""
    as_is: Flag = False
    """Whether links are left as they are written, unchecked: for texts in which Synapse's own spelling matters."""
    files: tuple[Text, ...] = ()
    """Files to attach besides those that links and images lead to: for Synapse's widgets."""


@dataclass(slots=True)
class PageFile:
    """A Markdown file as read: `body` begins at offset `body_start` of `text`."""

    key: PageKey
    path: Path
    name: str
    text: str
    number: int | None
    head: PageHead = field(default_factory=PageHead)
    head_source: Source = field(default_factory=Source)
    body_start: int = 0
    problems: list[Diagnostic] = field(default_factory=list)
    line_starts: list[int] = field(default_factory=list, repr=False)
    _prose: str | None = field(default=None, repr=False)
    _headings: tuple[Heading, ...] | None = field(default=None, repr=False)

    @property
    def body(self) -> str:
        """The text behind the head."""
        return self.text[self.body_start :]

    @property
    def prose(self) -> str:
        """The body with blanks in the place of code, comments and values; many rules ask, one answer is kept."""
        if self._prose is None:
            self._prose = prose(self.body)
        return self._prose

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The headings of the body."""
        if self._headings is None:
            self._headings = tuple(headings(self.body))
        return self._headings

    @property
    def anchors(self) -> frozenset[str]:
        """What can stand behind `#` in a link to this page."""
        return frozenset(heading.anchor for heading in self.headings)

    def at(self, offset: int, length: int = 1) -> Position:
        """The position of an offset of the whole text."""
        if not self.line_starts:
            self.line_starts += [0, *(match.end() for match in re.finditer("\n", self.text))]
        line = bisect_right(self.line_starts, offset)
        return Position(self.name, line, offset - self.line_starts[line - 1] + 1, max(1, length))

    def report(self, code: str, place: Position, message: str, remedy: str = "", severity: Severity = "error") -> None:
        """Something is wrong on this page."""
        self.problems.append(Diagnostic(code, severity, place, message, help=remedy))


def read_page(tree: Tree, path: Path, key: PageKey, number: int | None = None) -> PageFile:
    """A page's text and head. Problems are kept with the page; raises Unreadable if there is no reading it at all."""
    data = tree.read(path, MAX_PAGE_BYTES)
    name = tree.name(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable("page.not-text", f"line {line} of `{name}` is not UTF-8 text", "Save it as UTF-8.") from None
    return page_of(text.replace("\r\n", "\n"), path, name, key, number)


def page_of(text: str, path: Path, name: str, key: PageKey, number: int | None = None) -> PageFile:
    """A page from its text, with what its head says."""
    page = PageFile(key, path, name, text, number)
    _read_head(page)
    return page


def _read_head(page: PageFile) -> None:
    match = HEAD.match(page.text)
    page.head_source = Source(spot=Spot(page.name))
    if match is None:
        return
    page.body_start = match.end()
    if not match["head"].strip():
        return
    page.head_source, problems = read_text(f"\n{match['head']}", page.name)
    head, more = validate(PageHead, page.head_source)
    page.problems += [*problems, *more]
    page.head = head or PageHead()


def page_files(tree: Tree, folder: Path, problems: list[Diagnostic], said_at: Position) -> list[PageFile]:
    """Every page below a folder, parents before children, in the order people see them."""
    pages: dict[PageKey, PageFile] = {}
    for path in tree.files_below(folder, ".md"):
        key, number = key_of(path.parts[len(folder.parts) :])
        try:
            page = read_page(tree, path, key, number)
        except Unreadable as problem:
            problems.append(Diagnostic(problem.code, "error", said_at, problem.message, help=problem.remedy))
            continue
        other = pages.setdefault(key, page)
        if other is not page:
            message = f"`{page.name}` and `{other.name}` would be the same page"
            problems.append(Diagnostic("page.same", "error", Position(page.name), message, help="Rename one of them."))
    _report_orphans(pages, problems)
    return list(in_tree_order(pages.values()))


def key_of(relative: Sequence[str]) -> tuple[PageKey, int | None]:
    """The key of a page by the parts of its path below the pages folder, and the number before its name."""
    parts = [_numbered(part) for part in (*relative[:-1], relative[-1].rpartition(".")[0])]
    if parts[-1][1].lower() in INDEX_STEMS:
        parts = parts[:-1]
    return tuple(name for _, name in parts), parts[-1][0] if parts else None


def _numbered(part: str) -> tuple[int | None, str]:
    match = _NUMBERED.fullmatch(part)
    return (int(match["number"]), match["rest"]) if match else (None, part)


def _report_orphans(pages: dict[PageKey, PageFile], problems: list[Diagnostic]) -> None:
    for key, page in pages.items():
        if key and key[:-1] not in pages:
            folder = "/".join(key[:-1]) or "the pages folder"
            message = f"`{page.name}` has no page above it: {folder} has no `index.md`"
            problems.append(
                Diagnostic("page.no-parent", "error", Position(page.name), message, help="Add an `index.md`.")
            )


def in_tree_order(pages: Iterable[PageFile]) -> Iterator[PageFile]:
    """Parents before children, siblings by `order`, number, then name."""
    by_parent: dict[PageKey | None, list[PageFile]] = {}
    for page in pages:
        by_parent.setdefault(page.key[:-1] if page.key else None, []).append(page)
    yield from _below(None, by_parent)


def _below(parent: PageKey | None, by_parent: dict[PageKey | None, list[PageFile]]) -> Iterator[PageFile]:
    for page in sorted(by_parent.get(parent, []), key=_place):
        yield page
        yield from _below(page.key, by_parent)


def _place(page: PageFile) -> tuple[bool, int, str]:
    order = page.number if page.head.order is None else page.head.order
    return order is None, order or 0, page.key[-1] if page.key else ""
