"""The plan as Markdown for a pull request, from the document alone: summary first, the rest folded, never too long."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from planner.render.groups import group_lines
from planner.render.instants import show_instant
from planner.render.marker import marker
from planner.render.openings import Opening, openings
from planner.render.schema import GateItem, PlanDocument
from planner.render.sections import drift_section, note_section, output_section, unmanaged_section
from planner.render.spans import Line, Style, printable, to_plain
from planner.render.symbols import OWNERS, count
from planner.render.text import summary_lines
from planner.render.values import View, view_of

LIMIT: Final = 65_000
"""Bytes of the longest Markdown. A comment on GitHub holds 65,536; the rest is for a line of whoever posts it."""
CUT: Final = "**Not everything is shown, so this comment approves nothing.**"
_COLUMNS: Final = 110
_OPEN_UP_TO: Final = 10
"""So many changes are shown unfolded."""
_LONGEST_NAME: Final = 300
_BOXES: Final = {"passed": "[x]", "pending": "[ ]", "failed": "[ ]"}
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
_EXPLAINED: Final = {
    "manifest": "*yours*: the files differ from what was last applied",
    "synapse": "*drift*: changed on Synapse, apply puts it back",
    "both": "*both*: the files and Synapse changed",
    "unknown": "*?*: no record tells who changed it",
}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the comment that is shown whole or not at all."""

    name: str
    text: str


def render(plan: PlanDocument) -> str:
    """Markdown of at most LIMIT bytes. Where something had to be left out it says so, and carries no digest."""
    view = replace(view_of(plan, _COLUMNS, verbose=False), reviewed=True)
    sections = list(_sections(plan, view))
    whole = _joined(_head(plan, view, truncated=False), *(section.text for section in sections))
    return whole if _bytes(whole) <= LIMIT else _cut(_head(plan, view, truncated=True), sections)


def _joined(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"


def _bytes(text: str) -> int:
    return len(text.encode())


def _cut(head: str, sections: list[Section]) -> str:
    """The sections that fit, in order, and the names of the others."""
    left = LIMIT - _bytes(_joined(head, _cut_note(sections)))
    shown: list[Section] = []
    for section in sections:
        if (size := _bytes(section.text) + 2) <= left:
            shown.append(section)
            left -= size
    missing = [section for section in sections if section not in shown]
    return _joined(head, _cut_note(missing), *(section.text for section in shown))


def _cut_note(missing: list[Section]) -> str:
    names = ", ".join(section.name for section in missing)
    return f"{CUT} The plan is longer than a comment; left out: {escape(names)}. Review and approve the plan itself."


def _head(plan: PlanDocument, view: View, truncated: bool) -> str:
    summary = " ".join(to_plain(summary_lines(plan, view)).split())
    stage = plan.stage if plan.reached == plan.stage else f"{plan.reached or 'nothing yet'} → {plan.stage}"
    where = f"Stage {stage} on {escape(_short(plan.target))}, planned {show_instant(plan.planned_at, view.zone)}"
    rows = [
        marker(plan, truncated),
        f"### {escape(_short(plan.title))}: plan",
        "",
        f"**{escape(summary)}**",
        "",
        where if truncated else f"{where}, `{plan.digest}`",
    ]
    return "\n".join([*rows, "", _legend(plan)] if plan.changes else rows)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "…"


def _sections(plan: PlanDocument, view: View) -> Iterator[Section]:
    """What must be known before saying yes; then the folded parts, drift before what is merely worth knowing."""
    yield from _problems(plan)
    yield from _openings(plan, view)
    yield from _gates(plan)
    yield from _folded(group_lines(plan, view), opened=len(plan.changes) <= _OPEN_UP_TO)
    for section in (drift_section, output_section, note_section, unmanaged_section):
        yield from _folded(section(plan, view), opened=False)


def _problems(plan: PlanDocument) -> Iterator[Section]:
    rows = [
        f"> ❌ {code(problem.address or 'the whole plan')}: {escape(problem.message)}. {escape(problem.remedy)}"
        for problem in plan.problems
    ]
    if rows:
        yield Section(count(len(rows), "problem"), "\n\n".join(rows))


def _openings(plan: PlanDocument, view: View) -> Iterator[Section]:
    found = openings(plan, view)
    if found:
        title = "Widens access or opens a queue"
        yield Section(f"{title} ({len(found)})", "\n".join((f"**{title}**\n", *map(_opening, found))))


def _opening(item: Opening) -> str:
    held = " (held back)" if item.held else ""
    where = ", ".join(code(address) for address in item.addresses)
    return f"- *{OWNERS[item.cause]}*: {escape(item.what)} {where}{held}"


def _gates(plan: PlanDocument) -> Iterator[Section]:
    for stage in dict.fromkeys(gate.stage for gate in plan.gates):
        title = f"Gates on the way to {stage}"
        rows = [_gate(gate) for gate in plan.gates if gate.stage == stage]
        yield Section(f"{title} ({len(rows)})", "\n".join((f"**{escape(title)}**\n", *rows)))


def _gate(gate: GateItem) -> str:
    if gate.state == "passed":
        return f"- {_BOXES[gate.state]} {escape(gate.title)}"
    evidence = escape("; ".join(gate.evidence))
    return f"- {_BOXES[gate.state]} **{escape(gate.title)}** ({gate.state}): {evidence}. {escape(gate.remedy or '')}"


def _legend(plan: PlanDocument) -> str:
    causes = {change.cause for change in plan.changes}
    return "; ".join(text for cause, text in _EXPLAINED.items() if cause in causes)


def _folded(rows: Iterable[Line], opened: bool) -> Iterator[Section]:
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


def code(text: str) -> str:
    """A name as code, whatever is in it."""
    shown = printable(" ".join(text.split()))
    ticks = "`" * (1 + _longest_run(shown))
    return f"{ticks} {shown} {ticks}" if "`" in shown else f"{ticks}{shown}{ticks}"


def escape(text: str) -> str:
    """A text that Markdown and HTML leave alone, and that notifies nobody (`@name`)."""
    shown = html.escape(printable(" ".join(text.split())), quote=False)
    return re.sub(r"(?<!\w)@(?=\w)", "@\u200b", re.sub(r"([\\`*_\[\]|~$])", r"\\\1", shown))
