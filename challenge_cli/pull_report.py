"""What a pull found and did, for people and for scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from challenge_cli.pulling import Pulled
    from planner.pull.goals import Left


def as_text(found: Pulled, dry_run: bool) -> Iterator[str]:
    """Lines for people: what came back and where it stands now, what is left and what to do about it."""
    if not found.brought and not found.left:
        yield "Nothing was changed on Synapse that the files don't say."
    if dry_run and found.changed:
        yield from (text for _, text in _differences(found))
    if found.brought:
        yield "Would come back into the files:" if dry_run else "Brought back into the files:"
        for item in found.brought:
            yield f"  {item.address}: {', '.join(item.fields)} -> {', '.join(item.files) or 'said already'}"
    if found.left:
        yield "Left as it is:"
        for left in found.left:
            yield from _left(left)


def _left(item: Left) -> Iterator[str]:
    yield f"  {item.address}{f': {item.field}' if item.field else ''}"
    yield f"      {item.reason}"
    yield f"      remedy: {item.remedy}"


def _differences(found: Pulled) -> Iterator[tuple[Path, str]]:
    """What becomes of each file, as a unified diff."""
    for path, data in sorted(found.changed.items()):
        yield path, difference(found.tree.name(path), path, data)


class _Item(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileItem(_Item):
    """A file that a pull changes."""

    path: str = Field(description="Beginning as the manifest was named on the command line.")
    diff: str = Field(description="A unified diff; of what is no text, a sentence.")


class BroughtItem(_Item):
    """A resource whose change on Synapse the files say now."""

    address: str
    fields: list[str]
    files: list[str]


class LeftItem(_Item):
    """What differs and wasn't brought back."""

    address: str
    field: str | None
    reason: str
    remedy: str


class PullDocument(_Item):
    """What a pull found and did."""

    format_version: Literal["1.0"] = "1.0"
    dry_run: bool = Field(description="Whether nothing was written.")
    files: list[FileItem]
    brought: list[BroughtItem]
    left: list[LeftItem]


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of what `pull --format json` prints."""
    schema = PullDocument.model_json_schema(mode="serialization")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Pull of challenge-as-code"}
    return head | {key: value for key, value in schema.items() if key != "title"}


def document(found: Pulled, dry_run: bool) -> PullDocument:
    """The same for scripts."""
    return PullDocument(
        dry_run=dry_run,
        files=[FileItem(path=found.tree.name(path), diff=text) for path, text in _differences(found)],
        brought=[
            BroughtItem(address=item.address, fields=list(item.fields), files=list(item.files))
            for item in found.brought
        ],
        left=[
            LeftItem(address=item.address, field=item.field, reason=item.reason, remedy=item.remedy)
            for item in found.left
        ],
    )


def difference(name: str, path: Path, data: bytes | None) -> str:
    """What becomes of a file, as a unified diff; of a picture and the like, that it is written."""
    from difflib import unified_diff

    old = path.read_bytes() if path.exists() else b""
    try:
        before, after = old.decode(), (data or b"").decode()
    except UnicodeDecodeError:
        return f"{name}: {len(data or b''):,} bytes{' in place of ' + f'{len(old):,}' if old else ', new'}"
    begin = f"a/{name}" if path.exists() else "/dev/null"
    end = "/dev/null" if data is None else f"b/{name}"
    lines = unified_diff(before.splitlines(), after.splitlines(), begin, end, lineterm="")
    return "\n".join(lines)
