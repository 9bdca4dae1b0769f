"""`challenge fmt`: one layout for manifests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from challenge_cli import console
from challenge_cli.errors import Code, in_words
from challenge_cli.manifests import existing

EPILOG = """\b
Examples:
  challenge fmt                             challenge.yaml in this folder, and what it includes
  challenge fmt --check                     changes nothing; exit code 1 if a file would change
  challenge fmt a/challenge.yaml b/challenge.yaml"""


@click.command("fmt", epilog=EPILOG)
@click.argument("manifests", nargs=-1, type=click.Path(path_type=Path), metavar="[MANIFEST]...")
@click.option("--check", is_flag=True, help="Change nothing; say which files would change.")
def command(manifests: tuple[Path, ...], check: bool) -> int:
    """Lay out MANIFEST, by default challenge.yaml here, and the files that it includes.

    Indentation, blanks and line ends are set anew; comments, quotes and the order of keys stay. What a file says never
    changes, and formatting it again changes nothing.
    """
    files = dict.fromkeys(file for manifest in manifests or (Path(),) for file in _files(existing(manifest)))
    outcomes = [_format(file, check=check) for file in files]
    changed, failed = outcomes.count(_CHANGED), outcomes.count(_FAILED)
    verb = "would change" if check else "changed"
    console.message(f"{changed} of {len(files)} file{'s' if len(files) > 1 else ''} {verb}.")
    return Code.ERROR if failed or (check and changed) else Code.FINE


_SAME, _CHANGED, _FAILED = "same", "changed", "failed"


def _files(manifest: Path) -> list[Path]:
    """A manifest, and every file that it includes."""
    from challenge_spec.include import assemble
    from challenge_spec.tree import Tree

    return [manifest, *(Path(name) for name in assemble(Tree.around(manifest), manifest).files)]


def _format(file: Path, *, check: bool) -> str:
    from challenge_spec.format import CannotFormat, formatted

    data = file.read_bytes()
    try:
        result = formatted(data.decode("utf-8")).encode()
    except (CannotFormat, UnicodeDecodeError) as problem:
        return _failed(file, problem)
    if result == data:
        return _SAME
    if not check:
        file.write_bytes(result)
    console.result(str(file))
    return _CHANGED


def _failed(file: Path, problem: Any) -> str:
    what = "it is not UTF-8 text" if isinstance(problem, UnicodeDecodeError) else str(problem)
    console.message(in_words(str(file), what, "`challenge validate` shows the place; it was left as it is"))
    return _FAILED
