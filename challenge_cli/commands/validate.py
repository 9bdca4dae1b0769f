"""`challenge validate`: is the manifest all right?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from challenge_cli import console
from challenge_cli.errors import Code, Failure
from challenge_cli.manifests import read
from challenge_cli.options import format_option, manifest_argument

if TYPE_CHECKING:
    from challenge_spec.diagnostics import Diagnostic
    from challenge_spec.load import Loaded

EPILOG = """\b
Examples:
  challenge validate
  challenge validate --resolved               the manifest with every default filled in, and every time in three zones
  challenge validate --ignore time.staffed-end --format github
  challenge validate --explain round.gap      what a rule is about, with an example
  challenge validate examples/quickstart/challenge.yaml --format json"""


@click.command("validate", epilog=EPILOG)
@manifest_argument
@format_option("text", "json", "github", "sarif")
@click.option("--select", multiple=True, metavar="CODE", help="Show these findings only; `round` is all of its family.")
@click.option("--ignore", multiple=True, metavar="CODE", help="Leave these out; errors can't be ignored.")
@click.option("--resolved", is_flag=True, help="Print what the manifest comes to: merged, decided, as YAML or JSON.")
@click.option("--explain", metavar="CODE", help="Print the page about a rule, and check nothing.")
def command(
    manifest: Path, form: str, select: tuple[str, ...], ignore: tuple[str, ...], resolved: bool, explain: str | None
) -> int:
    """Check MANIFEST, what it includes and its pages, without network.

    Every finding of one run is shown, with its place, why it matters and how to mend it. Exit code 1 if one of them is
    an error. A warning that is meant is kept by a comment, `# challenge: ignore CODE -- REASON`.
    """
    if explain is not None:
        return _explain(explain)
    _check_codes(select, ignore)
    loaded = read(manifest)
    if resolved and loaded.resolved is not None:
        _decided(loaded, form)
        return Code.FINE
    from challenge_cli.findings import chosen
    from challenge_spec.diagnostics import has_errors

    found = chosen(loaded.diagnostics, select, ignore)
    _FORMS[form](manifest, loaded, found)
    return Code.ERROR if has_errors(found) else Code.FINE


def _explain(code: str) -> int:
    from challenge_spec.rulebook import rule_named
    from challenge_spec.rulebook.pages import page

    rule = rule_named(code)
    if rule is None:
        raise _unknown("--explain", code)
    console.result(page(rule).rstrip())
    return Code.FINE


def _check_codes(select: tuple[str, ...], ignore: tuple[str, ...]) -> None:
    """Refuse codes that no rule has: a misspelt one would show nothing, or everything."""
    if not select and not ignore:
        return
    from challenge_spec.rulebook import codes_and_families

    for option, codes in (("--select", select), ("--ignore", ignore)):
        for code in codes:
            if code not in codes_and_families():
                raise _unknown(option, code)


def _unknown(option: str, code: str) -> Failure:
    from challenge_spec.diagnostics import did_you_mean
    from challenge_spec.rulebook import codes_and_families

    mend = did_you_mean(code, sorted(codes_and_families())) or "docs/rules/README.md lists all of them"
    return Failure(option, f"there is no rule `{code}`", mend)


def _decided(loaded: Loaded, form: str) -> None:
    """The decided manifest alone to standard output, findings beside it."""
    from challenge_spec.diagnostics import render
    from challenge_spec.dump import dump
    from challenge_spec.shown import document

    if loaded.resolved is None:
        return
    if loaded.diagnostics:
        console.message(render(loaded.diagnostics, loaded.files))
    decided = document(loaded.resolved)
    console.result(json.dumps(decided, indent=2, ensure_ascii=False) if form == "json" else dump(decided).rstrip())


def _text(manifest: Path, loaded: Loaded, found: tuple[Diagnostic, ...]) -> None:
    from challenge_spec.diagnostics import render

    if found:
        console.result(render(found, loaded.files))
    elif loaded.resolved is not None:
        here = loaded.resolved
        pages, kept = f"{len(loaded.pages)} pages", f"; {len(loaded.kept)} kept on purpose" if loaded.kept else ""
        console.result(f"{manifest}: {here.name} ({here.key}) is valid: {len(here.queues)} queues, {pages}{kept}.")


def _json(_manifest: Path, loaded: Loaded, found: tuple[Diagnostic, ...]) -> None:
    from challenge_cli.findings import as_json

    challenge = loaded.resolved.key if loaded.resolved else None
    _print({"valid": not loaded.has_errors, "challenge": challenge, **as_json(found, loaded.kept)})


def _github(_manifest: Path, _loaded: Loaded, found: tuple[Diagnostic, ...]) -> None:
    from challenge_cli.findings import as_github

    if found:
        console.result(as_github(found))


def _sarif(_manifest: Path, loaded: Loaded, found: tuple[Diagnostic, ...]) -> None:
    from importlib.metadata import version

    from challenge_cli.findings import as_sarif

    _print(as_sarif(found, loaded.kept, version("challenge-as-code")))


def _print(value: dict[str, Any]) -> None:
    console.result(json.dumps(value, indent=2, ensure_ascii=False))


_FORMS = {"text": _text, "json": _json, "github": _github, "sarif": _sarif}
