"""The plan as Markdown for a pull request, from the document alone: summary first, the rest folded, never too long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from planner.counting import count
from planner.render.blocks import (
    COLUMNS,
    LIMIT,
    OPEN_UP_TO,
    Section,
    code,
    cut,
    escape,
    folded,
    joined,
    opening_section,
    shorten,
    size,
)
from planner.render.consenting import consent_checklist
from planner.render.groups import group_lines
from planner.render.instants import show_instant
from planner.render.marker import marker
from planner.render.openings import openings
from planner.render.schema import GateItem, PlanDocument
from planner.render.sections import drift_section, note_section, output_section, unmanaged_section
from planner.render.spans import to_plain
from planner.render.text import part_of, summary_lines
from planner.render.values import View, view_of

CUT: Final = "**Not everything is shown, so this comment approves nothing.**"
_BOXES: Final = {"passed": "[x]", "pending": "[ ]", "failed": "[ ]"}
_EXPLAINED: Final = {
    "manifest": "*yours*: the files differ from what was last applied",
    "synapse": "*drift*: changed on Synapse, apply puts it back",
    "both": "*both*: the files and Synapse changed",
    "unknown": "*?*: no record tells who changed it",
}


def render(plan: PlanDocument) -> str:
    """Markdown of at most LIMIT bytes. Where something had to be left out it says so, and carries no digest."""
    view = replace(view_of(plan, COLUMNS, verbose=False), whole_texts=True, marked=True)
    sections = list(_sections(plan, view))
    whole = joined(_head(plan, view, truncated=False), *(section.text for section in sections))
    marked = f"{marker(plan, whole)}\n{whole}"
    if size(marked) <= LIMIT:
        return marked
    return cut(f"{marker(plan, None)}\n{_head(plan, view, truncated=True)}", sections, _cut_note)


def _cut_note(missing: str) -> str:
    return f"{CUT} The plan is longer than a comment; left out: {missing}. Review and approve the plan itself."


def _head(plan: PlanDocument, view: View, truncated: bool) -> str:
    summary = " ".join(to_plain(summary_lines(plan, view)).split())
    stage = plan.stage if plan.reached == plan.stage else f"{plan.reached or 'nothing yet'} → {plan.stage}"
    where = f"Stage {stage} on {escape(shorten(plan.target))}, planned {show_instant(plan.planned_at, view.zone)}"
    rows = [
        f"### {escape(shorten(plan.title))}: plan",
        "",
        *_part(plan),
        f"**{escape(summary)}**",
        "",
        where if truncated else f"{where}, `{plan.digest}`",
    ]
    return "\n".join([*rows, "", _legend(plan)] if plan.changes else rows)


def _part(plan: PlanDocument) -> list[str]:
    """Said before anything else: a reviewer must not take a part for the whole."""
    part = part_of(plan)
    return [f"> ⚠️ **Only a {escape(shorten(part))}**", ""] if part else []


def _sections(plan: PlanDocument, view: View) -> Iterator[Section]:
    """What must be known before saying yes; then the folded parts, drift before what is merely worth knowing."""
    yield from _problems(plan)
    yield from opening_section(openings(plan.changes, view))
    yield from consent_checklist(plan)
    yield from _gates(plan)
    yield from folded(group_lines(plan, view), opened=len(plan.changes) <= OPEN_UP_TO)
    for section in (drift_section, output_section, note_section, unmanaged_section):
        yield from folded(section(plan, view), opened=False)


def _problems(plan: PlanDocument) -> Iterator[Section]:
    rows = [
        f"> ❌ {code(problem.address or 'the whole plan')}: {escape(problem.message)}. {escape(problem.remedy)}"
        for problem in plan.problems
    ]
    if rows:
        yield Section(count(len(rows), "problem"), "\n\n".join(rows))


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
