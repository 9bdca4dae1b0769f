"""Where the values of teams, data, views and the like were said, for people who ask why something is as it is.

Queues have many more places that may say something: theirs are kept while they are decided (`precedence.Stack`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from pydantic import BaseModel

from challenge_spec.manifest import Manifest
from challenge_spec.resolved import (
    ResolvedData,
    ResolvedOrchestrator,
    ResolvedProject,
    ResolvedTeam,
    ResolvedView,
    ResolvedWorkflow,
)
from challenge_spec.resolving.precedence import Stack, layer

Thing = TypeVar(
    "Thing", ResolvedData, ResolvedOrchestrator, ResolvedProject, ResolvedTeam, ResolvedView, ResolvedWorkflow
)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the manifest: its path, its entries, the path of its defaults and what they say.

    derived: field → from what it follows where nobody says it.
    """

    path: str
    entries: Mapping[str, BaseModel]
    default_path: str = ""
    default: BaseModel | None = None
    derived: Mapping[str, str] = field(default_factory=dict)

    def origins(self, key: str) -> dict[str, str]:
        """Field → the place that its value came from, for the entry with that key."""
        said = Stack((layer(self.default_path, self.default), layer(f"{self.path}.{key}", self.entries.get(key))))
        return {name: f"(derived from {source})" for name, source in self.derived.items()} | said.origins()


def with_origins(things: Iterable[Thing], block: Block) -> Iterator[Thing]:
    """The same things, each with the places of its values; a further entry point has those of its workflow."""
    for thing in things:
        yield replace(thing, origins=block.origins(thing.key.split("/")[0]))


_NAMED: Final = {"name": "challenge.name and the key"}
_LINK: Final = {
    "name": "the key",
    "root_template": "repository, version and entrypoint",
    "archive_url": "repository and version",
}


def project_block(manifest: Manifest) -> Block:
    """Projects say of themselves what differs."""
    entries = {key: getattr(manifest.projects, key) for key in ("live", "staging")}
    derived = {"name": "challenge.name", "description": "challenge.description", "alias": "challenge.alias"}
    return Block("projects", entries, derived=derived)


def team_block(manifest: Manifest) -> Block:
    """Teams, the unlisted standard ones too."""
    derived = {**_NAMED, "description": "challenge.name", "join": "the kind of team"}
    return Block("teams", manifest.teams, "defaults.team", manifest.defaults.team, derived)


def workflow_block(manifest: Manifest) -> Block:
    """Workflows; what their links need is derived."""
    return Block("workflows", manifest.workflows, "defaults.workflow", manifest.defaults.workflow, _LINK)


def data_block(manifest: Manifest) -> Block:
    """Data."""
    return Block("data", manifest.data, "defaults.data", manifest.defaults.data)


def view_block(manifest: Manifest) -> Block:
    """Views, the unlisted dashboard too."""
    derived = {"name": "the key", "queues": "every queue"}
    return Block("views", manifest.views, "defaults.view", manifest.defaults.view, derived)


def orchestrator_block(manifest: Manifest) -> Block:
    """Orchestrators."""
    derived = {"compose_project": "challenge.key and the key", "queues": "the queues that name it"}
    return Block(
        "orchestrators", manifest.orchestrators, "defaults.orchestrator", manifest.defaults.orchestrator, derived
    )
