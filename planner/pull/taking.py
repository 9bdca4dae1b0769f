"""What there is to pull: drift that was kept and can come back into the files, and what has to be left to people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from planner.applied import Applied
from planner.diff import wanted_spec
from planner.live import Live
from planner.plan import Action, Cause, Drift, Operation, Plan
from planner.pull.goals import Goal, Left
from planner.references import has_unknown, plain
from planner.resources import Desired, Kind

PAGE_FIELDS: Final = ("title", "text", "attachments")
"""What a page's file says of itself."""


@dataclass(frozen=True, slots=True)
class Task:
    """One resource that differs. changed: the fields that did; goals: what its files have to say in the end."""

    address: str
    kind: Kind
    changed: tuple[str, ...]
    goals: tuple[Goal, ...]


def tasks(plan: Plan, live: Live, desired: Desired, addresses: frozenset[str]) -> Iterator[Task]:
    """Everything that may come back, of these addresses if any are named."""
    for drift in plan.drift:
        names = tuple(change.name for change in drift.changes if change.name not in ("parent", "pages"))
        if _is_meant(drift.address, addresses) and not drift.conflict and names:
            yield Task(drift.address, drift.kind, names, tuple(_goals(drift, names, live, desired)))
    for address, names in _memberships(plan, live, desired):
        if _is_meant(address, addresses):
            yield Task(address, Kind.TEAM, ("members",), (Goal(address, "members", names),))


def _goals(drift: Drift, names: tuple[str, ...], live: Live, desired: Desired) -> Iterator[Goal]:
    """What Synapse says of the fields that drifted; of the rest of a page, which is one file, what the files say."""
    spec = live.resources[drift.address].spec
    yield from (Goal(drift.address, name, spec[name]) for name in names)
    if drift.kind is Kind.WIKI:
        wanted = wanted_spec(desired.resources[drift.address], live.ids)
        rest = [name for name in PAGE_FIELDS if name not in names]
        yield from (Goal(drift.address, name, plain(wanted[name])) for name in rest if not has_unknown(wanted[name]))


@dataclass(frozen=True, slots=True)
class Move:
    """A page that stands below another one on Synapse than in the files."""

    address: str
    parent: str


def moves(plan: Plan, live: Live, addresses: frozenset[str]) -> Iterator[Move]:
    """The pages that were moved on Synapse, with the page that they stand below now."""
    by_id = {item.id: address for address, item in live.resources.items() if item.kind is Kind.WIKI}
    for drift in plan.drift:
        if not _is_meant(drift.address, addresses) or drift.conflict:
            continue
        for change in drift.changes:
            if change.name == "parent" and change.before in by_id:
                yield Move(drift.address, by_id[str(change.before)])


def _is_meant(address: str, addresses: frozenset[str]) -> bool:
    return not addresses or address in addresses


def _memberships(plan: Plan, live: Live, desired: Desired) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Teams whose members are not those of the manifest, with their names: where people come by invitation only."""
    gone = {note.address for note in plan.notes if note.code == "invitation-gone"}
    for address, membership in live.memberships.items():
        team = desired.resources.get(address)
        if team is None or team.spec.get("join") != "invitation":
            continue
        prefix = f"member.{address.split('.', 1)[1]}/"
        said = [item for item in desired.resources if item.startswith(prefix)]
        known = {live.ids.get(f"user.{item.removeprefix(prefix)}", item.removeprefix(prefix)) for item in said}
        more = sorted(live.names.get(id_, id_) for id_ in membership.members - known - {live.me.id})
        names = (*(item.removeprefix(prefix) for item in said if item not in gone), *more)
        if more or any(item in gone for item in said):
            yield address, names


def left_over(plan: Plan, applied: Applied, addresses: frozenset[str]) -> Iterator[Left]:
    """What differs and is no matter of a pull, with what people can do about it.

    A page that we made and whose file is gone is no news of Synapse's: the plan tells of it.
    """
    ours = {item.id for address, item in applied.entries.items() if address.startswith("wiki.")}
    for drift in plan.drift:
        if _is_meant(drift.address, addresses):
            yield from _of_drift(drift)
    for operation in plan.to_do():
        if _is_meant(operation.address, addresses) and operation.part.value != "text":
            yield from _of_operation(operation)
    for item in plan.unmanaged:
        if item.kind is Kind.WIKI and item.id not in ours and not addresses:
            why = f"the page {item.name!r} was made on Synapse"
            yield Left(item.where, None, why, "Write a file for it, with the same title; apply takes the page over.")


def _of_drift(drift: Drift) -> Iterator[Left]:
    if drift.conflict:
        names = ", ".join(change.name for change in drift.changes if change.cause is Cause.BOTH)
        remedy = (
            f"Say who wins: `challenge pull --take live {drift.address}` or `challenge apply --take manifest "
            f"{drift.address}`."
        )
        yield Left(drift.address, names, "the manifest changed as well", remedy)
        return
    for change in drift.changes:
        if change.name == "pages":
            remedy = "Number the files, or write `order:` in the heads of pages that stand beside each other."
            yield Left(drift.address, "pages", "the order of pages follows from their files", remedy)


def _of_operation(operation: Operation) -> Iterator[Left]:
    if operation.cause is not Cause.SYNAPSE or operation.carried_by is not None:
        return
    if operation.action is Action.CREATE:
        remedy = "Apply makes it again; take it out of the files if it is to stay away."
        yield Left(operation.address, None, "was removed on Synapse", remedy)
    elif operation.action is Action.UPDATE:
        names = ", ".join(change.name for change in operation.changes)
        remedy = "Apply puts it back; say it in the manifest if it is to stay."
        yield Left(operation.address, names, "was changed on Synapse, and is nothing that apply keeps", remedy)
