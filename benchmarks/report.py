"""The table at the end, and the same figures as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.figures import Figure

if TYPE_CHECKING:
    from rich.table import Table

Results = Mapping[str, Sequence[Figure]]
"""Scenario → its figures."""


WIDE: Final = 132
"""Columns where the output is no terminal."""


def show(results: Results) -> None:
    """Print one table with a section for each scenario, and one with the requests by kind where some were counted."""
    from rich.console import Console

    console = Console()
    if not console.is_terminal:
        console.width = WIDE
    console.print(_figures(results))
    counted = [figure for figures in results.values() for figure in figures if figure.counts]
    if counted:
        console.print(_requests(counted))


def _figures(results: Results) -> Table:
    from rich.table import Table

    table = Table(
        "",
        "value",
        "aim",
        "",
        "how it comes about",
        title="Medians of interleaved repetitions in one run; against a bound, the best",
    )
    for scenario, figures in results.items():
        table.add_section()
        table.add_row(f"[bold]{scenario}[/bold]")
        for figure in figures:
            table.add_row(figure.what, amount(figure), aim(figure), verdict(figure), figure.why)
    return table


def _requests(counted: Sequence[Figure]) -> Table:
    """A row for each kind of request, a column for each figure."""
    from rich.table import Table

    table = Table(title="Requests by kind")
    table.add_column("", no_wrap=True)
    for figure in counted:
        table.add_column(figure.what.partition(" / ")[0], justify="right")
    for kind in sorted({kind for figure in counted for kind in figure.counts}):
        table.add_row(kind, *(str(figure.counts.get(kind, "")) for figure in counted))
    return table


def amount(figure: Figure) -> str:
    """The value for people, with its unit."""
    number = f"{figure.value:.0f}" if float(figure.value).is_integer() else f"{figure.value:.2f}"
    return f"{number} {figure.unit}".strip()


def aim(figure: Figure) -> str:
    """The aim, if there is one."""
    return "" if figure.aim is None else f"≤ {figure.aim:g}"


def verdict(figure: Figure) -> str:
    """Whether the aim, if there is one, is met."""
    if figure.aim is None:
        return ""
    return "[green]met[/green]" if figure.met else "[red]missed[/red]"


def write(results: Results, file: Path) -> None:
    """Write all figures as JSON."""
    found = {scenario: [_plain(figure) for figure in figures] for scenario, figures in results.items()}
    file.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _plain(figure: Figure) -> dict[str, object]:
    # A plain dict of counts: asdict copies a Counter wrongly, as a count of pairs.
    return asdict(replace(figure, counts=dict(figure.counts))) | {"met": figure.met}
