"""How a difference becomes an operation: its reason in words, its natural key, what it carries, what it expects to
find.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from planner.diff import Difference, same, wanted_spec
from planner.live import LiveResource
from planner.plan import Action, Cause, FieldChange, Operation, Part
from planner.references import Ids, Plain, Ref, Value
from planner.resources import Desired, Kind, Resource

_NATURAL: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.PROJECT: ("name",),
    Kind.TEAM: ("name",),
    Kind.MEMBER: ("team", "person"),
    Kind.CHALLENGE: ("project",),
    Kind.QUEUE: ("name",),
    Kind.ROUND: ("queue", "start", "end"),
    Kind.FOLDER: ("parent", "name"),
    Kind.LINK: ("parent", "name"),
    Kind.VIEW: ("parent", "name"),
    Kind.WIKI: ("owner", "parent", "title"),
    Kind.ORDER: ("owner",),
}
"""Kind → the fields by which a creation that may have happened is found again."""


def create(resource: Resource, desired: Desired, remembered: bool, *, alone: bool = False) -> Operation:
    """Make a resource. remembered: the ledger knows it, so somebody removed it. alone: its owner exists, nothing
    carries it.
    """
    carried_by = None if alone else resource.carried_by
    return replace(
        _whole(
            resource,
            Action.CREATE,
            Cause.SYNAPSE if remembered else Cause.MANIFEST,
            "was removed on Synapse" if remembered else "is new",
        ),
        natural_key=_natural_key(resource),
        precondition="absent",
        carried_by=carried_by,
        carries=desired.carried_by(resource.address),
    )


def update(resource: Resource, found: LiveResource, difference: Difference) -> Operation:
    """Change some fields of a resource."""
    return Operation(
        id=resource.address,
        address=resource.address,
        kind=resource.kind,
        action=Action.UPDATE,
        part=Part.WHOLE,
        cause=difference.cause,
        reason=_REASONS[difference.cause],
        # A write carries all fields: those that are kept, or left to the web, go out as they came in.
        spec={**resource.spec, **_left_alone(resource, found, difference)},
        changes=difference.changes,
        natural_key=_natural_key(resource),
        precondition=found.etag,
        modified_by=found.modified_by,
        modified_on=found.modified_on,
    )


def _left_alone(resource: Resource, found: LiveResource, difference: Difference) -> Mapping[str, Plain]:
    names = {*resource.ignore, *(change.name for change in difference.kept)}
    return {name: found.spec[name] for name in names if name in found.spec}


_REASONS: Final[Mapping[Cause, str]] = {
    Cause.MANIFEST: "the manifest changed",
    Cause.SYNAPSE: "was changed on Synapse",
    Cause.BOTH: "was changed in the manifest and on Synapse",
    Cause.UNKNOWN: "differs from the manifest",
}


def _whole(resource: Resource, action: Action, cause: Cause, reason: str) -> Operation:
    """An operation on a whole resource, before what is particular to its action."""
    return Operation(
        id=resource.address,
        address=resource.address,
        kind=resource.kind,
        action=action,
        part=Part.WHOLE,
        cause=cause,
        reason=reason,
        spec=resource.spec,
    )


def adopt(resource: Resource, found: LiveResource) -> Operation:
    """Take over something that exists and already is as wanted."""
    return replace(
        _whole(resource, Action.ADOPT, Cause.MANIFEST, f"exists as {found.id} and is ours from now on"),
        precondition=found.etag,
    )


def held_change(resource: Resource, earlier: Resource | None, desired: Desired, ids: Ids) -> Operation:
    """What a later stage will do to a resource, seen from the stage before."""
    if earlier is None:
        return create(resource, desired, remembered=False)
    old, new = wanted_spec(earlier, ids), wanted_spec(resource, ids)
    names = [name for name in dict.fromkeys((*new, *old)) if not same(old.get(name), new.get(name))]
    changes = tuple(FieldChange(name, old.get(name), new.get(name), Cause.MANIFEST) for name in names)
    return replace(
        _whole(resource, Action.UPDATE, Cause.MANIFEST, f"the stage {desired.stage} changes it"),
        changes=changes,
    )


def _natural_key(resource: Resource) -> dict[str, str]:
    return {name: _as_text(resource.spec[name]) for name in _NATURAL.get(resource.kind, ())}


def _as_text(value: Value) -> str:
    if isinstance(value, Ref):
        return value.address
    return "" if value is None else str(value)
