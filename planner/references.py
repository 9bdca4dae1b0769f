"""References to results that may not exist yet, inside specs and inside texts.

A spec is plain JSON-like data, except that it may hold a `Ref` (the id of another resource) or a `Template` (a text
with such ids in it).
Resolving replaces both by plain values where the id is known, and by `UNKNOWN` where it is known only after apply.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """The Synapse id of the resource (or looked-up principal) at `address`."""

    address: str


@dataclass(frozen=True, slots=True)
class Template:
    """A text whose parts are literal strings and references to ids."""

    parts: tuple[str | Ref, ...]


class Unknown:
    """The one value that stands for "known after apply"; compares equal to itself only."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "(known after apply)"


UNKNOWN: Final = Unknown()

Plain: TypeAlias = "str | int | float | bool | tuple[Plain, ...] | Mapping[str, Plain] | None"
Value: TypeAlias = "str | int | float | bool | Ref | Template | tuple[Value, ...] | Mapping[str, Value] | None"
Spec: TypeAlias = "Mapping[str, Value]"
Resolved: TypeAlias = "str | int | float | bool | Unknown | tuple[Resolved, ...] | Mapping[str, Resolved] | None"
Ids: TypeAlias = Mapping[str, str]


def text(*parts: str | Ref) -> str | Template:
    """Join parts into a plain string where no reference is among them, else into a Template of merged neighbours."""
    merged: list[str | Ref] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    if all(isinstance(part, str) for part in merged):
        return "".join(part for part in merged if isinstance(part, str))
    return Template(tuple(merged))


def references(value: Value) -> Iterator[str]:
    """Yield the address of every reference inside a value, in order, repeats included."""
    if isinstance(value, Ref):
        yield value.address
    elif isinstance(value, Template):
        yield from (part.address for part in value.parts if isinstance(part, Ref))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from references(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from references(item)


def resolve(value: Value, ids: Ids) -> Resolved:
    """Replace references by the ids that are known; what hangs on an unknown id becomes UNKNOWN."""
    if isinstance(value, Ref):
        return ids.get(value.address, UNKNOWN)
    if isinstance(value, Template):
        return _resolve_template(value, ids)
    if isinstance(value, Mapping):
        return {key: resolve(item, ids) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(resolve(item, ids) for item in value)
    return value


def _resolve_template(template: Template, ids: Ids) -> Resolved:
    parts = [part if isinstance(part, str) else ids.get(part.address) for part in template.parts]
    known = [part for part in parts if part is not None]
    return "".join(known) if len(known) == len(parts) else UNKNOWN


def has_unknown(value: Resolved) -> bool:
    """Tell whether any part of a resolved value is known only after apply."""
    if isinstance(value, Mapping):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, tuple):
        return any(has_unknown(item) for item in value)
    return isinstance(value, Unknown)


def plain(value: Resolved) -> Plain:
    """Return a value that is known to hold no UNKNOWN.

    Raises ValueError where one is left: the caller ordered its operations wrongly.
    """
    if isinstance(value, Unknown):
        raise ValueError("a value that is known only after apply was needed before it")
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(plain(item) for item in value)
    return value
