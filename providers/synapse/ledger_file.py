"""The ledger as its file: JSON text with a format, and which restricted folder it was written for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    JsonValue,
    StringConstraints,
    ValidationError,
    model_validator,
)

from planner.applied import Applied, AppliedEntry
from planner.references import Plain
from planner.resources import Kind

FORMAT: Final = 1
_KINDS: Final = frozenset(str(kind) for kind in Kind)


_NUMBERED: Final = frozenset({Kind.TEAM, Kind.MEMBER, Kind.CHALLENGE, Kind.QUEUE, Kind.ROUND, Kind.WIKI})
"""Kinds whose ids are numbers; the others may be entities, with `syn` before them."""


def _known(address: str) -> str:
    kind, _, rest = address.partition(".")
    if kind not in _KINDS or not rest:
        raise ValueError(f"nothing has an address such as {address!r}")
    return address


_Id = Annotated[str, StringConstraints(pattern=r"^(syn)?[0-9]+$")]
_Address = Annotated[str, AfterValidator(_known)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)


class _Entry(_Model):
    id: _Id
    fields: dict[str, JsonValue]
    protect: bool | None = None


class _File(_Model):
    note: dict[str, str]
    at: AwareDatetime | None
    entries: dict[_Address, _Entry]

    @model_validator(mode="after")
    def _ids_fit(self) -> _File:
        for address, item in self.entries.items():
            if address.partition(".")[0] in _NUMBERED and not item.id.isdigit():
                raise ValueError(f"{item.id} can't be the id of {address}")
        return self


class _Head(_Model):
    """What is understood of every format. folder: the restricted folder for which it was written."""

    format: int
    folder: str | None = None
    note: dict[str, str] | None = None


class NotOurs(ValueError):
    """This is the ledger of another challenge."""


def parse(content: bytes, folder: str) -> Applied:
    """A ledger from its file; what can't be understood is lost, which costs causes only.

    folder: where it was found. One that was written for another folder tells what is somebody else's, and is not
    believed.
    """
    try:
        if (format_ := _head(content, folder).format) != FORMAT:
            return Applied(lost=f"the ledger has format {format_}, and this version knows {FORMAT} only")
        file = _File.model_validate_json(content)
    except ValidationError as error:
        return Applied(lost=f"the ledger is damaged ({_first(error)})")
    except NotOurs as error:
        return Applied(lost=str(error))
    return Applied(
        {address: _entry(item) for address, item in file.entries.items()}, run=file.note.get("run"), at=file.at
    )


def note_in(content: bytes, folder: str) -> Mapping[str, str]:
    """What a version of the ledger says of the apply that wrote it.

    Raises ValueError where it says nothing, NotOurs where it speaks of another challenge.
    """
    note = _head(content, folder).note
    if note is None:
        raise ValueError("it has no note")
    return note


def _head(content: bytes, folder: str) -> _Head:
    head = _Head.model_validate_json(content)
    if head.folder not in (None, folder):
        raise NotOurs(f"the ledger was written for another challenge (for {head.folder}, and it lies in {folder})")
    return head


def _first(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(map(str, found["loc"]))
    return f"{place}: {found['msg']}" if place else found["msg"]


def _entry(item: _Entry) -> AppliedEntry:
    return AppliedEntry(item.id, {name: _frozen(value) for name, value in item.fields.items()}, item.protect)


def _frozen(value: Any) -> Plain:
    """JSON's lists as the tuples that specs have."""
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return {name: _frozen(item) for name, item in value.items()}
    plain: Plain = value
    return plain


def render(applied: Applied, note: Mapping[str, str], folder: str) -> bytes:
    """A ledger as its file in a restricted folder; equal ledgers, equal bytes."""
    at = applied.at.isoformat() if applied.at else None
    entries = {address: _written(item) for address, item in applied.entries.items()}
    document = {"format": FORMAT, "folder": folder, "note": dict(note), "at": at, "entries": entries}
    return (json.dumps(document, indent=1, sort_keys=True) + "\n").encode("ascii")


def _written(item: AppliedEntry) -> dict[str, Any]:
    guard = {} if item.protect is None else {"protect": item.protect}
    return {"id": item.id, "fields": item.fields, **guard}
