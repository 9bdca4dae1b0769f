"""Which harm an operation does, by the name of the consent that it needs, with what shows it.

What a stage opens, the manifest's own dates, and what restores the last apply are no harm: somebody decided on those.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from planner.consents import (
    ADMIN_REMOVAL,
    DELETE,
    DELETE_DATA,
    DELETE_SUBMISSIONS,
    SHORTEN_ROUND,
    WIDEN_ACCESS,
    Before,
    Harm,
)
from planner.counting import count
from planner.live import Live
from planner.plan import Action, Cause, FieldChange, Operation
from planner.resources import Kind, owner_of
from planner.widening import inheriting, laying_bare, removal, widening

_JOINING: Final = ("invitation", "request", "open")


def harms_of(item: Operation, before: Before) -> Iterator[Harm]:
    """Every harm that one operation does."""
    if item.action is Action.DELETE:
        yield from inheriting(item, before) if item.kind is Kind.ACL else _deletion(item, before)
    elif item.kind is Kind.ACL and item.carried_by is None:
        yield from widening(item, before)
        yield from laying_bare(item, before)
        yield from removal(item, before)
    elif item.kind is Kind.ROUND and item.action is Action.UPDATE:
        yield from _shortening(item, before)
    elif item.kind is Kind.TEAM and item.action is Action.UPDATE:
        yield from _joining(item, before)


def _deletion(item: Operation, before: Before) -> Iterator[Harm]:
    if item.kind is Kind.WIKI and item.address in before.desired.resources and item.cause is not Cause.BOTH:
        return  # the stage, or its own `until`, takes this page down as it is in the files, where it stays
    yield Harm(DELETE, f"{item.address}{_with(item)}")
    for address in (item.address, *item.carries):
        if submissions := before.live.submissions.get(address, 0):
            yield Harm(DELETE_SUBMISSIONS, f"{address}: {count(submissions, 'submission')}")
        if contents := before.live.contents.get(address, 0):
            yield Harm(DELETE_DATA, f"{address}: {count(contents, 'thing')} in it that apply didn't make")
    if item.address == "team.administrators" or item.address.startswith("member.administrators/"):
        yield Harm(ADMIN_REMOVAL, item.address)
    if item.kind is Kind.ROUND and _running(item.spec.get("start"), item.spec.get("end"), before.live):
        yield Harm(SHORTEN_ROUND, f"{item.address} is under way, and goes{_so_far(item.address, before.live)}")


def _with(item: Operation) -> str:
    return f", and with it {count(len(item.carries), 'thing')}" if item.carries else ""


def _shortening(item: Operation, before: Before) -> Iterator[Harm]:
    found = before.live.resources.get(item.address)
    if found is None or not _running(found.spec.get("start"), found.spec.get("end"), before.live):
        return
    for change in item.changes:
        later = str(change.after) > str(change.before)
        if (change.name == "start" and later) or (change.name == "end" and not later):
            text = f"{item.address} is under way: its {change.name} {change.before} becomes {change.after}"
            yield Harm(SHORTEN_ROUND, text + _so_far(item.address, before.live))


def _so_far(address: str, live: Live) -> str:
    submissions = live.submissions.get("queue." + owner_of(address).rpartition("/")[0])
    return "" if submissions is None else f"; the queue has {count(submissions, 'submission')}"


def _running(start: object, end: object, live: Live) -> bool:
    return str(start) <= live.stamp < str(end)


def _joining(item: Operation, before: Before) -> Iterator[Harm]:
    """A team that is easier to get into, though neither stage nor last apply says so."""
    earlier = before.desired.resources.get(item.address)
    entry = before.applied.entries.get(item.address)
    for change in item.changes:
        edited = earlier is not None and earlier.spec.get("join") == change.after
        restored = entry is None or entry.fields.get("join") == change.after
        if eases(change) and edited and not restored:
            yield Harm(WIDEN_ACCESS, f"{item.address}: people get in by {change.after}, not by {change.before}")


def eases(change: FieldChange) -> bool:
    """Whether people get into a team more easily than before."""
    return change.name == "join" and _ease(change.after) > _ease(change.before)


def _ease(way: object) -> int:
    return _JOINING.index(str(way)) if way in _JOINING else 0
