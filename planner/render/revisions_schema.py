"""The JSON of `challenge diff`: what changes between two revisions of a manifest.

`schemas/diff.schema.json` is generated from these models.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from planner.render.schema import Change


class _Item(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Revision(_Item):
    """One side of the comparison."""

    name: str | None = Field(description="As it was named; null where there was no manifest yet.")
    commit: str | None = Field(description="The commit; null for the files as they are.")
    stage: str | None


class Summary(_Item):
    """How many of what."""

    create: int = Field(description="Resources that are new.")
    update: int = Field(description="Resources that change.")
    delete: int = Field(description="Resources that are no longer wanted.")
    settings: int = Field(description="Decisions that change without being seen in a resource.")
    unchanged: int = Field(description="Resources that stay as they are.")


class SettingChange(_Item):
    """A decision that no resource shows: scoring, limits of a run, approvals, settings of orchestrators."""

    place: str = Field(description="Where it is said, e.g. `queues.final/similarity`.")
    name: str = Field(description="The field, with dots for what lies within.")
    before: JsonValue = Field(description="Null where it wasn't said.")
    after: JsonValue = Field(description="Null where it is no longer said.")


class RevisionsDocument(_Item):
    """Everything that differs between two revisions."""

    format_version: Literal["1.0"]
    challenge: str
    title: str
    zone: str = Field(description="IANA name of the challenge's time zone.")
    base: Revision
    head: Revision
    summary: Summary
    changes: list[Change] = Field(description="As in a plan; ids are written as addresses.")
    settings: list[SettingChange]
    unchanged: list[str]


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a comparison."""
    schema = RevisionsDocument.model_json_schema(mode="serialization")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Difference of two revisions, of challenge-as-code",
    }
    return head | {key: value for key, value in schema.items() if key != "title"}
