"""Edits of YAML files in place: the smallest change of the text after which a path has another value.

Comments, order and layout of everything else stay as they are. Whoever edits loads the result again before it is
written: an edit that came out otherwise than meant is found there, not guessed at here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any, TypeAlias

import yaml

from challenge_spec.dump import dump, in_one_line, scalar
from challenge_spec.source import LOADER, Path

Data: TypeAlias = "str | int | tuple[Data, ...] | Mapping[str, Data]"
"""What an edit writes: texts, whole numbers, lists and blocks."""


class CannotEdit(Exception):
    """A value can't be changed in place; the message says why, in words for people."""


def put(text: str, path: Path, value: Data) -> str:
    """The text with `value` at `path`, blocks on the way made where there are none. Raises CannotEdit."""
    root = _root(text)
    if root is None:
        return text + ("\n" if text and not text.endswith("\n") else "") + _entry(*_wrapped(path, value), 0)
    for length in range(len(path), -1, -1):
        node = _find(root, path[:length])
        if node is not None:
            return _put_at(text, node, path[length:], path[:length], value)
    raise CannotEdit("this is no block of keys")


def remove(text: str, path: Path) -> str:
    """The text without the entry at `path`; nothing to do where there is none. Raises CannotEdit."""
    root = _root(text)
    parent = _find(root, path[:-1]) if root is not None else None
    if parent is None or _find(parent, path[-1:]) is None:
        return text
    if len(parent.value) == 1:
        return _replaced(text, parent, "[]" if isinstance(parent, yaml.SequenceNode) else "{}")
    place = _index(parent, path[-1])
    return _without_inline(text, parent, place) if parent.flow_style else _without_lines(text, parent, place)


def _root(text: str) -> Any:
    return yaml.compose(text, Loader=LOADER)


def _find(node: Any, path: Path) -> Any:
    """The node at a path below a node; None where there is none."""
    for key in path:
        place = _index(node, key)
        if place is None:
            return None
        node = _value(node, place)
    return node


