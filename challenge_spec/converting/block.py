"""A block of a foreign file, read key by key: a value of the wrong kind, or a key that nobody asked for, is reported.

Truth values and numbers are read as the tools of these platforms read them (YAML 1.1), from the text as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, TypeAlias

from challenge_spec.converting.names import printable
from challenge_spec.converting.report import Report
from challenge_spec.diagnostics import Position, did_you_mean
from challenge_spec.fields import PlainText
from challenge_spec.rules.texts import looks_like_secret
from challenge_spec.source import Path, Source

Homeless: TypeAlias = Mapping[str, tuple[str, str]]
"""Keys that have no target: why, and what to do instead."""

_FLAGS = {
    **dict.fromkeys(("true", "yes", "on", "y"), True),
    **dict.fromkeys(("false", "no", "off", "n"), False),
}
_WHOLE = re.compile(r"[+-]?[0-9][0-9_]{0,14}(?:\.0*)?")
_SHOWN = 60
MOST = 200
"""Entries that are read of a list or block; the manifest takes 200 sub-challenges."""


@dataclass(slots=True)
class Block:
    """One block of keys. label: what people call it, `challenge_phases[0]`; empty for the whole file.

    shift: characters that were put in front of the first line before it was read.
    """

    source: Source
    path: Path
    value: Mapping[str, Any]
    report: Report
    label: str = ""
    asked: set[str] = field(default_factory=set)
    shift: int = 0

    def at(self, key: str | None = None) -> Position:
        """Where a key stands; without one, where the block begins."""
        found = self.source.key_at((*self.path, key)) if key is not None else self.source.at(self.path)
        return shifted(found, self.shift)

    def said_at(self, key: str) -> Position:
        """Where the value of a key stands."""
        return shifted(self.source.at((*self.path, key)), self.shift)

    def name(self, key: str) -> str:
        """A key as people find it: `challenge_phases[0].name`."""
        return f"{self.label}.{key}" if self.label else key

    def has(self, key: str) -> bool:
        """Whether something is said for a key."""
        return key in self.value

    def raw(self, key: str, to: str = "") -> Any:
        """The value as it was written, None where there is none. to: what it becomes, for the report."""
        self.asked.add(key)
        found = self.value.get(key)
        if found is not None and to:
            self.take(key, to)
        return found

    def take(self, key: str, to: str) -> None:
        """Report what a key became."""
        self.report.take(self.at(key), self.name(key), to)

    def leave(self, key: str, why: str, instead: str) -> None:
        """Report that a key has no target."""
        self.asked.add(key)
        value = self.value.get(key)
        if isinstance(value, str) and looks_like_secret(value):
            self._keep_secret(key)
            return
        self.report.leave(self.at(key), f"{self.name(key)}: {_short(value)}", why, instead)

    def text(self, key: str, to: str = "") -> str | None:
        """A single value as text, without blanks around it; None where there is none."""
        found = self.raw(key)
        if found is None or (isinstance(found, str) and not found.strip()):
            return None
        if not isinstance(found, str):
            self._wrong(key, "a single value")
            return None
        if looks_like_secret(found):
            self._keep_secret(key)
            return None
        if to:
            self.take(key, to)
        return found.strip()

    def flag(self, key: str, to: str = "") -> bool | None:
        """A truth value; None where there is none."""
        found = self.text(key)
        if found is None:
            return None
        value = _FLAGS.get(found.lower())
        if value is None:
            self._wrong(key, "true or false")
            return None
        if to:
            self.take(key, to)
        return value

    def whole(self, key: str, to: str = "") -> int | None:
        """A whole number from 0 on; None where there is none."""
        found = self.text(key)
        if found is None:
            return None
        if not _WHOLE.fullmatch(found) or found.startswith("-"):
            self._wrong(key, "a whole number")
            return None
        if to:
            self.take(key, to)
        return int(found.partition(".")[0].replace("_", ""))

    def is_plain(self, key: str) -> bool:
        """Whether a value was written without quotes."""
        return isinstance(self.value.get(key), PlainText)

    def block(self, key: str) -> Block:
        """The block below a key; an empty one where there is none."""
        found = self.raw(key)
        if found is not None and not isinstance(found, Mapping):
            self._wrong(key, "a block of keys")
        return self._below((key,), found if isinstance(found, Mapping) else {}, self.name(key))

    def blocks(self, key: str, most: int = MOST) -> list[Block]:
        """The blocks of a list, at most so many; what is no block is reported."""
        return [item for item in (self._item(key, *pair) for pair in self._list(key, most)) if item is not None]

    def texts(self, key: str, to: str = "") -> list[str]:
        """The texts of a list, or of one text with commas."""
        found = self.raw(key)
        if isinstance(found, str):
            texts = [part.strip() for part in found.split(",")]
        else:
            texts = [item.strip() for _, item in self._list(key, MOST) if isinstance(item, str)]
        if texts and to:
            self.take(key, to)
        if any(map(looks_like_secret, texts)):
            self._keep_secret(key)
        return [text for text in texts if text and not looks_like_secret(text)][:MOST]

    def entries(self) -> Iterator[tuple[str, Block]]:
        """Every key with the block below it; what is no block is reported."""
        for key in islice(self.value, MOST):
            block = self.block(key)
            if isinstance(self.value[key], Mapping):
                yield key, block

    def finish(self, homeless: Homeless, known: tuple[str, ...] = ()) -> None:
        """Report every key that nobody asked for, and those that are known to have no target.

        known: further keys that were possible, for the did-you-mean.
        """
        open_ = [key for key in self.value if key not in self.asked]
        if len(open_) > MOST:
            what = f"{self.label or 'the file'}: {len(open_) - MOST} more keys"
            self.report.leave(self.at(), what, "nothing is known of them", "Look whether they are needed.")
        for key in open_[:MOST]:
            if key in homeless:
                self.leave(key, *homeless[key])
            else:
                possible = [*self.asked, *homeless, *known]
                hint = did_you_mean(key, possible) if len(possible) > 12 else ""
                self.leave(key, "nothing is known of this key", hint or "Look whether it is misspelt, or needed.")

    def _list(self, key: str, most: int) -> list[tuple[int, Any]]:
        found = self.raw(key)
        if found is None:
            return []
        if not isinstance(found, list):
            self._wrong(key, "a list")
            return []
        if len(found) > most:
            self.report.leave(
                self.at(key), self.name(key), f"only {most} entries of {len(found)} were read", "Divide it."
            )
        return list(enumerate(found[:most]))

    def _item(self, key: str, index: int, value: Any) -> Block | None:
        label = f"{self.name(key)}[{index}]"
        if isinstance(value, Mapping):
            return self._below((key, index), value, label)
        place = shifted(self.source.at((*self.path, key, index)), self.shift)
        self.report.leave(place, f"{label}: {_short(value)}", "a block of keys was expected", "Mend it there, or here.")
        return None

    def _below(self, path: Path, value: Mapping[str, Any], label: str) -> Block:
        return Block(self.source, (*self.path, *path), value, self.report, label, shift=self.shift)

    def _keep_secret(self, key: str) -> None:
        """Report a text that may come from anywhere and belongs nowhere, without repeating it."""
        why, instead = "it looks like an access token", "Revoke it: what was in a file that was shared stays there."
        self.report.leave(self.said_at(key), self.name(key), why, instead)

    def _wrong(self, key: str, expected: str) -> None:
        self.report.leave(
            self.said_at(key),
            f"{self.name(key)}: {_short(self.value.get(key))}",
            f"{expected} was expected",
            "Mend it and convert again, or say in the manifest what was meant.",
        )


def shifted(place: Position, by: int) -> Position:
    """A place of the file itself, where something was put in front of its first line."""
    return replace(place, column=max(1, place.column - by)) if by and place.line == 1 else place


def _short(value: Any) -> str:
    """A value on one short line."""
    if isinstance(value, Mapping):
        return "{...}" if value else "{}"
    if isinstance(value, list):
        return f"[{len(value)} entries]" if len(value) != 1 else "[1 entry]"
    text = printable(str(value))
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
