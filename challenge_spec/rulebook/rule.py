"""The shape of a rule's entry, and of its example: a sound challenge, broken at one place and mended again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from challenge_spec.diagnostics import Severity

Files = Mapping[str, "str | bytes | None"]
"""Contents by path below the challenge's folder; None leaves a file of the sound challenge out."""


@dataclass(frozen=True, slots=True)
class Example:
    """What breaks the sound challenge, and what does instead.

    old: a text of its manifest. wrong, right: what stands in its place (`right` left out: `old` itself). also: further
    replacements, made in both. files, mended: files that differ, in the broken and in the mended challenge.
    """

    old: str = ""
    wrong: str = ""
    right: str | None = None
    also: tuple[tuple[str, str], ...] = ()
    files: Files = field(default_factory=dict)
    mended: Files = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `example` is None where no file shows it: what it reports depends on the machine."""

    code: str
    severity: Severity
    what: str
    why: str
    mend: str
    example: Example | None

    @property
    def family(self) -> str:
        """What stands before the dot of the code."""
        return self.code.partition(".")[0]
