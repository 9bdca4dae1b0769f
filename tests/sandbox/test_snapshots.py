"""Snapshots: everything that a sandbox holds, kept under a name and brought back."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest

from synapse_sandbox.server import open_app, running
from synapse_sandbox.services.snapshots import FOLDER
from synapse_sandbox.settings import Settings
from tests.sandbox.conftest import TOKENS, Api, Sandbox
from tests.sandbox.making import MODEL, Client, make_project, make_team, set_clock, uploaded
from tests.sandbox.serving import served

SNAPSHOTS = "/sandbox/v1/snapshots"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def me(data: Path) -> Iterator[Api]:
    """An organizer at a sandbox that no other test sees."""
    with running(data, ["organizer:token-organizer"]) as url:
        yield Api(url, TOKENS["organizer"])


def save(client: Client, name: str) -> Any:
    return client.ok("POST", SNAPSHOTS, {"name": name})


def restore(client: Client, name: str) -> Any:
    return client.ok("POST", f"{SNAPSHOTS}/{name}/restore")


def content_of(client: Client, handle: str) -> bytes:
    url = client.ok("GET", f"/file/v1/fileHandle/{handle}/url", redirect="false")
    return httpx.get(url, verify=False).content  # noqa: S501 -- plain HTTP


def test_everything_comes_back_files_and_clock_included(me: Client) -> None:
    set_clock(me, "2030-01-01T00:00:00.000Z")
    project = make_project(me, "kept")["id"]
    handle = uploaded(me, "kept.txt", b"kept content")
    save(me, "before")
    set_clock(me, "2031-01-01T00:00:00.000Z")
    me.ok("DELETE", f"/entity/{project}")
    me.ok("DELETE", f"/file/v1/fileHandle/{handle}")
    late = make_project(me, "late")["id"]
    restore(me, "before")
    assert me.ok("GET", f"/entity/{project}")["name"] == "kept"
    assert content_of(me, handle) == b"kept content"
    assert me.get(f"/entity/{late}").status == 404
    assert me.ok("GET", "/sandbox/v1/clock")["now"] == "2030-01-01T00:00:00.000Z"


def test_a_snapshot_can_be_restored_again_and_again(me: Client) -> None:
    save(me, "empty")
    for _ in range(2):
        make_project(me, "the same name")
        restore(me, "empty")
    assert me.post("/entity/child", {"entityName": "the same name"}).status == 404


def test_a_restore_outlives_the_server(data: Path) -> None:
    with running(data, ["organizer:token-organizer"]) as url:
        me = Api(url, TOKENS["organizer"])
        save(me, "empty")
        project = make_project(me, "gone")["id"]
        restore(me, "empty")
    with running(data, ["organizer:token-organizer"]) as url:
        again = Api(url, TOKENS["organizer"])
        assert again.get(f"/entity/{project}").status == 404
        assert [one["name"] for one in again.ok("GET", SNAPSHOTS)["results"]] == ["empty"]


def test_file_handle_ids_are_never_given_again(me: Client) -> None:
    save(me, "empty")
    handle = uploaded(me, "first.txt", b"first")
    restore(me, "empty")
    assert int(uploaded(me, "second.txt", b"second")) > int(handle)


def test_users_of_the_start_options_are_there_after_every_restore(data: Path) -> None:
    with running(data, ["organizer:token-organizer"]) as url:
        save(Api(url, TOKENS["organizer"]), "alone")
    with running(data, ["organizer:token-organizer", "colleague:token-colleague"]) as url:
        colleague = Api(url, TOKENS["colleague"])
        restore(colleague, "alone")
        assert colleague.ok("GET", "/userProfile")["userName"] == "colleague"


def test_snapshots_are_listed_by_name_and_deleted(me: Client) -> None:
    for name in ("b", "a.1"):
        save(me, name)
    listed = me.ok("GET", SNAPSHOTS)["results"]
    assert [one["name"] for one in listed] == ["a.1", "b"]
    assert all(one["bytes"] > 0 and one["savedOn"].endswith("Z") for one in listed)
    assert me.delete(f"{SNAPSHOTS}/b").status == 204
    assert [one["name"] for one in me.ok("GET", SNAPSHOTS)["results"]] == ["a.1"]


def test_a_taken_name_is_refused_with_409(me: Client) -> None:
    save(me, "once")
    assert me.post(SNAPSHOTS, {"name": "once"}).status == 409


@pytest.mark.parametrize("name", ["", ".hidden", "a/b", "../up", "ä", "x" * 65])
def test_a_name_that_is_no_file_name_is_refused(sandbox: Sandbox, api: Callable[..., Client], name: str) -> None:
    assert api().post(SNAPSHOTS, {"name": name}).status == 400


def test_an_unknown_snapshot_is_404(sandbox: Sandbox, api: Callable[..., Client]) -> None:
    assert api().post(f"{SNAPSHOTS}/nothing/restore").status == 404
    assert api().delete(f"{SNAPSHOTS}/nothing").status == 404


def test_a_snapshot_of_another_version_is_refused_and_nothing_changes(me: Client, data: Path) -> None:
    save(me, "old")
    with closing(sqlite3.connect(data / FOLDER / "old.sqlite3")) as database:
        database.execute("UPDATE meta SET value = 'of yesterday' WHERE key = 'schema'")
        database.commit()
    project = make_project(me, "stays")["id"]
    refused = me.post(f"{SNAPSHOTS}/old/restore")
    assert (refused.status, "another version" in refused.reason) == (409, True)
    assert me.get(f"/entity/{project}").status == 200


def test_a_restore_that_fails_half_way_leaves_everything_as_it_was(me: Client, data: Path) -> None:
    save(me, "damaged")
    with closing(sqlite3.connect(data / FOLDER / "damaged.sqlite3")) as database:
        database.execute("DROP TABLE teams")
        database.commit()
    project = make_project(me, "stays")["id"]
    assert me.post(f"{SNAPSHOTS}/damaged/restore").status == 501
    assert me.get(f"/entity/{project}").status == 200


def test_a_sandbox_in_memory_keeps_none() -> None:
    async def status() -> int:
        with open_app(None, Settings()) as app:
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
                return (await client.post(SNAPSHOTS, json={"name": "x"})).status_code

    assert asyncio.run(status()) == 400


def test_a_participant_team_and_its_challenge_are_replaced_together(me: Client) -> None:
    """Rows that forbid the deletion of others don't stop a restore."""
    save(me, "empty")
    project, team = make_project(me, "home")["id"], make_team(me, "participants")["id"]
    me.ok("POST", "/challenge", {"projectId": project, "participantTeamId": team})
    save(me, "full")
    restore(me, "empty")
    assert me.get(f"/team/{team}").status == 404
    restore(me, "full")
    assert me.ok("GET", f"/entity/{project}/challenge")["participantTeamId"] == team


