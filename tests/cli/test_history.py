"""`challenge history`, and what the status says of an apply that didn't finish."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import jsonschema

from challenge_cli.errors import Code
from challenge_cli.histories import document, json_schema, lines, warning
from planner.render.spans import to_plain
from providers.synapse.history import History, Version
from providers.synapse.lock_state import Unfinished
from tests.cli.conftest import BEFORE_LAUNCH, Challenge, edit

SCHEMA = Path(__file__).resolve().parents[2] / "schemas/history.schema.json"
NOW = datetime(2027, 3, 3, 17, tzinfo=UTC)
KILLED = Unfinished("example-admin", NOW, "sha256:0123456789abcdef", 37)
FIRST = Version(1, "example-admin", NOW, "sha256:" + "a" * 64, "abcdef123456", "run", {"create": 50, "unfinished": 2})
DAMAGED = Version(2, "3300001", NOW, damage="this version of the ledger is damaged")


def shown(found: History) -> str:
    return to_plain(lines(found, "America/Los_Angeles", 100))


def test_the_published_schema_is_current() -> None:
    assert json.loads(SCHEMA.read_text()) == json_schema()


def test_a_version_is_told_with_who_when_how_much_and_from_where() -> None:
    said = shown(History((DAMAGED, FIRST)))
    assert "example-admin" in said
    assert "2027-03-03 09:00" in said
    assert "50 created, 2 not done, commit abcdef123456, plan aaaaaaaaaaaa" in said
    assert "this version of the ledger is damaged" in said


def test_an_apply_that_did_not_finish_is_told_first_with_what_to_do() -> None:
    said = " ".join(shown(History((FIRST,), KILLED)).split())
    assert said.startswith(
        "An apply of plan 0123456789ab, 37 operations, by example-admin at 2027-03-03 17:00:00 UTC did not finish: "
        "apply again, it does what is missing."
    )


def test_an_apply_at_work_is_not_to_be_repeated() -> None:
    at_work = Unfinished("example-admin", NOW, None, None, at_work_until=NOW)
    said = to_plain(warning(at_work, 100))
    assert said == "An apply by example-admin at 2027-03-03 17:00:00 UTC is at work.\n"


def test_a_history_in_json_fits_its_schema() -> None:
    found = json.loads(document(History((DAMAGED, FIRST), KILLED), "key", "Synapse").model_dump_json())
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text())).validate(found)
    assert found["unfinished"]["holder"] == "example-admin"


def test_before_the_first_apply_there_is_no_history(challenge: Challenge, here: Path) -> None:
    said = challenge("history", *BEFORE_LAUNCH)
    assert (said.code, said.out) == (Code.FINE, "Nothing was applied yet.\n")


def test_each_apply_that_did_something_is_in_the_history(challenge: Challenge, applied: Path) -> None:
    edit(applied / "challenge.yaml", "stage: draft", "stage: preregistration")
    challenge("apply", *BEFORE_LAUNCH, "--auto-approve")
    challenge("apply", *BEFORE_LAUNCH, "--auto-approve")
    found = json.loads(challenge("history", *BEFORE_LAUNCH, "--format", "json").out)
    assert [item["number"] for item in found["versions"]] == [2, 1]
    newest = max((applied / ".challenge/receipts").iterdir(), key=lambda path: path.stat().st_mtime)
    assert found["versions"][0]["plan"] == json.loads(newest.read_text())["plan_digest"]
    assert found["unfinished"] is None
    assert json.loads(challenge("status", *BEFORE_LAUNCH, "--format", "json").out)["unfinished"] is None
