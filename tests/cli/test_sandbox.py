"""Plan and apply as a user runs them, against the embedded sandbox."""

import json
import re
import signal
import stat
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from challenge_cli.errors import Code
from challenge_cli.target import ACCESS_LOG
from planner.render.document import from_json
from tests.cli.conftest import BEFORE_LAUNCH, BIN, Challenge, edit, serving

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"


def requests(here: Path) -> list[dict[str, Any]]:
    """What the sandbox was asked so far."""
    return [json.loads(row) for row in (here / ".challenge/sandbox" / ACCESS_LOG).read_text().splitlines()]


def writes(here: Path) -> int:
    return sum(request["write"] for request in requests(here))


def test_a_plan_shows_what_is_missing_and_writes_nothing(challenge: Challenge, here: Path) -> None:
    shown = challenge("plan", *BEFORE_LAUNCH)
    assert shown.code == Code.FINE
    assert re.search(r"^Plan: \d+ to create\.$", shown.out, re.MULTILINE)
    assert "+ queue.leaderboard/prediction" in shown.out
    assert requests(here)
    assert writes(here) == 0


def test_pending_changes_exit_with_2_if_asked_for(challenge: Challenge, here: Path) -> None:
    assert challenge("plan", *BEFORE_LAUNCH, "--detailed-exitcode").code == Code.PENDING


def test_after_an_apply_there_is_nothing_to_do(challenge: Challenge, applied: Path) -> None:
    shown = challenge("plan", *BEFORE_LAUNCH, "--detailed-exitcode")
    assert shown.code == Code.FINE
    assert "No changes. Synapse matches the manifest." in shown.out


def test_a_second_apply_writes_nothing_and_keeps_no_receipt(challenge: Challenge, applied: Path) -> None:
    before, receipts = writes(applied), list((applied / ".challenge/receipts").iterdir())
    shown = challenge("apply", *BEFORE_LAUNCH)
    assert shown.code == Code.FINE
    assert writes(applied) == before
    assert list((applied / ".challenge/receipts").iterdir()) == receipts


def test_an_apply_keeps_a_receipt_that_fits_its_schema(applied: Path) -> None:
    (kept,) = (applied / ".challenge/receipts").iterdir()
    receipt = json.loads(kept.read_text())
    jsonschema.Draft202012Validator(json.loads((SCHEMAS / "receipt.schema.json").read_text())).validate(receipt)
    assert receipt["ledger"] == "written"
    assert {line["result"] for line in receipt["lines"]} == {"done"}


def test_an_apply_writes_the_orchestrators_files(applied: Path) -> None:
    env = applied / ".challenge/orchestrator/main/.env"
    assert "EVALUATION_TEMPLATES=" in env.read_text()
    assert stat.S_IMODE(env.stat().st_mode) == 0o600


def test_nobody_to_ask_means_nothing_is_done(challenge: Challenge, here: Path) -> None:
    shown = challenge("apply", *BEFORE_LAUNCH)
    assert shown.code == Code.ERROR
    assert "--auto-approve" in shown.err
    assert "Plan: " in shown.out
    assert writes(here) == 0


def test_a_plan_in_json_is_untouched_by_messages(challenge: Challenge, here: Path) -> None:
    shown = challenge("plan", *BEFORE_LAUNCH, "--format", "json")
    jsonschema.Draft202012Validator(json.loads((SCHEMAS / "plan.schema.json").read_text())).validate(
        json.loads(shown.out)
    )


def test_a_kept_plan_is_the_one_that_was_shown(challenge: Challenge, here: Path) -> None:
    shown = challenge("plan", *BEFORE_LAUNCH, "--format", "json", "--out", "plan.json")
    assert "plan.json" in shown.err
    assert from_json((here / "plan.json").read_text()) == from_json(shown.out)


def test_a_kept_plan_is_carried_out(challenge: Challenge, here: Path) -> None:
    challenge("plan", *BEFORE_LAUNCH, "--out", "plan.json")
    assert challenge("apply", "plan.json", *BEFORE_LAUNCH, "--auto-approve").code == Code.FINE
    assert "No changes." in challenge("plan", *BEFORE_LAUNCH).out


def test_a_kept_plan_is_refused_before_any_write_once_the_manifest_moved(challenge: Challenge, applied: Path) -> None:
    edit(applied / "challenge.yaml", "stage: draft", "stage: preregistration")
    challenge("plan", *BEFORE_LAUNCH, "--out", "plan.json")
    edit(applied / "challenge.yaml", "name: Melting Points Challenge", "name: Boiling Points Challenge")
    before = writes(applied)
    shown = challenge("apply", "plan.json", *BEFORE_LAUNCH, "--auto-approve")
    assert shown.code == Code.STALE
    assert "change project.live: is new" in shown.err
    assert writes(applied) == before


