"""Synapse's own model schemas (an interface language that looks like JSON Schema), and whether a document fits one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

REFERENCE: Final = Path(__file__).parents[3] / "shared" / "reference" / "synapse-schemas"
"""The schemas lie beside the checkout where the project is built; they aren't ours to ship."""

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_PLAIN: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
# Classes that the bundle of schemas refers to and doesn't hold.
_NOT_COPIED: Final = frozenset(f"org.sagebionetworks.repo.model.provenance.Used{kind}" for kind in ("URL", "Entity"))
Schema = dict[str, Any]


class Models:
    """The schemas of a folder, by class name. A class may be called by any unique end of its dotted name."""

    def __init__(self, folder: Path) -> None:
        files = {".".join(file.relative_to(folder).with_suffix("").parts): file for file in folder.rglob("*.json")}
        self._schemas: dict[str, Schema] = {name: json.loads(file.read_text()) for name, file in files.items()}
        for name, schema in list(self._schemas.items()):
            self._schemas |= dict(_inline_enumerations(name, schema))
        self._properties = cache(self._flattened)

    def name_of(self, end: str) -> str:
        """The full name of the class that is meant. Raises LookupError for none or several."""
        found = [name for name in self._schemas if f".{name}".endswith(f".{end}")]
        if len(found) != 1:
            raise LookupError(f"{end}: {found or 'no such class'}")
        return found[0]

    def complaints(self, value: Any, name: str, place: str = "answer") -> Iterator[str]:
        """What keeps a value from being an instance of a class: `place: what is wrong`."""
        schema = self._schemas[name]
        if "enum" in schema:
            if value not in _members(schema):
                yield f"{place}: {value!r} is no {name}"
            return
        if not isinstance(value, dict):
            yield f"{place}: {value!r} is no object"
            return
        yield from self._of_object(value, name, place)

    def _of_object(self, value: Schema, name: str, place: str) -> Iterator[str]:
        properties = self._properties(name)
        if "concreteType" in value and value["concreteType"] != name and "concreteType" in properties:
            yield from self._of_implementer(value, name, place)
            return
        if self._schemas[name].get("type") == "interface":
            yield f"{place}: says not which {name} it is"
        for field, member in value.items():
            if field not in properties:
                yield f"{place}.{field}: {name} has no such member"
            else:
                yield from self._of_property(member, properties[field], f"{place}.{field}")
        yield from (
            f"{place}.{field}: is missing"
            for field, rule in properties.items()
            if rule.get("required") and field not in value
        )

    def _of_implementer(self, value: Schema, name: str, place: str) -> Iterator[str]:
        concrete = value["concreteType"]
        if concrete in _NOT_COPIED:
            return
        if concrete not in self._schemas or name not in self._ancestors(concrete):
            yield f"{place}: {concrete} is no {name}"
        else:
            yield from self.complaints(value, concrete, place)

    def _of_property(self, value: Any, rule: Schema, place: str) -> Iterator[str]:
        kind = rule.get("type")
        if "$ref" in rule:
            yield from self.complaints(value, rule["$ref"], place)
        elif kind == "array" and isinstance(value, list):
            # An empty cell of a row is null, and nothing else in a list ever is.
            items = [(index, item) for index, item in enumerate(value) if item is not None]
            for index, item in items:
                yield from self._of_property(item, rule.get("items", {}), f"{place}[{index}]")
        elif kind == "map" and isinstance(value, dict):
            for key, item in value.items():
                yield from self._of_property(item, rule.get("value", {}), f"{place}.{key}")
        elif "enum" in rule:
            if value not in _members(rule):
                yield f"{place}: {value!r} is not allowed"
        elif not _is_plain(value, kind, rule.get("format")):
            yield f"{place}: {value!r} is no {rule.get('format', kind)}"

    def _flattened(self, name: str) -> dict[str, Schema]:
        """All members of a class, inherited ones too; a child may declare one anew."""
        properties: dict[str, Schema] = {}
        for parent in _parents(self._schemas[name]):
            properties |= self._properties(parent)
        own: dict[str, Schema] = self._schemas[name].get("properties", {})
        return properties | own

    def _ancestors(self, name: str) -> set[str]:
        parents = list(_parents(self._schemas[name]))
        return {name, *(ancestor for parent in parents for ancestor in self._ancestors(parent))}


def _parents(schema: Schema) -> Iterator[str]:
    references = [*schema.get("implements", []), *([schema["extends"]] if "extends" in schema else [])]
    yield from (reference["$ref"] for reference in references)


def _members(schema: Schema) -> set[str]:
    return {member["name"] if isinstance(member, dict) else member for member in schema["enum"]}


def _inline_enumerations(name: str, schema: Schema) -> Iterator[tuple[str, Schema]]:
    """Enumerations declared inside a property make classes of their own, in the package of the file."""
    for rule in schema.get("properties", {}).values():
        called = rule.get("id") or rule.get("name")
        if "enum" in rule and called:
            yield (called if "." in called else f"{name.rpartition('.')[0]}.{called}"), rule


def _is_plain(value: Any, kind: str | None, form: str | None) -> bool:
    """Whether a value has a plain type; a member of no type may be anything."""
    if kind is None or kind == "object":
        return kind is None or isinstance(value, dict)
    if not isinstance(value, _PLAIN.get(kind, ())) or (isinstance(value, bool) and kind != "boolean"):
        return False
    return form != "date-time" or _DATE.fullmatch(str(value)) is not None
