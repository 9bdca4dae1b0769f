"""Plan → document: everything resolved to plain JSON, one change per address, a digest over what is carried out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from pydantic import BaseModel, JsonValue

from planner.plan import Drift, FieldChange, Operation, Plan
from planner.references import Ids, Ref, Resolved, Template, Unknown, Value, has_unknown, resolve
from planner.render import schema
from planner.resources import Kind

ItemT = TypeVar("ItemT", bound=BaseModel)

KEYED_KINDS: Final = frozenset({Kind.ACL, Kind.ANNOTATIONS})
"""Kinds whose spec is a mapping of names of people's choice: there, no value means that the entry doesn't exist."""


def document(plan: Plan, manifest: str | None = None) -> schema.PlanDocument:
    """The plan as one JSON-able document; everything that people read is rendered from it.

    manifest: its path, as it was named.
    """
    changes = _changes(plan)
    unsigned = schema.PlanDocument(
        format_version=schema.FORMAT_VERSION,
        digest="sha256:" + "0" * 64,
        challenge=plan.challenge,
        title=plan.title,
        stage=plan.stage,
        reached=plan.reached,
        target=plan.target,
        options={name: list(given) for name, given in plan.options.items()},
        manifest=manifest,
        planned_at=plan.planned_at,
        zone=plan.zone,
        summary=_summary(plan, changes),
        problems=_items(schema.ProblemItem, plan.problems),
        changes=changes,
        drift=[_drift(item) for item in plan.drift],
        gates=_items(schema.GateItem, plan.gates),
        consents=_items(schema.ConsentItem, plan.consents),
        outputs=_items(schema.OutputItem, plan.outputs),
        notes=_items(schema.NoteItem, plan.notes),
        unmanaged=_items(schema.UnmanagedEntry, plan.unmanaged),
        unchanged=list(plan.unchanged),
        operations=_items(schema.OperationItem, plan.operations),
        names=dict(plan.names),
    )
    return unsigned.model_copy(update={"digest": digest(unsigned)})


def to_json(plan: schema.PlanDocument) -> str:
    """The document as JSON text, indented, keys in the order of the schema."""
    return plan.model_dump_json(indent=2)


def from_json(text: str) -> schema.PlanDocument:
    """Read a document back.

    Raises pydantic.ValidationError where it is no plan of this version, ValueError where it was changed since.
    """
    found = schema.PlanDocument.model_validate_json(text)
    if digest(found) != found.digest:
        raise ValueError("its digest doesn't fit its contents: the file was changed after it was planned")
    return found


def _items(model: type[ItemT], things: Iterable[object]) -> list[ItemT]:
    """Things of the plan whose attributes are named as in the document."""
    return [model.model_validate(thing, from_attributes=True) for thing in things]


_SIGNED: Final = ("format_version", "challenge", "stage", "reached", "target", "options", "operations")


def digest(plan: schema.PlanDocument) -> str:
    """`sha256:...` over canonical JSON of what is carried out or was decided on.

    That is: every operation with its resolved spec, the decisions of the command line, what drifted, what is as wanted
    (so that nothing of ours can move unnoticed), and of each gate what it saw. Left out is what moves without changing
    that: the time, wording (reasons, remedies), names for display, notes, where the manifest lies, local files, counts.
    """
    whole = plan.model_dump(mode="json")
    signed = {name: whole[name] for name in _SIGNED}
    signed["unchanged"] = sorted(whole["unchanged"])
    signed["changes"] = [_without(change, "reason", "modified_by", "modified_on") for change in whole["changes"]]
    signed["drift"] = [_without(item, "remedy", "modified_by", "modified_on") for item in whole["drift"]]
    signed["gates"] = [[gate["code"], gate["stage"], gate["state"], gate["evidence"]] for gate in whole["gates"]]
    signed["problems"] = [[problem["code"], problem["address"]] for problem in whole["problems"]]
    text = json.dumps(signed, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _without(item: Mapping[str, JsonValue], *names: str) -> dict[str, JsonValue]:
    return {name: value for name, value in item.items() if name not in names}


def _changes(plan: Plan) -> list[schema.Change]:
    """One change per address, and one more for what is held of it."""
    ids = _ids(plan)
    parts: dict[tuple[str, bool], list[Operation]] = {}
    for operation in plan.operations:
        parts.setdefault((operation.address, operation.held), []).append(operation)
    return [_change(operations, ids) for operations in parts.values()]


def _ids(plan: Plan) -> Ids:
    """Address → id of what is known; account names stand for people, whose addresses begin with `user.`."""
    return {form: id_ for id_, name in plan.names.items() for form in (name, f"user.{name}")}


def _change(parts: list[Operation], ids: Ids) -> schema.Change:
    first = parts[0]
    spec = _by_principal(first.spec, ids) if first.kind is Kind.ACL else first.spec
    changes = {change.name: change for part in parts for change in part.changes}
    after = _after(first, spec, changes, ids)
    unknown = {name: unknown_mask(value) for name, value in (after or {}).items() if has_unknown(value)}
    own = {part.id for part in parts}
    return schema.Change(
        address=first.address,
        kind=first.kind.value,
        action=first.action.value,
        cause=first.cause.value,
        reason=first.reason,
        before=_before(first, spec, changes, ids),
        after=None if after is None else {name: as_json(value) for name, value in after.items()},
        after_unknown=unknown,
        after_sketch={
            name: sketch(spec[name], ids)
            for name, value in (after or {}).items()
            if name in spec and has_unknown(value)
        },
        fields=[
            schema.FieldCause(name=change.name, cause=change.cause.value, base=as_json(change.base))
            for change in changes.values()
        ],
        depends_on=_unique(need for part in parts for need in part.depends_on if need not in own),
        held_by=_unique(code for part in parts for code in part.held_by),
        held=first.held,
        parts=[part.part.value for part in parts],
        carried_by=first.carried_by,
        modified_by=first.modified_by,
        modified_on=first.modified_on,
    )


def _by_principal(acl: Mapping[str, Value], ids: Ids) -> dict[str, Value]:
    """An ACL by the ids of its principals, as the diff names them; by addresses where no id is known yet."""
    return {ids.get(principal, principal): rights for principal, rights in acl.items()}


def _unique(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))


def _after(
    first: Operation, spec: Mapping[str, Value], changes: Mapping[str, FieldChange], ids: Ids
) -> dict[str, Resolved] | None:
    """The desired spec, with what the diff resolved in place of our own resolving."""
    if first.action.value == "delete":
        return None
    wanted = {name: resolve(value, ids) for name, value in spec.items()}
    return _present(first, wanted | {name: change.after for name, change in changes.items()})


def _before(
    first: Operation, spec: Mapping[str, Value], changes: Mapping[str, FieldChange], ids: Ids
) -> dict[str, JsonValue] | None:
    """The live spec: the desired one, except where they differ."""
    if first.action.value == "create":
        return None
    same = {name: resolve(value, ids) for name, value in spec.items()}
    live = _present(first, same | {name: change.before for name, change in changes.items()})
    return {name: as_json(value) for name, value in live.items()}


def _present(first: Operation, values: Mapping[str, Resolved]) -> dict[str, Resolved]:
    keyed = first.kind in KEYED_KINDS
    return {name: value for name, value in values.items() if not (keyed and value is None)}


def as_json(value: Resolved) -> JsonValue:
    """A resolved value as JSON: tuples become lists, what is unknown becomes null."""
    if isinstance(value, Unknown):
        return None
    if isinstance(value, Mapping):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [as_json(item) for item in value]
    return value


def unknown_mask(value: Resolved) -> JsonValue:
    """True where the value is known only after apply, in the shape of the value without its known entries."""
    if isinstance(value, Mapping):
        return {key: unknown_mask(item) for key, item in value.items() if has_unknown(item)}
    if isinstance(value, tuple):
        return [unknown_mask(item) for item in value]
    return isinstance(value, Unknown)


def sketch(value: Value, ids: Ids) -> JsonValue:
    """A value with each unknown id written as `{{ address }}`, so that a text can be read before its ids exist."""
    if isinstance(value, Ref):
        return ids.get(value.address, f"{{{{ {value.address} }}}}")
    if isinstance(value, Template):
        return "".join(part if isinstance(part, str) else str(sketch(part, ids)) for part in value.parts)
    if isinstance(value, Mapping):
        return {key: sketch(item, ids) for key, item in value.items()}
    if isinstance(value, tuple):
        return [sketch(item, ids) for item in value]
    return value


def _summary(plan: Plan, changes: list[schema.Change]) -> schema.Summary:
    done = [change.action for change in changes if not change.held]
    states = [gate.state.value for gate in plan.gates]
    return schema.Summary(
        create=done.count("create"),
        update=done.count("update"),
        adopt=done.count("adopt"),
        delete=done.count("delete"),
        held=len(changes) - len(done),
        unchanged=len(plan.unchanged),
        drift=len(plan.drift),
        conflicts=sum(item.conflict for item in plan.drift),
        gates_failed=states.count("failed"),
        gates_pending=states.count("pending"),
        problems=len(plan.problems),
        unmanaged=len(plan.unmanaged),
        left_out=plan.left_out,
    )


def _drift(item: Drift) -> schema.DriftItem:
    return schema.DriftItem(
        address=item.address,
        kind=item.kind.value,
        conflict=item.conflict,
        fields=[_drift_field(change) for change in item.changes],
        remedy=item.remedy,
        modified_by=item.modified_by,
        modified_on=item.modified_on,
    )


def _drift_field(change: FieldChange) -> schema.DriftField:
    return schema.DriftField(
        name=change.name,
        before=as_json(change.before),
        after=as_json(change.after),
        after_unknown=unknown_mask(change.after),
        base=as_json(change.base),
        cause=change.cause.value,
    )
