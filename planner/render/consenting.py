"""The kinds of harm in a plan, each with the consent that it needs: for people, and as a checklist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from planner.consents import CONSENT_PREFIX, PROTECTED
from planner.counting import count
from planner.render.blocks import Section, escape
from planner.render.schema import ConsentItem, PlanDocument
from planner.render.spans import BLANK, Line, Span, Style, indent, line, wrap
from planner.render.values import View

UNPUBLISHED: Final = "unpublished"
_GIVEN: Final = Span("given  ", Style.GOOD)
_MISSING: Final = Span("MISSING", Style.BAD)
_SHOWN: Final = 8
"""Lines of evidence that are listed unless everything is unfolded."""


def holding(held_by: Iterable[str]) -> str:
    """Why changes are kept back, in words."""
    codes = list(held_by)
    consents = [code.removeprefix(CONSENT_PREFIX) for code in codes if code.startswith(CONSENT_PREFIX)]
    gates = [code for code in codes if code not in (UNPUBLISHED, PROTECTED) and not code.startswith(CONSENT_PREFIX)]
    reasons = [f"held by {count(len(gates), 'gate')}: {', '.join(gates)}"] if gates else []
    if UNPUBLISHED in codes:
        reasons.append("held until somebody publishes it: apply --publish ADDRESS, or --publish all")
    if PROTECTED in codes:
        reasons.append("held because it is protected")
    if consents:
        reasons.append(f"held until somebody consents: {' '.join(f'--allow {name}' for name in consents)}")
    return "; ".join(reasons)


def consent_section(plan: PlanDocument, view: View) -> Iterator[Line]:
    """Every kind of harm that the plan would do, with what shows it, and whether somebody consented."""
    if not plan.consents:
        return
    given = sum(item.given for item in plan.consents)
    yield BLANK
    yield line(("Consents", Style.HEADING), (f"  {given} of {len(plan.consents)} given", Style.DIM))
    column = max(len(item.name) for item in plan.consents)
    for item in plan.consents:
        yield line(
            "  ", _GIVEN if item.given else _MISSING, "  ", (item.name.ljust(column), Style.STRONG), "  ", item.title
        )
        yield from _evidence(item, view)
        if not item.given:
            yield from indent(wrap(item.remedy, view.width - 11, Style.GOOD, "if that is meant: "), 11)


def _evidence(item: ConsentItem, view: View) -> Iterator[Line]:
    shown = item.evidence if view.verbose or view.whole else item.evidence[:_SHOWN]
    for text in shown:
        yield from indent(wrap(text, view.width - 11, lead="- "), 11)
    if len(shown) < len(item.evidence):
        yield from indent([line((f"... {len(item.evidence) - len(shown)} more: --verbose shows them", Style.DIM))], 11)


def consent_checklist(plan: PlanDocument) -> Iterator[Section]:
    """The same for a pull request."""
    if plan.consents:
        rows = [_row(item) for item in plan.consents]
        yield Section(f"Consents ({len(rows)})", "\n".join(("**What this needs consent for**\n", *rows)))


def _row(item: ConsentItem) -> str:
    box, rest = ("[x]", "") if item.given else ("[ ]", f" Without `{item.remedy}` this is held.")
    return f"- {box} **{escape(item.title)}** (`{item.name}`): {escape('; '.join(item.evidence))}.{rest}"
