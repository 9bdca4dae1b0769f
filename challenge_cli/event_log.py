"""Events of an apply as JSON lines, for programs that watch: one object for each event, as it happens."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from challenge_cli import console
from challenge_cli.errors import Failure
from challenge_cli.options import STDOUT
from providers.apply.events import Begun, Emit, Event, Failed, Finished, Skipped, Started, Summary, Waiting

KINDS: Final = (Begun, Started, Finished, Failed, Skipped, Waiting, Summary)

_HEAD: Final = b'{"event": '
"""How every line begins."""


def _now() -> datetime:
    return datetime.now(UTC)


def to_json(event: Event, time: datetime) -> str:
    """One event as one line. time: when it happened, by the clock of this machine."""
    head = {"event": type(event).__name__.lower(), "time": time.isoformat(timespec="milliseconds")}
    return json.dumps(head | asdict(event), ensure_ascii=False)


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of one line."""
    from pydantic import TypeAdapter

    definitions: dict[str, Any] = {}
    for kind in KINDS:
        schema = TypeAdapter(kind).json_schema(mode="serialization", ref_template="#/$defs/{model}")
        definitions |= schema.pop("$defs", {})
        head = {"event": {"const": kind.__name__.lower()}, "time": {"type": "string", "format": "date-time"}}
        properties = head | schema["properties"]
        definitions[kind.__name__] = schema | {
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "One event of an apply of challenge-as-code",
        "oneOf": [{"$ref": f"#/$defs/{kind.__name__}"} for kind in KINDS],
        "$defs": definitions,
    }


@contextmanager
def logged(where: str | None, emit: Emit, now: Callable[[], datetime] = _now) -> Iterator[Emit]:
    """`emit`, which also writes every event to a file (`-`: standard output) where one is named."""
    if where is None:
        yield emit
        return
    with _opened(where) as stream:
        write = _Writer(stream, where, now)

        def both(event: Event) -> None:
            write(event)
            emit(event)

        yield both


@contextmanager
def _opened(where: str) -> Iterator[IO[str]]:
    if where == STDOUT:
        yield sys.stdout
        return
    path = Path(where)
    _require_free(path)
    stream = path.open("w", encoding="utf-8")
    try:
        yield stream
    finally:
        # What could not be written was said when that was tried.
        with suppress(OSError):
            stream.close()


def _require_free(path: Path) -> None:
    """Raise Failure where the events would be written over something else than earlier ones."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        head = file.read(len(_HEAD))
    if head and head != _HEAD:
        raise Failure(str(path), "there is a file of this name already, and it holds no events", "choose another name")


class _Writer:
    """Writes lines until that fails: a full disk must not stop an apply half-way."""

    def __init__(self, stream: IO[str], where: str, now: Callable[[], datetime]) -> None:
        self._stream, self._where, self._now = stream, where, now
        self._works = True

    def __call__(self, event: Event) -> None:
        if not self._works:
            return
        try:
            self._stream.write(to_json(event, self._now()) + "\n")
            self._stream.flush()
        except OSError as fault:
            self._works = False
            console.message(f"--events {self._where}: {fault.strerror or fault}; apply goes on without it")
