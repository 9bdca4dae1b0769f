"""`challenge fmt`: files are laid out, checked, or left alone with a reason."""

from __future__ import annotations

from pathlib import Path

from challenge_cli.errors import Code
from tests.cli.conftest import Challenge, edit


def test_a_file_in_our_layout_stays_untouched(challenge: Challenge, here: Path) -> None:
    before = (here / "challenge.yaml").read_bytes()
    shown = challenge("fmt")
    assert (shown.code, shown.out, shown.err) == (Code.FINE, "", "0 of 1 file changed.\n")
    assert (here / "challenge.yaml").read_bytes() == before


def test_check_changes_nothing_and_fails(challenge: Challenge, here: Path) -> None:
    edit(here / "challenge.yaml", "{ rmse: minimize, pearson: maximize }", "{rmse: minimize,pearson:   maximize}")
    before = (here / "challenge.yaml").read_bytes()
    shown = challenge("fmt", "--check")
    assert (shown.code, shown.out) == (Code.ERROR, "challenge.yaml\n")
    assert (here / "challenge.yaml").read_bytes() == before


def test_formatting_mends_what_check_finds(challenge: Challenge, here: Path) -> None:
    before = (here / "challenge.yaml").read_text()
    edit(here / "challenge.yaml", "{ rmse: minimize, pearson: maximize }", "{rmse: minimize,pearson:   maximize}")
    assert challenge("fmt").code == Code.FINE
    assert (here / "challenge.yaml").read_text() == before
    assert challenge("fmt", "--check").code == Code.FINE


def test_included_files_are_formatted_too(challenge: Challenge, here: Path) -> None:
    edit(here / "challenge.yaml", "manifest: 1\n", "manifest: 1\ninclude: [people.yaml]\n")
    (here / "people.yaml").write_text("teams:\n    judges:   { join: invitation }\n")
    assert challenge("fmt", here / "challenge.yaml", here).out == f"{here / 'people.yaml'}\n"
    assert (here / "people.yaml").read_text() == "teams:\n  judges: { join: invitation }\n"


def test_a_file_that_can_not_be_read_is_left_alone(challenge: Challenge, here: Path) -> None:
    edit(here / "challenge.yaml", "stage: draft", "stage: [draft")
    before = (here / "challenge.yaml").read_bytes()
    shown = challenge("fmt")
    assert shown.code == Code.ERROR
    assert "can't be read as YAML" in shown.err
    assert (here / "challenge.yaml").read_bytes() == before
