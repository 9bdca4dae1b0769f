"""Eight clients at once on one server; and a server that is killed while they work."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from queue import Queue

import httpx
import pytest

from tests.sandbox.conftest import Api
from tests.sandbox.making import MODEL, Answered, id_of, make_project, share_entity
from tests.sandbox.serving import Served, served

CLIENTS = 8
USERS = [f"client-{number}:token-{number}" for number in range(CLIENTS)]
ADMIN = ("READ", "DOWNLOAD", "CREATE", "UPDATE", "DELETE", "CHANGE_PERMISSIONS", "CHANGE_SETTINGS", "MODERATE")


@dataclass
class Client:
    """One of the eight, and what the server has acknowledged to it."""

    number: int
    api: Api
    statuses: Counter[int] = field(default_factory=Counter)
    increments: int = 0
    folders: dict[str, str] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)

    def send(self, method: str, path: str, body: object = None) -> Answered:
        """One request; its status is counted."""
        reply = self.api.send(method, path, body)
        self.statuses[reply.status] += 1
        return reply

    def increment(self, project: str) -> None:
        """Add one to the counter on a project, as often as it takes: 412 says that somebody was faster."""
        while True:
            notes = self.send("GET", f"/entity/{project}/annotations2").body
            value = int(notes["annotations"].get("counter", {"value": ["0"]})["value"][0])
            notes["annotations"]["counter"] = {"type": "LONG", "value": [str(value + 1)]}
            reply = self.send("PUT", f"/entity/{project}/annotations2", notes)
            if reply.status == 200:
                self.increments += 1
                return
            assert reply.status == 412, reply.body

    def claim(self, project: str, name: str) -> None:
        """Try to be the one who makes a folder and a team of a name."""
        folder = {"concreteType": f"{MODEL}Folder", "name": name, "parentId": project}
        for path, body, made in (("/entity", folder, self.folders), ("/team", {"name": name}, self.teams)):
            reply = self.send("POST", path, body)
            assert reply.status in (201, 409), reply.body
            if reply.status == 201:
                made[name] = reply.body["id"]


def clients_of(server: Served) -> list[Client]:
    return [Client(number, Api(server.url, f"token-{number}")) for number in range(CLIENTS)]


def shared_project(clients: Sequence[Client]) -> str:
    """A project where all eight may do everything."""
    first = clients[0].api
    project = str(make_project(first, "shared")["id"])
    for client in clients[1:]:
        share_entity(first, project, id_of(client.api), *ADMIN)
    return project


def all_at_once(clients: Sequence[Client], work: Callable[[Client], None]) -> None:
    """Let every client work in a thread of its own, until the last is done."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(work, client) for client in clients]:
            done.result()


def check_kept(api: Api, project: str, clients: Sequence[Client], in_flight: int) -> None:
    """Everything acknowledged is there, once; of the unanswered requests at most `in_flight` may have come through."""
    counter = api.ok("GET", f"/entity/{project}/annotations2")["annotations"].get("counter", {"value": ["0"]})
    acknowledged = sum(client.increments for client in clients)
    assert acknowledged <= int(counter["value"][0]) <= acknowledged + in_flight
    folders = {name: made for client in clients for name, made in client.folders.items()}
    assert sum(len(client.folders) for client in clients) == len(folders), "a name was given twice"
    listed = children(api, project)
    assert len(set(listed.values())) == len(listed)
    assert folders.items() <= {name: made for made, name in listed.items()}.items()
    assert len(listed) <= len(folders) + in_flight
    for client in clients:
        for name, team in client.teams.items():
            assert api.ok("GET", f"/team/{team}")["name"] == name


def children(api: Api, project: str) -> dict[str, str]:
    """The folders of a project: id → name."""
    found: dict[str, str] = {}
    body: dict[str, object] = {"parentId": project, "includeTypes": ["folder"]}
    while True:
        page = api.ok("POST", "/entity/children", body)
        found |= {one["id"]: one["name"] for one in page["page"]}
        if "nextPageToken" not in page:
            return found
        body["nextPageToken"] = page["nextPageToken"]


LENGTHS = [pytest.param(10, id="short"), pytest.param(250, id="long", marks=pytest.mark.prove)]


@pytest.fixture
def figures(capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Tells the figures of a long run (`make prove` shows them)."""

    def tell(text: str) -> None:
        if "long" in request.node.name:
            with capsys.disabled():
                sys.stdout.write(f"\n{request.node.name}: {text}\n")

    return tell


@pytest.mark.parametrize("rounds", LENGTHS)
def test_eight_clients_at_once_lose_no_update_and_share_no_name(
    tmp_path: Path, rounds: int, figures: Callable[[str], None]
) -> None:
    started = time.monotonic()
    with served(tmp_path, USERS) as server:
        clients = clients_of(server)
        project = shared_project(clients)

        def work(client: Client) -> None:
            for number in range(rounds):
                client.claim(project, f"name {number}")
                client.increment(project)

        all_at_once(clients, work)
        check_kept(clients[0].api, project, clients, in_flight=0)
    statuses = sum((client.statuses for client in clients), Counter[int]())
    assert set(statuses) <= {200, 201, 409, 412}
    assert sum(client.increments for client in clients) == CLIENTS * rounds
    assert sum(len(client.folders) for client in clients) == rounds
    assert sum(len(client.teams) for client in clients) == rounds
    figures(_counted(statuses, time.monotonic() - started))


def _counted(statuses: Counter[int], seconds: float) -> str:
    """How many requests there were, how fast, and how they were answered."""
    told = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
    return f"{statuses.total()} requests in {seconds:.0f} s ({statuses.total() / seconds:.0f} a second): {told}"


@pytest.mark.parametrize("kills", [pytest.param(1, id="short"), pytest.param(12, id="long", marks=pytest.mark.prove)])
def test_a_server_killed_under_load_has_everything_that_it_acknowledged(
    tmp_path: Path, kills: int, figures: Callable[[str], None]
) -> None:
    started = time.monotonic()
    project, clients = "", [Client(number, Api("http://127.0.0.1:9", None)) for number in range(CLIENTS)]
    for life in range(kills):
        with served(tmp_path, USERS) as server:
            for client, reborn in zip(clients, clients_of(server), strict=True):
                client.api = reborn.api
            project = project or shared_project(clients)
            check_kept(clients[0].api, project, clients, in_flight=CLIENTS * life)
            work_until_killed(server, clients, project, life)
    with served(tmp_path, USERS) as server:
        check_kept(Api(server.url, "token-0"), project, clients, in_flight=CLIENTS * kills)
    with sqlite3.connect(tmp_path / "synapse.sqlite3") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    statuses = sum((client.statuses for client in clients), Counter[int]())
    figures(f"killed {kills} times, nothing acknowledged was lost; {_counted(statuses, time.monotonic() - started)}")
    assert set(statuses) <= {200, 201, 409, 412}


def work_until_killed(server: Served, clients: Sequence[Client], project: str, life: int) -> None:
    """Kill the server as soon as every client has got something done, while all go on."""
    progress: Queue[int] = Queue()

    def work(client: Client) -> None:
        for number in count():
            client.claim(project, f"life {life} name {number}")
            client.increment(project)
            progress.put(client.number)

    with ThreadPoolExecutor(CLIENTS) as pool:
        working = [pool.submit(work, client) for client in clients]
        seen: Counter[int] = Counter()
        while len(seen) < CLIENTS or min(seen.values()) < 3:
            seen[progress.get(timeout=60)] += 1
        server.process.kill()
        ends = [one.exception() for one in working]
    assert all(isinstance(end, httpx.TransportError) for end in ends), ends
