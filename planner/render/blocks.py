"""Markdown in whole sections: folded blocks in the colours of a diff, names and texts that can't become markup."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from planner.render.openings import Opening
from planner.render.spans import Line, Style, printable
from planner.render.symbols import OWNERS

LIMIT: Final = 65_000
"""Bytes of the longest Markdown. A comment on GitHub holds 65,536; the rest is for a line of whoever posts it."""
LONGEST_NAME: Final = 300
COLUMNS: Final = 110
"""Width of folded text."""
OPEN_UP_TO: Final = 10
"""So many changes are shown unfolded."""
_COLUMN: Final = {
    Style.CREATE: "+",
    Style.ADDED: "+",
    Style.DELETE: "-",
    Style.REMOVED: "-",
    Style.UPDATE: "!",
    Style.ADOPT: "!",
    Style.HELD: "!",
    Style.WARNING: "!",
    Style.BAD: "!",
}
"""Style of the first sign of a line → first column of a diff, which decides its colour."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the comment that is shown whole or not at all."""

    name: str
    text: str


def joined(*parts: str) -> str:
    """Blocks with a blank line between them."""
    return "\n\n".join(parts) + "\n"


def size(text: str) -> int:
    """Bytes of a text, as limits count."""
    return len(text.encode())


def cut(head: str, sections: list[Section], note: Callable[[str], str]) -> str:
    """A head, what `note` says of those that are left out (by name), and the sections that fit, in order."""
    left = LIMIT - size(joined(head, note(_names(sections))))
    shown: list[Section] = []
    for section in sections:
        if (needed := size(section.text) + 2) <= left:
            shown.append(section)
            left -= needed
    missing = _names(section for section in sections if section not in shown)
    return joined(head, note(missing), *(section.text for section in shown))


def _names(sections: Iterable[Section]) -> str:
    return escape(", ".join(section.name for section in sections))


def opening_section(found: list[Opening]) -> Iterator[Section]:
    """What widens access or opens a queue, before everything that is folded."""
    if found:
        title = "Widens access or opens a queue"
        yield Section(f"{title} ({len(found)})", "\n".join((f"**{title}**\n", *map(_opening, found))))


def _opening(item: Opening) -> str:
    held = " (held back)" if item.held else ""
    where = ", ".join(code(address) for address in item.addresses)
    return f"- *{OWNERS[item.cause]}*: {escape(item.what)} {where}{held}"


def folded(rows: Iterable[Line], opened: bool) -> Iterator[Section]:
    """Lines of text under headings as folded blocks, in the colours of a diff."""
    heading: Line = ()
    body: list[Line] = []
    for row in rows:
        if row and row[0].style is Style.HEADING:
            yield from _details(heading, body, opened)
            heading, body = row, []
        else:
            body.append(row)
    yield from _details(heading, body, opened)


def _details(heading: Line, body: list[Line], opened: bool) -> Iterator[Section]:
    if not heading:
        return
    name, remark = heading[0].text, "".join(span.text for span in heading[1:]).strip()
    rows = "\n".join(_as_diff(row) for row in body).strip("\n")
    fence = "`" * max(3, 1 + _longest_run(rows))
    summary = f"<b>{html.escape(name)}</b> {html.escape(remark)}".strip()
    text = f"<details{' open' * opened}><summary>{summary}</summary>\n\n{fence}diff\n{rows}\n{fence}\n</details>"
    yield Section(f"{name} ({remark})" if remark else name, text)


def _longest_run(text: str) -> int:
    """Backticks in the longest run of them."""
    return max((len(run) for run in re.findall(r"`+", text)), default=0)


def _as_diff(row: Line) -> str:
    """A line with its sign in the first column; a `+` or `-` moves there from its place."""
    text = "".join(span.text for span in row).rstrip()
    first = next(
        (span for span in row if span.style is not Style.DIM and (span.text.strip() or span.style in _COLUMN)), None
    )
    sign = _COLUMN.get(first.style, " ") if first else " "
    if sign in "+-" and text.lstrip().startswith(sign):
        text = text.replace(sign, " ", 1)
    return f"{sign}{text}".rstrip()


def shorten(name: str) -> str:
    """A name that fits into a heading."""
    return name if len(name) <= LONGEST_NAME else name[:LONGEST_NAME] + "…"


def code(text: str) -> str:
    """A name as code, whatever is in it."""
    shown = printable(" ".join(text.split()))
    ticks = "`" * (1 + _longest_run(shown))
    return f"{ticks} {shown} {ticks}" if "`" in shown else f"{ticks}{shown}{ticks}"


def escape(text: str) -> str:
    """A text that Markdown and HTML leave alone, and that notifies nobody (`@name`)."""
    shown = html.escape(printable(" ".join(text.split())), quote=False)
    return re.sub(r"(?<!\w)@(?=\w)", "@\u200b", re.sub(r"([\\`*_\[\]|~$])", r"\\\1", shown))
