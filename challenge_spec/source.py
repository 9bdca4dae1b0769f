"""YAML into values with positions, safely: bounded in size, depth and aliases; nothing is typed, nothing is run."""

from __future__ import annotations

from collections.abc import Callable
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
PARSER: Any = getattr(yaml, "CParser", LOADER)
"""Events only, without what would make values of them."""
_NULLS = ("", "~", "null", "Null", "NULL")
_MISSING = object()
"""Stands for a value that is not there (null) or could not be read; it never leaves this module."""


class Spot:
    """Where a value stands, and its key: the parser's marks, made into a position only when somebody asks.

    below: the spots of what a block or list holds, by key or index.
    """

    __slots__ = ("below", "end", "file", "key_end", "key_start", "start")

    def __init__(self, file: str, start: Any = None, end: Any = None) -> None:
        self.file, self.start, self.end = file, start, end
        self.key_start: Any = None
        self.key_end: Any = None
        self.below: dict[str | int, Spot] = {}

    @property
    def value(self) -> Position:
        """Where the value stands; the file's first line where nothing was read."""
        return _between(self.file, self.start, self.end) if self.start else Position(self.file)

    @property
    def key(self) -> Position:
        """Where the key stands; the value, where there is no key."""
        return _between(self.file, self.key_start, self.key_end) if self.key_start else self.value


@dataclass(slots=True)
class Source:
    """The values of one or more YAML files, and where each key and value stands.

    value: plain dicts, lists and texts (`PlainText` if written without quotes, `str` if quoted).
    spot: where the whole stands, and everything in it.
    """

    value: dict[str, Any] = field(default_factory=dict)
    spot: Spot = field(default_factory=lambda: Spot("challenge.yaml"))

    def at(self, path: Path) -> Position:
        """Where the value at this path stands, or the nearest thing around it that was written."""
        return self._nearest(path)[0].value

    def key_at(self, path: Path) -> Position:
        """Where the key of this path stands, or the nearest thing around it that was written."""
        return self._nearest(path)[0].key

    def says(self, path: Path) -> bool:
        """Whether something was written at this path."""
        return self._nearest(path)[1]

    def texts(self) -> frozenset[str]:
        """Every text of the values, each once."""
        found: set[str] = set()
        blocks: list[Any] = [self.value]
        while blocks:
            block = blocks.pop()
            for item in block.values() if isinstance(block, dict) else block:
                if isinstance(item, str):
                    found.add(item)
                else:
                    blocks.append(item)
        return frozenset(found)

    def _nearest(self, path: Path) -> tuple[Spot, bool]:
        """The innermost spot on the way, and whether it is the one at the end of it."""
        spot = self.spot
        for step in path:
            inner = spot.below.get(step)
            if inner is None:
                return spot, False
            spot = inner
        return spot, True


class _Stop(Exception):
    """Reading can't go on; carries the reason."""

    def __init__(self, problem: Diagnostic) -> None:
        self.problem = problem


def read_yaml(data: bytes, file: str) -> tuple[Source, str, list[Diagnostic]]:
    """The values of a YAML file, its text for excerpts, and what is wrong with it. Never raises.

    `file` is the name shown to people. After an error that ends reading, the values are empty.
    """
    try:
        text = _decode(data, file)
    except _Stop as stop:
        return Source(spot=Spot(file)), "", [stop.problem]
    source, problems = read_text(text, file)
    return source, text, problems


