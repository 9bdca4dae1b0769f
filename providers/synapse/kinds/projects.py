"""Projects: their names are unique over all of Synapse, so a stranger's is seen as a refusal (contract 2.3, 2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.interfaces import Outcome
from planner.plan import Operation
from planner.references import Plain
from planner.resources import Kind, Resource
from providers.synapse.kinds.bodies import create_entity, update_entity
from providers.synapse.kinds.entities import CONCRETE_TYPES, read_entity
from providers.synapse.survey import Survey
from providers.synapse.together import together
from providers.synapse.writing import Writing

Raw = Mapping[str, Any]


async def read_projects(survey: Survey) -> None:
    """Read every wanted project, and learn who the deployer is: whoever made the home project, else the caller."""
    await together(*(read_entity(survey, item, _spec, None, None) for item in survey.of_kind(Kind.PROJECT)))
    home = survey.resources.get(survey.desired.home)
    ours = home is not None and home.identified_by != "name"
    survey.ids["deployer"] = str(home.raw["createdBy"]) if home is not None and ours else survey.me.id


def _spec(_survey: Survey, _resource: Resource, bundle: Raw) -> dict[str, Plain]:
    entity = bundle["entity"]
    return {"name": entity["name"], "description": entity.get("description", ""), "alias": entity.get("alias")}


async def create(writing: Writing, operation: Operation) -> Outcome:
    """Make a project, private at birth: leaving parentId out gives the creator alone all rights (contract 2.4)."""
    return await create_entity(writing, operation, _body(writing.spec(operation)))


async def update(writing: Writing, operation: Operation) -> Outcome:
    """Change name, description or alias."""
    return await update_entity(writing, operation, _body(writing.spec(operation)))


def _body(spec: Mapping[str, Plain]) -> dict[str, Any]:
    fields = {name: spec.get(name) or None for name in ("name", "description", "alias")}
    return {"concreteType": CONCRETE_TYPES[Kind.PROJECT], **fields}
