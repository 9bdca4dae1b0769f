"""Where resolving and rules put what they find, with positions taken from the manifest's paths."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from challenge_spec.diagnostics import Diagnostic, Position, Severity
from challenge_spec.source import Path, Source


@dataclass(slots=True)
class Findings:
    """Collects diagnostics; `path` is a path of keys and indexes in the manifest."""

    source: Source
    items: list[Diagnostic] = field(default_factory=list)

    def error(self, code: str, path: Path, message: str, remedy: str = "", why: str = "") -> None:
        """Something is wrong with the value at `path`."""
        self._add("error", code, self.source.at(path), message, remedy, why)

    def error_at_key(self, code: str, path: Path, message: str, remedy: str = "", why: str = "") -> None:
        """Something is wrong with the key at `path`, or something is missing below it."""
        self._add("error", code, self.source.key_at(path), message, remedy, why)

    def warning(self, code: str, path: Path, message: str, remedy: str = "", why: str = "") -> None:
        """Something at `path` is probably not what was meant."""
        self._add("warning", code, self.source.at(path), message, remedy, why)

    def warning_at_key(self, code: str, path: Path, message: str, remedy: str = "", why: str = "") -> None:
        """Something about the key at `path`, or missing below it, is probably not what was meant."""
        self._add("warning", code, self.source.key_at(path), message, remedy, why)

    def info(self, code: str, path: Path, message: str, remedy: str = "", why: str = "") -> None:
        """Something at `path` is worth knowing."""
        self._add("info", code, self.source.at(path), message, remedy, why)

    def extend(self, found: Iterable[Diagnostic]) -> None:
        """Take over findings that have their positions already."""
        self.items.extend(found)

    def _add(self, severity: Severity, code: str, place: Position, message: str, remedy: str, why: str) -> None:
        self.items.append(Diagnostic(code, severity, place, message, why, remedy))
