"""Changes under the headings that people think in, one entry each; what belongs to a creation is folded into it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from planner.counting import count
from planner.render.consenting import holding
from planner.render.fields import change_lines
from planner.render.headlines import headline, sharing
from planner.render.instants import show_instant
from planner.render.schema import Change
from planner.render.spans import BLANK, Line, Span, Style, indent, line, width_of, wrap
from planner.render.symbols import ACTIONS, HELD, OWNERS, group_of, group_rank, owner_of
from planner.render.values import View

ADDRESS_COLUMN: Final = 44
"""Where headlines begin at most; longer addresses push theirs to the right."""
INDENT: Final = 6
"""Where details begin."""
_MARK: Final = 6
"""Columns of the word that says whose a change is."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change with those that people read as part of it."""

    change: Change
    children: tuple[Change, ...] = ()


class Changes(Protocol):
    """A document with changes: a plan, or a comparison of two revisions."""

    @property
    def changes(self) -> Sequence[Change]: ...

    @property
    def unchanged(self) -> Sequence[str]: ...


def group_lines(found: Changes, view: View) -> Iterator[Line]:
    """All changes, grouped, with how many under each heading stay as they are."""
    same = [group_of(address) for address in found.unchanged]
    groups: dict[str, list[Change]] = {}
    for change in found.changes:
        groups.setdefault(group_of(change.address), []).append(change)
    for group in sorted(groups, key=group_rank):
        yield BLANK
        yield _heading(group, len(groups[group]), same.count(group))
        yield from _group(groups[group], view)


def _heading(group: str, changed: int, unchanged: int) -> Line:
    folded = f", {unchanged} unchanged" if unchanged else ""
    return line((group, Style.HEADING), (f"  {count(changed, 'change')}{folded}", Style.DIM))


def entries(changes: list[Change], verbose: bool) -> list[Entry]:
    """Changes in the order of reading: each beside its owner; small parts of a creation inside it unless verbose."""
    by_address = {change.address: change for change in changes}
    children: dict[str, list[Change]] = {}
    roots: list[Change] = []
    for change in changes:
        owner = _owner(change, by_address)
        (children.setdefault(owner.address, []) if owner else roots).append(change)
    return list(_walk(roots, children, verbose))


def _walk(changes: Iterable[Change], children: dict[str, list[Change]], verbose: bool) -> Iterator[Entry]:
    for change in changes:
        below = children.get(change.address, [])
        folded = {child.address for child in below if not verbose and _folds(child, change)}
        yield Entry(change, tuple(child for child in below if child.address in folded))
        yield from _walk((child for child in below if child.address not in folded), children, verbose)


def _owner(change: Change, by_address: dict[str, Change]) -> Change | None:
    if change.kind == "round":
        return by_address.get("queue." + change.address.partition(".")[2].rpartition("/")[0])
    return by_address.get(owner_of(change.address) or "")


def _folds(change: Change, owner: Change) -> bool:
    return change.action == owner.action == "create" and change.kind != "round" and change.cause == owner.cause


def _group(changes: list[Change], view: View) -> Iterator[Line]:
    """What happens now, then what is held, by what holds it."""
    by_hold: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        by_hold.setdefault(tuple(change.held_by), []).append(change)
    for held_by in sorted(by_hold, key=bool):
        if held_by:
            yield from wrap(holding(held_by), view.width, Style.HELD, "  ")
        found = entries(by_hold[held_by], view.verbose)
        column = min(ADDRESS_COLUMN, max(len(entry.change.address) for entry in found))
        for entry in found:
            yield from _entry(entry, column, view)


def _entry(entry: Entry, column: int, view: View) -> Iterator[Line]:
    change = entry.change
    mark = OWNERS[change.cause].ljust(_MARK) if view.marked else ""
    head = line(*_signs(change), (mark, Style.DIM), (change.address, _style(change)))
    yield from _with_tail(head, _tail(change, view), column + len(mark), view.width)
    if change.action == "update" or view.verbose:
        yield from indent(change_lines(change, view), INDENT)
    if view.verbose and change.depends_on:
        yield from indent(wrap(", ".join(change.depends_on), view.width - INDENT, Style.DIM, "after: "), INDENT)
    for row in _children(entry.children, view):
        yield from indent(row, INDENT)


def _signs(change: Change) -> tuple[Span, ...]:
    hold = HELD if change.held else Span(" ")
    return (Span(" "), hold, ACTIONS[change.action], Span(" "))


def _style(change: Change) -> Style:
    return Style.STRONG if change.action == "create" else ACTIONS[change.action].style


def _tail(change: Change, view: View) -> tuple[str, str]:
    """What stands behind an address: the headline, and the reason."""
    told_below = change.action == "update" or (view.verbose and change.action == "create")
    return "" if told_below else headline(change, view), _why(change, view)


def _with_tail(head: Line, tail: tuple[str, str], column: int, width: int) -> Iterator[Line]:
    """Headline and reason on the same line as far as they fit, else below."""
    row = head
    gap = " " * max(2, column + INDENT - width_of(head))
    for text, style in zip(tail, (Style.PLAIN, Style.DIM), strict=True):
        if width_of(row) + len(gap) + len(text) <= width:
            row = line(*row, gap, (text, style)) if text else row
            gap = "  " if text else gap
        else:
            yield row
            *above, row = indent(wrap(text, width - INDENT, style), INDENT)
            yield from above
            gap = "  "
    yield row


def _why(change: Change, view: View) -> str:
    """The reason, where it isn't plain, with who and when; that a new thing is new needs no words."""
    if change.action == "create" and change.cause in ("manifest", "unknown"):
        return ""
    if change.action in ("adopt", "delete") or change.cause == "manifest":
        return change.reason
    return f"{change.reason} {who_and_when(change.modified_by, change.modified_on, view)}"


def who_and_when(by: str | None, on: datetime | None, view: View) -> str:
    """`by NAME, 2027-06-02 14:03 PDT (21:03 UTC)`, as far as Synapse records it."""
    if by is None and on is None:
        return "(by whom and when: not recorded)"
    when = show_instant(on, view.zone) if on else "when is not recorded"
    return f"by {by}, {when}" if by else f"by somebody, {when}"


def _children(children: tuple[Change, ...], view: View) -> Iterator[list[Line]]:
    """Members in one line, sharing in its own; annotations are ours to keep and are unfolded by --verbose."""
    width = view.width - INDENT
    if members := [child.address.rpartition("/")[2] for child in children if child.kind == "member"]:
        yield wrap(", ".join(members), width, lead="invites: ")
    for child in children:
        if child.kind == "acl":
            yield wrap(sharing(child.after or {}, view), width, lead="sharing: ")
