"""What a person must know beside the changes: problems, drift, gates, files, notes, unmanaged things."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from planner.counting import count
from planner.render.fields import drift_lines
from planner.render.groups import who_and_when
from planner.render.schema import DriftItem, GateItem, NoteItem, OutputItem, PlanDocument
from planner.render.spans import BLANK, Line, Span, Style, indent, line, wrap
from planner.render.symbols import GATES
from planner.render.values import View

FOLD_AT: Final = 8
"""Unmanaged things that are listed unless everything is unfolded."""
OUT_OF_SIGHT: Final = frozenset({"incomplete-read", "waits"})
"""Notes of what this account could not read, and of what is left alone because of that."""
_FILES: Final = {
    "write": Span("write", Style.CREATE),
    "same": Span("same ", Style.DIM),
    "waits": Span("waits", Style.HELD),
}


def problem_section(plan: PlanDocument, view: View) -> Iterator[Line]:
    """What stops a resource or the plan, with how to mend it."""
    if not plan.problems:
        return
    yield from _title("Problems", count(len(plan.problems), "thing") + " that apply can't do")
    for problem in plan.problems:
        yield line(
            ("  x ", Style.BAD), (problem.address or "the whole plan", Style.STRONG), (f"  [{problem.code}]", Style.DIM)
        )
        yield from indent(wrap(problem.message, view.width - 6), 6)
        yield from indent(wrap(problem.remedy, view.width - 6, Style.GOOD, "remedy: "), 6)


class Drifted(Protocol):
    """A document with drift: a plan, or a drift report."""

    @property
    def drift(self) -> Sequence[DriftItem]: ...


def drift_section(plan: Drifted, view: View) -> Iterator[Line]:
    """What was changed on Synapse and is kept: from the manifest's value to Synapse's."""
    if not plan.drift:
        return
    yield from _title("Drift", f"{count(len(plan.drift), 'resource')} changed on Synapse; apply keeps that")
    for item in plan.drift:
        yield from _drift(item, view)


def _drift(item: DriftItem, view: View) -> Iterator[Line]:
    mark = ("  x ", Style.BAD) if item.conflict else ("  ~ ", Style.WARNING)
    remark = "  conflict" if item.conflict else ""
    yield line(mark, (item.address, Style.STRONG), (remark, Style.BAD))
    both = "; the manifest changed as well, so apply leaves all of it alone" if item.conflict else ""
    changed = f"was changed on Synapse {who_and_when(item.modified_by, item.modified_on, view)}{both}"
    yield from indent(wrap(changed, view.width - 6, Style.DIM), 6)
    yield from indent(drift_lines(item, view), 6)
    yield from indent(wrap(item.remedy, view.width - 6, Style.GOOD, "remedy: "), 6)


def gate_section(plan: PlanDocument, view: View) -> Iterator[Line]:
    """Every gate with its state; evidence and remedy of those that aren't passed, of all when unfolded."""
    for stage in dict.fromkeys(gate.stage for gate in plan.gates):
        gates = [gate for gate in plan.gates if gate.stage == stage]
        passed = sum(gate.state == "passed" for gate in gates)
        yield from _title(f"Gates on the way to {stage}", f"{passed} of {len(gates)} passed")
        column = max(len(gate.code) for gate in gates)
        for gate in gates:
            yield from _gate(gate, column, view)


def _gate(gate: GateItem, column: int, view: View) -> Iterator[Line]:
    yield from wrap_after(
        line("  ", GATES[gate.state], "  ", (gate.code.ljust(column), Style.STRONG), "  "), gate.title, view.width
    )
    if gate.state == "passed" and not view.verbose:
        return
    for evidence in gate.evidence:
        yield from indent(wrap(evidence, view.width - 11, lead="- "), 11)
    if gate.remedy and gate.state != "passed":
        yield from indent(wrap(gate.remedy, view.width - 11, Style.GOOD, "remedy: "), 11)


def wrap_after(head: Line, text: str, width: int) -> Iterator[Line]:
    """A paragraph that begins behind a head and stays to the right of it."""
    column = sum(len(span.text) for span in head)
    first, *others = wrap(text, width - column)
    yield line(*head, *first)
    yield from indent(others, column)


def output_section(plan: PlanDocument, view: View) -> Iterator[Line]:
    """Local files that apply writes; those that stay as they are fold into a count."""
    shown = [output for output in plan.outputs if view.verbose or output.state != "same"]
    current = len(plan.outputs) - len(shown)
    if not shown:
        return
    yield from _title("Files", "written by apply, never counted as changes")
    for output in shown:
        yield line("  ", _FILES[output.state], "  ", (output.path, Style.STRONG))
        yield from _output_remarks(output, view)
    if current:
        yield line((f"  {count(current, 'file')} already as wanted", Style.DIM))


def _output_remarks(output: OutputItem, view: View) -> Iterator[Line]:
    if output.missing:
        yield from indent(wrap(", ".join(output.missing), view.width - 9, lead="for the ids of: "), 9)
    for note in output.notes:
        yield from indent(wrap(note, view.width - 9, Style.DIM), 9)


class Noted(Protocol):
    """A document with notes: a plan, or a drift report."""

    @property
    def notes(self) -> Sequence[NoteItem]: ...


def note_section(plan: Noted, view: View) -> Iterator[Line]:
    """What is worth knowing and stops nothing."""
    if not plan.notes:
        return
    yield from _title("Notes", "")
    for note in plan.notes:
        where = f"{note.address}: " if note.address else ""
        yield from indent(wrap(f"{where}{note.message}", view.width - 2, lead="- "), 2)


def out_of_sight(plan: Noted) -> bool:
    """Whether something could not be read or compared: nothing is said then of the whole challenge."""
    return any(note.code in OUT_OF_SIGHT for note in plan.notes)


def unmanaged_section(plan: PlanDocument, view: View) -> Iterator[Line]:
    """What stands on our projects without being in the manifest."""
    if not plan.unmanaged:
        return
    yield from _title("Not in the manifest", f"{count(len(plan.unmanaged), 'thing')} left alone")
    shown = plan.unmanaged if view.whole else plan.unmanaged[:FOLD_AT]
    for item in shown:
        yield line("  ", (f"{item.kind} ", Style.DIM), item.name, (f"  {item.id}, in {item.where}", Style.DIM))
    if len(shown) < len(plan.unmanaged):
        yield line((f"  ... {len(plan.unmanaged) - len(shown)} more: --verbose shows them", Style.DIM))


def _title(text: str, remark: str) -> Iterator[Line]:
    yield BLANK
    yield line((text, Style.HEADING), (f"  {remark}" if remark else "", Style.DIM))
