"""The plan's JSON: what `plan --format json` prints, `plan --out` saves and every rendering reads.

`schemas/plan.schema.json` is generated from these models.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

FORMAT_VERSION: Final = "1.0"

ActionName = Literal["create", "update", "adopt", "delete"]
CauseName = Literal["manifest", "synapse", "both", "unknown"]
PartName = Literal["whole", "shell", "text"]
KindName = Literal[
    "project", "team", "member", "challenge", "queue", "round", "folder", "link", "view", "wiki", "order", "acl",
    "annotations", "stage",
]  # fmt: skip


class _Item(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Summary(_Item):
    """How many of what."""

    create: int = Field(description="Resources that apply creates now.")
    update: int = Field(description="Resources that apply changes now.")
    adopt: int = Field(description="Existing objects that become ours now.")
    delete: int = Field(description="Resources that apply deletes now.")
    held: int = Field(description="Changes that a gate, a missing consent, a guard or an unpublished page keeps back.")
    unchanged: int = Field(description="Resources that already are as the manifest says.")
    drift: int = Field(description="Resources changed on Synapse only, which apply keeps.")
    conflicts: int = Field(description="Those among the drift where both sides changed: apply leaves them alone.")
    gates_failed: int = Field(description="Gates that wait for somebody to act.")
    gates_pending: int = Field(description="Gates that this very apply will fulfil.")
    problems: int = Field(description="Things that stop a resource or the whole plan.")
    unmanaged: int = Field(description="Things on our projects that the manifest doesn't mention.")
    left_out: int = Field(description="Changes that `--target` and `--exclude` leave out.")


class FieldCause(_Item):
    """One field that differs; its values stand in `before` and `after` of the change."""

    name: str
    cause: CauseName
    base: JsonValue = Field(description="What was last applied; a long text by its digest (`sha256:...`).")


class Change(_Item):
    """What happens to one address, all parts taken together; what is held of it is a change of its own."""

    address: str
    kind: KindName
    action: ActionName
    cause: CauseName = Field(description="Who moved since the last apply; `unknown` without a ledger entry.")
    reason: str
    before: dict[str, JsonValue] | None = Field(description="The spec as it is on Synapse; null for a creation.")
    after: dict[str, JsonValue] | None = Field(
        description="The spec as it will be; null for a deletion. What is known only after apply is null here."
    )
    after_unknown: dict[str, JsonValue] = Field(
        description="Same shape as `after`, holding true where a value is known only after apply."
    )
    after_sketch: dict[str, JsonValue] = Field(
        description="The fields with unknown parts once more, each unknown id written as `{{ address }}`."
    )
    fields: list[FieldCause]
    depends_on: list[str] = Field(description="Ids of operations that must be done before.")
    held_by: list[str] = Field(description="Codes of gates, `unpublished`, `protected`, `consent:NAME`.")
    held: bool = Field(description="Whether it is kept back now.")
    parts: list[PartName]
    carried_by: str | None = Field(description="The operation in whose transaction this one happens.")
    modified_by: str | None = Field(description="Who changed it on Synapse last, where Synapse records that.")
    modified_on: datetime | None


class OperationItem(_Item):
    """One step of apply, in the order of the plan."""

    id: str
    address: str
    action: ActionName
    part: PartName
    depends_on: list[str]
    precondition: str | None = Field(description="`absent`, or the etag that was seen; null where the kind has none.")
    carried_by: str | None
    held_by: list[str]
    consents: list[str] = Field(description="Names of the consents that it needs, given or not.")
    rank: int = Field(description="Steps on the longest way to the end from here, this one included.")


class DriftField(_Item):
    """One field that was changed on Synapse only: `before` is Synapse, `after` the manifest."""

    name: str
    before: JsonValue
    after: JsonValue
    after_unknown: JsonValue
    base: JsonValue
    cause: CauseName


class DriftItem(_Item):
    """A change made on Synapse that apply keeps."""

    address: str
    kind: KindName
    conflict: bool = Field(description="Whether the manifest moved as well: then apply leaves the resource alone.")
    fields: list[DriftField]
    remedy: str
    modified_by: str | None
    modified_on: datetime | None


class GateItem(_Item):
    """A named condition on the way into a stage."""

    code: str
    title: str
    stage: str
    state: Literal["passed", "failed", "pending"]
    evidence: list[str]
    remedy: str | None


class ConsentItem(_Item):
    """A kind of harm that the plan would do; without consent what does it is held."""

    name: str
    title: str
    given: bool
    evidence: list[str]
    remedy: str


class OutputItem(_Item):
    """A local file that apply writes; never counted as a change."""

    path: str
    state: Literal["write", "same", "waits"]
    missing: list[str] = Field(description="Addresses whose ids are known only after apply.")
    notes: list[str]


class ProblemItem(_Item):
    """Something that stops a resource or, without an address, the whole plan."""

    code: str
    address: str | None
    message: str
    remedy: str


class NoteItem(_Item):
    """Worth knowing; stops nothing."""

    code: str
    address: str | None
    message: str


class UnmanagedEntry(_Item):
    """Something on our projects that the manifest doesn't mention; never touched."""

    kind: KindName
    id: str
    name: str
    where: str


class PlanDocument(_Item):
    """A plan, whole. Unknown keys are refused, so that a document of a later version is never half understood."""

    format_version: Literal["1.0"]
    digest: str = Field(pattern="^sha256:[0-9a-f]{64}$", description="Of everything that is carried out; not of times.")
    challenge: str
    title: str
    stage: str = Field(description="The stage that the manifest asks for.")
    reached: str | None = Field(description="The stage begun on Synapse; null before the first apply.")
    target: str
    options: dict[str, list[str]] = Field(description="What was decided on the command line, by name.")
    manifest: str | None = Field(description="Where the manifest was, as it was named; not part of the digest.")
    planned_at: datetime
    zone: str = Field(description="IANA name of the challenge's time zone.")
    summary: Summary
    problems: list[ProblemItem]
    changes: list[Change]
    drift: list[DriftItem]
    gates: list[GateItem]
    consents: list[ConsentItem] = Field(description="Every kind of harm in the plan, consented to or not.")
    outputs: list[OutputItem]
    notes: list[NoteItem]
    unmanaged: list[UnmanagedEntry]
    unchanged: list[str] = Field(description="Addresses that already are as the manifest says.")
    operations: list[OperationItem]
    names: dict[str, str] = Field(description="Id → address or account name, for showing ids readably.")


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a plan document."""
    schema = PlanDocument.model_json_schema(mode="serialization")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Plan of challenge-as-code"}
    return head | {key: value for key, value in schema.items() if key != "title"}
