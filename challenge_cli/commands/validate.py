"""`challenge validate`: is the manifest all right?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from challenge_cli import console
from challenge_cli.errors import Code, Failure, in_words
from challenge_cli.manifests import read, several
from challenge_cli.options import format_option, manifests_argument

if TYPE_CHECKING:
    from challenge_spec.diagnostics import Diagnostic
    from challenge_spec.load import Loaded

EPILOG = """\b
Examples:
  challenge validate
  challenge validate --resolved               the manifest with every default filled in, and every time in three zones
  challenge validate --ignore time.staffed-end --format github
  challenge validate --explain round.gap      what a rule is about, with an example
  challenge validate examples/quickstart/challenge.yaml --format json
  challenge validate challenges/              every challenge below a folder"""


@click.command("validate", epilog=EPILOG)
@manifests_argument
@format_option("text", "json", "github", "sarif")
@click.option("--select", multiple=True, metavar="CODE", help="Show these findings only; `round` is all of its family.")
@click.option("--ignore", multiple=True, metavar="CODE", help="Leave these out; errors can't be ignored.")
@click.option("--resolved", is_flag=True, help="Print what the manifest comes to: merged, decided, as YAML or JSON.")
@click.option("--explain", metavar="CODE", help="Print the page about a rule, and check nothing.")
def command(
    manifests: tuple[Path, ...],
    form: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    resolved: bool,
    explain: str | None,
) -> int:
    """Check MANIFEST, what it includes and its pages, without network.

    Every finding of one run is shown, with its place, why it matters and how to mend it. Exit code 1 if one of them is
    an error. A warning that is meant is kept by a comment, `# challenge: ignore CODE -- REASON`.
    """
    if explain is not None:
        return _explain(explain)
    _check_codes(select, ignore)
    manifest, *others = several(manifests)
    if others:
        if resolved:
            raise click.UsageError("--resolved is for one manifest; name that one alone")
        return _each((manifest, *others), form, select, ignore)
    loaded = read(manifest)
    if resolved and loaded.resolved is not None:
        _decided(loaded, form)
        return Code.FINE
    from challenge_cli.findings import chosen

    checked = Checked(loaded, chosen(loaded.diagnostics, select, ignore))
    _FORMS[form](manifest, loaded, checked.found)
    return _code(checked)


def _each(manifests: tuple[Path, ...], form: str, select: tuple[str, ...], ignore: tuple[str, ...]) -> int:
    """Check one after another; one that isn't there stops no other."""
    from challenge_cli.findings import chosen
    from challenge_cli.several import Ended, as_json, entry, told, worst

    entries: list[dict[str, Any]] = []
    checked: list[Checked] = []
    for manifest in manifests:
        ended: Ended[Checked]
        try:
            loaded = read(manifest)
            ended = Ended(manifest, Checked(loaded, chosen(loaded.diagnostics, select, ignore)))
        except Failure as error:
            ended = Ended(manifest, error=error)
        code = told(ended, _code, partial(_one_of_many, form, manifest))
        checked += [ended.value] if ended.value else []
        entries.append(entry(manifest, code, ended.value and _document(ended.value), ended.error))
    if form == "json":
        as_json(entries)
    elif form == "sarif":
        _print_sarif(checked)
    return worst(item["exit_code"] for item in entries)


@dataclass(frozen=True, slots=True)
class Checked:
    """A manifest with what was found and is to be shown."""

    loaded: Loaded
    found: tuple[Diagnostic, ...]


def _code(checked: Checked) -> Code:
    """A selection shows less; a manifest that can't be used stays one."""
    from challenge_spec.diagnostics import count

    shown = set(checked.found)
    hidden = [item for item in checked.loaded.diagnostics if item.severity == "error" and item not in shown]
    if hidden:
        console.message(in_words("--select", f"{count(hidden)} of other codes found", "leave --select out to see more"))
    return Code.ERROR if checked.loaded.has_errors else Code.FINE


def _one_of_many(form: str, manifest: Path, checked: Checked) -> None:
    """Text and workflow commands line up; JSON and SARIF are one document of all."""
    if form in ("text", "github"):
        _FORMS[form](manifest, checked.loaded, checked.found)


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
    from planner.counting import count

    if found:
        console.result(render(found, loaded.files))
    elif loaded.resolved is not None:
        here = loaded.resolved
        sizes = f"{count(len(here.queues), 'queue')}, {count(len(loaded.pages), 'page')}"
        kept = f"; {len(loaded.kept)} kept on purpose" if loaded.kept else ""
        console.result(f"{manifest}: {here.name} ({here.key}) is valid: {sizes}{kept}.")


def _json(_manifest: Path, loaded: Loaded, found: tuple[Diagnostic, ...]) -> None:
    _print(_document(Checked(loaded, found)))


def _document(checked: Checked) -> dict[str, Any]:
    from challenge_cli.findings import as_json

    loaded = checked.loaded
    challenge = loaded.resolved.key if loaded.resolved else None
    return {"valid": not loaded.has_errors, "challenge": challenge, **as_json(checked.found, loaded.kept)}


def _github(_manifest: Path, _loaded: Loaded, found: tuple[Diagnostic, ...]) -> None:
    from challenge_cli.findings import as_github

    if found:
        console.result(as_github(found))


def _sarif(_manifest: Path, loaded: Loaded, found: tuple[Diagnostic, ...]) -> None:
    _print_sarif([Checked(loaded, found)])


def _print_sarif(checked: Sequence[Checked]) -> None:
    """One run, whatever the number of manifests."""
    from importlib.metadata import version

    from challenge_cli.findings import as_sarif

    found = [item for one in checked for item in one.found]
    kept = [item for one in checked for item in one.loaded.kept]
    _print(as_sarif(found, kept, version("challenge-as-code")))


def _print(value: dict[str, Any]) -> None:
    console.result(json.dumps(value, indent=2, ensure_ascii=False))


_FORMS = {"text": _text, "json": _json, "github": _github, "sarif": _sarif}
