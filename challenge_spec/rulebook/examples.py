"""A rule's example as files: the sound challenge broken, or mended."""

from __future__ import annotations

from difflib import SequenceMatcher

from challenge_spec.diagnostics import lines_of
from challenge_spec.rulebook.rule import Example, Files
from challenge_spec.rulebook.sound import PAGES, SOUND

MANIFEST = "challenge.yaml"
_WIDTH = 150
_MANY = 3


def manifest_of(example: Example, *, mended: bool) -> str:
    """The example's manifest. Raises ValueError where the sound challenge hasn't what is to be replaced."""
    text = SOUND
    right = example.old if example.right is None else example.right
    for old, new in (*example.also, (example.old, right if mended else example.wrong)):
        if old not in text:
            raise ValueError(f"the sound challenge has no {old!r}")
        text = text.replace(old, new, 1) if old else text
    return text


def files_of(example: Example, *, mended: bool) -> Files:
    """Everything that the example's folder holds; None stands for a file that is left out."""
    return {**PAGES, MANIFEST: manifest_of(example, mended=mended), **(example.mended if mended else example.files)}


def excerpts(example: Example, *, mended: bool) -> list[tuple[str, str]]:
    """(file, text) of what a page about the rule shows: the files that matter, cut to what matters in them."""
    own = example.mended if mended else example.files
    other = example.files if mended else example.mended
    manifest = _difference(manifest_of(example, mended=mended), manifest_of(example, mended=not mended), example)
    shown = [(MANIFEST, manifest)] if manifest else []
    names = [*own, *(name for name in other if name not in own and name in PAGES)]
    shown += [(name, _content(own[name] if name in own else PAGES[name])) for name in names[:_MANY]]
    return [*shown, *([("...", f"and {len(names) - _MANY} more like these")] if len(names) > _MANY else [])]


def _content(content: str | bytes | None) -> str:
    if content is None:
        return "(not there)"
    text = content if isinstance(content, str) else content.decode("latin-1")
    return "\n".join(_visible(line) for line in text.rstrip("\n").split("\n")) or "(nothing)"


def _visible(line: str) -> str:
    shown = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in line)
    return shown if len(shown) <= _WIDTH else f"{shown[:_WIDTH]} ..."


def _difference(text: str, other: str, example: Example) -> str:
    """The lines that differ from the other version and from the sound challenge, below the keys they stand in."""
    lines = lines_of(text)
    changed = _changed(lines, lines_of(other)) if text != other else set()
    if example.also:
        changed |= _changed(lines, lines_of(SOUND))
    kept = set(changed)
    for number in changed:
        kept |= _above(lines, number)
    return "\n".join(_visible(lines[number]) for number in sorted(kept) if number < len(lines))


def _changed(lines: list[str], others: list[str]) -> set[int]:
    """Numbers of the lines that the others don't have; where only something is missing, the line before it."""
    found: set[int] = set()
    for tag, first, last, _, _ in SequenceMatcher(None, lines, others, autojunk=False).get_opcodes():
        if tag != "equal":
            found |= set(range(first, last)) or {max(0, first - 1)}
    return found


def _above(lines: list[str], number: int) -> set[int]:
    """The lines with the keys that a line stands below."""
    found, indent = set[int](), _indent(lines[number])
    for before in range(number - 1, -1, -1):
        if lines[before].strip() and _indent(lines[before]) < indent:
            indent = _indent(lines[before])
            found.add(before)
    return found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
