"""Several challenges in one command: each for itself, the worst exit code, and one session at one server."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from challenge_cli.errors import Code
from challenge_cli.several import WORST_FIRST, json_schema, worst
from challenge_cli.target import token_of
from synapse_sandbox.server import running
from tests.cli.conftest import QUICKSTART, Challenge, edit

ACCOUNTS = ("example-deployer", "example-organizer-1", "example-organizer-2", "example-admin", "example-bot")
BROKEN = "manifest: 1\n"


@pytest.fixture
def folder(here: Path) -> Path:
    """Two challenges side by side, and one between them that can't be used."""
    for name in ("first", "second"):
        shutil.copytree(QUICKSTART, here / "all" / name, ignore=shutil.ignore_patterns(".challenge"))
    second = here / "all/second/challenge.yaml"
    edit(second, "key: melting-points", "key: boiling-points")
    edit(second, "name: Melting Points Challenge", "name: Boiling Points Challenge")
    (here / "all/middle").mkdir()
    (here / "all/middle/challenge.yaml").write_text(BROKEN)
    return here / "all"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    place = tmp_path_factory.mktemp("server")
    users = [f"{name}:{token_of(name)}" for name in ACCOUNTS]
    with running(place / "data", users, access_log=place / "access.jsonl") as url:
        yield url, place / "access.jsonl"


@pytest.fixture
def at(server: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    monkeypatch.setenv("SYNAPSE_AUTH_TOKEN", token_of("example-deployer"))
    return ("--endpoint", server[0])


def entries(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)
    jsonschema.Draft202012Validator(json_schema()).validate(found)
    return found


def test_every_challenge_below_a_folder_is_validated_and_the_worst_code_counts(
    challenge: Challenge, folder: Path
) -> None:
    shown = challenge("validate", folder)
    assert shown.code == Code.ERROR
    assert shown.out.count(" is valid: ") == 2
    assert "`challenge` is missing" in shown.out
    shutil.rmtree(folder / "middle")
    assert challenge("validate", folder).code == Code.FINE


def test_the_findings_of_several_are_an_array_and_one_run_of_sarif(challenge: Challenge, folder: Path) -> None:
    found = entries(challenge("validate", folder, folder / "nowhere", "--format", "json").out)
    assert [Path(item["manifest"]).parent.name for item in found[:3]] == ["first", "middle", "second"]
    assert [item["exit_code"] for item in found] == [0, 1, 0, 1]
    assert [item["result"] and item["result"]["valid"] for item in found] == [True, False, True, None]
    assert found[3]["error"]["what"] == "there is no such file"
    (run,) = json.loads(challenge("validate", folder, "--format", "sarif").out)["runs"]
    assert any(result["ruleId"] == "manifest.missing-key" for result in run["results"])


def test_a_manifest_that_is_named_twice_is_taken_once(challenge: Challenge, folder: Path) -> None:
    first = folder / "first"
    assert len(entries(challenge("validate", first, first / "challenge.yaml", folder, "--format", "json").out)) == 3


def test_hidden_folders_hold_no_challenges(challenge: Challenge, folder: Path) -> None:
    shutil.copytree(folder / "first", folder / ".old")
    assert challenge("validate", folder).out.count(" is valid: ") == 2


def test_one_that_fails_stops_no_other_and_all_share_one_session(
    challenge: Challenge, folder: Path, at: tuple[str, ...], server: tuple[str, Path]
) -> None:
    planned = challenge("plan", folder, *at, "--detailed-exitcode")
    assert planned.code == Code.ERROR
    assert re.findall(r"^(\w+) Points Challenge \(", planned.out, re.MULTILINE) == ["Melting", "Boiling"]
    assert "middle/challenge.yaml" in planned.err
    before = len(server[1].read_text().splitlines())
    done = challenge("apply", folder, *at, "--auto-approve")
    assert done.code == Code.ERROR
    assert done.out.count("Apply complete") == 2
    signed_in = [line for line in server[1].read_text().splitlines()[before:] if "/user/bundle" in line]
    assert len(signed_in) == 1
    shutil.rmtree(folder / "middle")
    again = challenge("plan", folder, *at, "--detailed-exitcode", "--format", "json")
    assert again.code == Code.FINE
    assert [item["result"]["changes"] for item in entries(again.out)] == [[], []]
    kept = (next((folder / name / ".challenge/receipts").iterdir()) for name in ("first", "second"))
    receipts = [json.loads(file.read_text()) for file in kept]
    assert [receipt["requests"]["POST /team"] for receipt in receipts] == [5, 5], "each receipt counts its own"


def test_kept_plans_are_carried_out_together_each_for_itself(
    challenge: Challenge, folder: Path, at: tuple[str, ...]
) -> None:
    for name, title in (("first", "Melting"), ("second", "Boiling")):
        manifest = folder / name / "challenge.yaml"
        edit(manifest, f"name: {title} Points Challenge", f"name: Kept {title} Points")
        edit(manifest, f"key: {title.lower()}-points", f"key: kept-{title.lower()}")
        assert challenge("plan", folder / name, *at, "--out", f"{name}.json").code == Code.FINE
    done = challenge("apply", "first.json", "second.json", *at, "--auto-approve", "--format", "json")
    assert done.code == Code.FINE
    ledgers = [[receipt["ledger"] for receipt in item["result"]] for item in entries(done.out)]
    assert ledgers == [["written"], ["written"]]


@pytest.mark.parametrize(
    "option", [("--out", "plan.json"), ("--allow", "delete"), ("--target", "wiki.live"), ("--take", "live", "all")]
)
def test_what_is_decided_about_one_challenge_is_refused_for_several(
    challenge: Challenge, folder: Path, option: tuple[str, ...]
) -> None:
    shown = challenge("plan", folder, *option, "--sandbox")
    assert shown.code == Code.ERROR
    assert "for one challenge" in shown.err


def test_a_server_that_lets_nobody_in_is_said_once(
    challenge: Challenge, folder: Path, at: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNAPSE_AUTH_TOKEN", "wrong")
    shown = challenge("plan", folder, *at)
    assert shown.code == Code.ERROR
    assert shown.err.count("  help: ") == 1


def test_an_error_is_worse_than_an_apply_to_repeat_and_that_than_what_waits() -> None:
    assert [int(code) for code in WORST_FIRST] == [1, 3, 5, 4, 2, 0]
    assert worst([0, 4, 2]) == Code.HELD
