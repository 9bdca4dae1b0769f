"""Two revisions of one manifest, both compiled: what becomes different on Synapse, and what is decided differently.

Nothing of Synapse is known here: ids are written as the addresses of what they belong to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from pydantic import JsonValue

from challenge_spec.resolved import ResolvedChallenge
from planner.desired import compile_challenge
from planner.references import Ref, Value
from planner.render.document import sketch
from planner.render.revisions_schema import Revision, RevisionsDocument, SettingChange, Summary
from planner.render.schema import ActionName, Change, FieldCause
from planner.resources import Resource
from planner.settings import settings_of

Side = tuple[str, str | None, ResolvedChallenge]
"""A revision as it was named, its commit (None: the files as they are), and the challenge in it."""


def compare_revisions(base: Side | None, head: Side, now: datetime) -> RevisionsDocument:
    """What changes from one revision to another, each at its own stage, both at the same instant.

    base: None where there was no manifest yet.
    """
    challenge = head[2]
    old, new = _resources(base, now), _resources(head, now)
    changes = list(_changes(old, new))
    settings = list(_settings(base, challenge))
    unchanged = [address for address in new if address in old and _spec(old[address]) == _spec(new[address])]
    return RevisionsDocument(
        format_version="1.0",
        challenge=challenge.key,
        title=challenge.name,
        zone=challenge.zone,
        base=_revision(base),
        head=_revision(head),
        summary=_summary(changes, settings, unchanged),
        changes=changes,
        settings=settings,
        unchanged=unchanged,
    )


def _resources(side: Side | None, now: datetime) -> Mapping[str, Resource]:
    return {} if side is None else compile_challenge(side[2], side[2].stage, now).resources


def _revision(side: Side | None) -> Revision:
    if side is None:
        return Revision(name=None, commit=None, stage=None)
    name, commit, challenge = side
    return Revision(name=name, commit=commit, stage=challenge.stage)


def _summary(changes: list[Change], settings: list[SettingChange], unchanged: list[str]) -> Summary:
    actions = [change.action for change in changes]
    return Summary(
        create=actions.count("create"),
        update=actions.count("update"),
        delete=actions.count("delete"),
        settings=len(settings),
        unchanged=len(unchanged),
    )


def _changes(old: Mapping[str, Resource], new: Mapping[str, Resource]) -> Iterator[Change]:
    """In the order of the new revision; what is gone comes last."""
    for address, resource in new.items():
        earlier = old.get(address)
        if earlier is None:
            yield _change("create", resource, None, _spec(resource))
        elif _spec(earlier) != _spec(resource):
            yield _change("update", resource, _spec(earlier), _spec(resource))
    for address, resource in old.items():
        if address not in new:
            yield _change("delete", resource, _spec(resource), None)


def _change(
    action: ActionName, resource: Resource, before: dict[str, JsonValue] | None, after: dict[str, JsonValue] | None
) -> Change:
    both = (before or {}) | (after or {}) if before is not None and after is not None else {}
    names = [name for name in both if (before or {}).get(name) != (after or {}).get(name)]
    return Change(
        address=resource.address,
        kind=resource.kind.value,
        action=action,
        cause="manifest",
        reason="is no longer in the manifest" if action == "delete" else "",
        before=before,
        after=after,
        after_unknown={},
        after_sketch={},
        fields=[FieldCause(name=name, cause="manifest", base=None) for name in names],
        depends_on=[],
        held_by=[],
        held=False,
        parts=["whole"],
        carried_by=resource.carried_by,
        modified_by=None,
        modified_on=None,
    )


def _spec(resource: Resource) -> dict[str, JsonValue]:
    return {name: spelled(value) for name, value in resource.spec.items()}


def spelled(value: Value) -> JsonValue:
    """A value with addresses for ids: bare where the id stands alone, `{{ address }}` within a text."""
    if isinstance(value, Ref):
        return value.address
    if isinstance(value, Mapping):
        return {key: spelled(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [spelled(item) for item in value]
    return sketch(value, {})


def _settings(base: Side | None, head: ResolvedChallenge) -> Iterator[SettingChange]:
    """Decisions that differ; of an entry that is new or gone, all of them."""
    old = {} if base is None else settings_of(base[2])
    new = settings_of(head)
    for place in dict.fromkeys((*old, *new)):
        before, after = old.get(place, {}), new.get(place, {})
        for name in dict.fromkeys((*before, *after)):
            if before.get(name) != after.get(name):
                yield SettingChange(place=place, name=name, before=before.get(name), after=after.get(name))