def test_a_kept_plan_is_refused_once_it_was_carried_out(challenge: Challenge, here: Path) -> None:
    challenge("plan", *BEFORE_LAUNCH, "--out", "plan.json")
    challenge("apply", "plan.json", *BEFORE_LAUNCH, "--auto-approve")
    assert challenge("apply", "plan.json", *BEFORE_LAUNCH, "--auto-approve").code == Code.STALE


def test_a_kept_plan_that_was_edited_is_refused(challenge: Challenge, here: Path) -> None:
    challenge("plan", *BEFORE_LAUNCH, "--out", "plan.json")
    kept = json.loads((here / "plan.json").read_text())
    kept["operations"][0]["precondition"] = "another"
    (here / "plan.json").write_text(json.dumps(kept))
    shown = challenge("apply", "plan.json", *BEFORE_LAUNCH, "--auto-approve")
    assert shown.code == Code.STALE
    assert "changed after it was planned" in shown.err


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"format_version": "9.0"}'])
def test_a_file_that_is_no_plan_is_refused(challenge: Challenge, here: Path, text: str) -> None:
    (here / "plan.json").write_text(text)
    shown = challenge("apply", "plan.json", *BEFORE_LAUNCH, "--auto-approve")
    assert shown.code == Code.STALE
    assert "this is no plan that this version can carry out" in shown.err


def test_the_same_plan_has_the_same_digest(challenge: Challenge, applied: Path) -> None:
    edit(applied / "challenge.yaml", "stage: draft", "stage: preregistration")
    one, two = (json.loads(challenge("plan", *BEFORE_LAUNCH, "--format", "json").out) for _ in range(2))
    assert one["digest"] == two["digest"]
    assert one["changes"]


def test_a_plan_as_markdown_is_ready_for_a_comment(challenge: Challenge, here: Path) -> None:
    shown = challenge("plan", *BEFORE_LAUNCH, "--format", "markdown")
    assert shown.out.splitlines()[1] == "### Melting Points Challenge: plan"
    assert shown.out.count("<details") == shown.out.count("</details>") > 5


def test_an_apply_in_json_prints_its_receipt_alone(challenge: Challenge, here: Path) -> None:
    shown = challenge("apply", *BEFORE_LAUNCH, "--auto-approve", "--format", "json")
    assert json.loads(shown.out)["ledger"] == "written"
    assert "Plan: " in shown.err


def test_off_a_terminal_every_operation_gets_a_plain_line(challenge: Challenge, here: Path) -> None:
    shown = challenge("apply", *BEFORE_LAUNCH, "--auto-approve")
    assert "  + team.participants  created" in shown.err
    assert "\x1b" not in shown.err + shown.out


def test_a_stage_whose_gates_are_shut_is_held_and_the_apply_exits_with_4(challenge: Challenge, applied: Path) -> None:
    edit(applied / "challenge.yaml", "stage: draft", "stage: open")
    shown = challenge("apply", *BEFORE_LAUNCH, "--auto-approve")
    assert shown.code == Code.HELD
    assert "FAILED   launch-time" in shown.out
    status = json.loads(challenge("status", *BEFORE_LAUNCH, "--format", "json").out)
    assert (status["reached"], status["stage"]) == ("preregistration", "open")


def test_held_changes_are_pending_ones(challenge: Challenge, applied: Path) -> None:
    edit(applied / "challenge.yaml", "stage: draft", "stage: open")
    challenge("apply", *BEFORE_LAUNCH, "--auto-approve")
    shown = challenge("plan", *BEFORE_LAUNCH, "--detailed-exitcode")
    assert shown.code == Code.PENDING
    assert " held back" in shown.out


def test_the_status_tells_the_stage_and_every_shut_gate(challenge: Challenge, applied: Path) -> None:
    edit(applied / "challenge.yaml", "stage: draft", "stage: open")
    shown = challenge("status", *BEFORE_LAUNCH)
    assert shown.code == Code.FINE
    assert "stage draft -> open" in shown.out
    assert "remedy: " in shown.out


def test_the_graph_puts_what_waits_after_what_it_waits_for(challenge: Challenge, here: Path) -> None:
    shown = challenge("graph", *BEFORE_LAUNCH).out
    assert shown.startswith("step 1\n")
    assert (
        shown.index("create project.live") < shown.index("create queue.writeups") < shown.index("create round.writeups")
    )


def test_the_graph_can_be_drawn(challenge: Challenge, here: Path) -> None:
    shown = challenge("graph", *BEFORE_LAUNCH, "--format", "dot").out
    assert shown.startswith("digraph plan {")
    assert '"queue.writeups" -> "round.writeups/Round 1";' in shown


