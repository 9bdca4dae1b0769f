"""The table at the end, and the same figures as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure

Results = Mapping[str, Sequence[Figure]]
"""Scenario → its figures."""


WIDE: Final = 132
"""Columns where the output is no terminal."""


def show(results: Results) -> None:
    """Print one table, a section for each scenario."""
    from rich.console import Console
    from rich.table import Table

    table = Table("", "value", "aim", "", "how it comes about", title="Best of interleaved repetitions, in one run")
    for scenario, figures in results.items():
        table.add_section()
        table.add_row(f"[bold]{scenario}[/bold]")
        for figure in figures:
            table.add_row(figure.what, amount(figure), aim(figure), verdict(figure), figure.why)
    console = Console()
    if not console.is_terminal:
        console.width = WIDE
    console.print(table)


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
    found = {
        scenario: [asdict(figure) | {"met": figure.met} for figure in figures] for scenario, figures in results.items()
    }
    file.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
