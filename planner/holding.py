"""What isn't consented to is held back, and what is protected; everything else goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from planner.consents import CONSENT_PREFIX, CONSENTS, MASS_DELETE, PROTECTED, Before, Harm
from planner.counting import count
from planner.harms import harms_of
from planner.plan import Action, Consent, Note, Operation
from planner.resources import Kind, rounds_of

MASS_SHARE: Final = 0.3
MASS_AT_LEAST: Final = 10
"""More than this share of all that is ours, and at least so many things, is a large part."""


def hold(
    operations: Sequence[Operation], before: Before, allow: frozenset[str]
) -> tuple[list[Operation], tuple[Consent, ...]]:
    """Each operation with the consents that it needs, held where one is missing or something is protected; and every
    kind of harm in them.
    """
    harms = {item.id: list(harms_of(item, before)) for item in operations}
    mass = _mass_deletion(operations, before)
    for item in operations:
        if mass is not None and item.action is Action.DELETE:
            harms[item.id].append(mass)
    judged = [_judged(item, harms[item.id], before, allow) for item in operations]
    return _with_followers(judged), _summary(harms, allow)


def _judged(item: Operation, harms: Iterable[Harm], before: Before, allow: frozenset[str]) -> Operation:
    names = tuple(dict.fromkeys(harm.consent for harm in harms))
    missing = [f"{CONSENT_PREFIX}{name}" for name in names if name not in allow]
    guarded = [PROTECTED] if any(protections(item, before)) else []
    return replace(item, consents=names, held_by=(*item.held_by, *guarded, *missing))


def _with_followers(operations: Sequence[Operation]) -> list[Operation]:
    """What can't be without what is held is held with it: rounds that need the room, what something still hangs on."""
    held = {item.id: item.held_by for item in operations if item.held}
    room = {rounds_of(item.address): item.held_by for item in operations if item.held and item.kind is Kind.ROUND}
    found = [replace(item, held_by=_unique(item.held_by, _followed(item, held, room))) for item in operations]
    settled = all(new.held == old.held for new, old in zip(found, operations, strict=True))
    return found if settled else _with_followers(found)


def _followed(item: Operation, held: Mapping[str, Sequence[str]], room: Mapping[str, Sequence[str]]) -> Iterator[str]:
    if item.action is Action.DELETE:
        yield from (code for need in item.depends_on for code in held.get(need, ()))
    elif item.kind is Kind.ROUND:
        yield from room.get(rounds_of(item.address), ())


def _unique(*codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for some in codes for code in some))


def _summary(harms: Mapping[str, Sequence[Harm]], allow: frozenset[str]) -> tuple[Consent, ...]:
    found: dict[str, list[str]] = {}
    for harm in (harm for those in harms.values() for harm in those):
        found.setdefault(harm.consent, []).append(harm.evidence)
    return tuple(
        Consent(name, CONSENTS[name], name in allow, tuple(dict.fromkeys(found[name])), f"--allow {name}")
        for name in CONSENTS
        if name in found
    )


def protections(item: Operation, before: Before) -> Iterator[Note]:
    """Why a deletion is refused whatever is consented to: somebody said so, there is something in it and nobody said
    that it may go, or Synapse would delete with a page what others have put below it.
    """
    if item.action is not Action.DELETE:
        return
    if item.kind is Kind.WIKI and (others := [page for page in before.live.unmanaged if page.where == item.address]):
        titles = ", ".join(repr(page.name) for page in others)
        text = f"would take with it what others have put below it: {titles}; move or delete that on Synapse first"
        yield Note("protected", item.address, text)
    for address in (item.address, *item.carries):
        entry = before.applied.entries.get(address)
        said = entry.protect if entry else None
        if said:
            yield Note("protected", address, f"is protected; `protect: false` in its entry lifts that, {_APPLIED}")
        elif said is None and (inside := before.live.submissions.get(address) or before.live.contents.get(address)):
            what = "submission" if item.kind is Kind.QUEUE else "thing"
            text = f"has {count(inside, what)} in it; `protect: false` in its entry lets it go, {_APPLIED}"
            yield Note("protected", address, text)


_APPLIED: Final = "applied before the entry is deleted"


def _mass_deletion(operations: Iterable[Operation], before: Before) -> Harm | None:
    """The harm of deleting a large part of all that is ours in one plan."""
    gone = {address for item in operations if item.action is Action.DELETE for address in (item.address, *item.carries)}
    ours = {*before.live.resources, *before.live.dropped, *before.applied.entries}
    if len(gone) < MASS_AT_LEAST or len(gone) <= MASS_SHARE * len(ours):
        return None
    return Harm(MASS_DELETE, f"{len(gone)} of {len(ours)} things go at once")
