"""What a manifest decides beside the things on Synapse: how is scored, what runs, who has to agree. As plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import JsonValue

from challenge_spec.resolved import ResolvedChallenge
from planner.desired.context import instant

_PARTS_ON_SYNAPSE: Final = frozenset({"wiki"})
"""Parts that stand in resources with all that they say."""
_FIELDS_ON_SYNAPSE: Final[Mapping[str, frozenset[str]]] = {
    "challenge": frozenset({"name", "description", "alias", "stage"}),
    "projects": frozenset({"name", "description", "alias", "grants"}),
    "teams": frozenset({"name", "description", "members", "grants"}),
    "queues": frozenset({"name", "description", "instructions", "receipt", "grants", "limits"}),
    "rounds": frozenset({"name", "start", "end", "limits"}),
    "workflows": frozenset({"name", "archive_url", "owner", "repository", "ref", "grants"}),
    "data": frozenset({"folder", "grants"}),
    "views": frozenset({"name", "description", "columns", "grants"}),
    "logs": frozenset({"grants"}),
    "orchestrators": frozenset({"queues"}),
}
"""Part → fields that a resource shows at every stage, or that follow from others."""
_NO_DECISIONS: Final = frozenset({"key", "origins"})
"""Fields that name an entry, or say where a value was said."""

Settings = Mapping[str, Mapping[str, JsonValue]]
"""Where (`queues.final/similarity`, `governance`) → field (`run.memory`) → value; what is not said is left out."""


def settings_of(challenge: ResolvedChallenge) -> Settings:
    """Every decision that no resource shows at every stage."""
    found: dict[str, dict[str, JsonValue]] = {}
    for name, value in _parts(challenge):
        place = name.partition(".")[0]
        said = {field: item for field, item in _flat(value, place) if item not in (None, [], {})}
        if said:
            found.setdefault(name, {}).update(said)
    return found


def _parts(challenge: ResolvedChallenge) -> Iterator[tuple[str, Any]]:
    """The challenge in pieces: scalars of its own, single blocks, and one piece for each entry of a keyed block."""
    own: dict[str, Any] = {}
    for field in fields(challenge):
        value = getattr(challenge, field.name)
        if field.name in _PARTS_ON_SYNAPSE:
            continue
        if isinstance(value, tuple):
            yield from ((f"{field.name}.{item.key}", item) for item in value)
        elif is_dataclass(value) or isinstance(value, Mapping):
            yield field.name, value
        else:
            own[field.name] = value
    yield "challenge", own


def _flat(value: Any, place: str, prefix: str = "") -> Iterator[tuple[str, JsonValue]]:
    """Fields with dots for what lies within; entries of lists that have names, by these."""
    seen = _FIELDS_ON_SYNAPSE.get(place, frozenset())
    for name, item in _items(value):
        if name in _NO_DECISIONS or name in seen:
            continue
        if is_dataclass(item) or isinstance(item, Mapping):
            yield from _flat(item, name, f"{prefix}{name}.")
        elif isinstance(item, tuple) and item and all(hasattr(entry, "name") for entry in item):
            for entry in item:
                yield from _flat(entry, name, f"{prefix}{name}.{entry.name}.")
        else:
            yield f"{prefix}{name}", _plain(item)


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        yield from ((str(name), item) for name, item in value.items())
    else:
        yield from ((field.name, getattr(value, field.name)) for field in fields(value))


def _plain(value: Any) -> JsonValue:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, tuple | frozenset):
        return [_plain(item) for item in (sorted(value) if isinstance(value, frozenset) else value)]
    if is_dataclass(value) or isinstance(value, Mapping):
        return {name: _plain(item) for name, item in _items(value)}
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
