"""Values into YAML that people like to read, and that our loader reads back as the same values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from challenge_spec.fields import PlainText
from challenge_spec.source import Path

WIDTH: Final = 110
"""Columns up to which a block of scalars stands on one line."""

_PLAIN = re.compile(r"[A-Za-z0-9_./(][A-Za-z0-9_./()+@%=;$^~<>|*&!' -]*(?::[A-Za-z0-9_./()+@%=;$^~<>|*&!'-]+)*")
"""Texts that need no quotes anywhere, for any reader: no comma, brackets, `#` or `?`, a colon only inside a word."""
_OTHER_TYPES = re.compile(
    r"~|null|Null|NULL|true|True|TRUE|false|False|FALSE|y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|0[ox][0-9a-fA-F]+"
    r"|[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[0-9:]+"
)
"""Texts that some reader of YAML takes for something else than text."""


def dump(document: Mapping[str, Any], comments: Mapping[Path, str] | None = None) -> str:
    """The YAML of nested dicts, lists and scalars.

    comments: path → a sentence, which stands above that key or item. `PlainText`, numbers and truth values are written
    without quotes, other texts without where nobody could take them for anything but texts.
    """
    said = comments or {}
    return "".join(f"{line}".rstrip() + "\n" for line in (*_commented((), 0, said), *_block(document, (), 0, said)))


def _block(value: Mapping[str, Any], path: Path, indent: int, comments: Mapping[Path, str]) -> Iterator[str]:
    for key, item in value.items():
        here = (*path, key)
        yield from _commented(here, indent, comments)
        yield from _entry(f"{' ' * indent}{scalar(key)}:", item, here, indent, comments)


def _entry(head: str, item: Any, path: Path, indent: int, comments: Mapping[Path, str]) -> Iterator[str]:
    if not _is_block(item):
        yield f"{head} {_alone(item)}"
        return
    short = None if _has_comment(path, comments) else in_one_line(item)
    if short is not None and len(head) + 1 + len(short) <= WIDTH and (indent or not _holds_blocks(item)):
        yield f"{head} {short}"
        return
    yield head
    if isinstance(item, Mapping):
        yield from _block(item, path, indent + 2, comments)
    else:
        yield from _items(item, path, indent + 2, comments)


def _items(value: Sequence[Any], path: Path, indent: int, comments: Mapping[Path, str]) -> Iterator[str]:
    for index, item in enumerate(value):
        here = (*path, index)
        yield from _commented(here, indent, comments)
        dash = f"{' ' * indent}-"
        short = None if _has_comment(here, comments) else in_one_line(item)
        if short is not None and (len(dash) + 1 + len(short) <= WIDTH or not _is_block(item)):
            yield f"{dash} {short}"
        elif isinstance(item, Mapping):
            lines = list(_block(item, here, indent + 2, comments))
            yield from _after_dash(dash, lines, indent)
        else:
            yield from _after_dash(dash, list(_items(item, here, indent + 2, comments)), indent)


def _after_dash(dash: str, lines: list[str], indent: int) -> Iterator[str]:
    """A block whose first line stands behind the dash; comments stay on lines of their own."""
    if lines[0].lstrip().startswith("#"):
        yield dash
        yield from lines
        return
    yield dash + lines[0][indent + 1 :]
    yield from lines[1:]


def _commented(path: Path, indent: int, comments: Mapping[Path, str]) -> Iterator[str]:
    if path in comments:
        yield from (f"{' ' * indent}# {line}" for line in comments[path].splitlines())


def _has_comment(path: Path, comments: Mapping[Path, str]) -> bool:
    return any(place[: len(path)] == path and place != path for place in comments)


def _holds_blocks(item: Any) -> bool:
    """Whether something has entries that are blocks themselves: at the top of a file these get lines of their own."""
    values = item.values() if isinstance(item, Mapping) else item
    return any(_is_block(value) for value in values)


def _is_block(item: Any) -> bool:
    return isinstance(item, (Mapping, list, tuple)) and bool(item)


def in_one_line(item: Any) -> str:
    """Flow style."""
    if isinstance(item, Mapping):
        parts = [f"{scalar(key)}: {in_one_line(value)}" for key, value in item.items()]
        return "{ " + ", ".join(parts) + " }" if parts else "{}"
    if isinstance(item, (list, tuple)):
        return "[" + ", ".join(in_one_line(value) for value in item) + "]"
    return scalar(item)


def scalar(value: Any) -> str:
    """One value: bare where that is safe anywhere, else between double quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    text = str(value)
    bare = _is_safe(text) and (isinstance(value, PlainText) or not _OTHER_TYPES.fullmatch(text))
    return text if bare else _quoted(text)


def _alone(item: Any) -> str:
    """A value on a line of its own, where commas need no quotes."""
    text = str(item)
    if isinstance(item, str) and "," in text and text[0] != "," and _is_safe(text.replace(",", "")):
        return text
    return in_one_line(item)


def _is_safe(text: str) -> bool:
    plain = "".join("x" if char.isalpha() else char for char in text)
    return bool(_PLAIN.fullmatch(plain)) and not text.endswith((" ", ":")) and not text.startswith("---")


def _quoted(text: str) -> str:
    """Double quotes with JSON's escapes, which YAML shares; letters of all languages stay readable."""
    shown = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else _escaped(char) for char in shown)


def _escaped(char: str) -> str:
    return f"\\U{ord(char):08x}" if ord(char) > 0xFFFF else f"\\u{ord(char):04x}"
