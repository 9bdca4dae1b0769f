"""docs/mutants.md: figures, and every survivor with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from tests.mutants.mutant import Key, Mutant, Verdict
from tests.mutants.reasons import survivors

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "mutants.md"

ABOUT: Final = """\
# Mutants: bugs planted in the planner, and who sees them

`make mutants` changes one thing at a time in what decides what changes, in which order, and what guards the launch, and
looks whether anybody sees it: first `tests/planner`, then, for what these let pass, the 150 small stories of
`tests/simulation`, up to the first broken law. A mutant that hangs is seen. This page is written by `make mutants`; it
fails where a survivor has no reason in `tests/mutants/reasons.yaml`.
"""

FUNCTIONS: Final = """\
## Functions

By [mutmut](https://mutmut.readthedocs.io/). A function that runs at import only (`_row` builds the tables of stages) is
judged by `tests/planner` in a process of its own, as tables are."""

TABLES: Final = """\
## Tables

Every cell of the tables of stages says something else of its kind; every staff team has another level of access, and
none; every gate is missing, and has the check of the next. Judged by `tests/planner` alone, in a process of its own for
each, without `tests/planner/render` and without the test that compares docs/stages.md, which is generated from these
tables."""

SURVIVORS: Final = """\
## Survivors

Every one, with the reason why it may live: `−` is what the code says, `+` what nobody missed."""


def page(functions: list[Mutant], cells: list[Mutant], reasons: Mapping[Key, str]) -> str:
    """The whole page; a survivor without a reason says so."""
    return "\n".join(
        [
            f"{ABOUT}\n{_score([*functions, *cells])}\n",
            f"{FUNCTIONS}\n",
            *_figures("file", functions, lambda mutant: mutant.file),
            f"\n{TABLES}\n",
            *_figures("table", cells, lambda mutant: mutant.where),
            f"\n{SURVIVORS}\n",
            *_reasons([*functions, *cells], reasons),
            "",
        ]
    )


def _score(mutants: list[Mutant]) -> str:
    seen = len(mutants) - len(survivors(mutants))
    return f"{100 * seen / len(mutants):.1f} % of {len(mutants)} mutants are seen; {len(mutants) - seen} survive."


def _figures(name: str, mutants: list[Mutant], group: Callable[[Mutant], str]) -> Iterator[str]:
    yield f"| {name} | mutants | seen by {Verdict.TESTS} | by the {Verdict.SIMULATION} | survivors |"
    yield "|---|---|---|---|---|"
    for key in dict.fromkeys(map(group, mutants)):
        yield _line(f"`{key}`", (mutant for mutant in mutants if group(mutant) == key))
    yield _line("all", mutants)


def _line(name: str, mutants: Iterable[Mutant]) -> str:
    count = Counter(mutant.verdict for mutant in mutants)
    return f"| {name} | {count.total()} | {' | '.join(str(count[verdict]) for verdict in Verdict)} |"


def _reasons(mutants: list[Mutant], reasons: Mapping[Key, str]) -> Iterator[str]:
    yield "| where | change | why it may live |"
    yield "|---|---|---|"
    for key, times in Counter(mutant.key for mutant in survivors(mutants)).items():
        file, where, old, new = key
        change = f"{_code('−', old)}<br>{_code('+', new)}" + (f"<br>(at {times} places)" if times > 1 else "")
        yield f"| `{file}`<br>`{where}` | {change} | {reasons.get(key, '**no reason yet**')} |"


def _code(sign: str, text: str) -> str:
    """Lines of code in a cell of a table: no bar, and fences longer than any within."""
    lines = text.replace("|", "\\|").splitlines() or [""]
    return "<br>".join(f"{sign} `` {line} ``" for line in lines)
