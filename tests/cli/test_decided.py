"""What a manifest comes to, on the command line: `validate --resolved` and `explain`."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from challenge_cli.main import cli

QUICKSTART = str(Path(__file__).parents[2] / "examples" / "quickstart" / "challenge.yaml")


def run(*arguments: str) -> str:
    done = CliRunner().invoke(cli, arguments, catch_exceptions=False, standalone_mode=False)
    return done.stdout


def test_validate_prints_the_decided_manifest_as_yaml() -> None:
    shown = run("validate", QUICKSTART, "--resolved")
    assert shown.startswith("key: melting-points\n")
    assert "  leaderboard/prediction:" in shown


def test_validate_prints_the_decided_manifest_as_json() -> None:
    decided = json.loads(run("validate", QUICKSTART, "--resolved", "--format", "json"))
    assert decided["queues"]["writeups"]["evaluation"] == "receive"


def test_a_manifest_with_errors_has_nothing_decided(tmp_path: Path) -> None:
    broken = tmp_path / "challenge.yaml"
    broken.write_text("manifest: 1\nchallenge: { key: x, name: Xx Xx, timezone: EST }\n")
    assert "time.zone-abbreviation" in run("validate", str(broken), "--resolved")


def test_explain_says_where_a_value_came_from() -> None:
    shown = run("explain", "queue.leaderboard/prediction", "--manifest", QUICKSTART)
    assert "    limits: queues.leaderboard.limits" in shown


def test_explain_says_when_limits_begin_anew() -> None:
    shown = run("explain", "round.leaderboard/prediction/Round 1", "--manifest", QUICKSTART)
    assert "    daily: daily at 01:00 CET, from 29 March 02:00 CEST" in shown


def test_explain_says_where_a_teams_values_came_from() -> None:
    shown = run("explain", "team.testers", "--manifest", QUICKSTART)
    assert "    name: (derived from challenge.name and the key)" in shown


def test_explain_says_where_the_data_of_a_folder_were_said() -> None:
    shown = run("explain", "folder.data/training", "--manifest", QUICKSTART)
    assert "    folder: data.training.folder" in shown
