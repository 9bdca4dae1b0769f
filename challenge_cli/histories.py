"""The history of a challenge for people and scripts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from planner.render.instants import show_instant
from planner.render.spans import Line, Style, flow, line, wrap
from providers.synapse.lock_state import in_words

if TYPE_CHECKING:
    from providers.synapse.history import History, Version
    from providers.synapse.lock_state import Unfinished

FORMAT_VERSION: Final = "1.0"
_WORDS: Final = {
    "create": ("created", Style.CREATE),
    "update": ("updated", Style.UPDATE),
    "adopt": ("adopted", Style.ADOPT),
    "delete": ("deleted", Style.DELETE),
    "unfinished": ("not done", Style.BAD),
}


class _Item(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)


class AppliedVersion(_Item):
    """One apply that did something: one version of the ledger."""

    number: int = Field(description="Version of the ledger file on Synapse.")
    by: str = Field(description="Account name; the number of an account that is gone.")
    on: datetime = Field(description="When it ended, by Synapse's clock.")
    plan: str | None = Field(description="Digest of the plan that was carried out.")
    commit: str | None = Field(description="Git commit of the manifest's folder then.")
    run: str | None = Field(description="A name of this run that no other has.")
    counts: dict[str, int] | None = Field(
        description="create, update, adopt, delete, unfinished → resources; null where nothing is known."
    )
    damage: str | None = Field(description="Why nothing more is known of this version.")


class UnfinishedApply(_Item):
    """An apply that began and never said that it was done."""

    holder: str | None
    since: datetime | None
    plan: str | None
    operations: int | None
    at_work_until: datetime | None = Field(description="End of its lease, if that is still to come.")


class HistoryDocument(_Item):
    """Everything that was applied to a challenge, newest first."""

    format_version: Literal["1.0"]
    challenge: str
    target: str
    unfinished: UnfinishedApply | None
    versions: list[AppliedVersion]


def document(found: History, challenge: str, target: str) -> HistoryDocument:
    """A history as one JSON-able document."""
    return HistoryDocument(
        format_version=FORMAT_VERSION,
        challenge=challenge,
        target=target,
        unfinished=UnfinishedApply.model_validate(found.unfinished) if found.unfinished else None,
        versions=[AppliedVersion.model_validate(item) for item in found.versions],
    )


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a history."""
    schema = HistoryDocument.model_json_schema(mode="serialization")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "History of challenge-as-code"}
    return head | {key: value for key, value in schema.items() if key != "title"}


def lines(found: History, zone: str, width: int) -> Iterator[Line]:
    """Two lines for each apply: when and who; what, from which commit, by which plan."""
    yield from warning(found.unfinished, width)
    if not found.versions:
        yield line("Nothing was applied yet.")
    for item in found.versions:
        when = show_instant(item.on, ZoneInfo(zone))
        yield line((f"{item.number:>4}  ", Style.DIM), (when, Style.STRONG), f"  {item.by}")
        yield from flow(line("      "), _pieces(item), width, 6)


def warning(unfinished: Unfinished | None, width: int) -> Iterator[Line]:
    """What is said of an apply that didn't finish, if there is one."""
    if unfinished is not None:
        mend = "" if unfinished.at_work_until else ": apply again, it does what is missing"
        words = in_words(unfinished)
        yield from wrap(f"{words[0].upper()}{words[1:]}{mend}.", width, Style.WARNING)


def _pieces(item: Version) -> Iterator[Line]:
    if item.damage is not None:
        yield line((item.damage, Style.WARNING))
    for name, (word, style) in _WORDS.items():
        if number := (item.counts or {}).get(name):
            yield line((f"{number} {word}", style))
    if item.commit:
        yield line((f"commit {item.commit}", Style.DIM))
    if item.plan:
        yield line((f"plan {item.plan.removeprefix('sha256:')[:12]}", Style.DIM))
