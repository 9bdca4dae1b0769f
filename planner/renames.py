"""Renames: what the files say was something else (`was`) keeps its identity. A pure step on the ledger, before reading.

Pages say it in their heads, and what lies below them goes along; everything else says it in its entry of the manifest,
and what goes by its key goes along. What was renamed without a word is found by its id (`challenge.name` and all names
derived from it) and needs none of this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from challenge_spec.resolved import ResolvedChallenge, ResolvedTeam, ResolvedView, ResolvedWorkflow
from planner.applied import Applied
from planner.desired.data import folder_address
from planner.live import Live
from planner.plan import Note, Problem
from planner.resources import Desired

_FAMILIES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "team": (("team.", ""), ("acl.team.", ""), ("member.", "/")),
    "queue": (("queue.", ""), ("acl.queue.", ""), ("round.", "/")),
    "link": (("link.", ""), ("acl.link.", ""), ("annotations.link.", "")),
    "view": (("view.", ""), ("acl.view.", "")),
    "folder": (("folder.", ""), ("folder.", "/"), ("acl.folder.", ""), ("acl.folder.", "/")),
}
"""Kind → what goes by its key: what stands before the key in an address, and what behind it if more follows."""


@dataclass(frozen=True, slots=True)
class Claim:
    """That something was something else. old: addresses that it may have had, the likeliest first.

    where: the place in the manifest that says so.
    """

    new: str
    old: tuple[str, ...]
    where: str


def rename(applied: Applied, challenge: ResolvedChallenge, wanted: Desired) -> Applied:
    """The ledger with every renamed thing under the address that it has in the files now."""
    return rename_keys(move_pages(applied, wanted.was), challenge)


def move_pages(applied: Applied, was: Mapping[str, str]) -> Applied:
    """The ledger with every page that was moved under its new address. was: address → former address; what is known by
    the new one stays.
    """
    moves = {
        old: new for new, old in was.items() if old in applied.entries and new not in applied.entries and old != new
    }
    return replace(applied, entries={moves.get(address, address): item for address, item in applied.entries.items()})


def rename_keys(applied: Applied, challenge: ResolvedChallenge) -> Applied:
    """The ledger with every thing that has another key under its new address; `moved` tells which those are."""
    entries, moved = dict(applied.entries), dict(applied.moved)
    for claim in _deepest_first(claims(challenge)):
        old = next((address for address in claim.old if address in entries), None)
        if claim.new in entries or old is None:
            continue
        entries = {_moved(address, old, claim.new): entry for address, entry in entries.items()}
        moved[claim.new] = old
    return replace(applied, entries=entries, moved=moved)


def _deepest_first(found: Iterator[Claim]) -> Sequence[Claim]:
    """What moved with the thing above it, and says so itself, is where it says."""
    return sorted(found, key=lambda claim: -claim.new.count("/"))


def _moved(address: str, old: str, new: str) -> str:
    """The address after a rename: the thing itself and all that goes by its key."""
    kind, _, old_key = old.partition(".")
    new_key = new.partition(".")[2]
    for before, behind in _FAMILIES[kind]:
        stem = f"{before}{old_key}{behind}"
        if address == stem or (behind and address.startswith(stem)):
            return f"{before}{new_key}{behind}{address[len(stem) :]}"
    return address


def claims(challenge: ResolvedChallenge) -> Iterator[Claim]:
    """Everything of which the manifest says what it was."""
    keyed: tuple[tuple[str, str, Sequence[ResolvedTeam | ResolvedWorkflow | ResolvedView]], ...] = (
        ("teams", "team", challenge.teams),
        ("workflows", "link", challenge.workflows),
        ("views", "view", challenge.views),
    )
    for block, kind, items in keyed:
        for item in items:
            if item.was:
                where = _where(challenge, f"{block}.{item.key.partition('/')[0]}")
                yield Claim(f"{kind}.{item.key}", (f"{kind}.{item.was}",), where)
    for queue in challenge.queues:
        if queue.was:
            entries = (f"queues.{queue.queue}", *(f"sub_challenges.{key}" for key in queue.sub_challenges))
            yield Claim(f"queue.{queue.key}", tuple(_queues(queue.key, queue.was)), _where(challenge, *entries))
    for entry in challenge.data:
        if entry.was and entry.folder:
            old = folder_address(tuple(entry.was.split("/")))
            yield Claim(folder_address(entry.folder), (old,), _where(challenge, f"data.{entry.key}"))


def _where(challenge: ResolvedChallenge, *entries: str) -> str:
    """File, line and column of the first `was` among some entries of the manifest, and the entry."""
    said = next((entry for entry in entries if entry in challenge.was_at), entries[0])
    place = challenge.was_at.get(said)
    return f"{place}: {said}.was" if place else f"{said}.was"


def _queues(key: str, was: str) -> Iterator[str]:
    """Entry and sub-challenge may have been renamed at different times."""
    yield f"queue.{was}"
    if "/" in key and "/" in was:
        (new_entry, _, new_sub), (old_entry, _, old_sub) = key.partition("/"), was.partition("/")
        yield from (f"queue.{item}" for item in (f"{old_entry}/{new_sub}", f"{new_entry}/{old_sub}") if item != key)


def lost_names(challenge: ResolvedChallenge, applied: Applied, live: Live) -> Iterator[tuple[str, Problem]]:
    """Address and problem of each thing that was something which nobody knows: making it anew would double it."""
    if not applied.entries and not applied.lost:
        return
    for claim in claims(challenge):
        if claim.new in applied.entries or claim.new in live.resources:
            continue
        message = f"{claim.where} says that it was {claim.old[0]}: {applied.lost or 'the ledger knows no such thing'}"
        mend = "Correct `was`, or delete it if this is new; if it exists, name its id with `adopt`."
        yield claim.new, Problem("was-unknown", claim.new, message, mend)


def lost_pages(wanted: Desired, applied: Applied, live: Live) -> Iterator[Note]:
    """A note for each page whose head names a former place that the ledger knows on no site: it is made anew.

    One of the two sites may well know neither, before its pages are published.
    """
    known = {_place(address) for address in applied.entries if address.startswith("wiki.")}
    for address, was in wanted.was.items():
        if not applied.entries or address in live.resources or known & {_place(address), _place(was)}:
            continue
        text = f"its head says that it was {_place(was)}, and the ledger knows no such page: it is made anew"
        yield Note("was-unknown", address, text)


def _place(address: str) -> str:
    """A page's place in its tree, whichever site it stands on: `wiki.live/a/b` → `a/b`."""
    return address.partition("/")[2]


def needless(challenge: ResolvedChallenge, applied: Applied) -> Iterator[Note]:
    """A note for each `was` that has done its work."""
    for claim in claims(challenge):
        if claim.new in applied.entries and claim.new not in applied.moved:
            text = f"{claim.where} has done its work: the ledger knows the new name; it may be deleted"
            yield Note("was-needless", claim.new, text)
