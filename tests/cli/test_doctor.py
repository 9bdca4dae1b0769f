"""`challenge doctor`: who is signed in, and the probe; never at anything but a sandbox."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import jsonschema
import pytest

from challenge_cli.errors import Code
from challenge_cli.probing import Probe, ProbedBehaviour, code_of, json_schema
from tests.cli.conftest import BIN, Challenge, serving
from tests.sandbox.conftest import Api

SCHEMA = Path(__file__).resolve().parents[2] / "schemas/doctor.schema.json"
DOCTOR = ("doctor", "--sandbox")


@pytest.fixture(autouse=True)
def alone(here: Path) -> Path:
    """Nobody's credentials, and a folder of the test's own."""
    return here


def test_without_probe_it_tells_who_is_signed_in_and_writes_nothing(challenge: Challenge, alone: Path) -> None:
    shown = challenge(*DOCTOR)
    assert shown.code == Code.FINE
    assert "signed in as example-deployer\ncertified\n" in shown.out
    log = (alone / ".challenge/sandbox/access.jsonl").read_text().splitlines()
    assert not any(json.loads(line)["write"] for line in log)


def test_the_probe_tells_every_behaviour_in_a_table(challenge: Challenge) -> None:
    shown = challenge(*DOCTOR, "--probe", "--yes")
    assert shown.code == Code.FINE, shown.out
    assert "behaviour" in shown.out
    assert "a round's body leaves out evaluationId" in shown.out
    assert "differs" not in shown.out
    assert "working in the project 'challenge-as-code probe " in shown.err


def test_the_json_form_fits_its_schema(challenge: Challenge) -> None:
    shown = challenge(*DOCTOR, "--probe", "--yes", "--format", "json")
    document = json.loads(shown.out)
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text())).validate(document)
    assert {one["verdict"] for one in document["probe"]["findings"]} == {"agrees"}
    assert document["probe"]["left"] == []


def test_the_schema_is_that_of_the_models() -> None:
    assert json.loads(SCHEMA.read_text()) == json_schema()


def test_nobody_to_ask_means_that_nothing_is_made(challenge: Challenge, alone: Path) -> None:
    shown = challenge(*DOCTOR, "--probe")
    assert (shown.code, "--yes" in shown.err) == (Code.ERROR, True)
    log = (alone / ".challenge/sandbox/access.jsonl").read_text().splitlines()
    assert not any(json.loads(line)["write"] for line in log)


def test_it_sets_no_clock(challenge: Challenge) -> None:
    shown = challenge(*DOCTOR, "--now", "2027-01-01")
    assert (shown.code, "doctor looks at the clock" in shown.err) == (Code.ERROR, True)


@pytest.mark.parametrize(
    ("verdicts", "left", "code"),
    [
        (("agrees", "agrees"), (), Code.FINE),
        (("agrees", "not checked"), (), Code.ERROR),
        (("agrees",), ("team 1",), Code.ERROR),
        (("not checked", "differs"), ("team 1",), Code.PENDING),
    ],
)
def test_the_exit_code_says_the_worst(verdicts: tuple[str, ...], left: tuple[str, ...], code: Code) -> None:
    findings = [
        ProbedBehaviour.model_validate(
            {"key": "a", "about": "b", "expected": "c", "found": "d", "words": "", "verdict": verdict}
        )
        for verdict in verdicts
    ]
    assert code_of(Probe(project="syn1", findings=findings, left=list(left))) == code


@pytest.mark.prove
def test_ctrl_c_leaves_nothing_behind(alone: Path) -> None:
    with serving(alone / "elsewhere", "prober:token-1", latency=50) as address:
        command = [str(BIN), "doctor", "--endpoint", address, "--probe", "--yes"]
        environment = {"HOME": str(alone), "SYNAPSE_AUTH_TOKEN": "token-1", "PATH": ""}
        process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stderr is not None
        while "a changed row of a submission view" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        api = Api(address, "token-1")
        assert process.returncode == Code.ERROR
        assert api.ok("POST", "/entity/children", {"includeTypes": ["project"]})["page"] == []
        assert api.ok("GET", "/evaluation", limit="50", offset="0")["results"] == []
