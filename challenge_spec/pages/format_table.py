"""The columns of a submission as a table for pages: said once in the manifest (what-goes-wrong D8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from challenge_spec.resolved import ResolvedColumn, ResolvedFormat

_TYPES: Final = {"key": "identifier, each once", "text": "text", "number": "number", "integer": "whole number"}


def format_table(wanted: ResolvedFormat) -> str:
    """A Markdown table with a line for each column."""
    lines = [f"| `{_cell(item.name)}` | {', '.join(_said(item))} |" for item in wanted.columns]
    return "\n".join(["| column | what it holds |", "|---|---|", *lines])


def _said(column: ResolvedColumn) -> Iterator[str]:
    yield _TYPES[column.type]
    if column.min is not None and column.max is not None:
        yield f"from {column.min:g} to {column.max:g}"
    elif column.min is not None:
        yield f"at least {column.min:g}"
    elif column.max is not None:
        yield f"at most {column.max:g}"
    if column.values:
        yield "one of " + ", ".join(f"`{_cell(value)}`" for value in column.values)
    if column.missing:
        yield "may be empty"


def _cell(text: str) -> str:
    """A text that ends no cell, no code and no line."""
    return text.replace("\n", " ").replace("`", "'").replace("|", "\\|")
