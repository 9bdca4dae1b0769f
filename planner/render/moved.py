"""What moved between a saved plan and the same plan made now, in words: why a saved plan is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from planner.render.schema import Change, PlanDocument


def moved(saved: PlanDocument, fresh: PlanDocument) -> list[str]:
    """Every difference that the digest sees; empty where both plans do the same."""
    return [] if saved.digest == fresh.digest else list(_differences(saved, fresh))


def _differences(saved: PlanDocument, fresh: PlanDocument) -> Iterator[str]:
    for name in ("challenge", "target", "stage", "reached"):
        before, after = getattr(saved, name), getattr(fresh, name)
        if before != after:
            yield f"{name}: {before or 'nothing'} then, {after or 'nothing'} now"
    yield from _listed("option", _options(saved), _options(fresh))
    yield from _changed(_changes(saved), _changes(fresh))
    yield from _listed("precondition of", _operations(saved), _operations(fresh))
    yield from _listed("drift of", _drift(saved), _drift(fresh))
    yield from _listed("gate", _gates(saved), _gates(fresh))
    yield from _listed("problem", _problems(saved), _problems(fresh))
    yield from _settled(saved, fresh)


def _listed(what: str, before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[str]:
    for key in {**before, **after}:
        if key not in after:
            yield f"{what} {key}: no longer there"
        elif key not in before:
            yield f"{what} {key}: is new"
        elif before[key] != after[key]:
            yield f"{what} {key}: is another one now"


def _changed(before: Mapping[str, Change], after: Mapping[str, Change]) -> Iterator[str]:
    """Changes that came, went or are others now; of those, which fields."""
    for key in {**before, **after}:
        if key not in before or key not in after:
            yield f"change {key}: {'is new' if key not in before else 'no longer there'}"
        elif _carried_out(before[key]) != _carried_out(after[key]):
            fields = ", ".join(_fields(before[key], after[key]))
            yield f"change {key}: is another one now{f' ({fields})' if fields else ''}"


def _fields(before: Change, after: Change) -> list[str]:
    """Fields of the two specs that aren't the same in both changes."""
    pairs = ((before.before or {}, after.before or {}), (before.after or {}, after.after or {}))
    return list(
        dict.fromkeys(name for then, now in pairs for name in {**then, **now} if then.get(name) != now.get(name))
    )


def _carried_out(change: Change) -> object:
    return change.model_dump(exclude={"reason", "modified_by", "modified_on"})


def _changes(plan: PlanDocument) -> dict[str, Change]:
    return {f"{change.address}{' (held)' if change.held else ''}": change for change in plan.changes}


def _operations(plan: PlanDocument) -> dict[str, object]:
    return {item.id: item.model_dump() for item in plan.operations}


def _options(plan: PlanDocument) -> dict[str, object]:
    return {f"{name} {address}": True for name, given in plan.options.items() for address in given}


def _drift(plan: PlanDocument) -> dict[str, object]:
    return {item.address: item.fields for item in plan.drift}


def _gates(plan: PlanDocument) -> dict[str, object]:
    return {gate.code: (gate.state, gate.evidence) for gate in plan.gates}


def _problems(plan: PlanDocument) -> dict[str, object]:
    return {f"{problem.code} {problem.address or ''}".strip(): True for problem in plan.problems}


def _settled(saved: PlanDocument, fresh: PlanDocument) -> Iterator[str]:
    """What was as wanted then or is now, and nothing above speaks of it."""
    told = {item.address for plan in (saved, fresh) for item in plan.changes}
    told |= {item.address for plan in (saved, fresh) for item in plan.drift}
    then, now = set(saved.unchanged), set(fresh.unchanged)
    for address in sorted((then ^ now) - told):
        yield f"{address}: {'was as wanted, and is not any more' if address in then else 'is as wanted now'}"
