"""YAML into values with positions, safely: bounded in size, depth and aliases; nothing is typed, nothing is run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from challenge_spec.diagnostics import Diagnostic, Position
from challenge_spec.fields import PlainText

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 40
MAX_NODES = 200_000
MAX_ALIASES = 100

Path: TypeAlias = "tuple[str | int, ...]"

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = ("", "~", "null", "Null", "NULL")
_MISSING = object()
"""Stands for a value that is not there (null) or could not be read; it never leaves this module."""


@dataclass(slots=True)
class Source:
    """The values of one or more YAML files, and where each key and value stands.

    value: plain dicts, lists and texts (`PlainText` if written without quotes, `str` if quoted).
    keys, values: position of the key, and of the value, at each path.
    """

    value: dict[str, Any] = field(default_factory=dict)
    keys: dict[Path, Position] = field(default_factory=dict)
    values: dict[Path, Position] = field(default_factory=dict)

    def at(self, path: Path) -> Position:
        """Where the value at this path stands, or the nearest thing around it that was written."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Position("challenge.yaml"))

    def key_at(self, path: Path) -> Position:
        """Where the key of this path stands, or the nearest thing around it that was written."""
        while path and path not in self.keys and path not in self.values:
            path = path[:-1]
        return self.keys.get(path) or self.at(path)


class _Stop(Exception):
    """Reading can't go on; carries the reason."""

    def __init__(self, problem: Diagnostic) -> None:
        self.problem = problem


def read_yaml(data: bytes, file: str) -> tuple[Source, str, list[Diagnostic]]:
    """The values of a YAML file, its text for excerpts, and what is wrong with it. Never raises.

    `file` is the name shown to people. After an error that ends reading, the values are empty.
    """
    reader = _Reader(file)
    text = ""
    try:
        text = _decode(data, file)
        reader.read(text)
    except _Stop as stop:
        return Source(values={(): Position(file)}), text, [*reader.problems, stop.problem]
    return reader.source, text, reader.problems