def test_files_can_go_elsewhere_with_a_token_that_was_asked_for(
    challenge: Challenge, applied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "token-of-the-bot")
    shown = challenge("env", *BEFORE_LAUNCH, "--out", "srv", "--token-from", "BOT_TOKEN")
    assert shown.code == Code.FINE
    assert "token-of-the-bot" in (applied / "srv/main/.env").read_text()
    assert "token-of-the-bot" not in shown.out + shown.err


def test_files_before_the_first_apply_are_refused(challenge: Challenge, here: Path) -> None:
    shown = challenge("env", *BEFORE_LAUNCH)
    assert shown.code == Code.ERROR
    assert "aren't known yet: " in shown.err


def test_a_folder_that_another_sandbox_works_on_is_refused(challenge: Challenge, here: Path) -> None:
    with serving(here / ".challenge/sandbox"):
        shown = challenge("plan", *BEFORE_LAUNCH)
        reset = challenge("sandbox", "reset")
    assert (shown.code, reset.code) == (Code.ERROR, Code.ERROR)
    assert "another sandbox (process " in shown.err
    assert "another sandbox (process " in reset.err


def test_a_sandbox_can_be_forgotten(challenge: Challenge, applied: Path) -> None:
    assert challenge("sandbox", "reset").code == Code.FINE
    assert "to create" in challenge("plan", *BEFORE_LAUNCH).out


def test_a_server_with_an_address_can_be_planned_on(
    challenge: Challenge, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = ["example-deployer", "example-organizer-1", "example-organizer-2", "example-admin", "example-bot"]
    with serving(here / "elsewhere", *(f"{name}:token-{name}" for name in accounts)) as address:
        monkeypatch.setenv("SYNAPSE_AUTH_TOKEN", "token-example-deployer")
        monkeypatch.setenv("CHALLENGE_ENDPOINT", address)
        shown = challenge("plan")
    assert shown.code == Code.FINE
    assert f"on {address}" in shown.out


def test_a_wrong_token_is_said_with_a_remedy(challenge: Challenge, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNAPSE_AUTH_TOKEN", "wrong")
    with serving(here / "elsewhere", "somebody:token-1") as address:
        shown = challenge("plan", "--endpoint", address)
    assert shown.code == Code.ERROR
    assert "help: " in shown.err
    assert "this should not have happened" not in shown.err


def test_an_account_that_does_not_exist_is_a_problem_and_an_error(
    challenge: Challenge, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNAPSE_AUTH_TOKEN", "token-1")
    with serving(here / "elsewhere", "somebody:token-1") as address:
        shown = challenge("plan", "--endpoint", address)
    assert shown.code == Code.ERROR
    assert "there is no Synapse account named example-admin" in shown.out


def test_ctrl_c_ends_a_served_sandbox_without_a_traceback(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [BIN, "sandbox", "serve", "--port", "0", "--data", tmp_path / "s"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert "Traceback" not in said


def test_ctrl_c_finishes_what_is_under_way_and_the_next_apply_does_the_rest(
    here: Path, challenge: Challenge, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = ["example-deployer", "example-organizer-1", "example-organizer-2", "example-admin", "example-bot"]
    monkeypatch.setenv("SYNAPSE_AUTH_TOKEN", "token-example-deployer")
    with serving(here / "s", *(f"{name}:token-{name}" for name in accounts), latency=25) as address:
        command = ["apply", "--endpoint", address, "--auto-approve"]
        first = subprocess.Popen([BIN, *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert first.stderr is not None
        begun = next((row for row in first.stderr if row.startswith("  + ")), "nothing was begun")
        first.send_signal(signal.SIGINT)
        _, said = first.communicate(timeout=60)
        second, third = challenge(*command), challenge(*command)
    assert first.returncode == Code.INCOMPLETE, begun + said
    assert "Traceback" not in said
    assert (second.code, third.code) == (Code.FINE, Code.FINE)
    assert "No changes." in third.out
    stopped = json.loads(min((here / ".challenge/receipts").iterdir()).read_text())
    assert stopped["stopped"].startswith("Ctrl-C")
    assert {"done", "stopped"} == {line["result"] for line in stopped["lines"]}


@pytest.mark.parametrize("place", ["receipts", "orchestrator"])
def test_what_was_done_is_told_though_nothing_can_be_written_here(challenge: Challenge, here: Path, place: str) -> None:
    (here / ".challenge").mkdir()
    (here / ".challenge" / place).touch()
    shown = challenge("apply", *BEFORE_LAUNCH, "--auto-approve")
    assert shown.code == Code.ERROR
    assert "Apply complete: 50 created" in shown.out
    assert f"--> .challenge/{place}" in shown.err
