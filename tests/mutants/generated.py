"""Mutants of function bodies: mutmut makes them, runs tests/planner against each and keeps the verdicts in mutants/."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files
from mutmut.utils.format_utils import orig_function_and_class_names_from_key

from tests.mutants.judges import AT_ONCE, FOLDER, environment
from tests.mutants.mutant import Mutant, Verdict

SEEN: Final = {"killed", "timeout", "suspicious", "segfault", "caught by type check"}
UNSEEN: Final = {"survived", "no tests"}
AT_IMPORT: Final = {("planner/stages.py", "_row")}
"""Functions that run at import only, where mutmut, which forks later, can't plant a mutant."""


def run_all() -> None:
    """Make the mutants anew and run the tests against each: mutmut alone would let old verdicts stand."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    _mutmut()


def run_again() -> None:
    """Run today's tests against the mutants of functions that changed, and against the survivors of the last run."""
    shutil.rmtree(FOLDER / "tests", ignore_errors=True)
    _mutmut()
    survivors = [mutant.name for mutant in read() if mutant.verdict is Verdict.NOBODY]
    if survivors:
        _mutmut(*survivors)


def _mutmut(*names: str) -> None:
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(AT_ONCE), *names]
    subprocess.run(command, env=environment(), check=True)


def read() -> list[Mutant]:
    """All mutants of the last run. Raises ValueError where it stopped before its end."""
    return [item for path in walk_mutatable_files() for item in _read(str(path))]


def _read(path: str) -> Iterator[Mutant]:
    data = SourceFileMutationData(path=path)
    data.load()
    for name, code in data.exit_code_by_key.items():
        status = status_by_exit_code[code]
        if status not in SEEN | UNSEEN:
            raise ValueError(f"{name} was not judged ({status}): run `make mutants` again")
        function, owner = orig_function_and_class_names_from_key(name)
        where = f"{owner}.{function}" if owner else function
        verdict = Verdict.TESTS if status in SEEN and (path, where) not in AT_IMPORT else Verdict.NOBODY
        old, new = changed(get_diff_for_mutant(name, path=path))
        yield Mutant(path, where, old, new, name, verdict)


def changed(diff: str) -> tuple[str, str]:
    """The lines that go and those that come in a unified diff, without their indentation."""
    lines = diff.splitlines()[2:]
    old = [line[1:].strip() for line in lines if line.startswith("-")]
    new = [line[1:].strip() for line in lines if line.startswith("+")]
    return "\n".join(old), "\n".join(new)
