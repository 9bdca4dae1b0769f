"""Mutants of the tables of stages and gates: one cell at a time says something else.

mutmut changes what functions do, and plants it long after the tables are built; here the tables themselves are changed,
in place, for others hold them by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Final

from planner import access, gates, stages
from tests.mutants.mutant import Mutant

VALUES: Final[Mapping[str, tuple[object, ...]]] = {
    "SUBMITTING": tuple(stages.Submitting),
    "JOINING": tuple(stages.Joining),
    "LIVE_PUBLIC": (False, True),
    "LIVE_PUBLIC_WITHOUT_PREREGISTRATION": (False, True),
    "LIVE_WIKI": tuple(stages.WikiContent),
    "PORTAL_STATUS": ("Upcoming", "Active", "Closed"),
    "DATA_OPENS": (False, True),
    "DATA_RELEASES": (False, True),
    "SCORES_VISIBLE": (False, True),
}
"""Table by stages → what a cell may say."""

LEVELS: Final[Mapping[str, tuple[str, ...]]] = {"queue": tuple(access.QUEUE), "team": tuple(access.TEAM)}
"""Where → levels of access; everywhere else those of an entity."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A mutant of a table, and how to plant it."""

    mutant: Mutant
    plant: Callable[[], None]


def every() -> tuple[Cell, ...]:
    """All of them; the same in every process, as long as none is planted."""
    return (*_by_stage(), *_staff(), *_gates())


def plant(name: str) -> None:
    """Plant the mutant of this name. Raises StopIteration where there is none."""
    next(cell for cell in every() if cell.mutant.name == name).plant()


def _cell(table: str, old: str, new: str, plant: Callable[[], None]) -> Cell:
    file = "planner/gates.py" if table == "GATES" else "planner/stages.py"
    return Cell(Mutant(file, table, old, new, f"{table}, {old} → {new}"), plant)


def _by_stage() -> Iterator[Cell]:
    for table, values in VALUES.items():
        rows: dict[str, Any] = getattr(stages, table)
        if set(rows) == set(stages.STAGES):
            for stage, old, new in _others(rows, values):
                yield _cell(table, f"{stage}: {_said(old)}", _said(new), partial(_set, rows, stage, new))
        else:
            yield from _rows(table, rows, values)


def _rows(table: str, rows: dict[str, Any], values: tuple[object, ...]) -> Iterator[Cell]:
    for key, row in rows.items():
        for stage, old, new in _others(row, values):
            # A row of its own: several keys may share one.
            changed = partial(_set, rows, key, {**row, stage: new})
            yield _cell(table, f"{key}, {stage}: {_said(old)}", _said(new), changed)


def _others(row: Mapping[str, object], values: tuple[object, ...]) -> Iterator[tuple[str, object, object]]:
    return ((stage, old, new) for stage, old in row.items() for new in values if new != old)


def _said(value: object) -> str:
    return value.value if isinstance(value, StrEnum) else str(value)


def _staff() -> Iterator[Cell]:
    """Another level, none, and one for those who have none."""
    for where, row in stages.STAFF_ROLE.items():
        levels = LEVELS.get(where, tuple(access.ENTITY))
        for team in ("administrators", "organizers"):
            old = row.get(team)
            other = levels[(levels.index(old) + 1) % len(levels)] if old else levels[0]
            for new in (other, None) if old else (other,):
                without = {name: level for name, level in row.items() if name != team}
                changed = {**without, team: new} if new else without
                yield _cell(
                    "STAFF_ROLE",
                    f"{where}, {team}: {old or 'nothing'}",
                    new or "nothing",
                    partial(_set, stages.STAFF_ROLE, where, changed),
                )


def _gates() -> Iterator[Cell]:
    """Each gate taken out, and each with the check of the next."""
    rows = [(stage, gate) for stage, row in gates.GATES.items() for gate in row]
    for (stage, gate), (_, following) in zip(rows, [*rows[1:], rows[0]], strict=True):
        row = gates.GATES[stage]
        out = tuple(item for item in row if item is not gate)
        other = tuple((*item[:2], following[2], item[3]) if item is gate else item for item in row)
        old = f"{stage}, {gate[0]}: {gate[2].__name__}"
        yield _cell("GATES", old, "no such gate", partial(_set, gates.GATES, stage, out))
        yield _cell("GATES", old, following[2].__name__, partial(_set, gates.GATES, stage, other))


def _set(table: Any, key: str, row: object) -> None:
    table[key] = row
