"""`challenge validate` for machines, for a choice of rules, and for who wants to know more about one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from challenge_cli.errors import Code
from challenge_cli.findings import as_github
from challenge_spec.diagnostics import Diagnostic, Position
from tests.cli.conftest import Challenge, edit

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def sunday(here: Path) -> Path:
    """The quick start, closing on a Sunday."""
    edit(here / "challenge.yaml", "close: 2027-05-25", "close: 2027-05-23")
    return here


def test_text_names_the_page_about_the_rule(challenge: Challenge, sunday: Path) -> None:
    shown = challenge("validate")
    assert "  rule: docs/rules/time.staffed-end.md" in shown.out
    assert (ROOT / "docs/rules/time.staffed-end.md").is_file()


def test_github_shows_a_finding_beside_its_line(challenge: Challenge, sunday: Path) -> None:
    shown = challenge("validate", "--format", "github", "--select", "time.staffed-end")
    assert shown.out.startswith("::warning file=challenge.yaml,line=12,col=10,endColumn=20,title=time.staffed-end::")
    assert shown.out.count("\n") == 1


def test_github_commands_escape_what_has_a_meaning_there() -> None:
    item = Diagnostic("round.gap", "info", Position("a,b:c.yaml"), "50 %\nmore")
    assert as_github([item]) == (
        "::notice file=a%2Cb%3Ac.yaml,line=1,col=1,endColumn=2,title=round.gap::50 %25%0Amore%0Adocs/rules/round.gap.md"
    )


def test_sarif_names_rules_places_and_reasons(challenge: Challenge, sunday: Path) -> None:
    edit(sunday / "challenge.yaml", "timeline:  ", "# challenge: ignore page -- nothing\ntimeline:  ")
    edit(sunday / "challenge.yaml", "close: 2027-05-23", "close: 2027-05-23  # challenge: ignore time -- a festival")
    log = json.loads(challenge("validate", "--format", "sarif").out)
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    found = {result["ruleId"]: result for result in run["results"]}
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == set(found)
    assert found["time.staffed-end"]["suppressions"] == [{"kind": "inSource", "justification": "a festival"}]
    place = found["ignore.unused"]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "challenge.yaml"
    assert place["region"]["startLine"] == 9


def test_a_finding_kept_on_purpose_is_listed_with_its_reason(challenge: Challenge, sunday: Path) -> None:
    edit(sunday / "challenge.yaml", "close: 2027-05-23", "close: 2027-05-23  # challenge: ignore time -- a festival")
    found = json.loads(challenge("validate", "--format", "json").out)
    assert [(item["code"], item["reason"]) for item in found["kept"]] == [("time.staffed-end", "a festival")]
    assert "1 kept on purpose" in challenge("validate", "--ignore", "round", "--ignore", "page").out


def test_what_is_printed_for_scripts_is_as_its_schema_says(challenge: Challenge, sunday: Path) -> None:
    schema = json.loads(challenge("schema", "findings").out)
    edit(sunday / "challenge.yaml", "close: 2027-05-23", "close: 2027-05-23  # challenge: ignore time -- a festival")
    edit(sunday / "challenge.yaml", "  stage: draft ", "  key: twice\n  stage: draft ")
    for manifest in (sunday, ROOT / "examples" / "quickstart"):
        Draft202012Validator(schema).validate(json.loads(challenge("validate", manifest, "--format", "json").out))


def test_select_and_ignore_take_codes_and_families(challenge: Challenge, sunday: Path) -> None:
    def codes(*arguments: str) -> set[str]:
        found = json.loads(challenge("validate", "--format", "json", *arguments).out)
        return {item["code"] for item in found["diagnostics"]}

    assert codes("--select", "time") == {"time.staffed-end"}
    assert "time.staffed-end" not in codes("--ignore", "time.staffed-end")
    assert codes("--select", "time", "--ignore", "time") == set()


def test_an_error_can_not_be_ignored(challenge: Challenge, here: Path) -> None:
    edit(here / "challenge.yaml", "purpose: leaderboard", "purpos: leaderboard")
    assert challenge("validate", "--ignore", "manifest").code == Code.ERROR


@pytest.mark.parametrize("form", ["text", "github", "json"])
def test_errors_that_were_not_selected_are_counted_and_still_errors(
    challenge: Challenge, here: Path, form: str
) -> None:
    manifest = here / "challenge.yaml"
    manifest.write_text(manifest.read_text() + "nonsense: 1\n")
    said = challenge("validate", "--select", "time", "--format", form)
    assert said.code == Code.ERROR
    assert "1 error of other codes found" in said.err
    assert "nonsense" not in said.out


@pytest.mark.parametrize("option", ["--select", "--ignore", "--explain"])
def test_a_misspelt_code_is_refused_with_the_nearest(challenge: Challenge, here: Path, option: str) -> None:
    shown = challenge("validate", option, "round.gab")
    assert shown.code == Code.ERROR
    assert "Did you mean `round.gap`?" in shown.err


def test_one_queue_is_a_queue(challenge: Challenge, tmp_path: Path) -> None:
    needed = ("--name", "Melting Points Challenge", "--timezone", "UTC", "--no-human-data", "--daily", "2")
    challenge("init", tmp_path, *needed)
    said = challenge("validate", tmp_path / "challenge.yaml", "--ignore", "page")
    assert said.out.endswith("is valid: 1 queue, 4 pages.\n")


def test_a_rule_is_explained_by_its_page(challenge: Challenge, tmp_path: Path) -> None:
    shown = challenge("validate", tmp_path / "nowhere", "--explain", "round.gap")
    assert shown.code == Code.FINE
    assert shown.out == (ROOT / "docs/rules/round.gap.md").read_text()
