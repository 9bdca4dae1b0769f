"""Running a sandbox: data folders, clocks, faults, limits, logs, and the command line."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from synapse_sandbox.faults import FaultPlan, FaultsError, read_faults
from synapse_sandbox.server import open_app, running
from synapse_sandbox.settings import InstantError, Settings, SettingsError, parse_user, parse_users
from synapse_sandbox.store import DataFolderInUse, DataFolderUnusable, claimed
from tests.sandbox.conftest import Api
from tests.sandbox.making import make_project
from tests.sandbox.serving import address, configuration, start

USER = "organizer:token"
NEW_YEAR = 1798761600000  # 2027-01-01T00:00:00.000Z


@contextmanager
def served(folder: Path, **options: Any) -> Iterator[Api]:
    """A sandbox on a data folder, and a client of its only user."""
    with running(folder, [USER], **options) as url:
        api = Api(url, "token")
        try:
            yield api
        finally:
            api.close()


def faults(folder: Path, text: str) -> FaultPlan:
    file = folder / "faults.yaml"
    file.write_text(text)
    return read_faults(file)


def test_a_data_folder_keeps_everything_over_a_restart(tmp_path: Path) -> None:
    with served(tmp_path) as api:
        project = make_project(api, "kept")
    with served(tmp_path) as api:
        assert api.get(f"/entity/{project['id']}").body == project


def test_a_fresh_data_folder_has_other_file_handle_ids(tmp_path: Path) -> None:
    body = {"concreteType": "org.sagebionetworks.repo.model.file.ExternalFileHandle", "externalURL": "https://a.org/b"}
    ids = []
    for name in ("one", "two"):
        with served(tmp_path / name) as api:
            ids.append(api.ok("POST", "/file/v1/externalFileHandle", body)["id"])
    assert ids[0] != ids[1]
    assert min(map(int, ids)) > 10**12


def test_with_a_seed_etags_are_reproducible(tmp_path: Path) -> None:
    etags = []
    for name in ("one", "two"):
        with served(tmp_path / name, seed=7, now=NEW_YEAR, frozen=True) as api:
            etags.append(make_project(api, "seeded")["etag"])
    assert etags[0] == etags[1]


def test_a_data_folder_has_one_server_at_a_time(tmp_path: Path) -> None:
    with served(tmp_path), pytest.raises(DataFolderInUse) as refused, running(tmp_path, [USER]):
        pass
    assert str(os.getpid()) in str(refused.value)
    assert str(tmp_path) in str(refused.value)


def test_a_folder_with_a_foreign_database_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "synapse.sqlite3").write_bytes(b"something else altogether " * 100)
    with pytest.raises(DataFolderUnusable, match="Choose another data folder"), running(tmp_path, [USER]):
        pass


def test_a_folder_of_another_version_is_refused_and_can_still_be_claimed(tmp_path: Path) -> None:
    with served(tmp_path):
        pass
    with sqlite3.connect(tmp_path / "synapse.sqlite3") as database:
        database.execute("UPDATE meta SET value = 'older' WHERE key = 'schema'")
    database.close()
    with pytest.raises(DataFolderUnusable, match="another version"), running(tmp_path, [USER]):
        pass
    with claimed(tmp_path), pytest.raises(DataFolderInUse), running(tmp_path, [USER]):
        pass


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(OSError, match=str(port)), running(tmp_path, [USER], port=port):
            pass


def test_a_restart_brings_users_into_the_state_of_its_options(tmp_path: Path) -> None:
    with running(tmp_path, ["organizer:old:uncertified"]) as url:
        assert Api(url, "old").ok("GET", "/user/bundle", mask=8)["isCertified"] is False
    with running(tmp_path, ["organizer:new"]) as url:
        assert Api(url, "new").ok("GET", "/user/bundle", mask=8)["isCertified"] is True
        assert Api(url, "old").get("/userProfile").status == 401


def test_the_clock_can_be_frozen_set_and_advanced(tmp_path: Path) -> None:
    with served(tmp_path, now=NEW_YEAR, frozen=True) as api:
        reply = api.get("/sandbox/v1/clock")
        assert reply.body == {"now": "2027-01-01T00:00:00.000Z", "mode": "frozen"}
        assert parsedate_to_datetime(reply.headers["Date"]).year == 2027
        api.ok("POST", "/sandbox/v1/clock/advance", {"milliseconds": 90_000})
        assert make_project(api, "dated")["createdOn"] == "2027-01-01T00:01:30.000Z"
        api.ok("PUT", "/sandbox/v1/clock", {"mode": "frozen", "now": "2027-06-01T12:00:00.000+02:00"})
        assert api.get("/sandbox/v1/clock").body["now"] == "2027-06-01T10:00:00.000Z"
        assert api.put("/sandbox/v1/clock", {"mode": "sideways"}).status == 400


def test_the_clock_is_kept_in_the_data_folder(tmp_path: Path) -> None:
    with served(tmp_path, now=NEW_YEAR, frozen=True):
        pass
    with served(tmp_path) as api:
        assert api.get("/sandbox/v1/clock").body == {"now": "2027-01-01T00:00:00.000Z", "mode": "frozen"}


def test_a_running_clock_goes_on_with_real_time(tmp_path: Path) -> None:
    with served(tmp_path, now=NEW_YEAR) as api:
        clock = api.get("/sandbox/v1/clock").body
    assert clock["mode"] == "running"
    assert clock["now"].startswith("2027-01-01T00:00:")


def test_every_request_is_logged_with_route_and_whether_it_writes(tmp_path: Path) -> None:
    log = tmp_path / "access.jsonl"
    with served(tmp_path / "data", access_log=log, now=NEW_YEAR, frozen=True) as api:
        project = make_project(api, "logged")
        api.get(f"/entity/{project['id']}")
        api.get("/nowhere")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [{key: value for key, value in line.items() if key != "ms"} for line in lines] == [
        entry("POST", "/repo/v1/entity", "/repo/v1/entity", 201, write=True),
        entry("GET", f"/repo/v1/entity/{project['id']}", "/repo/v1/entity/{id}", 200),
        entry("GET", "/repo/v1/nowhere", "", 404),
    ]
    assert all(line["ms"] >= 0 for line in lines)


def entry(method: str, path: str, route: str, status: int, *, write: bool = False) -> dict[str, Any]:
    return {
        "time": "2027-01-01T00:00:00.000Z",
        "user": "organizer",
        "method": method,
        "path": path,
        "route": route,
        "write": write,
        "status": status,
    }


def test_a_presigned_url_expires_by_real_time(tmp_path: Path) -> None:
    class Watch:
        """A clock whose real time is what the test says."""

        moment = NEW_YEAR

        def now(self) -> int:
            return NEW_YEAR

        def real(self) -> int:
            return self.moment

    async def statuses(watch: Watch) -> list[int]:
        with open_app(None, Settings(users=parse_users([USER])), watch) as app:
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url="http://sandbox", headers={"Authorization": "Bearer token"}
            ) as client:
                return await fetch_before_and_after(client, watch)

    async def fetch_before_and_after(client: httpx.AsyncClient, watch: Watch) -> list[int]:
        base, md5 = "/file/v1/file/multipart", "9dd4e461268c8034f5c8564e155c67a6"
        request = {"fileName": "x", "contentMD5Hex": md5, "fileSizeBytes": 1, "partSizeBytes": 5 * 1024 * 1024}
        upload = f"{base}/{(await client.post(base, json=request)).json()['uploadId']}"
        urls = (await client.post(f"{upload}/presigned/url/batch", json={"partNumbers": [1]})).json()
        url = urls["partPresignedUrls"][0]["uploadPresignedUrl"]
        early = await client.put(url, content=b"x")
        watch.moment += 16 * 60 * 1000
        return [early.status_code, (await client.put(url, content=b"x")).status_code]

    assert asyncio.run(statuses(Watch())) == [200, 403]


def test_latency_is_added_to_every_answer(tmp_path: Path) -> None:
    with served(tmp_path, latency_ms=50) as api:
        started = time.monotonic()
        api.get("/version")
        assert time.monotonic() - started >= 0.05


def test_the_delay_of_views_is_an_option_that_the_folder_keeps(tmp_path: Path) -> None:
    for options, expected in (({}, 0), ({"view_delay_ms": 250}, 250), ({}, 250)):
        with served(tmp_path, **options) as api:
            assert api.ok("GET", "/sandbox/v1/views/delay") == {"milliseconds": expected}


def test_a_fault_before_the_commit_leaves_nothing_behind(tmp_path: Path) -> None:
    plan = faults(tmp_path, "faults: [{match: {method: POST, route: /repo/v1/entity}, nth: 1, status: 503}]")
    with served(tmp_path / "data", faults=plan) as api:
        body = {"concreteType": "org.sagebionetworks.repo.model.Project", "name": "once"}
        assert [api.post("/entity", body).status for _ in range(3)] == [503, 201, 409]


def test_a_fault_after_the_commit_is_a_lost_answer(tmp_path: Path) -> None:
    match = "match: {write: true, user: organizer}, nth: 1, at: after"
    plan = faults(tmp_path, f"faults: [{{{match}, status: 502, retry_after: 2, reason: lost}}]")
    with served(tmp_path / "data", faults=plan) as api:
        body = {"concreteType": "org.sagebionetworks.repo.model.Project", "name": "once"}
        lost = api.post("/entity", body)
        assert (lost.status, lost.reason, lost.headers["Retry-After"]) == (502, "lost", "2")
        assert api.post("/entity", body).status == 409


@pytest.mark.parametrize("effect", ["drop: true", "drop: true, at: after", "truncate: true"])
def test_a_connection_can_be_cut(tmp_path: Path, effect: str) -> None:
    plan = faults(tmp_path, f"faults: [{{match: {{path: '*/version'}}, first: 1, {effect}}}]")
    with served(tmp_path / "data", faults=plan) as api:
        with pytest.raises(httpx.RemoteProtocolError):
            api.get("/version")
        assert api.get("/version").status == 200


def test_faults_strike_periodically_and_by_a_seeded_chance(tmp_path: Path) -> None:
    periodic = faults(tmp_path, "faults: [{match: {path: '*/version'}, every: 3, status: 500}]")
    with served(tmp_path / "periodic", faults=periodic) as api:
        assert [api.get("/version").status for _ in range(6)] == [200, 200, 500, 200, 200, 500]
    seeded = faults(tmp_path, "seed: 5\nfaults: [{match: {path: '*/version'}, probability: 0.5, status: 500}]")
    runs = []
    for name in ("one", "two"):
        with served(tmp_path / name, faults=seeded) as api:
            runs.append([api.get("/version").status for _ in range(12)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 500}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("faults: [{status: 42}]", "faults.0.status"),
        ("faults: [{wehn: 1}]", "faults.0.wehn"),
        ("faults: [{}]", "faults.0: Value error, does nothing: give it a status, drop, truncate, kill or delay_ms"),
        ("faults: [{status: 503, kill: true}]", "faults.0: Value error, does status and kill: choose one"),
        ("faults: [{match: {method: get}, drop: true}]", "faults.0.match.method: Input should be 'GET'"),
        ("faults: [", "not YAML"),
        ("[]", "file: Input should be"),
    ],
)
def test_a_wrong_faults_file_is_refused_with_file_place_and_form(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(FaultsError) as refused:
        faults(tmp_path, text)
    assert str(tmp_path / "faults.yaml") in str(refused.value)
    assert said in str(refused.value)


def test_a_faults_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "faults.yaml").write_bytes(b"faults: [{reason: \xff}]")
    with pytest.raises(FaultsError, match="not a text in UTF-8"):
        read_faults(tmp_path / "faults.yaml")


def test_with_throttling_a_user_has_three_requests_at_a_time(tmp_path: Path) -> None:
    with served(tmp_path, throttle=True, latency_ms=300) as api, ThreadPoolExecutor(5) as pool:
        replies = list(pool.map(lambda _: api.get("/userProfile"), range(5)))
    refused = [reply for reply in replies if reply.status == 429]
    assert len(refused) == 2
    reason = "Too many concurrent requests. Allowed 3 concurrent connections at any time."
    assert all(reply.body == {"reason": reason} and "Retry-After" not in reply.headers for reply in refused)


def test_with_throttling_a_user_has_600_requests_a_minute_and_anonymous_any(tmp_path: Path) -> None:
    with served(tmp_path, throttle=True) as api:
        statuses = [api.get("/version").status for _ in range(601)]
        refused = api.get("/version")
        assert httpx.get(f"{api.base_url}/repo/v1/version").status_code == 200
        assert api.get("/auth/v1/authenticatedOn").status == 200
    assert statuses == [200] * 600 + [429]
    assert refused.body == {"reason": "Requests are too frequent. Allowed 600 requests every 60 seconds."}


def test_the_application_serves_without_a_socket_and_in_memory() -> None:
    async def version() -> int:
        with open_app(None, Settings(users=parse_users([USER]))) as app:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sandbox") as client:
                return (await client.get("/repo/v1/version")).status_code

    assert asyncio.run(version()) == 200


@pytest.mark.parametrize("text", ["organizer", ":token", "organizer:token:clever"])
def test_a_wrong_user_is_refused_with_the_way_to_write_it(text: str) -> None:
    with pytest.raises(SettingsError, match="--user"):
        parse_user(text)


def test_two_users_need_two_tokens(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="token"):
        parse_users(["one:same", "two:same"])
    with pytest.raises(SettingsError, match="User names can only contain"), running(tmp_path, ["no blanks:token"]):
        pass


def test_a_killed_process_loses_nothing_acknowledged(tmp_path: Path) -> None:
    process = start("--data", str(tmp_path), "--user", USER)
    project = make_project(Api(address(process), "token"), "acknowledged")
    process.send_signal(signal.SIGKILL)
    process.wait()
    with served(tmp_path) as api:
        assert api.get(f"/entity/{project['id']}").body == project


def test_a_fault_can_kill_the_process_after_the_commit(tmp_path: Path) -> None:
    faults(tmp_path, "faults: [{match: {write: true}, at: after, kill: true}]")
    process = start("--data", str(tmp_path / "data"), "--user", USER, "--faults", str(tmp_path / "faults.yaml"))
    api = Api(address(process), "token")
    with pytest.raises(httpx.RemoteProtocolError):
        make_project(api, "committed")
    assert process.wait() == -signal.SIGKILL
    with served(tmp_path / "data") as again:
        body = {"entityName": "committed"}
        assert again.post("/entity/child", body).status == 200


def test_the_command_prints_a_configuration_and_ends_on_interrupt(tmp_path: Path) -> None:
    process = start("--data", str(tmp_path), "--user", USER)
    said = configuration(process)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert said["repoEndpoint"].startswith("http://127.0.0.1:")
    assert (said["username"], said["authtoken"]) == ("organizer", "token")
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--user", "nameless"], "NAME:TOKEN"),
        (["--now", "yesterday"], "2027-03-01T00:00:00.000Z"),
        (["--faults", "nowhere.yaml"], "nowhere.yaml"),
    ],
)
def test_a_wrong_option_ends_with_one_and_without_a_trace(tmp_path: Path, arguments: list[str], said: str) -> None:
    process = start("--data", str(tmp_path / "data"), *arguments)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said in errors
    assert "Traceback" not in errors


def test_a_clock_that_starts_where_no_date_can_tell_is_refused_before_anything_is_served(tmp_path: Path) -> None:
    with pytest.raises(InstantError, match="--now: The clock goes from 1970"), running(tmp_path, [USER], now=10**17):
        pass