@pytest.mark.parametrize("turns", [pytest.param(3, id="short"), pytest.param(40, id="long", marks=pytest.mark.prove)])
def test_snapshots_under_load_are_whole(me: Api, data: Path, turns: int) -> None:
    """Eight clients write while snapshots are taken and one is brought back: no 5xx, nothing half."""
    project = make_project(me, "busy")["id"]
    done, statuses = Event(), Counter[int]()

    def work(number: int) -> None:
        client, at = Api(me.base_url, TOKENS["organizer"]), 0
        while not done.is_set():
            body = {"concreteType": f"{MODEL}Folder", "name": f"{number} {at}", "parentId": project}
            statuses[client.post("/entity", body).status] += 1
            at += 1

    with ThreadPoolExecutor(8) as pool:
        working = [pool.submit(work, number) for number in range(8)]
        for turn in range(turns):
            save(me, f"turn-{turn}")
        restore(me, "turn-0")
        done.set()
        for one in working:
            one.result()
    assert set(statuses) <= {201, 409}
    restore(me, f"turn-{turns - 1}")
    listed = children(me, project)
    for turn in range(turns):
        with closing(sqlite3.connect(data / FOLDER / f"turn-{turn}.sqlite3")) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    with closing(sqlite3.connect(data / FOLDER / f"turn-{turns - 1}.sqlite3")) as database:
        kept = {f"syn{made}" for (made,) in database.execute("SELECT id FROM entities WHERE type LIKE '%.Folder'")}
    assert listed == kept - {"syn4489", "syn1681355"}


@pytest.mark.prove
@pytest.mark.parametrize(("moment", "status"), [("before", 200), ("after", 404)])
def test_a_server_killed_at_a_restore_has_the_old_state_or_the_new_one(
    data: Path, tmp_path: Path, moment: str, status: int
) -> None:
    kill = f"faults: [{{match: {{path: '*/restore'}}, at: {moment}, kill: true}}]"
    (tmp_path / "faults.yaml").write_text(kill)
    with served(data, ["organizer:token-organizer"], "--faults", str(tmp_path / "faults.yaml")) as server:
        me = Api(server.url, TOKENS["organizer"])
        save(me, "empty")
        project = make_project(me, "later")["id"]
        with pytest.raises(httpx.TransportError):
            restore(me, "empty")
    with running(data, ["organizer:token-organizer"]) as url:
        assert Api(url, TOKENS["organizer"]).get(f"/entity/{project}").status == status


def children(client: Client, project: str) -> set[str]:
    found: set[str] = set()
    body: dict[str, Any] = {"parentId": project, "includeTypes": ["folder"]}
    while True:
        page = client.ok("POST", "/entity/children", body)
        found |= {one["id"] for one in page["page"]}
        if "nextPageToken" not in page:
            return found
        body["nextPageToken"] = page["nextPageToken"]