def _decode(data: bytes, file: str) -> str:
    if len(data) > MAX_BYTES:
        message = f"the file has {len(data):,} bytes, more than {MAX_BYTES:,}"
        raise _Stop(_error("yaml.too-big", Position(file), message, "Split it with `include:`; data belong elsewhere."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        place = Position(file, line, error.start - data.rfind(b"\n", 0, error.start))
        message = f"byte 0x{data[error.start]:02x} is not UTF-8 text"
        raise _Stop(_error("yaml.not-text", place, message, "Save the file as UTF-8.")) from None


class _Reader:
    """Builds values from the parser's events; recursion is bounded by MAX_DEPTH, work by MAX_NODES."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.source = Source(values={(): Position(file)})
        self.problems: list[Diagnostic] = []
        self._events: Iterator[Any] = iter(())
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._nodes = 0
        self._aliases = 0

    def read(self, text: str) -> None:
        """Fill `source` and `problems`; raises _Stop."""
        try:
            self._events = yaml.parse(text, Loader=LOADER)
            self._document()
        except yaml.MarkedYAMLError as error:
            raise _Stop(_syntax_error(error, text, self.file)) from None
        except yaml.YAMLError as error:
            raise _Stop(_unreadable(error, text, self.file)) from None

    def _document(self) -> None:
        next(self._events)
        first = next(self._events)
        if isinstance(first, yaml.StreamEndEvent):
            raise _Stop(_error("yaml.empty", Position(self.file), "there is nothing in this file", _START))
        root = next(self._events)
        if not isinstance(root, yaml.MappingStartEvent):
            raise _Stop(
                _error("yaml.no-block", self._span(root), "a manifest is a block of `key: value` lines", _START)
            )
        self.source.value = self._value(root, ())
        next(self._events)
        more = next(self._events)
        if not isinstance(more, yaml.StreamEndEvent):
            self._complain(more, "yaml.several-documents", "a second document begins here", "Remove the `---`.")

    def _value(self, event: Any, path: Path) -> Any:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path)
        self._count(event, 1)
        self.source.values[path] = self._span(event)
        before = self._nodes
        if event.tag is not None:
            self._complain(event, "yaml.tag", f"the tag `{event.tag}` is not understood", "Write it without a tag.")
        value = self._build(event, path)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, self._nodes - before + 1)
        return value

    def _build(self, event: Any, path: Path) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if len(path) >= MAX_DEPTH:
            message = f"blocks are nested more than {MAX_DEPTH} deep"
            raise _Stop(_error("yaml.too-deep", self._span(event), message, "No manifest needs that."))
        return self._mapping(path) if isinstance(event, yaml.MappingStartEvent) else self._sequence(path)

    def _sequence(self, path: Path) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            item = self._value(event, (*path, len(found)))
            if item is _MISSING:
                self._complain(
                    event, "yaml.no-value", "this item of the list is empty", "Delete it, or give it a value."
                )
            else:
                found.append(item)
        return found

    def _mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event, path)
            here: Path = (*path, "?" if key is None else key)
            place = self._span(event)
            value = self._value(next(self._events), here)
            if key is None:
                continue
            self.source.keys[here] = place
            if value is _MISSING:
                self._complain(event, "yaml.no-value", f"`{key}` has no value", "Give it one, or delete the line.")
            else:
                found[key] = value
        return found

    def _key(self, event: Any, path: Path) -> str | None:
        """The key that stands here, None (and a problem) if it can't be one."""
        if not isinstance(event, yaml.ScalarEvent):
            self._value(event, (*path, "?"))
            self._complain(
                event, "yaml.bad-key", "a key must be a single word", "Put quotes around braces or brackets."
            )
            return None
        self._count(event, 1)
        if event.tag is not None or event.anchor is not None:
            self._complain(event, "yaml.tag", "a key can't have a tag or an anchor", "Write the key alone.")
        if event.value == "<<" and not event.style:
            self._complain(event, "yaml.merge-key", "merge keys (`<<`) are not understood", "Use `defaults:` instead.")
            return None
        if (*path, event.value) in self.source.keys:
            self._said_twice(event, path)
            return None
        return str(event.value)

    def _said_twice(self, event: Any, path: Path) -> None:
        first = self.source.keys[(*path, event.value)]
        self.problems.append(said_twice(event.value, self._span(event), first))

    def _alias(self, event: Any, path: Path) -> Any:
        """The value an alias stands for; its positions are the alias's own."""
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            message = f"more than {MAX_ALIASES} aliases (`*name`)"
            raise _Stop(_error("yaml.too-many-aliases", self._span(event), message, "Use `defaults:` instead."))
        self.source.values[path] = self._span(event)
        if event.anchor not in self._anchors:
            message = f"`*{event.anchor}` refers to nothing said before it"
            self._complain(
                event, "yaml.unknown-alias", message, f"Say it once as `&{event.anchor}`, before this place."
            )
            return PlainText("")
        value, nodes = self._anchors[event.anchor]
        self._count(event, nodes)
        return value

    def _count(self, event: Any, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            message = f"more than {MAX_NODES:,} values"
            raise _Stop(_error("yaml.too-many-values", self._span(event), message, "No manifest needs that many."))

    def _complain(self, event: Any, code: str, message: str, remedy: str) -> None:
        self.problems.append(_error(code, self._span(event), message, remedy))

    def _span(self, event: Any) -> Position:
        start, end = event.start_mark, event.end_mark
        length = end.column - start.column if end.line == start.line else 1
        return Position(self.file, start.line + 1, start.column + 1, max(1, length))


_START = "Start with `manifest: 1`."


def _scalar(event: Any) -> Any:
    if event.style:
        return str(event.value)
    return _MISSING if event.value in _NULLS else PlainText(event.value)


def said_twice(key: str, second: Position, first: Position) -> Diagnostic:
    """The same key at two places."""
    return Diagnostic(
        "yaml.duplicate-key",
        "error",
        second,
        f"`{key}` is said twice",
        "Which of the two holds would be chance.",
        "Delete one of them.",
        ((first, "it was said here first"),),
    )


def _error(code: str, place: Position, message: str, remedy: str) -> Diagnostic:
    return Diagnostic(code, "error", place, message, help=remedy)


def _syntax_error(error: yaml.MarkedYAMLError, text: str, file: str) -> Diagnostic:
    mark: Any = error.problem_mark or error.context_mark
    last = max(1, len(text.splitlines()))
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    place = Position(file, line, column) if line <= last else Position(file, last, len(text.splitlines()[-1]) + 1)
    what, context = error.problem or "this is not YAML", f" ({error.context})" if error.context else ""
    return _error("yaml.syntax", place, f"{what}{context}", _syntax_remedy(what))


def _syntax_remedy(what: str) -> str:
    if "cannot start any token" in what or "tab" in what:
        return "Indent with blanks, never with tabs; quote a text that starts with a special character."
    return "Check the indentation, the quotes and the brackets around here."


def _unreadable(error: yaml.YAMLError, text: str, file: str) -> Diagnostic:
    offset = min(max(int(getattr(error, "position", 0) or 0), 0), len(text))
    place = Position(file, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))
    return _error(
        "yaml.not-text", place, f"this is not text: {getattr(error, 'reason', error)}", "Remove the character."
    )
