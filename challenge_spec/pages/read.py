"""All pages of a challenge: read, taken apart, checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from challenge_spec.clock import Clock
from challenge_spec.diagnostics import Diagnostic, did_you_mean
from challenge_spec.findings import Findings
from challenge_spec.manifest import Manifest, Stage
from challenge_spec.pages.attachments import Attachments
from challenge_spec.pages.body import Body, Surroundings, page_key, take_apart
from challenge_spec.pages.markdown import scan
from challenge_spec.pages.model import AttachmentLink, IdOf, Page
from challenge_spec.pages.nav import arrange
from challenge_spec.pages.placeholders import has_only_headings, placeholders
from challenge_spec.pages.tree import PageFile, in_tree_order, page_files, read_page
from challenge_spec.pages.values import values
from challenge_spec.resolved import ResolvedChallenge, ResolvedWiki
from challenge_spec.resolving.names import title
from challenge_spec.resolving.times import Times
from challenge_spec.source import Path as Where
from challenge_spec.tree import Tree, Unreadable

MAX_TITLE = 256
"""Contract 6.3."""


@dataclass(slots=True)
class ReadWiki:
    """The pages, and the files that they were read from."""

    wiki: ResolvedWiki = field(default_factory=ResolvedWiki)
    files: Sequence[PageFile] = ()


def read_wiki(
    tree: Tree, manifest: Manifest, challenge: ResolvedChallenge, clock: Clock, findings: Findings
) -> ReadWiki:
    """The wiki that the manifest names; empty if it names none. Problems go to `findings`."""
    listed = _pages(tree, manifest.wiki.pages, ("wiki", "pages"), findings)
    staging = _pages(tree, manifest.wiki.staging, ("wiki", "staging"), findings)
    extra = _preregistration(tree, manifest, findings, listed)
    messages = _announcements(tree, manifest, findings, [*listed, *staging, *([extra] if extra else [])])
    files = list(
        {page.path: page for page in (*listed, *staging, *([extra] if extra else []), *messages.values())}.values()
    )
    around = surroundings(files, challenge, clock, Attachments(tree))
    read = {page.path: page_from(page, around, clock) for page in files}
    if challenge.stage not in ("draft", "preregistration"):
        _check_starts(files)
    for pages in (listed, staging):
        _check_siblings(pages, read)
        _check_moves(pages)
    announcements = {stage: read[page.path] for stage, page in messages.items()}
    for stage, page in messages.items():
        _check_message(page, announcements[stage])
    findings.extend(problem for page in files for problem in page.problems)
    return ReadWiki(
        ResolvedWiki(
            pages=tuple(read[page.path] for page in listed),
            staging=tuple(read[page.path] for page in staging) if manifest.wiki.staging is not None else None,
            preregistration=read[extra.path] if extra else None,
            publish=manifest.wiki.publish,
            announcements=announcements,
        ),
        files,
    )


def _pages(tree: Tree, said: str | None, where: Where, findings: Findings) -> list[PageFile]:
    if said is None:
        return []
    folder = tree.home / said
    if not tree.contains(folder):
        findings.error("file.outside", where, f"`{said}` is outside the repository")
        return []
    if not tree.is_folder(folder):
        findings.error(
            "page.no-folder", where, f"there is no folder `{tree.name(folder)}`", "Make it, with an `index.md`."
        )
        return []
    problems: list[Diagnostic] = []
    try:
        pages = page_files(tree, folder, problems, findings.source.at(where))
        arrange(tree, folder, pages, problems)
    except Unreadable as problem:
        findings.error(problem.code, where, problem.message, problem.remedy)
        return []
    findings.extend(problems)
    if not any(page.key == () for page in pages):
        findings.error("page.no-root", where, f"`{tree.name(folder)}` has no `index.md`, the page people see first")
    return list(in_tree_order(pages))


def _preregistration(tree: Tree, manifest: Manifest, findings: Findings, listed: Sequence[PageFile]) -> PageFile | None:
    said = manifest.wiki.preregistration
    return _single(tree, said, ("wiki", "preregistration"), findings, listed) if said is not None else None


def _single(tree: Tree, said: str, where: Where, findings: Findings, known: Sequence[PageFile]) -> PageFile | None:
    """A file that is named by itself, unless it has been read already."""
    path = tree.home / said
    there = next((page for page in known if page.path.resolve() == path.resolve()), None)
    if there:
        return there
    try:
        return read_page(tree, path, ())
    except Unreadable as problem:
        findings.error(problem.code, where, problem.message, problem.remedy)
        return None


def _announcements(
    tree: Tree, manifest: Manifest, findings: Findings, known: Sequence[PageFile]
) -> dict[Stage, PageFile]:
    """Stage → the draft of its message."""
    said = manifest.wiki.announcements.items()
    read = {stage: _single(tree, path, ("wiki", "announcements", stage), findings, known) for stage, path in said}
    return {stage: page for stage, page in read.items() if page}


def _check_message(page: PageFile, message: Page) -> None:
    """A mail shows neither attached files nor Synapse's widgets."""
    written = [piece.written for piece in message.pieces if isinstance(piece.part, AttachmentLink)]
    offsets = [page.text.find(text) for text in written] + [found.start() for found in re.finditer(r"\$\{", page.text)]
    for offset in sorted(offsets):
        remedy = "Write a link to the page that shows it."
        page.report("page.not-in-mail", page.at(offset), "a message can't show this", remedy, "warning")


