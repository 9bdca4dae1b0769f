"""`challenge sandbox snapshot`, with a server on the data folder and without."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from challenge_cli.errors import Code
from synapse_sandbox.server import running
from tests.cli.conftest import Challenge
from tests.sandbox.conftest import Api
from tests.sandbox.making import make_project

USER = "somebody:token-1"
SNAPSHOT = ("sandbox", "snapshot")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder of a sandbox that has no server."""
    with running(tmp_path / "data", [USER]):
        pass
    return tmp_path / "data"


def test_a_snapshot_is_saved_listed_restored_and_deleted(challenge: Challenge, data: Path) -> None:
    assert challenge(*SNAPSHOT, "save", "before", "--data", str(data)).code == Code.FINE
    with running(data, [USER]) as url:
        project = make_project(Api(url, "token-1"), "afterwards")["id"]
    listed = challenge(*SNAPSHOT, "list", "--data", str(data), "--format", "json")
    assert [one["name"] for one in json.loads(listed.out)["snapshots"]] == ["before"]
    assert challenge(*SNAPSHOT, "restore", "before", "--data", str(data)).code == Code.FINE
    with running(data, [USER]) as url:
        assert Api(url, "token-1").get(f"/entity/{project}").status == 404
    assert challenge(*SNAPSHOT, "delete", "before", "--data", str(data)).code == Code.FINE
    assert challenge(*SNAPSHOT, "list", "--data", str(data)).out == "no snapshots\n"


def test_a_running_server_is_asked_itself(challenge: Challenge, data: Path) -> None:
    with running(data, [USER]) as url:
        me = Api(url, "token-1")
        assert challenge(*SNAPSHOT, "save", "before", "--data", str(data)).code == Code.FINE
        project = make_project(me, "afterwards")["id"]
        assert challenge(*SNAPSHOT, "restore", "before", "--data", str(data)).code == Code.FINE
        assert me.get(f"/entity/{project}").status == 404


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("restore", "nothing"), "There is no snapshot 'nothing'"),
        (("delete", "nothing"), "There is no snapshot 'nothing'"),
        (("save", "no/name"), "is no name for a snapshot"),
    ],
)
def test_a_mistake_is_told_in_words(challenge: Challenge, data: Path, arguments: tuple[str, str], said: str) -> None:
    shown = challenge(*SNAPSHOT, *arguments, "--data", str(data))
    assert (shown.code, said in shown.err) == (Code.ERROR, True)


def test_a_folder_without_a_sandbox_is_refused_and_left_alone(challenge: Challenge, tmp_path: Path) -> None:
    shown = challenge(*SNAPSHOT, "save", "before", "--data", str(tmp_path / "nothing"))
    assert (shown.code, "this folder holds no sandbox" in shown.err) == (Code.ERROR, True)
    assert not (tmp_path / "nothing").exists()


def test_a_server_that_does_not_say_where_it_listens_must_be_stopped(challenge: Challenge, data: Path) -> None:
    with running(data, [USER]):
        (data / "server.url").unlink()
        shown = challenge(*SNAPSHOT, "list", "--data", str(data))
    assert (shown.code, "another sandbox" in shown.err) == (Code.ERROR, True)


def test_a_folder_of_another_version_is_refused_in_words_and_can_be_reset(challenge: Challenge, data: Path) -> None:
    with sqlite3.connect(data / "synapse.sqlite3") as database:
        database.execute("UPDATE meta SET value = 'of yesterday' WHERE key = 'schema'")
    database.close()
    shown = challenge(*SNAPSHOT, "list", "--data", str(data))
    assert (shown.code, "made by another version of the sandbox" in shown.err) == (Code.ERROR, True)
    assert challenge("sandbox", "reset", "--data", str(data)).code == Code.FINE
    assert not data.exists()
