"""Gates that nobody asked: an adopted challenge has come as far as it looks, and nobody of us let it get there.

What is open stays open. What isn't open yet waits for the gates that guard people from harm, even if the challenge
looks as if they had been passed; and until then no mark says that its stage was begun, so that they are asked again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from planner.checks import Scene
from planner.consents import Before
from planner.gates import AboutToChange, evaluate
from planner.harms import eases
from planner.plan import Action, Gate, GateState, Operation
from planner.resources import Kind
from planner.stages import way
from planner.widening import opened

GUARDS: Final = frozenset(
    {"preregistration-time", "launch-time", "truths-closed", "requirements-in-force", "approvals", "governance"}
)
"""Gates that guard from harm; the others ask whether something is ready, which people can see once it is open."""


def keep_shut(
    operations: Iterable[Operation], looks: str, scene: Scene, closed: Before, about_to_change: AboutToChange
) -> tuple[list[Operation], tuple[Gate, ...]]:
    """Hold what lets more people in while a guard on the way to the stage `looks` is shut; and those guards.

    closed: what this manifest wants before anything is open.
    """
    found = list(operations)
    opening = {item.id for item in found if _opens(item, closed)}
    shut = _shut(looks, scene, about_to_change) if opening else ()
    if not shut:
        return found, ()
    codes = tuple(gate.code for gate in shut)
    waiting = opening | {item.id for item in found if item.kind is Kind.STAGE}
    return [replace(item, held_by=(*item.held_by, *codes)) if item.id in waiting else item for item in found], shut


def _shut(looks: str, scene: Scene, about_to_change: AboutToChange) -> tuple[Gate, ...]:
    gates = (gate for step in way(None, looks) for gate in evaluate(scene, step, about_to_change))
    return tuple(gate for gate in gates if gate.code in GUARDS and gate.state is not GateState.PASSED)


def _opens(item: Operation, closed: Before) -> bool:
    """Whether people get to read, download or submit what they could not, or get into a team more easily."""
    if item.kind is Kind.ACL and item.carried_by is None and item.action is not Action.DELETE:
        return any(opened(item, closed))
    return item.kind is Kind.TEAM and any(eases(change) for change in item.changes)
