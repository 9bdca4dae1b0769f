"""The plan as Markdown for a pull request, from the document alone: summary first, the rest folded, never too long."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import Final

from planner.render.groups import group_lines
from planner.render.instants import show_instant
from planner.render.schema import GateItem, PlanDocument
from planner.render.sections import drift_section, note_section, output_section, unmanaged_section
from planner.render.spans import Line, Style, to_plain
from planner.render.text import summary_lines
from planner.render.values import View, view_of

LIMIT: Final = 65_536
"""Bytes that a comment may have."""
_RESERVE: Final = 1_024
_COLUMNS: Final = 110
_BOXES: Final = {"passed": "[x]", "pending": "[ ]", "failed": "[ ]"}
CUT: Final = "**Not everything is shown: the plan is longer than a comment may be. Review the plan itself.**"


def render(plan: PlanDocument) -> str:
    """Markdown of at most LIMIT bytes; where something had to be left out, it says so first."""
    view = view_of(plan, _COLUMNS, verbose=False)
    head, blocks = "\n".join(_head(plan, view)), list(_blocks(plan, view))
    whole = "\n\n".join((head, *blocks)) + "\n"
    if _bytes(whole) <= LIMIT:
        return whole
    return "\n\n".join((_cut(head, LIMIT // 2), CUT, *_fitting(blocks, LIMIT // 2 - _RESERVE))) + "\n"


def _bytes(text: str) -> int:
    return len(text.encode())


def _cut(head: str, limit: int) -> str:
    """Whole lines of the head, as many as fit."""
    rows, used = [], 0
    for row in head.split("\n"):
        used += _bytes(row) + 1
        if used > limit:
            break
        rows.append(row)
    return "\n".join(rows)


def _fitting(blocks: Iterable[str], left: int) -> Iterator[str]:
    for block in blocks:
        if (size := _bytes(block) + 2) <= left:
            yield block
            left -= size


def _head(plan: PlanDocument, view: View) -> Iterator[str]:
    yield f"### {escape(plan.title)}: plan"
    yield ""
    summary = " ".join(to_plain(summary_lines(plan, view)).split())
    yield f"**{escape(summary)}**"
    yield ""
    stage = plan.stage if plan.reached == plan.stage else f"{plan.reached or 'nothing yet'} → {plan.stage}"
    yield f"Stage {stage} on {escape(plan.target)}, planned {show_instant(plan.planned_at, view.zone)}, `{plan.digest}`"
    for problem in plan.problems:
        where = f"`{problem.address}`: " if problem.address else ""
        yield f"\n> ❌ {where}{escape(problem.message)}. {escape(problem.remedy)}"
    for stage in dict.fromkeys(gate.stage for gate in plan.gates):
        yield f"\n**Gates on the way to {stage}**\n"
        yield from (_gate(gate) for gate in plan.gates if gate.stage == stage)


def _gate(gate: GateItem) -> str:
    if gate.state == "passed":
        return f"- {_BOXES[gate.state]} {escape(gate.title)}"
    evidence = escape("; ".join(gate.evidence))
    return f"- {_BOXES[gate.state]} **{escape(gate.title)}** ({gate.state}): {evidence}. {escape(gate.remedy or '')}"


def _blocks(plan: PlanDocument, view: View) -> Iterator[str]:
    """The folded parts: a block for each heading, drift before what is merely worth knowing."""
    yield from _folded(group_lines(plan, view), opened=len(plan.changes) <= 10)
    for section in (drift_section, output_section, note_section, unmanaged_section):
        yield from _folded(section(plan, view), opened=False)


def _folded(rows: Iterable[Line], opened: bool) -> Iterator[str]:
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


def _details(heading: Line, body: list[Line], opened: bool) -> Iterator[str]:
    if not heading:
        return
    text = to_plain(body).strip("\n")
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    remark = "".join(span.text for span in heading[1:]).strip()
    summary = f"<b>{html.escape(heading[0].text)}</b> {html.escape(remark)}"
    rows = "\n".join(_as_diff(row) for row in text.split("\n"))
    yield f"<details{' open' * opened}><summary>{summary}</summary>\n\n{fence}diff\n{rows}\n{fence}\n</details>"


def _as_diff(row: str) -> str:
    """A line with its sign in the first column, where a diff has its colours; what is no `+` or `-` becomes `!`."""
    if found := re.match(r"( [ !])([-+~>])( .*)", row):
        plain = found[1] == "  " and found[2] in "-+"
        return f"{found[2]}   {found[3]}" if plain else f"!{row}"
    if found := re.match(r"(\s+)([-+])( .*)", row):
        return f"{found[2]}{found[1]}{found[3]}"
    return f" {row}"


def escape(text: str) -> str:
    """A text that Markdown and HTML leave alone."""
    return re.sub(r"([\\`*_{}\[\]()#+!|~])", r"\\\1", html.escape(" ".join(text.split()), quote=False))