def _index(node: Any, key: str | int) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((place for place, (name, _) in enumerate(node.value) if name.value == key), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return key
    return None


def _value(node: Any, place: int) -> Any:
    return node.value[place][1] if isinstance(node, yaml.MappingNode) else node.value[place]


def _wrapped(path: Path, value: Data) -> tuple[str, Data]:
    """The first key of a path, and the value with the rest of the path around it."""
    for key in reversed(path[1:]):
        value = {str(key): value}
    return str(path[0]), value


def _put_at(text: str, node: Any, rest: Path, done: Path, value: Data) -> str:
    if rest:
        return _added(text, node, *_wrapped(rest, value))
    if isinstance(node, yaml.MappingNode) and isinstance(value, Mapping) and node.value and value:
        return _put_block(text, node, done, value)
    if isinstance(node, yaml.SequenceNode) and isinstance(value, tuple) and node.value and value:
        return _put_list(text, node, done, value)
    return text if _says(node) in (value, str(value)) else _replaced(text, node, _written(text, node, value))


def _says(node: Any) -> Data | None:
    """What a node says; None for a block that holds anything."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if node.value:
        return None
    return {} if isinstance(node, yaml.MappingNode) else ()


def _put_block(text: str, node: Any, done: Path, value: Mapping[str, Data]) -> str:
    """Each key on its own; keys that are too many go last, so that the block is never empty in between."""
    surplus = [key.value for key, _ in node.value if key.value not in value]
    for key, item in value.items():
        text = put(text, (*done, key), item)
    for key in surplus:
        text = remove(text, (*done, key))
    return text


def _put_list(text: str, node: Any, done: Path, value: tuple[Data, ...]) -> str:
    """New items at the end, then what is too many goes; lists of blocks are not edited as wholes."""
    if not all(isinstance(item, yaml.ScalarNode) for item in node.value):
        raise CannotEdit("this list holds more than single values")
    said = [item.value for item in node.value]
    for item in value:
        if str(item) not in said:
            text = _appended(text, _find(_root(text), done), item)
    for place in reversed(range(len(said))):
        if said[place] not in [str(item) for item in value]:
            text = remove(text, (*done, place))
    return text


def _replaced(text: str, node: Any, written: str) -> str:
    """The text with a node written anew; blank lines and comments behind it stay."""
    return text[: node.start_mark.index] + written + text[_end(text, node) :]


def _written(text: str, node: Any, value: Data) -> str:
    """A value in the place of a node: in its style where that can hold it."""
    if not isinstance(value, str):
        return in_one_line(value)
    start = node.start_mark.index
    before = text[text.rfind("\n", 0, start) + 1 : start]
    if "\n" in value and not _in_flow(text, node) and _fits_literal(value):
        return _literal(value, len(before) - len(before.lstrip(" -")) + 2)
    if getattr(node, "style", None) == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"' if getattr(node, "style", None) == '"' and scalar(value) == value else scalar(value)


def _fits_literal(value: str) -> bool:
    """Whether a text can stand as lines of its own."""
    lines = value.split("\n")
    return bool(lines[0].strip()) and not lines[0].startswith(" ") and all(line.isprintable() for line in lines)


def _literal(value: str, indent: int) -> str:
    """A text of several lines as a literal block, without the end of its last line."""
    body = value.rstrip("\n")
    ends = len(value) - len(body)
    lines = textwrap.indent(body, " " * indent)
    return {0: "|-", 1: "|"}.get(ends, "|+") + "\n" + lines + "\n" * max(0, ends - 1)


def _in_flow(text: str, node: Any) -> bool:
    """Whether a node stands inside braces or brackets."""
    depth = 0
    for token in yaml.scan(text, Loader=LOADER):
        if token.start_mark.index >= node.start_mark.index:
            break
        depth += isinstance(token, (yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken))
        depth -= isinstance(token, (yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken))
    return depth > 0


def _end(text: str, node: Any) -> int:
    """Where a node's own text ends: a block's mark stands at whatever comes next, comments included."""
    if not isinstance(node, yaml.ScalarNode) and not node.flow_style and node.value:
        return _end(text, _value(node, len(node.value) - 1))
    end: int = node.end_mark.index
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        return len(text[:end].rstrip("\n"))
    return end


def _line_end(text: str, index: int) -> int:
    """Where the line at an index ends, its comment included and its line end not."""
    end = text.find("\n", index)
    return len(text) if end < 0 else end


def _entry(key: str, value: Data, indent: int) -> str:
    """The lines of a new entry at an indentation."""
    if isinstance(value, str) and "\n" in value and _fits_literal(value):
        return f"{' ' * indent}{scalar(key)}: {_literal(value, indent + 2)}\n"
    return textwrap.indent(dump({key: value}), " " * indent)


def _added(text: str, node: Any, key: str, value: Data) -> str:
    """The text with one more entry at the end of a block."""
    if not isinstance(node, yaml.MappingNode):
        raise CannotEdit(f"there is no block for `{key}`: something else stands there")
    if not node.value:
        return _replaced(text, node, in_one_line({key: value}))
    if node.flow_style:
        end = _end(text, _value(node, len(node.value) - 1))
        return f"{text[:end]}, {scalar(key)}: {in_one_line(value)}{text[end:]}"
    end = _line_end(text, _end(text, node))
    return f"{text[:end]}\n{_entry(key, value, node.value[0][0].start_mark.column).rstrip()}{text[end:]}"


def _appended(text: str, node: Any, value: Data) -> str:
    """The text with one more item at the end of a list."""
    if node.flow_style:
        end = _end(text, node.value[-1])
        return f"{text[:end]}, {in_one_line(value)}{text[end:]}"
    end = _line_end(text, _end(text, node))
    return f"{text[:end]}\n{' ' * node.start_mark.column}- {in_one_line(value)}{text[end:]}"


def _without_inline(text: str, parent: Any, place: int) -> str:
    """Out of braces or brackets, with the comma that parts it from the next or the last."""
    starts = [item[0] if isinstance(item, tuple) else item for item in parent.value]
    if place + 1 < len(starts):
        return text[: starts[place].start_mark.index] + text[starts[place + 1].start_mark.index :]
    return text[: _end(text, _value(parent, place - 1))] + text[_end(text, _value(parent, place)) :]


def _without_lines(text: str, parent: Any, place: int) -> str:
    """Out of a block: its lines go, with a comment behind it on its last line."""
    item = parent.value[place]
    start = (item[0] if isinstance(item, tuple) else item).start_mark.index
    begin = text.rfind("\n", 0, start) + 1
    before = text[begin:start]
    if before.strip(" -") or (isinstance(item, tuple) and before.strip()):
        raise CannotEdit("it stands on a line with other things")
    end = _line_end(text, _end(text, _value(parent, place)))
    return text[:begin] + text[min(end + 1, len(text)) :]
