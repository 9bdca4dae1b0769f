"""Fragments of a manifest in further files: a disjoint union, with both places named where a thing is said twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from challenge_spec.diagnostics import Diagnostic, Position
from challenge_spec.source import MAX_BYTES, Source, Spot, read_yaml, said_twice
from challenge_spec.tree import Tree, Unreadable

MAX_FILES = 200

_COLLECTIONS = frozenset({("timeline", "milestones"), ("launch", "approvals")})
"""Blocks inside blocks whose entries may come from several files."""


@dataclass(slots=True)
class Assembly:
    """A manifest put together from its files. `files`: their texts by shown name, for excerpts."""

    source: Source
    files: dict[str, str] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)


def assemble(tree: Tree, manifest: Path) -> Assembly:
    """Read a manifest and everything it includes. Never raises; problems are in the result."""
    assembly = Assembly(Source(spot=Spot(tree.name(manifest))))
    _read_into(assembly, tree, manifest, assembly.source.at(()), ())
    return assembly


def _read_into(assembly: Assembly, tree: Tree, path: Path, said_at: Position, chain: tuple[Path, ...]) -> None:
    name = tree.name(path)
    try:
        data = tree.read(path, MAX_BYTES)
    except Unreadable as problem:
        assembly.problems.append(Diagnostic(problem.code, "error", said_at, problem.message, help=problem.remedy))
        return
    source, text, problems = read_yaml(data, name)
    assembly.files[name] = text
    assembly.problems += problems
    _unite(assembly, source)
    for index, pattern in enumerate(_patterns(source)):
        place = source.at(("include", index))
        for fragment in _matches(assembly, tree, path.parent, pattern, place):
            _include(assembly, tree, fragment, place, (*chain, path.resolve()))


def _patterns(source: Source) -> list[str]:
    patterns = source.value.get("include", [])
    return [item for item in patterns if isinstance(item, str)] if isinstance(patterns, list) else []


def _matches(assembly: Assembly, tree: Tree, folder: Path, pattern: str, place: Position) -> list[Path]:
    """The files that an entry of `include` means; at least one."""
    if pattern.startswith("/") or "**" in pattern:
        _complain(
            assembly,
            "include.pattern",
            place,
            f"`{pattern}` is not a path from here",
            "Write `people.yaml` or `data/*.yaml`.",
        )
        return []
    if not any(char in pattern for char in "*?["):
        return [folder / pattern]
    parent, _, last = pattern.rpartition("/")
    base = folder / parent
    found = sorted(base.glob(last)) if "*" not in parent and tree.is_folder(base) else []
    if not found:
        _complain(assembly, "include.nothing", place, f"`{pattern}` matches no file", "Correct it, or delete it.")
    return found


def _include(assembly: Assembly, tree: Tree, fragment: Path, place: Position, chain: tuple[Path, ...]) -> None:
    if fragment.resolve() in chain:
        _complain(assembly, "include.cycle", place, f"`{tree.name(fragment)}` includes itself", "Remove this entry.")
    elif tree.name(fragment) in assembly.files:
        _complain(assembly, "include.twice", place, f"`{tree.name(fragment)}` is included twice", "Remove one entry.")
    elif len(assembly.files) >= MAX_FILES:
        _complain(assembly, "include.too-many", place, f"more than {MAX_FILES} files", "Unite some of them.")
    else:
        _read_into(assembly, tree, fragment, place, chain)


def _complain(assembly: Assembly, code: str, place: Position, message: str, remedy: str) -> None:
    assembly.problems.append(Diagnostic(code, "error", place, message, help=remedy))


def _unite(assembly: Assembly, added: Source) -> None:
    _unite_blocks(assembly, assembly.source.value, added.value, added, ())
    _unite_spots(assembly.source.spot, added.spot)


def _unite_spots(into: Spot, added: Spot) -> None:
    """The first place that says a thing holds; what is said only there comes from the second."""
    for step, spot in added.below.items():
        known = into.below.setdefault(step, spot)
        if known is not spot:
            _unite_spots(known, spot)


def _unite_blocks(
    assembly: Assembly, into: dict[str, Any], block: dict[str, Any], added: Source, path: tuple[str, ...]
) -> None:
    for key, value in block.items():
        here = (*path, key)
        if key not in into:
            into[key] = value
        elif here == ("include",):
            continue
        elif _may_unite(here) and isinstance(into[key], dict) and isinstance(value, dict):
            _unite_blocks(assembly, into[key], value, added, here)
        else:
            name = ".".join(here)
            assembly.problems.append(said_twice(name, added.key_at(here), assembly.source.key_at(here)))


def _may_unite(path: tuple[str, ...]) -> bool:
    return len(path) == 1 or path in _COLLECTIONS
