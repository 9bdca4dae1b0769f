"""Two revisions compared, for people: as text on a terminal and as Markdown for a pull request."""

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
    cut,
    escape,
    folded,
    joined,
    opening_section,
    shorten,
    size,
)
from planner.render.fields import Difference, difference_lines
from planner.render.groups import INDENT, group_lines
from planner.render.instants import zone_of
from planner.render.openings import openings
from planner.render.revisions_schema import Revision, RevisionsDocument, SettingChange
from planner.render.spans import BLANK, Line, Span, Style, flow, indent, line, to_plain
from planner.render.symbols import ACTIONS
from planner.render.values import View

OFFLINE: Final = "Only files were compared: Synapse was not asked, and may differ from both."
_WORDS: Final = (("create", "new"), ("update", "changed"), ("delete", "gone"))


def render(found: RevisionsDocument, width: int = 100, verbose: bool = False) -> list[Line]:
    """The whole comparison as styled lines. verbose: every field of what is new or gone, nothing folded."""
    view = View({}, zone_of(found.zone), max(40, width), verbose)
    return [
        *_header(found, view),
        *group_lines(found, view),
        *_setting_lines(found, view),
        BLANK,
        *_summary(found, view),
    ]


def render_markdown(found: RevisionsDocument) -> str:
    """Markdown of at most LIMIT bytes; where something had to be left out it says so."""
    view = View({}, zone_of(found.zone), COLUMNS, verbose=False, whole_texts=True)
    sections = list(_sections(found, view))
    whole = joined(_head(found, view), *(section.text for section in sections))
    return whole if size(whole) <= LIMIT else cut(_head(found, view), sections, _cut_note)


def _header(found: RevisionsDocument, view: View) -> Iterator[Line]:
    yield line((found.title, Style.HEADING), (f" ({found.challenge})", Style.DIM))
    yield from flow((), (line((_ways(found), Style.PLAIN)), line((_stages(found), Style.STRONG))), view.width, 2)
    yield BLANK
    yield from _summary(found, view)
    yield line((OFFLINE, Style.DIM))


def _ways(found: RevisionsDocument) -> str:
    return f"from {_named(found.base)} to {_named(found.head)}"


def _named(revision: Revision) -> str:
    if revision.name is None:
        return "nothing"
    return f"{revision.name} ({revision.commit[:12]})" if revision.commit else revision.name


def _stages(found: RevisionsDocument) -> str:
    old, new = found.base.stage, found.head.stage
    return f"stage {new}" if old in (new, None) else f"stage {old} -> {new}"


def _summary(found: RevisionsDocument, view: View) -> Iterator[Line]:
    pieces = list(_counts(found)) or [Span("No changes. Both say the same", Style.GOOD)]
    *rows, last = flow((), (line(piece) for piece in pieces), view.width, 2)
    yield from rows
    yield line(*last, ".")


def _counts(found: RevisionsDocument) -> Iterator[Span]:
    for action, word in _WORDS:
        if number := getattr(found.summary, action):
            yield Span(f"{number} {word}", ACTIONS[action].style)
    if found.summary.settings:
        yield Span(f"{count(found.summary.settings, 'setting')} changed", Style.UPDATE)
    if found.summary.unchanged and (found.changes or found.settings):
        yield Span(f"{found.summary.unchanged} unchanged", Style.DIM)


def _setting_lines(found: RevisionsDocument, view: View) -> Iterator[Line]:
    """What no resource shows, place by place."""
    if not found.settings:
        return
    yield BLANK
    yield line(
        ("Settings", Style.HEADING),
        (f"  {count(len(found.settings), 'change')}, beside what Synapse is told", Style.DIM),
    )
    for place in dict.fromkeys(item.place for item in found.settings):
        items = [item for item in found.settings if item.place == place]
        yield line("  ", ACTIONS[_action(items)], " ", (place, Style.STRONG))
        for item in items:
            yield from indent(difference_lines("setting", _difference(item), view), INDENT)


def _action(items: list[SettingChange]) -> str:
    """Of an entry that is only said on one side: that it is new, or gone."""
    if all(item.before is None for item in items):
        return "create"
    return "delete" if all(item.after is None for item in items) else "update"


def _difference(item: SettingChange) -> Difference:
    return Difference(item.name, item.before, item.after, new=item.before is None, gone=item.after is None)


def _head(found: RevisionsDocument, view: View) -> str:
    summary = " ".join(to_plain(_summary(found, view)).split())
    title = f"### {escape(shorten(found.title))}: what the files change"
    return f"{title}\n\n**{escape(summary)}**\n\n{escape(shorten(_ways(found)))}, {_stages(found)}. {OFFLINE}"


def _sections(found: RevisionsDocument, view: View) -> Iterator[Section]:
    opened = len(found.changes) + len(found.settings) <= OPEN_UP_TO
    yield from opening_section(openings(found.changes, view))
    yield from folded(group_lines(found, replace(view, marked=False)), opened)
    yield from folded(_setting_lines(found, view), opened)


def _cut_note(missing: str) -> str:
    return f"**Not everything is shown: it is longer than a comment.** Left out: {missing}."
