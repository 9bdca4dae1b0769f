"""What was changed on Synapse, out of a plan: kept as drift, or put back by the next apply."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from planner.counting import count
from planner.render.groups import group_lines
from planner.render.instants import show_instant, zone_of
from planner.render.schema import Change, DriftItem, NoteItem, PlanDocument
from planner.render.sections import OUT_OF_SIGHT, drift_section, note_section, out_of_sight
from planner.render.spans import BLANK, Line, Span, Style, flow, line
from planner.render.values import View

_LIMITS: Final = OUT_OF_SIGHT | {"ledger-lost"}
"""Notes that say why drift may have been missed."""


class _Item(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Summary(_Item):
    """How many of what."""

    kept: int = Field(description="Resources whose change apply keeps, until somebody decides.")
    conflicts: int = Field(description="Those among them that the manifest changed as well.")
    restored: int = Field(description="Resources that the next apply puts back.")


class DriftDocument(_Item):
    """Everything that differs from what was last applied because Synapse was changed."""

    format_version: Literal["1.0"]
    challenge: str
    title: str
    stage: str
    reached: str | None
    target: str
    read_at: datetime
    zone: str = Field(description="IANA name of the challenge's time zone.")
    summary: Summary
    drift: list[DriftItem] = Field(description="As in a plan: kept until somebody decides.")
    restored: list[Change] = Field(
        description="As in a plan: access, rounds, missing objects; with the cause `unknown` where no record tells who "
        "changed it."
    )
    notes: list[NoteItem] = Field(description="Why this may not be all: what couldn't be read, a lost ledger.")
    names: dict[str, str] = Field(description="Id → address or account name, for showing ids readably.")

    @property
    def changes(self) -> list[Change]:
        """What the next apply puts back."""
        return self.restored

    @property
    def unchanged(self) -> list[str]:
        """Nothing is said of what is as it should be."""
        return []


def drift_of(plan: PlanDocument) -> DriftDocument:
    """The part of a plan that Synapse caused."""
    restored = [change for change in plan.changes if change.cause != "manifest" and not change.held]
    return DriftDocument(
        format_version="1.0",
        challenge=plan.challenge,
        title=plan.title,
        stage=plan.stage,
        reached=plan.reached,
        target=plan.target,
        read_at=plan.planned_at,
        zone=plan.zone,
        summary=Summary(
            kept=len(plan.drift), conflicts=sum(item.conflict for item in plan.drift), restored=len(restored)
        ),
        drift=plan.drift,
        restored=restored,
        notes=[note for note in plan.notes if note.code in _LIMITS],
        names=plan.names,
    )


def render(found: DriftDocument, width: int = 100, verbose: bool = False) -> list[Line]:
    """The drift as styled lines: summary, what is kept, what the next apply puts back."""
    view = View(found.names, zone_of(found.zone), max(40, width), verbose)
    return [*_header(found, view), *drift_section(found, view), *_restored(found, view), *note_section(found, view)]


def _header(found: DriftDocument, view: View) -> Iterator[Line]:
    name = line((found.title, Style.HEADING), (f" ({found.challenge})", Style.DIM))
    when = line((f"read {show_instant(found.read_at, view.zone)} on {found.target}", Style.DIM))
    yield from flow((), (name, when), view.width, 2)
    yield BLANK
    *rows, last = flow((), (line(piece) for piece in _counts(found)), view.width, 2)
    yield from rows
    yield line(*last, ".")


def _counts(found: DriftDocument) -> Iterator[Span]:
    summary = found.summary
    if not (summary.kept or summary.restored):
        yield _none(found)
    if summary.kept:
        conflicts = f" ({count(summary.conflicts, 'conflict')})" if summary.conflicts else ""
        yield Span(f"{count(summary.kept, 'resource')} with drift that apply keeps{conflicts}", Style.WARNING)
    if summary.restored:
        yield Span(f"{count(summary.restored, 'resource')} that the next apply puts back", Style.UPDATE)


def _none(found: DriftDocument) -> Span:
    if out_of_sight(found):
        return Span("No drift in what could be seen; the notes say what could not", Style.WARNING)
    return Span("No drift. Nobody changed on Synapse what the manifest says", Style.GOOD)


def _restored(found: DriftDocument, view: View) -> Iterator[Line]:
    if found.restored:
        yield BLANK
        yield line(("The next apply puts back", Style.STRONG))
        yield from group_lines(found, view)


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a drift report."""
    schema = DriftDocument.model_json_schema(mode="serialization")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Drift report of challenge-as-code"}
    return head | {key: value for key, value in schema.items() if key != "title"}
