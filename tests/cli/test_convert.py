"""`challenge convert`: what it prints, what it writes, what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from challenge_cli.conversions import json_schema
from challenge_cli.errors import Code
from tests.challenge_spec.converting.conversions import PATHS
from tests.cli.conftest import Challenge

SCHEMA = Path(__file__).resolve().parents[2] / "schemas/convert.schema.json"


def test_the_schema_in_the_repository_is_current() -> None:
    assert json.loads(SCHEMA.read_text()) == json_schema()


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", PATHS)
def test_what_is_written_validates_without_errors(challenge: Challenge, name: str, tmp_path: Path) -> None:
    said = challenge("convert", PATHS[name], "--out", tmp_path / "new")
    assert said.code == Code.FINE, said.err
    assert "challenge validate" in said.out
    assert challenge("validate", tmp_path / "new" / "challenge.yaml").code == Code.FINE


def test_each_field_without_a_target_is_told_with_its_place_and_what_to_do(
    challenge: Challenge, tmp_path: Path
) -> None:
    said = challenge("convert", PATHS["evalai"], "--out", tmp_path)
    lines = said.out.splitlines()
    at = next(
        index for index, line in enumerate(lines) if line.endswith("challenge_config.yaml:24  max_team_members: 5")
    )
    assert lines[at + 1] == "    why: Synapse doesn't limit the size of teams"
    assert lines[at + 2] == "    instead: State it in the rules, and check it."


def test_the_json_keeps_to_its_schema_and_names_every_file(challenge: Challenge, tmp_path: Path) -> None:
    said = challenge("convert", PATHS["codabench"], "--out", tmp_path / "new", "--format", "json")
    document = json.loads(said.out)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(document)
    assert sorted(document["files"]) == sorted(str(path) for path in (tmp_path / "new").rglob("*") if path.is_file())
    assert document["format"] == "codabench"


def test_nothing_that_is_there_is_written_over_without_being_told(challenge: Challenge, tmp_path: Path) -> None:
    (tmp_path / "challenge.yaml").write_text("mine")
    said = challenge("convert", PATHS["quota"], "--out", tmp_path)
    assert (said.code, files(tmp_path)) == (Code.ERROR, {"challenge.yaml": b"mine"})
    assert "--allow overwrite" in said.err
    assert challenge("convert", PATHS["quota"], "--out", tmp_path, "--allow", "overwrite").code == Code.FINE


def test_a_link_that_leads_out_of_the_folder_is_not_written_through(challenge: Challenge, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "wiki").symlink_to(tmp_path / "elsewhere")
    said = challenge("convert", PATHS["codabench"], "--out", tmp_path / "new")
    assert said.code == Code.ERROR
    assert files(tmp_path) == {}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere",), "there is nothing here"),
        ((PATHS["quota"], "--from", "wiki-config", "--timezone", "EST"), "not the name of a time zone"),
        ((PATHS["quota"], "--name", "Défi"), "Synapse would refuse"),
        ((PATHS["quota"].parent,), "there is none of"),
        ((PATHS["quota"].parent, "--from", "quota"), "which file is meant"),
        ((PATHS["evalai"] / "annotations" / "practice.json",), "this is neither"),
    ],
)
def test_what_can_not_be_is_said(
    challenge: Challenge, tmp_path: Path, arguments: tuple[str | Path, ...], message: str
) -> None:
    said = challenge("convert", *arguments, "--out", tmp_path / "new")
    assert said.code == Code.ERROR
    assert message in said.err
    assert "help:" in said.err
    assert not (tmp_path / "new").exists()


def test_a_name_of_ones_own_is_taken(challenge: Challenge, tmp_path: Path) -> None:
    challenge("convert", PATHS["quota"], "--out", tmp_path, "--name", "Shells of Three Beaches")
    said = challenge("validate", tmp_path / "challenge.yaml")
    assert "Shells of Three Beaches (shells-of-three-beaches) is valid" in said.out


def test_a_wrong_guess_at_the_format_still_loads(challenge: Challenge, tmp_path: Path) -> None:
    said = challenge("convert", PATHS["evalai"] / "challenge_config.yaml", "--from", "codabench", "--out", tmp_path)
    assert said.code == Code.FINE, said.err
