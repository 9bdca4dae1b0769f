"""Submission views: which queues they show, in which columns (contract 8.1-8.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from planner.interfaces import Outcome
from planner.plan import Operation
from planner.references import Plain, resolve
from planner.resources import Kind, Resource
from providers.synapse.kinds.bodies import create_entity, update_entity
from providers.synapse.kinds.entities import CONCRETE_TYPES
from providers.synapse.survey import Survey, strings
from providers.synapse.transport import Transport
from providers.synapse.writing import Writing, items

Raw = Mapping[str, Any]

_DEFAULTS: Final = "/column/tableview/defaults?viewEntityType=submissionview"


def view_spec(survey: Survey, resource: Resource, bundle: Raw) -> dict[str, Plain]:
    """What a view shows; for the order of its scope see `order_scopes`."""
    entity = bundle["entity"]
    unsized = _unsized(survey, resource)
    return {
        "name": entity["name"],
        "parent": entity["parentId"],
        "scope": strings(entity.get("scopeIds", [])),
        "columns": tuple(_column(model, unsized) for model in bundle.get("tableBundle", {}).get("columnModels", [])),
    }


def order_scopes(survey: Survey) -> None:
    """A scope is a set on Synapse: tell it in the order of the manifest, once the ids of all queues are known."""
    for resource in survey.of_kind(Kind.VIEW):
        found = survey.resources.get(resource.address)
        if found is not None:
            wanted = resolve(resource.spec["scope"], survey.ids)
            scope = _in_order(items(found.spec["scope"]), wanted if isinstance(wanted, tuple) else ())
            survey.resources[resource.address] = replace(found, spec={**found.spec, "scope": scope})


def _in_order(found: Iterable[Any], wanted: Iterable[Any]) -> tuple[str, ...]:
    ids = {str(item) for item in found}
    first = [item for item in wanted if item in ids]
    return (*first, *sorted(ids - set(first), key=int))


def _unsized(survey: Survey, resource: Resource) -> frozenset[str]:
    """Names of columns whose size is left to Synapse: by the manifest, or by its last version where this one has no
    such column any longer.
    """
    entry = survey.applied.entries.get(resource.address)
    before = _sizes(entry.fields.get("columns") if entry else None)
    sized = before | _sizes(resource.spec["columns"])
    return frozenset(name for name, has_size in sized.items() if not has_size)


def _sizes(columns: object) -> dict[str, bool]:
    """Name of each column → whether it has a size."""
    found = columns if isinstance(columns, (tuple, list)) else ()
    return {str(item["name"]): "size" in item for item in found if isinstance(item, Mapping)}


def _column(model: Raw, unsized: frozenset[str]) -> dict[str, Plain]:
    """A column in our words. Synapse fills in sizes, so one that was left open is left open."""
    column: dict[str, Plain] = {"name": model["name"], "type": model["columnType"]}
    if "maximumSize" in model and model["name"] not in unsized:
        column["size"] = model["maximumSize"]
    return column


async def create(writing: Writing, operation: Operation) -> Outcome:
    """Make a view over queues, with the ACL that it carries."""
    return await create_entity(writing, operation, await _body(writing, writing.spec(operation)))


async def update(writing: Writing, operation: Operation) -> Outcome:
    """Change name, place, queues or columns; what is left out of a PUT would be emptied (contract 8.2)."""
    body = await _body(writing, writing.spec(operation))
    if not any(change.name == "columns" for change in operation.changes):
        del body["columnIds"]
    return await update_entity(writing, operation, body)


async def _body(writing: Writing, spec: Mapping[str, Plain]) -> dict[str, Any]:
    return {
        "concreteType": CONCRETE_TYPES[Kind.VIEW],
        "name": spec["name"],
        "parentId": spec["parent"],
        "scopeIds": list(items(spec["scope"])),
        "columnIds": await _column_ids(writing.transport, items(spec["columns"])),
    }


async def _column_ids(transport: Transport, columns: Iterable[Any]) -> list[str]:
    """Ids of columns, made where they don't exist; equal columns have equal ids, so making one twice is nothing
    (contract 8.1).
    """
    defaults = {model["name"]: model for model in (await transport.get(_DEFAULTS))["list"]}
    models = [_model(column, defaults.get(column["name"])) for column in columns]
    if not models:
        return []
    return [str(model["id"]) for model in (await transport.ask("/column/batch", {"list": models}))["list"]]


def _model(column: Raw, default: Raw | None) -> dict[str, Any]:
    """Synapse's own column where ours is the same, with its facets; else a plain one."""
    size = column.get("size")
    if default is not None and default["columnType"] == column["type"] and size in (None, default.get("maximumSize")):
        return {name: value for name, value in default.items() if name != "id"}
    return {"name": column["name"], "columnType": column["type"]} | ({"maximumSize": size} if size else {})