def surroundings(
    files: Sequence[PageFile], challenge: ResolvedChallenge, clock: Clock, attachments: Attachments
) -> Surroundings:
    """What the pages may link to and fill in."""
    return Surroundings(
        by_path={str(page.path): page for page in files},
        values=values(challenge, clock),
        files=attachments,
    )


def page_from(page: PageFile, around: Surroundings, clock: Clock) -> Page:
    """A page taken apart; problems are kept with the file."""
    body = take_apart(page, around)
    found = Findings(page.head_source)
    times = Times(clock, found)
    start = times.read(page.head.start, "start", ("start",))
    until = times.read(page.head.until, "end", ("until",))
    if start and until and until <= start:
        found.error("page.ends-before-start", ("until",), "this page would be taken down before it goes live")
    page.problems += found.items
    return Page(
        key=page.key,
        title=_title(page, around),
        parts=tuple(body.parts()),
        file=page.path,
        attachments=tuple(body.attachments.values()),
        start=start,
        until=until,
        was=page_key(page.head.was) if page.head.was else None,
        pieces=tuple(body.pieces),
        marks=_marks(page, body),
    )


def title_of(page: PageFile) -> str:
    """The title that the head says, else the first heading, else one made from the file's name."""
    if page.head.title is not None:
        return page.head.title
    return next((heading.text for heading in page.headings), "") or title(page.key[-1] if page.key else "Home")


def _title(page: PageFile, around: Surroundings) -> str:
    """The title with its values filled in; those of a heading are reported where the text is read."""
    found = "".join(_titled(page, around))
    if len(found) > MAX_TITLE:
        place = page.head_source.at(("title",)) if page.head.title else page.at(page.body_start)
        page.report("page.long-title", place, f"the title has {len(found)} characters, {MAX_TITLE} are possible")
    return found


def _titled(page: PageFile, around: Surroundings) -> Iterator[str]:
    """The parts of a title, in order."""
    said, written = title_of(page), 0
    for token in scan(said):
        if token.kind != "value":
            continue
        value = around.values.get(token.text)
        if isinstance(value, IdOf) or (value is None and page.head.title is not None):
            place = page.head_source.at(("title",)) if page.head.title is not None else page.at(page.body_start)
            what = "is nothing that the manifest says" if value is None else "is an id: a title can't wait for it"
            remedy = did_you_mean(token.text, around.values) if value is None else "Write a name."
            page.report("page.unknown-value", place, f"`{token.text}` {what}", remedy)
        elif value is not None:
            yield said[written : token.start] + value
            written = token.end
    yield said[written:]


def _marks(page: PageFile, body: Body) -> dict[str, int]:
    """Placeholders, and whatever else shows that a page isn't written yet, with their lines."""
    marks: dict[str, int] = {}
    for offset, text in placeholders(page.text):
        place = page.at(offset, len(text))
        marks.setdefault(text, place.line)
        remedy = "Write what belongs there; the launch waits for it."
        page.report("page.placeholder", place, f"`{text}` looks like a placeholder", remedy, "warning")
    if not page.body.strip():
        marks["(empty page)"] = 1
        page.report(
            "page.empty", page.at(len(page.text)), "this page is empty", "Write it, or delete the file.", "warning"
        )
    elif has_only_headings(page.body) and not body.attachments:
        marks["(nothing but headings)"] = 1
        page.report("page.only-headings", page.at(page.body_start), "nothing but headings", "Write it.", "warning")
    return marks


def _check_starts(pages: Sequence[PageFile]) -> None:
    """A page that waits for a moment nobody knows would go live at once."""
    for page in pages:
        if page.head.start is not None and not page.head.start.is_known:
            message = "when this page goes live is not known, and the challenge is to be open"
            page.report("stage.tbd", page.head_source.at(("start",)), message, "Give it a date.")


def _check_siblings(pages: Sequence[PageFile], read: Mapping[Path, Page]) -> None:
    seen: dict[tuple[Where, str], PageFile] = {}
    for page in pages:
        if not page.key:
            continue
        found = read[page.path].title
        other = seen.setdefault((page.key[:-1], found.casefold()), page)
        if other is not page:
            message = f"`{other.name}` beside it has the same title, {found!r}"
            page.report(
                "page.same-title", page.head_source.at(("title",)), message, "People could not tell them apart."
            )


def _check_moves(pages: Sequence[PageFile]) -> None:
    keys = {page.key for page in pages}
    claimed: dict[Where, PageFile] = {}
    for page in pages:
        if page.head.was is None:
            continue
        key = page_key(page.head.was)
        other = claimed.setdefault(key, page)
        if key in keys:
            page.report("page.moved-twice", page.head_source.at(("was",)), f"there is still a page `{page.head.was}`")
        elif other is not page:
            page.report("page.moved-twice", page.head_source.at(("was",)), f"`{other.name}` says that it was this one")


def page_folder(tree: Tree, manifest: Manifest) -> Path | None:
    """The folder of the pages, if the manifest names one."""
    return tree.home / manifest.wiki.pages if manifest.wiki.pages else None
