"""Which of several places that say something holds: layers, lowest first, and where each value came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from challenge_spec.schedule import Results, Run

M = TypeVar("M", bound=BaseModel)

FOLDED = ("run", "results")
"""Blocks whose keys are decided one by one; every other value is taken whole."""


@dataclass(frozen=True, slots=True)
class Layer:
    """What one place says: field → value, and the place as a path with dots."""

    origin: str
    values: Mapping[str, Any]


def layer(origin: str, block: BaseModel | None) -> Layer:
    """The layer of a block: only what was written in it."""
    return Layer(origin, {name: getattr(block, name) for name in said(block)} if block else {})


def said(block: BaseModel) -> list[str]:
    """The fields that were written, in the order of the vocabulary."""
    return [name for name in type(block).model_fields if name in block.model_fields_set]


def with_defaults(entry: M, default: M | None) -> M:
    """An entry with what the `defaults` of its block add; the entry itself wins."""
    if default is None:
        return entry
    missing = [name for name in said(default) if name not in entry.model_fields_set]
    both = [name for name in said(default) if name in FOLDED and name in entry.model_fields_set]
    added = {name: getattr(default, name) for name in missing}
    folded = {name: with_defaults(getattr(entry, name), getattr(default, name)) for name in both}
    return entry.model_copy(update={**added, **folded})


def all_with_defaults(entries: Mapping[str, M], default: M | None) -> dict[str, M]:
    """`with_defaults` for every entry of a block."""
    return {key: with_defaults(entry, default) for key, entry in entries.items()}


@dataclass(frozen=True, slots=True)
class Stack:
    """Layers, lowest first."""

    layers: tuple[Layer, ...]

    def get(self, name: str, default: Any = None) -> Any:
        """The value that holds."""
        for item in reversed(self.layers):
            if name in item.values:
                return item.values[name]
        return default

    def on_top(self, more: Layer) -> Stack:
        """The same with one more layer."""
        return Stack((*self.layers, more))

    def run(self) -> dict[str, Any]:
        """What holds of `run`, key by key."""
        return self._fold("run", Run)

    def results(self) -> dict[str, Any]:
        """What holds of `results`, key by key."""
        return self._fold("results", Results)

    def _fold(self, name: str, model: type[BaseModel]) -> dict[str, Any]:
        folded: dict[str, Any] = {}
        for item in self.layers:
            block = item.values.get(name)
            if isinstance(block, model):
                folded.update({key: getattr(block, key) for key in said(block)})
        return folded

    def origins(self) -> dict[str, str]:
        """Field, or `run.memory`, → the place that its value came from."""
        return {_spelled(name): f"{item.origin}.{_spelled(name)}" for item in self.layers for name in _leaves(item)}


def _leaves(item: Layer) -> Iterator[str]:
    for name, value in item.values.items():
        if name in FOLDED and isinstance(value, BaseModel):
            yield from (f"{name}.{key}" for key in said(value))
        else:
            yield name


def _spelled(name: str) -> str:
    return name.removesuffix("_")


def clashes(first: Layer, second: Layer) -> Iterable[str]:
    """Fields that both say: `run.memory` for keys of blocks that are folded."""
    return sorted(set(_leaves(first)) & set(_leaves(second)))
