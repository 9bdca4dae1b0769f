"""`challenge import`: writes a manifest and pages into a folder, and nothing anywhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from challenge_cli.errors import Code, Failure
from challenge_cli.writing import write
from tests.cli.conftest import Challenge

NAME = "Melting Points Challenge"


@pytest.fixture
def applied(here: Path, challenge: Challenge) -> Path:
    """The quick start, applied to the embedded sandbox of the folder."""
    assert challenge("apply", "--sandbox", "--auto-approve").code == Code.FINE
    return here


def test_an_import_says_what_it_wrote_what_is_to_decide_and_what_the_plan_would_do(
    applied: Path, challenge: Challenge
) -> None:
    ran = challenge("import", NAME, "--sandbox", "--timezone", "Europe/Berlin", "--out", "copy")
    assert ran.code == Code.FINE, ran.err
    assert "copy/challenge.yaml" in ran.out
    assert "To decide" in ran.out
    assert "The plan is empty: nothing to do." in ran.out
    assert challenge("validate", "copy/challenge.yaml").code == Code.FINE


def test_for_scripts_it_says_the_same_as_json(applied: Path, challenge: Challenge) -> None:
    ran = challenge("import", NAME, "--sandbox", "--out", "copy", "--format", "json")
    said = json.loads(ran.out)
    assert (said["valid"], said["plan"], said["stage"]) == (True, {}, "draft")
    assert sorted(said["files"]) == sorted(str(path) for path in Path("copy").rglob("*") if path.is_file())
    assert {"where", "what"} == set(said["decisions"][0])


def test_files_that_are_there_are_listed_and_not_one_is_written(applied: Path, challenge: Challenge) -> None:
    before = (applied / "challenge.yaml").read_bytes()
    ran = challenge("import", NAME, "--sandbox")
    assert ran.code == Code.ERROR
    assert "challenge.yaml" in ran.err
    assert "wiki/index.md" in ran.err
    assert "--allow overwrite" in ran.err
    assert (applied / "challenge.yaml").read_bytes() == before


def test_with_consent_they_are_written_over(applied: Path, challenge: Challenge) -> None:
    ran = challenge("import", NAME, "--sandbox", "--allow", "overwrite", "--timezone", "Europe/Berlin")
    assert ran.code == Code.FINE, ran.err
    assert "as it was on Synapse" in (applied / "challenge.yaml").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["No such challenge"], "there is no project named 'No such challenge'"),
        (["syn1"], "syn1"),
        ([NAME, "--timezone", "EST"], "not the name of a time zone"),
        ([NAME, "--staging", NAME], "is the live project itself"),
    ],
)
def test_what_cannot_be_imported_is_said_and_how_to_mend_it(
    applied: Path, challenge: Challenge, arguments: list[str], said: str
) -> None:
    ran = challenge("import", *arguments, "--sandbox", "--out", "copy")
    assert ran.code == Code.ERROR
    assert said in ran.err
    assert "help: " in ran.err
    assert not (applied / "copy").exists()


def test_a_folder_without_a_sandbox_is_told_from_one_that_is_empty(here: Path, challenge: Challenge) -> None:
    ran = challenge("import", NAME, "--sandbox", "--out", "copy")
    assert ran.code == Code.ERROR
    assert "there is no embedded sandbox here" in ran.err
    assert not (here / ".challenge").exists()


@pytest.mark.parametrize("name", ["../outside.md", "/etc/outside.md", "wiki/../../outside.md"])
def test_nothing_is_written_outside_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(Failure, match="outside"):
        write({"challenge.yaml": "manifest: 1\n", name: "x"}, tmp_path / "out")
    assert list(tmp_path.rglob("*")) == []


def test_no_link_is_followed_out_of_the_folder(tmp_path: Path) -> None:
    elsewhere, out = tmp_path / "elsewhere", tmp_path / "out"
    elsewhere.mkdir()
    out.mkdir()
    (out / "wiki").symlink_to(elsewhere)
    with pytest.raises(Failure, match="outside"):
        write({"wiki/index.md": "x"}, out, overwrite=True)
    assert list(elsewhere.iterdir()) == []
