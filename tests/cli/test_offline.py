"""Commands that touch nothing: help, validate, schema, explain; and how errors are said."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from challenge_cli.errors import Code, Failure, exit_code_of
from challenge_cli.main import SECTIONS, cli
from planner.interfaces import ProviderError, Stale
from tests.cli.conftest import Challenge, edit

BIN = Path(sys.executable).parent / "challenge"
HEAVY = {
    "httpx",
    "networkx",
    "pydantic",
    "requests",
    "rich",
    "starlette",
    "synapseclient",
    "uvicorn",
    "yaml",
}
ONLINE = HEAVY - {"pydantic", "yaml"}
COMMANDS = [name for section in SECTIONS.values() for name in section]


def imported_by(*arguments: str, folder: Path) -> set[str]:
    """Top-level modules that a run of the command line loads."""
    program = (
        "import sys; from challenge_cli.main import run; code = run(sys.argv[1:]); "
        "sys.stderr.write('\\nMODULES ' + ' '.join({n.partition('.')[0] for n in sys.modules})); sys.exit(code)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return set(ran.stderr.rpartition("MODULES ")[2].split())


def test_the_version_is_said_without_importing_anything_heavy(tmp_path: Path) -> None:
    assert imported_by("--version", folder=tmp_path).isdisjoint(HEAVY)


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    assert imported_by("--help", folder=tmp_path).isdisjoint(HEAVY)


QUOTA = str(Path(__file__).parents[1] / "challenge_spec" / "converting" / "sources" / "quota" / "queues.json")


@pytest.mark.parametrize(
    "arguments",
    [("validate",), ("explain",), ("schema", "manifest"), ("schema", "plan"), ("convert", QUOTA, "--out", "new")],
)
def test_offline_commands_import_nothing_of_the_network(arguments: tuple[str, ...], here: Path) -> None:
    assert imported_by(*arguments, folder=here).isdisjoint(ONLINE)


def test_the_console_script_runs(tmp_path: Path) -> None:
    ran = subprocess.run([BIN, "--version"], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert ran.stdout.startswith("challenge-as-code ")


def test_a_closed_pipe_is_no_error_of_ours(here: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ran = subprocess.run([BIN, "explain"], cwd=here, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert ran.stderr == ""


def test_help_names_every_command_with_examples_and_exit_codes(challenge: Challenge) -> None:
    shown = challenge("--help")
    assert shown.code == 0
    assert all(f"  {name} " in shown.out for name in COMMANDS)
    assert "Examples:" in shown.out
    assert "5 plan stale or lock held" in shown.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    subcommands = command.commands.values() if isinstance(command, click.Group) else [command]
    for one in subcommands:
        assert one.help
        assert one.epilog
        assert "Examples:" in one.epilog


def test_a_valid_manifest_is_said_to_be_valid(challenge: Challenge, here: Path) -> None:
    shown = challenge("validate")
    assert shown.code == Code.FINE
    assert "Melting Points Challenge (melting-points) is valid" in shown.out


def test_a_folder_stands_for_the_manifest_in_it(challenge: Challenge, here: Path) -> None:
    assert challenge("validate", here).code == Code.FINE


def test_a_broken_manifest_is_refused_with_place_and_remedy(challenge: Challenge, here: Path) -> None:
    edit(here / "challenge.yaml", "purpose: leaderboard", "purpos: leaderboard")
    shown = challenge("validate")
    assert shown.code == Code.ERROR
    assert "challenge.yaml:" in shown.out
    assert "Did you mean `purpose`?" in shown.out


def test_findings_can_be_read_by_a_script(challenge: Challenge, here: Path) -> None:
    edit(here / "challenge.yaml", "purpose: leaderboard", "purpos: leaderboard")
    found = json.loads(challenge("validate", "--format", "json").out)
    assert found["valid"] is False
    assert {"code", "severity", "file", "line", "column", "message", "why", "help"} < set(found["diagnostics"][0])


def test_a_plan_of_a_broken_manifest_ends_before_any_network(challenge: Challenge, here: Path) -> None:
    edit(here / "challenge.yaml", "purpose: leaderboard", "purpos: leaderboard")
    shown = challenge("plan", "--sandbox")
    assert shown.code == Code.ERROR
    assert shown.out == ""
    assert not (here / ".challenge").exists()


def test_a_missing_manifest_is_said(challenge: Challenge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shown = challenge("plan", "--sandbox")
    assert shown.code == Code.ERROR
    assert "there is no such file" in shown.err
    assert "--> challenge.yaml" in shown.err


@pytest.mark.parametrize("what", ["manifest", "plan", "receipt", "diff", "drift", "findings"])
def test_published_schemas_are_what_the_command_prints(challenge: Challenge, what: str) -> None:
    published = Path(__file__).resolve().parents[2] / "schemas" / f"{what}.schema.json"
    assert json.loads(challenge("schema", what).out) == json.loads(published.read_text())


def test_an_address_is_explained_with_what_it_waits_for(challenge: Challenge, here: Path) -> None:
    shown = challenge("explain", "queue.writeups")
    assert shown.code == Code.FINE
    assert 'name: "Melting Points Challenge Writeups"' in shown.out
    assert "waits for: project.live" in shown.out


def test_an_address_can_be_explained_for_a_later_stage(challenge: Challenge, here: Path) -> None:
    now, then = (
        json.loads(challenge("explain", "team.participants", "--stage", stage, "--format", "json").out)
        for stage in ("draft", "open")
    )
    assert (now["spec"]["join"], then["spec"]["join"]) == ("invitation", "open")


def test_every_address_can_be_explained(challenge: Challenge, here: Path) -> None:
    addresses = json.loads(challenge("explain", "--format", "json").out)
    assert len(addresses) > 40
    assert {challenge("explain", address).code for address in addresses} == {Code.FINE}


def test_a_misspelt_address_gets_a_suggestion(challenge: Challenge, here: Path) -> None:
    shown = challenge("explain", "queue.writeup")
    assert shown.code == Code.ERROR
    assert "Did you mean `queue.writeups`?" in shown.err


def test_a_misspelt_command_gets_a_suggestion(challenge: Challenge) -> None:
    shown = challenge("plam")
    assert shown.code == Code.ERROR
    assert "Did you mean `plan`?" in shown.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "--colour"),
        ("plan", "--format", "xml"),
        ("plan", "--allow", "adopt"),
        ("plan", "--take", "somebody", "x"),
        ("apply", "--concurrency", "9"),
        ("sandbox", "serve", "--port", "99999"),
    ],
)
def test_a_usage_error_exits_with_1_and_points_to_help(
    challenge: Challenge, here: Path, arguments: tuple[str, ...]
) -> None:
    shown = challenge(*arguments)
    assert shown.code == Code.ERROR
    assert "error: " in shown.err
    assert "--help` shows how it is used" in shown.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("plan", "--now", "2027-03-01"), "works with --sandbox only"),
        (("plan", "--sandbox", "--endpoint", "http://127.0.0.1:9"), "both name a target"),
        (("plan", "--endpoint", "localhost"), "no address of a server"),
        (("plan", "--sandbox", "--now", "soon"), "'soon' is no date and no time"),
        (("explain", "team.testers", "--stage", "launch"), "there is no such stage"),
        (("env", "--sandbox", "--token-from", "NOT_SET_ANYWHERE"), "empty or not set"),
        (("sandbox", "serve", "--user", "nobody"), "write NAME:TOKEN"),
        (("sandbox", "serve", "--user", "me:token"), "at least 3 characters"),
        (("sandbox", "serve", "--faults", "challenge.yaml"), "faults"),
        (("sandbox", "reset", "--data", "wiki"), "this folder holds no sandbox"),
    ],
)
def test_contradicting_or_impossible_options_are_said_with_a_remedy(
    challenge: Challenge, here: Path, arguments: tuple[str, ...], said: str
) -> None:
    shown = challenge(*arguments)
    assert shown.code == Code.ERROR
    assert said in shown.err
    assert "help: " in shown.err


ERRORS = [
    (Failure("where", "what", "mend"), Code.ERROR),
    (Failure("where", "what", "mend", Code.HELD), Code.HELD),
    (ProviderError("where", "what", "mend"), Code.ERROR),
    (Stale("where", "what", "mend"), Code.STALE),
    (PermissionError(13, "Permission denied", "/nowhere/plan.json"), Code.ERROR),
    (click.UsageError("what"), Code.ERROR),
    (click.Abort(), Code.ERROR),
    (KeyboardInterrupt(), Code.ERROR),
    (click.exceptions.Exit(4), Code.HELD),
    (SystemExit(3), Code.INCOMPLETE),
]


@pytest.mark.parametrize(
    ("error", "code"), ERRORS, ids=[f"{type(error).__name__}-{code.name}" for error, code in ERRORS]
)
def test_every_kind_of_error_has_its_exit_code(
    error: BaseException, code: Code, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code_of(error) == code
    assert "Traceback" not in capsys.readouterr().err


def test_a_provider_error_says_where_what_and_how_to_mend_it(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code_of(ProviderError("team.participants", "the name is taken", "choose another"))
    assert capsys.readouterr().err == "error: the name is taken\n  --> team.participants\n  help: choose another\n"


def test_a_defect_of_ours_is_one_sentence_and_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ZeroDivisionError) as caught:
        raise ZeroDivisionError("by nothing")
    assert exit_code_of(caught.value) == Code.ERROR
    said = capsys.readouterr().err
    assert "this should not have happened (ZeroDivisionError: by nothing)" in said
    assert "Traceback" not in said
    written = list((tmp_path / ".challenge").glob("error-*.txt"))
    assert len(written) == 1
    assert "Traceback" in written[0].read_text()


def test_a_sandbox_that_is_not_there_has_nothing_to_forget(challenge: Challenge, tmp_path: Path) -> None:
    assert challenge("sandbox", "reset", "--data", tmp_path / "none").code == Code.FINE
