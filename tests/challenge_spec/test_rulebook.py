"""The rulebook: complete, true in every example, and published as it is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from challenge_spec.load import Loaded, load_challenge
from challenge_spec.rulebook import rules
from challenge_spec.rulebook.examples import excerpts, files_of
from challenge_spec.rulebook.pages import write_pages
from challenge_spec.rulebook.rule import Example, Rule
from tests.challenge_spec.broken import expected, put, told
from tests.challenge_spec.sound import shown

ROOT = Path(__file__).parents[2]
SHOWN = [rule for rule in rules() if rule.example is not None]
CODE = re.compile(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*")
NO_CODES = {"challenge.yaml", "index.md", "run.gpus", "workflow.cwl"}
NO_REPORTS = {"where", "get", "startswith"}
"""Calls that take paths in the manifest, which read like codes."""


def loaded(example: Example, folder: Path, *, mended: bool) -> Loaded:
    return load_challenge(put(folder, files_of(example, mended=mended)))


def example_of(rule: Rule) -> Example:
    assert rule.example is not None
    return rule.example


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.code)
def test_the_wrong_example_has_the_finding(rule: Rule, tmp_path: Path) -> None:
    found = loaded(example_of(rule), tmp_path, mended=False)
    assert {item.severity for item in found.diagnostics if item.code == rule.code} == {rule.severity}, shown(found)
    assert told(found, tmp_path) == expected()[rule.code], "nothing else, and nothing elsewhere"


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.code)
def test_every_finding_says_why_and_how_to_mend_it(rule: Rule, tmp_path: Path) -> None:
    found = loaded(example_of(rule), tmp_path, mended=False)
    assert all(item.why and item.help for item in found.diagnostics), shown(found)


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.code)
def test_the_right_example_has_no_error_and_not_the_finding(rule: Rule, tmp_path: Path) -> None:
    found = loaded(example_of(rule), tmp_path, mended=True)
    assert not found.has_errors, shown(found)
    assert rule.code not in {item.code for item in found.diagnostics}, shown(found)


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.code)
def test_the_two_examples_are_shown_and_differ(rule: Rule) -> None:
    wrong, right = (excerpts(example_of(rule), mended=mended) for mended in (False, True))
    assert wrong
    assert wrong != right


def codes_in(path: Path) -> set[str]:
    """Codes in a module: those that we know, and texts that read like one and are handed to what may report them."""
    tree = ast.parse(path.read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    reports = [call for call in calls if ast.unparse(call.func).rpartition(".")[2] not in NO_REPORTS]
    handed = {text for call in reports for argument in call.args for text in texts_in(argument)}
    known = {rule.code for rule in rules()}
    codes = {text for text in handed if CODE.fullmatch(text) and not text.startswith("defaults.")}
    return (codes - NO_CODES) | (texts_in(tree) & known)


def texts_in(tree: ast.AST) -> set[str]:
    found = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return {text for text in found if isinstance(text, str)}


def test_every_code_of_the_source_has_its_rule_and_every_rule_its_code() -> None:
    known = {rule.code for rule in rules()}
    aside = {"rulebook", "converting"}
    modules = [path for path in (ROOT / "challenge_spec").rglob("*.py") if not aside & {*path.parts}]
    used = {code for path in modules for code in codes_in(path)}
    assert used - known == set(), "add them to challenge_spec/rulebook/"
    put_together = {code for code in known if code.startswith("reference.unknown-")}
    assert known - used - put_together == set(), "no module reports them any more"


def test_codes_are_unique() -> None:
    assert len({rule.code for rule in rules()}) == len(rules())


def test_the_pages_in_the_repository_are_current(tmp_path: Path) -> None:
    write_pages(tmp_path)
    published = {path.name: path.read_text() for path in (ROOT / "docs" / "rules").glob("*.md")}
    made = {path.name: path.read_text() for path in tmp_path.glob("*.md")}
    assert published == made, (
        "run: python -c \"from challenge_spec.rulebook.pages import *; write_pages(Path('docs/rules'))\""
    )
