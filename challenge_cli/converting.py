"""`challenge convert` but for printing: convert, look whether the result loads, write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from challenge_cli.errors import Failure
from challenge_cli.writing import write

if TYPE_CHECKING:
    from challenge_spec.converting.run import Converted, Format
    from challenge_spec.load import Loaded

Files = Mapping[str, str | bytes]


@dataclass(frozen=True, slots=True)
class Conversion:
    """What came of it. files: as written, the manifest first; loaded: what `validate` sees of them."""

    converted: Converted
    files: tuple[Path, ...]
    loaded: Loaded


def run_conversion(
    source: Path, kind: Format | None, zone: ZoneInfo, name: str | None, out: Path, *, overwrite: bool
) -> Conversion:
    """Convert a challenge and write it below a folder. Raises Failure, and then nothing is written."""
    from challenge_spec.converting.report import CannotConvert
    from challenge_spec.converting.run import convert
    from challenge_spec.diagnostics import render

    try:
        converted = convert(source, kind, zone, name)
    except CannotConvert as problem:
        raise Failure(problem.where, problem.what, problem.mend) from None
    files, loaded = sound(converted, out)
    if loaded.has_errors:
        errors = [item for item in loaded.diagnostics if item.severity == "error"]
        what = f"what was converted could not be used; nothing was written\n\n{render(errors, loaded.files)}\n"
        raise Failure(str(source), what, "write to an empty folder with --out; if it is one, please report this")
    return Conversion(converted, write(files, out, overwrite), loaded)


def sound(converted: Converted, out: Path) -> tuple[Files, Loaded]:
    """The files as they load. Pages whose links can't be mended are kept as they are, unchecked, with a word."""
    loaded = _loaded(converted.files, out)
    broken = {item.position.file for item in loaded.diagnostics if item.severity == "error"}
    pages = [name for name in converted.files if name.endswith(".md") and _shown(out, name) in broken]
    if not pages:
        return converted.files, loaded
    files = {**converted.files, **{name: _as_it_is(str(converted.files[name])) for name in pages}}
    for name in pages:
        _say(converted, name)
    return files, _loaded(files, out)


def _loaded(files: Files, out: Path) -> Loaded:
    from challenge_spec.converting.run import MANIFEST
    from challenge_spec.load import load_challenge

    content = {
        (out / name).resolve(): text if isinstance(text, bytes) else text.encode() for name, text in files.items()
    }
    return load_challenge(out / MANIFEST, content)


def _shown(out: Path, name: str) -> str:
    from challenge_spec.tree import Tree

    tree = Tree.around(out / "challenge.yaml")
    return tree.name(tree.home / name)


def _as_it_is(text: str) -> str:
    from challenge_spec.fields import PlainText
    from challenge_spec.pages.heads import put_in_head

    return put_in_head(text, "as_is", PlainText("true"))


def _say(converted: Converted, name: str) -> None:
    from challenge_spec.diagnostics import Position

    why = "not all of its links can be mended, so it says `as_is: true` and none is looked at"
    converted.report.leave(Position(converted.source), f"links of {name}", why, "Mend them, and delete `as_is`.")
