"""`challenge drift`: what somebody changed on Synapse, and nothing of what the manifest changed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from challenge_cli.errors import Code
from challenge_cli.target import DEPLOYER, token_of
from tests.cli.conftest import BEFORE_LAUNCH, Challenge, edit, serving

SCHEMA = Path(__file__).resolve().parents[2] / "schemas/drift.schema.json"


@contextmanager
def on_the_web(folder: Path) -> Iterator[httpx.Client]:
    """The deployer, at work on the web site of the sandbox that the commands embed."""
    with serving(folder / ".challenge/sandbox") as address:
        headers = {"Authorization": f"Bearer {token_of(DEPLOYER)}"}
        with httpx.Client(base_url=f"{address}/repo/v1", headers=headers) as web:
            yield web


def ids(challenge: Challenge) -> dict[str, str]:
    shown = json.loads(challenge("plan", *BEFORE_LAUNCH, "--format", "json").out)
    return {address: id_ for id_, address in shown["names"].items()}


def rename_queue(web: httpx.Client, id_: str, name: str) -> None:
    queue: dict[str, Any] = web.get(f"/evaluation/{id_}").json()
    web.put(f"/evaluation/{id_}", json=queue | {"name": name}).raise_for_status()


@pytest.fixture
def drifted(challenge: Challenge, applied: Path) -> Path:
    """A text that apply keeps was changed, and an access list that it puts back."""
    known = ids(challenge)
    with on_the_web(applied) as web:
        rename_queue(web, known["queue.writeups"], "Papers")
        acl = web.get(f"/entity/{known['folder.data']}/acl").json()
        everybody = {"principalId": 273949, "accessType": ["READ"]}
        web.put(
            f"/entity/{known['folder.data']}/acl", json=acl | {"resourceAccess": [*acl["resourceAccess"], everybody]}
        ).raise_for_status()
    return applied


def test_without_drift_there_is_none(challenge: Challenge, applied: Path) -> None:
    shown = challenge("drift", *BEFORE_LAUNCH, "--detailed-exitcode")
    assert shown.code == Code.FINE
    assert "No drift. Nobody changed on Synapse what the manifest says." in shown.out


def test_what_the_manifest_changed_is_no_drift(challenge: Challenge, applied: Path) -> None:
    edit(applied / "challenge.yaml", "daily: 2", "daily: 5")
    assert challenge("plan", *BEFORE_LAUNCH, "--detailed-exitcode").code == Code.PENDING
    assert challenge("drift", *BEFORE_LAUNCH, "--detailed-exitcode").code == Code.FINE


def test_what_is_kept_and_what_is_put_back_stand_apart(challenge: Challenge, drifted: Path) -> None:
    shown = challenge("drift", *BEFORE_LAUNCH)
    assert shown.code == Code.FINE
    assert "1 resource with drift that apply keeps, 1 resource that the next apply puts back." in shown.out
    kept, _, restored = shown.out.partition("The next apply puts back")
    assert 'name: "Melting Points Challenge Writeups" -> "Papers"' in kept
    assert "acl.folder.data" in restored
    assert "public (anyone): -READ" in restored


def test_drift_exits_with_2_if_asked_for_and_its_json_fits_its_schema(challenge: Challenge, drifted: Path) -> None:
    shown = challenge("drift", *BEFORE_LAUNCH, "--detailed-exitcode", "--format", "json")
    assert shown.code == Code.PENDING
    found = json.loads(shown.out)
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text())).validate(found)
    assert found["summary"] == {"kept": 1, "conflicts": 0, "restored": 1}
    assert [item["address"] for item in found["drift"]] == ["queue.writeups"]
    assert [item["address"] for item in found["restored"]] == ["acl.folder.data"]


def test_a_drift_report_writes_nothing(challenge: Challenge, drifted: Path) -> None:
    log = drifted / ".challenge/sandbox/access.jsonl"
    before = len(log.read_text().splitlines())
    challenge("drift", *BEFORE_LAUNCH)
    asked = [json.loads(row) for row in log.read_text().splitlines()[before:]]
    assert asked
    assert not [row for row in asked if row["write"]]
