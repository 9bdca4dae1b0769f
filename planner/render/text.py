"""The plan as text for people, from the document alone: a saved plan shows what the planned one showed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from planner.counting import count
from planner.render.consenting import consent_section
from planner.render.groups import group_lines
from planner.render.instants import show_instant
from planner.render.schema import PlanDocument
from planner.render.sections import (
    drift_section,
    gate_section,
    note_section,
    out_of_sight,
    output_section,
    problem_section,
    unmanaged_section,
)
from planner.render.spans import BLANK, Line, Span, Style, flow, line, width_of, wrap
from planner.render.symbols import ACTIONS, HELD
from planner.render.values import View, view_of

_SECTIONS: Final = (
    problem_section,
    consent_section,
    group_lines,
    drift_section,
    gate_section,
    output_section,
    note_section,
    unmanaged_section,
)
_VERBS: Final = ("create", "update", "adopt", "delete")
_SHORT: Final = 30
"""So many lines between the two summaries can be seen at once."""
_RECALL: Final = 20
"""Up to so many changed addresses are listed once more at the end."""


def render(plan: PlanDocument, width: int = 100, verbose: bool = False) -> list[Line]:
    """The whole plan as styled lines: summary first and last.

    width: columns of the terminal; verbose: every field of every change, every gate's evidence, nothing folded.
    """
    return list(_render(plan, view_of(plan, width, verbose)))


def _render(plan: PlanDocument, view: View) -> Iterator[Line]:
    yield from _header(plan, view)
    body = [row for section in _SECTIONS for row in section(plan, view)]
    yield from body
    if body:
        yield BLANK
        yield from _recall(plan, view) if len(body) > _SHORT else ()
        yield from summary_lines(plan, view)


def render_status(plan: PlanDocument, width: int = 100, verbose: bool = False) -> list[Line]:
    """How far the challenge is, without the changes one by one: summary, problems, drift, gates, notes."""
    view = view_of(plan, width, verbose)
    sections = (problem_section, drift_section, gate_section, note_section)
    return [*_header(plan, view), *(row for section in sections for row in section(plan, view))]


def _header(plan: PlanDocument, view: View) -> Iterator[Line]:
    name = line((plan.title, Style.HEADING), (f" ({plan.challenge})", Style.DIM))
    when = line((f"planned {show_instant(plan.planned_at, view.zone)}", Style.DIM))
    yield from flow((), (name, when), view.width, 2)
    stage = line(("stage ", Style.DIM), (_stages(plan), Style.STRONG))
    yield from flow((), (stage, line((f"on {plan.target}", Style.DIM))), view.width, 2)
    yield from wrap(part, view.width, Style.HELD) if (part := part_of(plan)) else ()
    yield BLANK
    yield from summary_lines(plan, view)
    used = {change.action for change in plan.changes}
    if len(used) > 1 or plan.summary.held:
        yield _legend([(ACTIONS[verb], verb) for verb in _VERBS if verb in used], plan.summary.held > 0)


def part_of(plan: PlanDocument) -> str:
    """What part of a whole plan this is, in words; empty for a whole one."""
    targets, excludes = (", ".join(plan.options.get(name, ())) for name in ("targets", "excludes"))
    only = f"only {targets} and what that needs" if targets else ""
    without = f"without {excludes} and what needs that" if excludes else ""
    said = ", ".join(words for words in (only, without) if words)
    return f"part of the plan: {said}; {count(plan.summary.left_out, 'change')} left out" if said else ""


def _stages(plan: PlanDocument) -> str:
    if plan.reached == plan.stage:
        return plan.stage
    return f"{plan.reached} -> {plan.stage}" if plan.reached else f"{plan.stage} (nothing on Synapse yet)"


def _legend(signs: list[tuple[Span, str]], held: bool) -> Line:
    pieces = [piece for sign, verb in signs for piece in (sign, Span(f" {verb}   ", Style.DIM))]
    return line(*pieces, *((HELD, (" held back", Style.DIM)) if held else ()))


def summary_lines(plan: PlanDocument, view: View) -> Iterator[Line]:
    """The counts in one sentence, on as many lines as it needs."""
    lead = line("Plan: " if plan.changes else "")
    *rows, last = flow(lead, (line(piece) for piece in _summary(plan)), view.width, width_of(lead))
    yield from rows
    yield line(*last, ".")


def _summary(plan: PlanDocument) -> Iterator[Span]:
    found = plan.summary
    if not plan.changes:
        yield from _nothing(plan)
    for verb in _VERBS:
        if number := getattr(found, verb):
            yield Span(f"{number} to {verb}", ACTIONS[verb].style)
    if found.held:
        yield Span(f"{found.held} held back", Style.HELD)
    if plan.changes and found.unchanged:
        yield Span(f"{found.unchanged} unchanged", Style.DIM)
    yield from _warnings(plan)


def _nothing(plan: PlanDocument) -> Iterator[Span]:
    found = plan.summary
    if found.problems:
        yield Span("Nothing that apply can do", Style.WARNING)
    elif found.drift:
        yield Span("No changes to make, but Synapse and the manifest differ", Style.WARNING)
    elif out_of_sight(plan):
        yield Span("No changes to make to what could be seen; the notes say what could not", Style.WARNING)
    else:
        yield Span("No changes. Synapse matches the manifest", Style.GOOD)


def _warnings(plan: PlanDocument) -> Iterator[Span]:
    found = plan.summary
    if found.drift:
        conflicts = f" ({count(found.conflicts, 'conflict')})" if found.conflicts else ""
        yield Span(f"{count(found.drift, 'resource')} with drift{conflicts}", Style.WARNING)
    if found.gates_failed:
        yield Span(f"{count(found.gates_failed, 'gate')} not passed", Style.BAD)
    if found.problems:
        yield Span(count(found.problems, "problem"), Style.BAD)


def _recall(plan: PlanDocument, view: View) -> Iterator[Line]:
    """The changed addresses once more, where details have pushed them apart."""
    if not any(change.action == "update" for change in plan.changes) or len(plan.changes) > _RECALL:
        return
    row: Line = ()
    for change in plan.changes:
        pieces = line(HELD if change.held else "", ACTIONS[change.action], f" {change.address}   ")
        if row and width_of(row) + width_of(pieces) > view.width:
            yield row
            row = ()
        row = line(*row, *pieces)
    yield row
