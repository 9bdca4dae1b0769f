"""`challenge init`: a manifest to begin with, from options or from a conversation; nothing is ever overwritten."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from challenge_cli.errors import Code
from challenge_spec.format import formatted
from challenge_spec.load import load_challenge
from tests.challenge_spec.sound import shown
from tests.cli.conftest import Challenge

BIN = Path(sys.executable).parent / "challenge"
NEEDED = ("--name", "Melting Points Challenge", "--timezone", "Europe/Berlin", "--no-human-data", "--daily", "2")
CHOICES = [
    (),
    ("--submission", "docker", "--human-data", "--preregistration", "2027-01-12"),
    ("--open", "2027-03-03T09:00", "--close", "2027-05-25", "--conclude", "2027-07-07"),
    ("--task", "Mixture: similarity?", "--task", "Odour, intensity", "--key", "smell", "--metric", "yes"),
    (
        "--organizer",
        "example-organizer-1",
        "--organizer",
        "123",
        "--administrator",
        "example-admin",
        "--submission",
        "folder",
    ),
    (
        "--task",
        "Solids",
        "--task",
        "Liquids",
        "--together",
        "--every",
        "4 weeks",
        "--writeups",
        "--scores",
        "after_close",
    ),
    (
        "--sensitive",
        "--terms",
        "--submission",
        "docker",
        "--open",
        "2027-03-03",
        "--close",
        "2027-05-25",
        "--every",
        "2 weeks",
    ),
]


@pytest.mark.parametrize("choice", CHOICES[:3] + CHOICES[4:], ids=str)
def test_what_is_written_is_valid_in_our_layout_and_warns_of_what_is_to_be_written(
    challenge: Challenge, tmp_path: Path, choice: tuple[str, ...]
) -> None:
    said = challenge("init", tmp_path / "new", *NEEDED, *choice)
    assert said.code == Code.FINE, said.err
    manifest = tmp_path / "new" / "challenge.yaml"
    loaded = load_challenge(manifest)
    assert {item.code for item in loaded.diagnostics} == {"page.placeholder"}, shown(loaded)
    assert formatted(manifest.read_text()) == manifest.read_text()
    assert sorted(said.out.split()) == sorted(str(path) for path in (tmp_path / "new").rglob("*") if path.is_file())


def test_the_line_for_editors_leads_to_the_schema(challenge: Challenge, tmp_path: Path) -> None:
    challenge("init", tmp_path, *NEEDED)
    first = (tmp_path / "challenge.yaml").read_text().splitlines()[0]
    schema = tmp_path / first.removeprefix("# yaml-language-server: $schema=")
    assert json.loads(schema.read_text())["title"] == "Challenge manifest"


def test_answers_that_synapse_would_refuse_are_said_and_nothing_is_written(
    challenge: Challenge, tmp_path: Path
) -> None:
    said = challenge("init", tmp_path / "new", *NEEDED, *CHOICES[3])
    assert said.code == Code.ERROR
    assert "name.not-allowed" in said.err
    assert not (tmp_path / "new").exists()


def test_files_that_are_there_are_never_touched(challenge: Challenge, here: Path) -> None:
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
    said = challenge("init", here, *NEEDED)
    assert said.code == Code.ERROR
    assert "challenge.yaml" in said.err
    assert {path: path.read_bytes() for path in here.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--name", "Xyz"), "not said: --timezone, --human-data, --daily"),
        ((*NEEDED, "--timezone", "EST"), "not the name of a time zone"),
        ((*NEEDED, "--open", "03/03/2027"), "is no moment"),
        ((*NEEDED, "--task", "A b", "--task", "a-b"), "one key"),
        ((*NEEDED, "--daily", "0"), "--daily"),
        ((*NEEDED, "--open", "2027-13-03"), "is no moment"),
        ((*NEEDED, "--every", "often"), "is not a length of time"),
        ((*NEEDED, "--name", "R&D"), "Synapse would refuse names made of `R&D`"),
    ],
)
def test_what_is_missing_or_can_not_be_is_said(
    challenge: Challenge, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    said = challenge("init", tmp_path / "new", *arguments)
    assert said.code == Code.ERROR
    assert message in said.err
    assert not (tmp_path / "new").exists()


def test_on_a_terminal_it_asks_what_options_leave_open(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    answers = ["M&Ms", "Melting Points Challenge", "Mars/Olympus", "Europe/Berlin", "Solids, Liquids", "", "y"]
    answers += ["rmse", "minimize", "0", "3", "soon", "2027-13-03", "2027-03-03", "2027-05-25", "", "2027-02-02"]
    answers += ["now and then", "2 weeks", "after_round", "y", "n", "n", "y", "example-organizer-1", "example-admin"]
    os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
    with subprocess.Popen([BIN, "init", "new"], cwd=tmp_path, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        assert process.wait(60) == Code.FINE, os.read(ours, 100_000)
    os.close(ours)
    loaded = load_challenge(tmp_path / "new" / "challenge.yaml")
    assert loaded.resolved is not None, shown(loaded)
    assert [item.key for item in loaded.resolved.sub_challenges] == ["solids", "liquids"]
    leaderboard, writeups = loaded.resolved.queues
    assert (leaderboard.sub_challenges, len(leaderboard.rounds)) == (("solids", "liquids"), 6)
    assert (leaderboard.limits, leaderboard.results.scores) == ({"daily": 3}, "after_round")
    assert writeups.purpose == "writeup"
    assert loaded.resolved.timeline["preregistration"] is not None
    assert loaded.resolved.timeline["conclude"] is None
    assert [item.kind for item in loaded.resolved.requirements] == ["clickwrap"]
