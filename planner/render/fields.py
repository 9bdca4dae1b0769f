"""Field-level differences: `name: "old" -> "new"`, rights marked one by one, long texts as diffs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from planner.render.schema import Change, DriftField, DriftItem
from planner.render.spans import Line, Span, Style, flow, indent, line, width_of, wrap
from planner.render.text_diff import count_lines, diff_items, diff_texts
from planner.render.values import LATER, View, is_long, principal, show, show_later

CAUSES: Final = {"synapse": "changed on Synapse", "both": "changed on both sides", "manifest": "the manifest changed"}
_ARROW: Final = (" -> ", Style.DIM)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field before and after; `mask` tells what of the new value is known only after apply, `sketch` the rest.

    new, gone: whether the whole resource is created or deleted.
    """

    name: str
    before: JsonValue
    after: JsonValue
    mask: JsonValue = None
    sketch: JsonValue = None
    remark: str = ""
    new: bool = False
    gone: bool = False


def change_lines(change: Change, view: View) -> Iterator[Line]:
    """Every field of a change that differs; of a creation every field."""
    for difference in _differences(change):
        yield from difference_lines(change.kind, difference, view)


def drift_lines(item: DriftItem, view: View) -> Iterator[Line]:
    """Every field that was changed on Synapse: from the manifest's value to the one found there."""
    for field in item.fields:
        yield from difference_lines(item.kind, _drifted(field), view)


def _drifted(field: DriftField) -> Difference:
    before = LATER if field.after_unknown else field.after
    return Difference(field.name, before, field.before, remark=CAUSES["both"] if field.cause == "both" else "")


def _differences(change: Change) -> Iterator[Difference]:
    before, after = change.before or {}, change.after or {}
    causes = {field.name: field.cause for field in change.fields}
    for name in causes or [name for name in after or before if change.action != "adopt"]:
        cause = causes.get(name, change.cause)
        remark = CAUSES.get(cause, "") if cause != change.cause else ""
        mask, sketch = change.after_unknown.get(name), change.after_sketch.get(name)
        new, gone = change.before is None, change.after is None
        yield Difference(name, before.get(name), after.get(name), mask, sketch, remark, new, gone)


def difference_lines(kind: str, field: Difference, view: View) -> list[Line]:
    """One field before and after, in the way that suits its kind and value."""
    if kind == "acl":
        return list(rights_lines(field, view))
    if is_long(field.before) or is_long(field.after) or is_long(field.sketch):
        return _text_lines(field, view)
    if isinstance(field.before, dict) and isinstance(field.after, dict):
        return [
            row for entry in _entries(field, field.before, field.after) for row in difference_lines(kind, entry, view)
        ]
    if isinstance(field.before, list) and isinstance(field.after, list) and not field.mask:
        return _list_lines(field, field.before, field.after, view)
    return _inline(field, view)


def rights_lines(field: Difference, view: View) -> Iterator[Line]:
    """`team.participants: READ, +SUBMIT, -DELETE`; of a new ACL the rights alone."""
    old, new = _rights(field.before), _rights(field.after)
    pieces = [line(_right(right, right in old or field.new, right in new)) for right in sorted(old | new)]
    if field.remark and pieces:
        pieces[-1] = line(*pieces[-1], (f"  ({field.remark})", Style.WARNING))
    yield from flow(line((f"{principal(field.name, view)}: ", Style.STRONG)), pieces, view.width - 6, 2)


def _rights(value: JsonValue) -> set[str]:
    return {str(right) for right in value} if isinstance(value, list) else set()


def _right(right: str, had: bool, has: bool) -> Span:
    if had and has:
        return Span(right)
    return Span(f"+{right}", Style.ADDED) if has else Span(f"-{right}", Style.REMOVED)


def _entries(field: Difference, before: dict[str, JsonValue], after: dict[str, JsonValue]) -> Iterator[Difference]:
    mask = field.mask if isinstance(field.mask, dict) else {}
    sketch = field.sketch if isinstance(field.sketch, dict) else {}
    for key in before | after:
        if before.get(key) != after.get(key) or mask.get(key):
            name = f"{field.name}.{key}"
            yield Difference(name, before.get(key), after.get(key), mask.get(key), sketch.get(key), field.remark)


def _head(field: Difference, *more: Span | tuple[str, Style]) -> Line:
    remark = f"  ({field.remark})" if field.remark else ""
    return line((f"{field.name}: ", Style.STRONG), *more, (remark, Style.WARNING))


def _text_lines(field: Difference, view: View) -> list[Line]:
    before = field.before if isinstance(field.before, str) else ""
    if field.mask and not isinstance(field.sketch, str):
        return [_head(field, (LATER, Style.DIM))]
    after = str(field.sketch if field.mask else field.after or "")
    rows = diff_texts(before, after, view.width - 10, view.whole)
    remarks = [line((count_lines(before, after), Style.DIM))]
    remarks += [line(("what stands in {{ }} is known after apply", Style.DIM))] if field.mask else []
    remarks += [line((field.remark, Style.WARNING))] if field.remark else []
    return [*flow(line((f"{field.name}: ", Style.STRONG)), remarks, view.width - 6, 2), *indent(rows, 2)]


def _list_lines(field: Difference, before: list[JsonValue], after: list[JsonValue], view: View) -> list[Line]:
    short = _inline(field, view)
    if len(short) == 1 and len(before) <= 4 and len(after) <= 4:
        return short
    old = [show(item, field.name, view) for item in before]
    new = [show(item, field.name, view) for item in after]
    return [_head(field), *indent(diff_items(old, new, view.width - 10, view.whole), 2)]


def _inline(field: Difference, view: View) -> list[Line]:
    before = show(field.before, field.name, view)
    after = show_later(field.after, field.mask, field.sketch, field.name, view)
    if field.gone:
        return _fitting(field, _head(field, (before, Style.REMOVED)), [(before, Style.REMOVED, "  ")], view)
    if field.new:
        return _fitting(field, _head(field, (after, Style.ADDED)), [(after, Style.ADDED, "  ")], view)
    whole = _head(field, (before, Style.REMOVED), _ARROW, (after, Style.ADDED))
    return _fitting(field, whole, [(before, Style.REMOVED, "     "), (after, Style.ADDED, "  -> ")], view)


def _fitting(field: Difference, whole: Line, rows: list[tuple[str, Style, str]], view: View) -> list[Line]:
    """One line where it fits, else a line for the name and then the values."""
    if width_of(whole) <= view.width - 6:
        return [whole]
    return [_head(field), *(row for text, style, lead in rows for row in wrap(text, view.width - 6, style, lead))]
