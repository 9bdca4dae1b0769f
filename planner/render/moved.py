"""What moved between a saved plan and the same plan made now, in words: why a saved plan is refused."""

from __future__ import annotations

from collections.abc import Iterator

from planner.render.schema import PlanDocument


def moved(saved: PlanDocument, fresh: PlanDocument) -> list[str]:
    """Every difference that the digest sees; empty where both plans do the same."""
    return [] if saved.digest == fresh.digest else list(_differences(saved, fresh))


def _differences(saved: PlanDocument, fresh: PlanDocument) -> Iterator[str]:
    for name in ("challenge", "target", "stage", "reached"):
        before, after = getattr(saved, name), getattr(fresh, name)
        if before != after:
            yield f"{name}: {before or 'nothing'} then, {after or 'nothing'} now"
    yield from _listed("change", _changes(saved), _changes(fresh))
    yield from _listed("precondition of", _operations(saved), _operations(fresh))
    yield from _listed("drift of", _drift(saved), _drift(fresh))
    yield from _listed("gate", _gates(saved), _gates(fresh))
    yield from _listed("problem", _problems(saved), _problems(fresh))


def _listed(what: str, before: dict[str, object], after: dict[str, object]) -> Iterator[str]:
    for key in before | after:
        if key not in after:
            yield f"{what} {key}: no longer there"
        elif key not in before:
            yield f"{what} {key}: is new"
        elif before[key] != after[key]:
            yield f"{what} {key}: is another one now"


def _changes(plan: PlanDocument) -> dict[str, object]:
    return {
        f"{change.address}{' (held)' if change.held else ''}": (
            change.action,
            change.before,
            change.after,
            change.fields,
        )
        for change in plan.changes
    }


def _operations(plan: PlanDocument) -> dict[str, object]:
    return {item.id: item.model_dump() for item in plan.operations}


def _drift(plan: PlanDocument) -> dict[str, object]:
    return {item.address: item.fields for item in plan.drift}


def _gates(plan: PlanDocument) -> dict[str, object]:
    return {gate.code: gate.state for gate in plan.gates}


def _problems(plan: PlanDocument) -> dict[str, object]:
    return {f"{problem.code} {problem.address or ''}".strip(): True for problem in plan.problems}
