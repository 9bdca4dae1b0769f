"""The sandbox as a server: start, reads and writes against a bare app of the same stack, and a full data folder."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.figures import Figure, duration, ratio
from benchmarks.sandbox import sandbox, served
from benchmarks.timing import interleaved
from challenge_cli.target import DEPLOYER, token_of
from synapse_sandbox.permissions import SCHEMA as PERMISSIONS_SCHEMA
from synapse_sandbox.services import SCHEMAS
from synapse_sandbox.services.entity_types import FOLDER
from synapse_sandbox.services.nodes import Place, Stamp, insert_node
from synapse_sandbox.store import Store, open_store

BARE: Final = (sys.executable, "-m", "benchmarks.bare")
MODEL: Final = "org.sagebionetworks.repo.model."
FULL, FULL_QUICK = 100_000, 5_000
"""Entities in the full data folder."""
FOLDER_SIZE: Final = 1000
REQUESTS: Final = 60
"""Of one turn: short turns, many of them, so that a busy moment of the machine hits all candidates alike."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Client:
    """One kept-alive connection, as light as the standard library has it, so that the server is what is measured."""

    connection: HTTPConnection

    def renew(self) -> None:
        """Begin a turn on a connection of its own: a server ends one that waited too long for its turn."""
        self.connection.close()

    def send(self, method: str, path: str, body: Json | None = None) -> Any:
        """One request. Raises RuntimeError for a refusal: its time would mean nothing."""
        headers = {"Authorization": f"Bearer {token_of(DEPLOYER)}", "Content-Type": "application/json; charset=UTF-8"}
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:200]!r}")
        return json.loads(content) if content else None


def run(quick: bool) -> Iterator[Figure]:
    """Start, the two mixes, memory and speed with many entities."""
    starts, repetitions = (3, 5) if quick else (10, 40)
    with TemporaryDirectory() as folder:
        yield start(Path(folder), starts)
        yield from mixes(Path(folder) / "mixes", repetitions, REQUESTS)
        yield from full(Path(folder), FULL_QUICK if quick else FULL, repetitions, REQUESTS)


def start(folder: Path, repetitions: int) -> Figure:
    """From the command to the first answer, on a new data folder each time."""
    folders = (folder / f"start-{number}" for number in range(repetitions + 1))
    candidates: dict[str, Callable[[], object]] = {
        "sandbox": lambda: _first_answer(sandbox, next(folders), (), 0),
        "bare": lambda: _first_answer(served, BARE),
    }
    seconds = interleaved(candidates, repetitions)
    return ratio("start to first answer / bare app", seconds["sandbox"], seconds["bare"])


def mixes(folder: Path, repetitions: int, requests: int) -> Iterator[Figure]:
    """Requests by one client, each turn on one connection."""
    with ExitStack() as stack:
        bare = _client(stack.enter_context(served(BARE)))
        here = _client(stack.enter_context(sandbox(folder, (), 0)))
        project = _project(here, "mixes")
        folders = [_new_folder(here, project, f"folder {number}") for number in range(20)]
        candidates = {
            "read": partial(_read, here, project, folders, requests),
            "write": partial(_write, here, project, folders, requests),
            "bare read": partial(_read, bare, project, folders, requests),
            "bare write": partial(_write, bare, project, folders, requests),
        }
        seconds = interleaved(candidates, repetitions)
    for mix in ("read", "write"):
        yield _rate(f"{mix} mix / bare app", seconds[mix], seconds[f"bare {mix}"], requests)


def full(folder: Path, entities: int, repetitions: int, requests: int) -> Iterator[Figure]:
    """Memory and speed with many entities, against a folder with nearly none; the two take turns."""
    small, large = folder / "small", folder / "large"
    with ExitStack() as stack:
        clients = {"small": _opened(stack, small, FOLDER_SIZE), "large": _opened(stack, large, entities)}
        for name, operation in (("read", _read), ("write", _write)):
            candidates = {
                size: partial(operation, client, project, folders, requests)
                for size, (client, project, folders) in clients.items()
            }
            seconds = interleaved(candidates, repetitions)
            what = f"{name} mix with {entities:,} entities / {FOLDER_SIZE:,}"
            yield _rate(what, seconds["large"], seconds["small"], requests)
        memory = {"small": _resident(small), "large": _resident(large)}
    why = f"{memory['large'] / 2**20:.0f} MiB / {memory['small'] / 2**20:.0f} MiB"
    yield Figure(f"memory with {entities:,} entities / {FOLDER_SIZE:,}", memory["large"] / memory["small"], why=why)


