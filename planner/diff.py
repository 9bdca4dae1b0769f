"""The three-way diff of one resource: desired, live, last applied → which fields change, why, and what is kept as
drift.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from planner.applied import AppliedEntry, fingerprint
from planner.live import LiveResource
from planner.plan import Cause, FieldChange
from planner.policy import keeps
from planner.references import UNKNOWN, Ids, Plain, Resolved, Unknown, has_unknown, plain, resolve
from planner.resources import Kind, Resource


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs in one resource.

    changes: fields that apply writes. kept: fields changed on Synapse that wait for a decision. conflict: kept fields
    that the manifest
    changed as well; the resource stops.
    """

    changes: tuple[FieldChange, ...]
    kept: tuple[FieldChange, ...]

    def with_more(self, changes: Iterable[FieldChange]) -> Difference:
        """The same with further fields that apply writes."""
        return Difference((*self.changes, *changes), self.kept)

    @property
    def conflict(self) -> bool:
        """Whether both sides moved the same field."""
        return any(change.cause is Cause.BOTH for change in self.kept)

    @property
    def cause(self) -> Cause:
        """The cause of what apply writes, all fields together."""
        causes = {change.cause for change in self.changes}
        return causes.pop() if len(causes) == 1 else Cause.BOTH

    def conceded(self, kind: Kind) -> Difference:
        """The same where Synapse wins: what policy keeps stays, and nothing is a conflict."""
        more = [change for change in self.changes if change.cause is Cause.UNKNOWN and keeps(kind, change.name)]
        kept = tuple(replace(change, cause=Cause.SYNAPSE) for change in (*self.kept, *more))
        return Difference(tuple(change for change in self.changes if change not in more), kept)


def wanted_spec(resource: Resource, ids: Ids) -> Mapping[str, Resolved]:
    """The desired spec in the terms of a live one: ids for references; an ACL by principal id (by address where no id
    is known yet).
    """
    if resource.kind is not Kind.ACL:
        return {name: resolve(value, ids) for name, value in resource.spec.items()}
    acl: dict[str, set[str]] = {}
    for principal, types in resource.spec.items():
        if isinstance(types, tuple):
            acl.setdefault(ids.get(principal, principal), set()).update(str(item) for item in types)
    return {principal: tuple(sorted(types)) for principal, types in acl.items()}


def compare(
    resource: Resource, live: LiveResource, entry: AppliedEntry | None, ids: Ids, take_manifest: bool, me: str
) -> Difference:
    """Compare one existing resource with what the manifest wants.

    take_manifest: the user decided that the manifest wins over what was changed on Synapse. me: the account that plans.
    """
    changes: list[FieldChange] = []
    kept: list[FieldChange] = []
    for change in _differing_fields(resource, live, entry, ids):
        stays = not take_manifest and keeps(resource.kind, change.name) and _moved_by_others(change, live, me)
        (kept if stays else changes).append(change)
    return Difference(tuple(changes), tuple(kept))


def _moved_by_others(change: FieldChange, live: LiveResource, me: str) -> bool:
    """Whether somebody else's work would be lost. Without a memory of ours, whoever touched it last decides that."""
    if change.cause is Cause.UNKNOWN:
        return live.modified_by is not None and live.modified_by != me
    return change.cause in (Cause.SYNAPSE, Cause.BOTH)


def _differing_fields(
    resource: Resource, live: LiveResource, entry: AppliedEntry | None, ids: Ids
) -> Iterator[FieldChange]:
    wanted = wanted_spec(resource, ids)
    exclusive = resource.kind is Kind.ACL
    names = [*wanted, *(name for name in live.spec if exclusive and name not in wanted)]
    for name in names:
        before, after = live.spec.get(name), wanted.get(name)
        if name in resource.ignore or same(before, after):
            continue
        base = entry.fields.get(name) if entry else None
        yield FieldChange(name, before, after, _cause(before, after, base, entry is not None), base)


def same(before: Resolved, after: Resolved) -> bool:
    """Whether two values are equal; what is known only after apply never is."""
    return before == after and not has_unknown(after)


def _cause(before: Resolved, after: Resolved, base: Plain, remembered: bool) -> Cause:
    if not remembered:
        return Cause.UNKNOWN
    live_moved = _mark(before) != base
    manifest_moved = _mark(after) != base
    if live_moved and manifest_moved:
        return Cause.BOTH
    return Cause.SYNAPSE if live_moved else Cause.MANIFEST


def _mark(value: Resolved) -> Plain | Unknown:
    return UNKNOWN if has_unknown(value) else fingerprint(plain(value))