def read_text(text: str, file: str) -> tuple[Source, list[Diagnostic]]:
    """The same for a text that is decoded already."""
    problems: list[Diagnostic] = []
    try:
        return _Reader(file, PARSER(text).get_event, problems).read(), problems
    except _Stop as stop:
        problems.append(stop.problem)
    except yaml.MarkedYAMLError as error:
        problems.append(_syntax_error(error, text, file))
    except yaml.YAMLError as error:
        problems.append(_unreadable(error, text, file))
    return Source(spot=Spot(file)), problems


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

    def __init__(self, file: str, next_event: Callable[[], Any], problems: list[Diagnostic]) -> None:
        self.file = file
        self.problems = problems
        self._next = next_event
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._nodes = 0
        self._aliases = 0

    def read(self) -> Source:
        """The values; what is wrong goes to `problems`. Raises _Stop, and what the parser raises."""
        self._next()
        first = self._next()
        if isinstance(first, yaml.StreamEndEvent):
            raise _Stop(_error("yaml.empty", Position(self.file), "there is nothing in this file", _START))
        root = self._next()
        if not isinstance(root, yaml.MappingStartEvent):
            raise _Stop(
                _error("yaml.no-block", self._span(root), "a manifest is a block of `key: value` lines", _START)
            )
        value, spot = self._value(root, 0)
        self._next()
        more = self._next()
        if not isinstance(more, yaml.StreamEndEvent):
            self._complain(more, "yaml.several-documents", "a second document begins here", "Remove the `---`.")
        return Source(value, spot)

    def _value(self, event: Any, depth: int) -> tuple[Any, Spot]:
        spot = Spot(self.file, event.start_mark, event.end_mark)
        kind = type(event)
        if kind is yaml.AliasEvent:
            return self._alias(event), spot
        self._count(event, 1)
        before = self._nodes
        if event.tag is not None:
            self._complain(event, "yaml.tag", f"the tag `{event.tag}` is not understood", "Write it without a tag.")
        value = _scalar(event) if kind is yaml.ScalarEvent else self._block(event, spot, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, self._nodes - before + 1)
        return value, spot

    def _block(self, event: Any, spot: Spot, depth: int) -> Any:
        if depth >= MAX_DEPTH:
            message = f"blocks are nested more than {MAX_DEPTH} deep"
            raise _Stop(_error("yaml.too-deep", self._span(event), message, "No manifest needs that."))
        read = self._mapping if type(event) is yaml.MappingStartEvent else self._sequence
        return read(spot, depth + 1)

    def _sequence(self, spot: Spot, depth: int) -> list[Any]:
        found: list[Any] = []
        while type(event := self._next()) is not yaml.SequenceEndEvent:
            item, inner = self._value(event, depth)
            if item is _MISSING:
                self._complain(
                    event, "yaml.no-value", "this item of the list is empty", "Delete it, or give it a value."
                )
            else:
                spot.below[len(found)] = inner
                found.append(item)
        return found

    def _mapping(self, spot: Spot, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while type(event := self._next()) is not yaml.MappingEndEvent:
            key = self._key(event, spot, depth)
            value, inner = self._value(self._next(), depth)
            if key is None:
                continue
            inner.key_start, inner.key_end = event.start_mark, event.end_mark
            spot.below[key] = inner
            if value is _MISSING:
                self._complain(event, "yaml.no-value", f"`{key}` has no value", "Give it one, or delete the line.")
            else:
                found[key] = value
        return found

    def _key(self, event: Any, spot: Spot, depth: int) -> str | None:
        """The key that stands here, None (and a problem) if it can't be one."""
        if type(event) is not yaml.ScalarEvent:
            self._value(event, depth)
            self._complain(
                event, "yaml.bad-key", "a key must be a single word", "Put quotes around braces or brackets."
            )
            return None
        self._count(event, 1)
        if event.tag is not None or event.anchor is not None:
            self._complain(event, "yaml.tag", "a key can't have a tag or an anchor", "Write the key alone.")
        key: str = event.value
        if key == "<<" and not event.style:
            self._complain(event, "yaml.merge-key", "merge keys (`<<`) are not understood", "Use `defaults:` instead.")
            return None
        if key in spot.below:
            self.problems.append(said_twice(key, self._span(event), spot.below[key].key))
            return None
        return key

    def _alias(self, event: Any) -> Any:
        """The value an alias stands for; its positions are the alias's own."""
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            message = f"more than {MAX_ALIASES} aliases (`*name`)"
            raise _Stop(_error("yaml.too-many-aliases", self._span(event), message, "Use `defaults:` instead."))
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
        return _between(self.file, event.start_mark, event.end_mark)


def _between(file: str, start: Any, end: Any) -> Position:
    """The position of what stands between two marks; one sign of it where it goes on over more lines."""
    length = end.column - start.column if end.line == start.line else 1
    return Position(file, start.line + 1, start.column + 1, max(1, length))


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