def _rate(what: str, measured: list[float], baseline: list[float], requests: int) -> Figure:
    """A ratio of two series, told in requests a second."""
    figure, rates = ratio(what, measured, baseline), [requests / median(series) for series in (measured, baseline)]
    why = f"{rates[0]:,.0f} / {rates[1]:,.0f} requests a second, {duration(1 / rates[0])} each"
    details = {**figure.details, "requests a second": rates[0], "baseline requests a second": rates[1]}
    return replace(figure, why=why, details=details)


def _first_answer(server: Callable[..., Any], *arguments: Any) -> None:
    with server(*arguments) as address:
        _client(address).send("GET", "/repo/v1/version")


def _client(address: str) -> Client:
    host = address.removeprefix("http://")
    return Client(HTTPConnection(host, timeout=60))


def _read(client: Client, project: str, folders: list[str], requests: int) -> None:
    """What a plan reads: entities, their ACLs, annotations, names."""
    client.renew()
    for number in range(requests // 4):
        folder = folders[number % len(folders)]
        client.send("GET", f"/repo/v1/entity/{folder}")
        client.send("GET", f"/repo/v1/entity/{folder}/annotations2")
        client.send("GET", f"/repo/v1/entity/{project}/acl")
        client.send("POST", "/repo/v1/entity/child", {"parentId": project, "entityName": f"folder {number % 20}"})


def _write(client: Client, project: str, folders: list[str], requests: int) -> None:
    """What an apply writes: new folders, and annotations under the etag that was read."""
    client.renew()
    for number in range(requests // 3):
        folder = folders[number % len(folders)]
        _new_folder(client, project, f"written {time.perf_counter_ns()}")
        notes = client.send("GET", f"/repo/v1/entity/{folder}/annotations2")
        notes["annotations"] = {"number": {"type": "LONG", "value": [str(number)]}}
        client.send("PUT", f"/repo/v1/entity/{folder}/annotations2", notes)


def _project(client: Client, name: str) -> str:
    return str(client.send("POST", "/repo/v1/entity", {"concreteType": f"{MODEL}Project", "name": name})["id"])


def _new_folder(client: Client, parent: str, name: str) -> str:
    body = {"concreteType": f"{MODEL}Folder", "name": name, "parentId": parent}
    return str(client.send("POST", "/repo/v1/entity", body)["id"])


def _opened(stack: ExitStack, folder: Path, entities: int) -> tuple[Client, str, list[str]]:
    """A served folder with so many entities: a client, a project, and 20 of its folders."""
    with sandbox(folder, (), 0) as address:
        client = _client(address)
        project = _project(client, "full")
        folders = [_new_folder(client, project, f"folder {number}") for number in range(20)]
    _fill(folder, int(project.removeprefix("syn")), entities)
    return _client(stack.enter_context(sandbox(folder, (), 0))), project, folders


def _fill(folder: Path, project: int, entities: int) -> None:
    """Put folders into a data folder that nobody serves, by the sandbox's own function: HTTP would take minutes."""
    store = open_store(folder, (PERMISSIONS_SCHEMA, *SCHEMAS))
    user = store.value("SELECT created_by FROM entities WHERE id = ?", project)
    with store.transaction(write=True):
        for batch in range(entities // FOLDER_SIZE):
            parent = _insert(store, project, f"batch {batch}", user)
            for number in range(FOLDER_SIZE - 1):
                _insert(store, parent, f"entity {number}", user)
    store.close()


def _insert(store: Store, parent: int, name: str, user: int) -> int:
    entity = store.next_id("entity")
    insert_node(store, Place(entity, parent, name), FOLDER, {}, Stamp(user, 0))
    return entity


def _resident(folder: Path) -> int:
    """Bytes of memory of the server that has a data folder."""
    status = Path(f"/proc/{(folder / 'server.pid').read_text().strip()}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024
