"""The file that describes a foreign challenge, opened: its values with places, and the files around it."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from challenge_spec.converting.block import Block, shifted
from challenge_spec.converting.bundle import Bundle
from challenge_spec.converting.report import CannotConvert, Report
from challenge_spec.diagnostics import Diagnostic, Position
from challenge_spec.source import MAX_BYTES, read_yaml
from challenge_spec.tree import Unreadable

LIST = "entries"
"""Where the entries stand of a file that is one list."""
MAX_TEXT_BYTES = 1_000_000
_OURS = ("yaml.no-block", "yaml.empty")
"""What their reader says of manifests."""
_IGNORED = ("yaml.no-value",)
"""A key without a value is a key that was left out."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a reader works on. file: name in the bundle; called: name of the challenge where the source has none."""

    bundle: Bundle
    file: str
    root: Block
    zone: ZoneInfo
    called: str

    @property
    def report(self) -> Report:
        """Where everything is noted."""
        return self.root.report

    def beside(self, name: str) -> str:
        """A file named in the source, as the bundle names it; empty if it would lie outside."""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self.file), name.strip()))
        return "" if path.startswith(("../", "/")) or path in ("..", ".") or "\0" in path else path

    def text(self, name: str) -> tuple[str, str]:
        """The text of a file named in the source, and why there is none."""
        path = self.beside(name)
        if not path or not self.bundle.has(path):
            return "", f"there is no file `{_short(name)}`" if path else f"`{_short(name)}` lies outside"
        try:
            data = self.bundle.read(path, MAX_TEXT_BYTES)
            return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""), ""
        except Unreadable as problem:
            return "", problem.message
        except UnicodeDecodeError:
            return "", f"`{_short(name)}` is not UTF-8 text"


def read_root(bundle: Bundle, file: str) -> Block:
    """The values of a YAML or JSON file; what its reader stumbled over is in the report. Raises CannotConvert."""
    shown = bundle.shown(file)
    try:
        data = bundle.read(file, MAX_BYTES)
    except Unreadable as problem:
        raise CannotConvert(shown, problem.message, problem.remedy or "look at the file") from None
    text, shift = _as_yaml(data) if file.endswith(".json") else (data, 0)
    source, _, problems = read_yaml(text, shown)
    if not source.value:
        raise _nothing(shown, problems, shift)
    report = Report()
    root = Block(source, (), source.value, report, shift=shift)
    for found in problems:
        if found.code not in _IGNORED:
            instead = "Mend it there and convert again, or look at what it became."
            place = shifted(found.position, shift)
            report.leave(place, found.message, found.why or "it was read without it", instead)
    return root


def _nothing(shown: str, problems: list[Diagnostic], shift: int) -> CannotConvert:
    """What there is to say of a file that has no values."""
    worst = problems[-1] if problems else None
    place = shifted(worst.position, shift) if worst else Position(shown)
    what = worst.message if worst and worst.code not in _OURS else "there is nothing in it to convert"
    return CannotConvert(f"{place.file}:{place.line}:{place.column}", what, "mend the file where it comes from")


def _as_yaml(data: bytes) -> tuple[bytes, int]:
    """JSON for a reader of YAML, which knows neither tabs nor surrogates; lines stay what they were.

    Also how many characters were put in front of a list, to make a block of it.
    """
    spaced = data.removeprefix(b"\xef\xbb\xbf").replace(b"\t", b" ")
    pair = rb"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
    text = re.sub(pair, _one_character, spaced)
    if not text.lstrip().startswith(b"["):
        return text, 0
    front = b'{"%s": ' % LIST.encode()
    return front + text + b"}", len(front)


def _one_character(match: re.Match[bytes]) -> bytes:
    high, low = int(match[2], 16), int(match[3], 16)
    return match[1] + b"\\U%08x" % (0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


def _short(name: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in name[:80])
