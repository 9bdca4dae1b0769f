"""Mutation testing of the planner: how much of what it decides would be missed.

python -m tests.mutants       everything anew (about an hour); writes docs/mutants.md
python -m tests.mutants page  docs/mutants.md from the last run's verdicts and tests/mutants/reasons.yaml

Ends with 1 where a survivor has no reason. A reason without a survivor is named, no more: one that hung by chance is no
fault of anybody.
"""

from __future__ import annotations

import sys
from typing import Final

from tests.mutants import tables
from tests.mutants.document import DOCUMENT, page
from tests.mutants.generated import AT_IMPORT, read, run_mutmut
from tests.mutants.judges import FOLDER, GENERATED, PLANNER, SIMULATION, TABLES, appointed, judge_all
from tests.mutants.mutant import Mutant, Verdict, load, save
from tests.mutants.reasons import BOOK, load_reasons, outlived, stub, unexplained

OF_FUNCTIONS: Final = FOLDER / "of-functions.json"
OF_TABLES: Final = FOLDER / "of-tables.json"


def main(words: list[str]) -> int:
    """Do what the words say; 1 where a survivor has no reason."""
    if words not in ([], ["page"]):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    if not words:
        run_mutmut()
        save(OF_FUNCTIONS, _functions())
        save(OF_TABLES, _tables())
    return _report(load(OF_FUNCTIONS), load(OF_TABLES))


def _functions() -> list[Mutant]:
    found = read()
    planner = appointed(Verdict.TESTS, PLANNER, GENERATED)
    built = judge_all(planner, (mutant for mutant in found if (mutant.file, mutant.where) in AT_IMPORT), _say)
    others = (mutant for mutant in found if (mutant.file, mutant.where) not in AT_IMPORT)
    simulation = appointed(Verdict.SIMULATION, SIMULATION, GENERATED)
    return sorted(judge_all(simulation, [*others, *built], _say), key=lambda mutant: mutant.file)


def _tables() -> list[Mutant]:
    planner = appointed(Verdict.TESTS, PLANNER, TABLES)
    return judge_all(planner, [cell.mutant for cell in tables.every()], _say)


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
