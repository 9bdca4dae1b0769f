"""Fields that several platforms have: dates, and pages that a field names or holds."""

from __future__ import annotations

from challenge_spec.converting.block import Block
from challenge_spec.converting.moments import TBD, Said, said
from challenge_spec.converting.opened import Opened
from challenge_spec.converting.outline import PageDraft


def utc_moment(opened: Opened, block: Block, key: str, to: str) -> Said:
    """A date of a platform that knows UTC only; what can't be read is reported and `tbd`."""
    text = block.text(key)
    if text is None:
        return TBD
    found = said(text, opened.zone, always_utc=True)
    if found.problem:
        block.leave(key, found.problem, "Write the date in the manifest in place of `tbd`.")
    else:
        block.take(key, to)
    return found


def page_from(
    opened: Opened, block: Block, key: str, written: str, where: tuple[str, ...], title: str
) -> PageDraft | None:
    """A page from a field that names a file, or holds the text itself; None where there is no such file."""
    target = f"wiki/{'/'.join(where) or 'index'}.md"
    if not _is_path(written):
        block.take(key, target)
        return PageDraft(where, title, written, f"{opened.file}.html", block.said_at(key))
    text, problem = opened.text(written)
    if problem:
        block.leave(key, problem, "Write the page by hand, or put the file there and convert again.")
        return None
    block.take(key, target)
    return PageDraft(where, title, text, opened.beside(written), block.said_at(key))


def _is_path(text: str) -> bool:
    return "\n" not in text and "<" not in text and text.lower().endswith((".html", ".htm", ".md", ".markdown"))
