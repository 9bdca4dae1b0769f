"""A page's body taken apart into text and what stands for pages, files and ids."""

from __future__ import annotations

import os.path
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from challenge_spec.diagnostics import Position, did_you_mean
from challenge_spec.pages.attachments import IMAGE_SUFFIXES, Attachments
from challenge_spec.pages.markdown import Target, Token, scan, target_of
from challenge_spec.pages.model import Attachment, AttachmentLink, IdOf, PageKey, PageLink, PagePart, Piece
from challenge_spec.pages.tree import PageFile
from challenge_spec.tree import Unreadable


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a page's links and values may lead to. `by_path`: pages by their resolved paths."""

    by_path: Mapping[str, PageFile]
    values: Mapping[str, str | IdOf]
    files: Attachments


@dataclass(slots=True)
class Body:
    """A page's body so far."""

    page: PageFile
    pieces: list[Piece] = field(default_factory=list)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    written: int = 0

    def text(self, until: int) -> None:
        """Take over the text up to an offset."""
        if until > self.written:
            written = self.page.text[self.written : until]
            self.pieces.append(Piece(written, written.replace("\\{{", "{{")))
            self.written = until

    def instead(self, start: int, end: int, part: PagePart) -> None:
        """Put a part in the place of the text between two offsets."""
        self.text(start)
        self.pieces.append(Piece(self.page.text[start:end], part))
        self.written = end

    def parts(self) -> Iterator[PagePart]:
        """What the pieces became, with texts that follow each other made one."""
        for is_text, parts in groupby((piece.part for piece in self.pieces), lambda part: isinstance(part, str)):
            if not is_text:
                yield from parts
            elif text := "".join(part for part in parts if isinstance(part, str)):
                yield text


def take_apart(page: PageFile, around: Surroundings) -> Body:
    """The body of a page; what leads nowhere is reported on the page and left as it was written."""
    body = Body(page, written=page.body_start)
    tokens = [token for token in scan(page.text, page.body_start) if token.kind == "value" or not page.head.as_is]
    led = [(token, target_of(token.text) if token.kind != "value" else None) for token in tokens]
    for turn, token, target in sorted(((_turn(*item), *item) for item in led), key=lambda item: item[0]):
        if turn >= body.written:
            _replace(body, token, target, around)
    body.text(len(page.text))
    for index, name in enumerate(page.head.files):
        _attach_silently(body, name, page.head_source.at(("files", index)), around)
    return body


def _turn(token: Token, target: Target | None) -> int:
    """Links to pages are replaced from their targets on, so that what stands in their labels comes first."""
    if target is None or token.kind != "link":
        return token.start
    leads_to_page = not target.path or target.path.endswith((".md", "/"))
    return token.inner[0] if leads_to_page else token.start


def _replace(body: Body, token: Token, target: Target | None, around: Surroundings) -> None:
    if target is None:
        _fill_in(body, token, around)
    elif target.is_external:
        return
    elif token.kind == "html":
        _refuse_html(body, token)
    elif not target.path and not target.anchor:
        _report(body, token, "page.broken-link", "this link leads nowhere", "Give it a target.")
    else:
        _lead(body, token, target, around)


def _fill_in(body: Body, token: Token, around: Surroundings) -> None:
    value = around.values.get(token.text)
    if value is None:
        remedy = did_you_mean(token.text, around.values) or "Write `\\{{` if you mean the braces themselves."
        body.page.report(
            "page.unknown-value",
            body.page.at(token.start, token.end - token.start),
            f"`{token.text}` is nothing that the manifest says",
            remedy,
        )
        return
    body.instead(token.start, token.end, value)


def _refuse_html(body: Body, token: Token) -> None:
    remedy = "Write it as Markdown, `[text](page.md)` or `![text](image.png)`; then it is rewritten for Synapse."
    _report(body, token, "page.html-link", f"`{token.text}` would not be found on Synapse", remedy)


def _lead(body: Body, token: Token, target: Target, around: Surroundings) -> None:
    """Find the page or file that a relative target means."""
    if target.path.startswith("/"):
        remedy = "Write it relative to this file; then it works on GitHub too."
        _report(body, token, "page.broken-link", f"`{target.path}` begins at the root", remedy)
        return
    here = str(body.page.path)
    folder = os.path.split(here)[0] or "."
    path = os.path.normpath(f"{folder}/{target.path}") if target.path else here
    page = around.by_path.get(path) or around.by_path.get(os.path.normpath(f"{path}/index.md"))
    if page is not None:
        _link_page(body, token, target, page)
    else:
        _attach(body, token, Path(path), around)


def _link_page(body: Body, token: Token, target: Target, page: PageFile) -> None:
    if target.anchor and target.anchor not in page.anchors:
        remedy = did_you_mean(target.anchor, sorted(page.anchors))
        _report(body, token, "page.broken-anchor", f"`{page.name}` has no heading `#{target.anchor}`", remedy)
    if token.kind == "image":
        _report(body, token, "page.broken-link", f"`{token.text}` is a page, not an image", "Remove the `!`.")
        return
    body.instead(*token.inner, PageLink(page.key, target.anchor))


def _attach_silently(body: Body, name: str, place: Position, around: Surroundings) -> None:
    """Attach a file that the head names; the text mentions it in a widget, or not at all."""
    try:
        found = around.files.at(Path(os.path.normpath(body.page.path.parent / name)))
    except Unreadable as problem:
        body.page.report(problem.code, place, problem.message, problem.remedy)
        return
    if body.attachments.setdefault(found.name, found) != found:
        body.page.report("page.same-file-name", place, _two_files(found), _RENAME)


_RENAME = "On Synapse the files of a page need different names; rename one."


def _two_files(found: Attachment) -> str:
    return f"two different files are named `{found.name}`"


def _attach(body: Body, token: Token, path: Path, around: Surroundings) -> None:
    try:
        found = around.files.at(path)
    except Unreadable as problem:
        code = problem.code
        if code == "file.missing":
            code = "page.missing-image" if token.kind == "image" else "page.broken-link"
        _report(body, token, code, problem.message, problem.remedy)
        return
    if body.attachments.setdefault(found.name, found) != found:
        _report(body, token, "page.same-file-name", _two_files(found), _RENAME)
    elif token.kind == "definition":
        remedy = "Write the link or image where it is used; Synapse shows attached files by a widget."
        _report(body, token, "page.attachment-reference", "a file can't be attached by reference", remedy)
    else:
        image = token.kind == "image" or path.suffix.lower() in IMAGE_SUFFIXES
        body.instead(token.start, token.end, AttachmentLink(found.name, "image" if image else "file", token.label))


def _report(body: Body, token: Token, code: str, message: str, remedy: str) -> None:
    first, last = token.inner
    body.page.report(code, body.page.at(first, last - first), message, remedy)


def page_key(text: str) -> PageKey:
    """The key of a page that is given as a path, with or without its suffix."""
    from challenge_spec.pages.tree import key_of

    return key_of(Path(text if text.endswith(".md") else f"{text}.md").parts)[0]
