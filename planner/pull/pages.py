"""Pages back into their files: the text line by line, the title and the attached files in the head where need be."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from challenge_spec.pages import IdOf, Page
from challenge_spec.pages.heads import put_in_head, remove_from_head
from challenge_spec.pages.markdown import scan, target_of
from challenge_spec.pages.read import title_of
from challenge_spec.pages.tree import PageFile, page_of
from challenge_spec.pages.values import things
from planner.describe.texts import Kept, Site, to_markdown
from planner.desired.context import Context
from planner.desired.wiki import data_addresses, pages_of, pieces_of
from planner.pull.goals import ByHand
from planner.pull.merge import merged
from planner.references import Ids, Plain, resolve


@dataclass(frozen=True, slots=True)
class Draft:
    """A page that differs: its file as it is, what it is to say, and where the files attached to it lie.

    said: title and text that the file is to say. files: name → path, of everything attached.
    """

    project: str
    page: Page
    text: str
    said: Mapping[str, Plain]
    files: Mapping[str, Path]


def edits(draft: Draft, context: Context, ids: Ids) -> Iterator[str]:
    """How the file would be, the most readable way first. Raises ByHand where its text can't be compared."""
    pieces = [
        (piece.written, resolve(value, ids), isinstance(piece.part, str))
        for piece, value in pieces_of(context, draft.project, draft.page)
    ]
    known = [(written, became, plain) for written, became, plain in pieces if isinstance(became, str)]
    if len(known) < len(pieces):
        raise ByHand("its text in the files leads to things that don't exist yet", "Apply first, then pull again.")
    yield from dict.fromkeys(_edited(draft, known, site) for site in _sites(draft, context, ids))


def _edited(draft: Draft, pieces: Sequence[tuple[str, str, bool]], site: Site) -> str:
    here = draft.page.file.as_posix()

    def convert(text: str, kept: Sequence[Kept]) -> str:
        return to_markdown(text, here, site, kept)

    body = merged(pieces, str(draft.said["text"]), convert)
    said = "".join(written for written, _, _ in pieces)
    text = draft.text[: len(draft.text) - len(said)] + body
    return _with_title(draft, _with_files(draft, text))


def _sites(draft: Draft, context: Context, ids: Ids) -> Iterator[Site]:
    """What may be said by links and values: everything, then less and less, down to nothing."""
    pages = pages_of(context, draft.project)
    everything = Site(
        project=ids[f"project.{draft.project}"],
        pages={ids[address]: page.file.as_posix() for address, page in pages.items() if address in ids},
        values=_values(context, ids),
        files={name: path.as_posix() for name, path in draft.files.items()},
    )
    yield everything
    yield replace(everything, values={})
    yield replace(everything, pages={}, files={})
    yield Site(everything.project)


def _values(context: Context, ids: Ids) -> dict[str, str]:
    """Id → name of the value that stands for it; ids that two kinds of things share stand for neither."""
    folders = data_addresses(context)
    named = [
        (ids[address], name)
        for name, value in things(context.challenge)
        if isinstance(value, IdOf) and (address := folders.get(value.address, value.address)) in ids
    ]
    shared = Counter(id_ for id_, _ in named)
    return {id_: name for id_, name in named if shared[id_] == 1}


def _with_files(draft: Draft, text: str) -> str:
    """The head names the attached files that no link or image of the text leads to."""
    file = _as_file(draft, text)
    linked = frozenset() if file.head.as_is else frozenset(_linked(file))
    here = draft.page.file.as_posix()
    said = {posixpath.basename(name): name for name in file.head.files}
    names = tuple(
        said.get(name) or posixpath.relpath(path.as_posix(), posixpath.dirname(here))
        for name, path in draft.files.items()
        if name not in linked
    )
    if sorted(names) == sorted(file.head.files):
        return text
    return put_in_head(text, "files", names) if names else remove_from_head(text, "files")


def _linked(file: PageFile) -> Iterator[str]:
    """Names of the files that links and images of a text lead to."""
    for token in scan(file.body):
        if token.kind in ("link", "image"):
            leads = target_of(token.text)
            yield from () if leads.is_external else (posixpath.basename(leads.path),)


def _with_title(draft: Draft, text: str) -> str:
    """The head says the title where the first heading doesn't."""
    title, said = str(draft.said["title"]), title_of(_as_file(draft, text))
    is_as_before = title == draft.page.title and said == title_of(_as_file(draft, draft.text))
    return text if said == title or is_as_before else put_in_head(text, "title", title)


def _as_file(draft: Draft, text: str) -> PageFile:
    return page_of(text, draft.page.file, draft.page.file.name, draft.page.key)


@dataclass(frozen=True, slots=True)
class Fetch:
    """A file to download: attached to the page at `address` under `name`, for `path`."""

    address: str
    name: str
    md5: str
    path: Path


def placed(
    page: Page, address: str, attached: Plain, context: Context, is_taken: Callable[[Path], bool]
) -> tuple[dict[str, Path], list[Fetch]]:
    """Where each attached file lies or will lie, and which have to be downloaded.

    attached: name → MD5. is_taken: whether something else is at a path. A file of the page whose content changed is
    overwritten.
    """
    wiki = context.challenge.wiki
    everything = [*wiki.pages, *(wiki.staging or ()), *([wiki.preregistration] if wiki.preregistration else [])]
    known = {(item.name, item.md5): item.path for other in everything for item in other.attachments}
    own = {item.name: item.path for item in page.attachments}
    known |= {(item.name, item.md5): item.path for item in page.attachments}
    files: dict[str, Path] = {}
    fetches: list[Fetch] = []
    for name, md5 in attached.items() if isinstance(attached, Mapping) else ():
        path = known.get((name, str(md5))) or own.get(name)
        files[name] = path or _free_place(page, name, is_taken)
        if (name, str(md5)) not in known:
            fetches.append(Fetch(address, name, str(md5), files[name]))
    return files, fetches


def _free_place(page: Page, name: str, is_taken: Callable[[Path], bool]) -> Path:
    """Beside the other files of the page, in a folder of its own where the name is taken."""
    folder = page.attachments[0].path.parent if page.attachments else page.file.parent / "images"
    place = folder / name
    return folder / page.file.stem / name if is_taken(place) else place
