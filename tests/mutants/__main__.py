"""Mutation testing of the planner: how much of what it decides would be missed.

python -m tests.mutants        everything anew (about an hour); writes docs/mutants.md
python -m tests.mutants again  only what nobody saw in the last run, and what changed since: for those who write tests
python -m tests.mutants page   docs/mutants.md from the last run's verdicts and tests/mutants/reasons.yaml

Ends with 1 where a survivor has no reason. A reason without a survivor is named, no more: one that hung by chance is no
fault of anybody.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Final

from tests.mutants import tables
from tests.mutants.document import DOCUMENT, page
from tests.mutants.generated import AT_IMPORT, read, run_again, run_all
from tests.mutants.judges import FOLDER, GENERATED, PLANNER, SIMULATION, TABLES, appointed, judge_all
from tests.mutants.mutant import Key, Mutant, Verdict, load, recalled, save, seen
from tests.mutants.reasons import BOOK, load_reasons, outlived, stub, unexplained

OF_FUNCTIONS: Final = FOLDER / "of-functions.json"
OF_TABLES: Final = FOLDER / "of-tables.json"


def main(words: list[str]) -> int:
    """Do what the words say; 1 where a survivor has no reason."""
    match words:
        case []:
            run_all()
            _judge(known={}, known_cells={})
        case ["again"]:
            run_again()
            _judge(known=seen(load(OF_FUNCTIONS)), known_cells=seen(load(OF_TABLES)))
        case ["page"]:
            pass
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2
    return _report(load(OF_FUNCTIONS), load(OF_TABLES))


def _judge(*, known: Mapping[Key, Verdict], known_cells: Mapping[Key, Verdict]) -> None:
    save(OF_FUNCTIONS, _functions([recalled(mutant, known) for mutant in read()]))
    save(OF_TABLES, _cells([recalled(cell.mutant, known_cells) for cell in tables.every()]))


def _functions(found: list[Mutant]) -> list[Mutant]:
    planner = appointed(Verdict.TESTS, PLANNER, GENERATED)
    built = judge_all(planner, (mutant for mutant in found if (mutant.file, mutant.where) in AT_IMPORT), _say)
    others = (mutant for mutant in found if (mutant.file, mutant.where) not in AT_IMPORT)
    simulation = appointed(Verdict.SIMULATION, SIMULATION, GENERATED)
    return sorted(judge_all(simulation, [*others, *built], _say), key=lambda mutant: mutant.file)


def _cells(found: list[Mutant]) -> list[Mutant]:
    return judge_all(appointed(Verdict.TESTS, PLANNER, TABLES), found, _say)


def _report(functions: list[Mutant], cells: list[Mutant]) -> int:
    reasons = load_reasons()
    DOCUMENT.write_text(page(functions, cells, reasons), encoding="utf-8")
    for key in outlived([*functions, *cells], reasons):
        _say(f"{BOOK.name} has a reason that no survivor needs any more: {' | '.join(key)}")
    missing = unexplained([*functions, *cells], reasons)
    if missing:
        _say(f"survivors without a reason; a test that sees them is better, else say why in {BOOK.name}:")
        _say(stub(missing))
    return int(bool(missing))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
