"""What a conversion did, for people and for scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from challenge_cli.converting import Conversion
    from challenge_spec.converting.report import Left, Taken
    from challenge_spec.diagnostics import Position

SHOWN = 100
"""Lines of each list in text; JSON has all of them."""


class _Item(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(_Item):
    """A place in the source."""

    file: str
    line: int
    column: int


class TakenItem(_Item):
    """A field of the source that was taken over."""

    place: Place
    field: str = Field(description="Its name in the source.")
    target: str = Field(description="Where it went: a path in the manifest, `*` for any key, or a file.")


class LeftItem(_Item):
    """A field of the source that has no target."""

    place: Place
    what: str
    why: str
    instead: str


class DecisionItem(_Item):
    """Something that only people can decide."""

    where: str = Field(description="Path in the manifest.")
    what: str
    place: Place | None = Field(description="What made us ask, if it is in the source.")


class ConversionDocument(_Item):
    """What was converted, and what became of each field."""

    format_version: Literal["1.0"] = "1.0"
    source: str
    format: Literal["evalai", "codabench", "wiki-config", "quota"]
    manifest: str
    files: list[str]
    converted: list[TakenItem]
    left: list[LeftItem]
    decisions: list[DecisionItem]
    findings: dict[str, int] = Field(description="What `validate` says: code → how often.")


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of what `convert --format json` prints."""
    schema = ConversionDocument.model_json_schema(mode="serialization")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Conversion of challenge-as-code"}
    return head | {key: value for key, value in schema.items() if key != "title"}


def document(done: Conversion) -> ConversionDocument:
    """All of it, for scripts."""
    report = done.converted.report
    return ConversionDocument(
        source=done.converted.source,
        format=done.converted.format,
        manifest=str(done.files[0]),
        files=[str(path) for path in done.files],
        converted=[TakenItem(place=_place(item.place), field=item.field, target=item.target) for item in report.taken],
        left=[
            LeftItem(place=_place(item.place), what=item.what, why=item.why, instead=item.instead)
            for item in report.left
        ],
        decisions=[
            DecisionItem(where=_where(item.path), what=item.what, place=_place(item.place) if item.place else None)
            for item in report.decisions
        ],
        findings=_findings(done),
    )


def _place(place: Position) -> Place:
    return Place(file=place.file, line=place.line, column=place.column)


def _where(path: tuple[str | int, ...]) -> str:
    return ".".join(map(str, path))


def _findings(done: Conversion) -> dict[str, int]:
    found: dict[str, int] = {}
    for item in done.loaded.diagnostics:
        found[item.code] = found.get(item.code, 0) + 1
    return found


def in_words(done: Conversion) -> str:
    """All of it, for people: what was taken over, what has no target, what there is to decide."""
    from challenge_spec.converting.run import PLATFORMS

    converted, report = done.converted, done.converted.report
    more = f" and {len(done.files) - 1} pages and files beside it" if len(done.files) > 1 else ""
    lines = [
        f"{converted.name}, from {PLATFORMS[converted.format]} ({converted.source}).",
        "",
        f"Written: {done.files[0]}{more}",
        *_listed("Converted:", list(_taken(report.taken))),
        *_listed("No target:", list(_left(report.left))),
        *_listed(
            "To decide (`decide` in the manifest):",
            [f"{_where(item.path)}: {item.what}{_asked(item.place)}" for item in report.decisions],
        ),
        "",
        _next(done),
    ]
    return _printable("\n".join(lines))


def _taken(taken: list[Taken]) -> Iterator[str]:
    """Each field with what it became; entries of a list that became the same are one line with all their places."""
    groups: dict[tuple[str, str, str], list[int]] = {}
    for item in taken:
        group = (item.place.file, re.sub(r"\[[0-9]+\]", "[*]", item.field), item.target)
        groups.setdefault(group, []).append(item.place.line)
    for (file, field, target), lines in groups.items():
        yield f"{file}:{', '.join(map(str, dict.fromkeys(lines)))}  {field} → {target}"


def _left(left: list[Left]) -> Iterator[str]:
    """Each field with its place; the same reason is said once, below all that it holds for."""
    groups: dict[tuple[str, str], list[str]] = {}
    for item in left:
        groups.setdefault((item.why, item.instead), []).append(f"{_line(item.place)}  {item.what}")
    for (why, instead), what in groups.items():
        yield "\n    ".join([*what, f"why: {why}", f"instead: {instead}"])


def _listed(title: str, items: list[str]) -> list[str]:
    if not items:
        return []
    unique = list(dict.fromkeys(items))
    more = [f"  ... and {len(unique) - SHOWN} more; `--format json` has all"] if len(unique) > SHOWN else []
    return ["", title, *(f"  - {item}" for item in unique[:SHOWN]), *more]


def _line(place: Position) -> str:
    return f"{place.file}:{place.line}"


def _asked(place: Position | None) -> str:
    return f" ({_line(place)})" if place else ""


def _next(done: Conversion) -> str:
    from challenge_spec.diagnostics import count

    said = count(done.loaded.diagnostics)
    found = f"It loads, with {said} for you to look at" if said else "It loads"
    return f"{found}. Next: challenge validate {done.files[0]}"


def _printable(text: str) -> str:
    """Without characters that would do something to a terminal."""
    return "".join(char if char.isprintable() or char == "\n" else " " for char in text)
