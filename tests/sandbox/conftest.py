"""One embedded sandbox for each test module, and a tiny client for exact status codes and texts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from synapse_sandbox.server import running
from tests.sandbox.answers import misfits
from tests.sandbox.making import uploaded
from tests.sandbox.models import REFERENCE, Models
from tests.sandbox.watching import watch

USERS = (
    "organizer:token-organizer",
    "colleague:token-colleague",
    "participant:token-participant",
    "stranger:token-stranger",
    "newcomer:token-newcomer:uncertified",
    "unsigned:token-unsigned:unsigned",
    "reviewer:token-reviewer:act",
    "admin:token-admin:admin",
)
TOKENS: dict[str, str] = {text.split(":")[0]: text.split(":")[1] for text in USERS}


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox: its base address and the tokens of its users by name."""

    url: str
    tokens: dict[str, str]


@dataclass
class Reply:
    """What came back; unpacks as `status, body`."""

    status: int
    body: Any
    headers: httpx.Headers

    def __iter__(self) -> Iterator[Any]:
        return iter((self.status, self.body))

    @property
    def reason(self) -> str:
        """The reason text of a refusal."""
        return str(self.body["reason"])


class Api:
    """JSON in, JSON out, as one user (or anonymously). Paths without a service prefix mean /repo/v1."""

    def __init__(self, url: str, token: str | None) -> None:
        self.base_url = url
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        # Reading all certificates takes longer than most tests, and there is no HTTPS here.
        self._client = httpx.Client(base_url=url, headers=headers, timeout=30, verify=False)  # noqa: S501 -- plain HTTP

    def get(self, path: str, **query: Any) -> Reply:
        return self.send("GET", path, **query)

    def post(self, path: str, body: Any = None, **query: Any) -> Reply:
        return self.send("POST", path, body, **query)

    def put(self, path: str, body: Any = None, **query: Any) -> Reply:
        return self.send("PUT", path, body, **query)

    def delete(self, path: str, **query: Any) -> Reply:
        return self.send("DELETE", path, **query)

    def send(self, method: str, path: str, body: Any = None, **query: Any) -> Reply:
        address = path if path.startswith(("/repo/", "/file/", "/auth/", "/sandbox/")) else f"/repo/v1{path}"
        content = None if body is None else json.dumps(body).encode("ascii")
        headers = {} if body is None else {"Content-Type": "application/json; charset=UTF-8"}
        answer = self._client.request(method, address, content=content, params=query or None, headers=headers)
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        return Reply(answer.status_code, answer.json() if is_json else answer.text, answer.headers)

    def ok(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The body of an answer that must be a success."""
        reply = self.send(method, path, body, **query)
        assert reply.status < 300, f"{method} {path}: {reply.status} {reply.body}"
        return reply.body

    def close(self) -> None:
        self._client.close()


@pytest.fixture(scope="session")
def ill_fitting() -> Iterator[list[str]]:
    """What the sandboxes of this process answered that doesn't fit Synapse's schemas (nothing where there are none)."""
    found: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        if REFERENCE.is_dir():
            models = Models(REFERENCE)
            watch(patch, lambda _, entry, answer: found.extend(misfits(models, entry, answer)))
        yield found


@pytest.fixture(autouse=True)
def answers_fit_the_schemas(ill_fitting: list[str]) -> Iterator[None]:
    """Every answer of every test is held against Synapse's model schemas."""
    yield
    found = list(ill_fitting)
    ill_fitting.clear()
    assert found == []


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("sandbox"), USERS) as url:
        yield Sandbox(url, TOKENS)


@pytest.fixture(scope="module")
def api(sandbox: Sandbox) -> Iterator[Callable[..., Api]]:
    """`api("organizer")`: a client that is signed in as this user; `api()` is anonymous."""
    clients: dict[str | None, Api] = {}

    def client(user: str | None = None) -> Api:
        token = None if user is None else sandbox.tokens[user]
        return clients.setdefault(user, Api(sandbox.url, token))

    yield client
    for each in clients.values():
        each.close()


@pytest.fixture
def unique(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Names that no other test of the module uses."""
    return lambda text: f"{text} {abs(hash(request.node.nodeid)) % 10**8}"


@pytest.fixture
def upload() -> Callable[..., str]:
    """`upload(client, "logo.png", content)`: a file handle made by the five calls of a multipart upload; its id."""
    return uploaded


def signed_in(url: str, token: str, folder: Path) -> Any:
    """The official client at a sandbox, with a configuration and a cache of its own in a folder."""
    import synapseclient

    (folder / "config").write_text("")
    client = synapseclient.Synapse(
        repoEndpoint=f"{url}/repo/v1",
        authEndpoint=f"{url}/auth/v1",
        fileHandleEndpoint=f"{url}/file/v1",
        portalEndpoint=f"{url}/",
        skip_checks=True,
        silent=True,
        cache_client=False,
        configPath=str(folder / "config"),
        cache_root_dir=str(folder / "cache"),
    )
    client.login(authToken=token, silent=True)
    return client


@pytest.fixture(scope="module")
def client(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The official client, signed in as the organizer."""
    return signed_in(sandbox.url, sandbox.tokens["organizer"], tmp_path_factory.mktemp("client"))


@pytest.fixture
def organizer(api: Callable[..., Api]) -> Api:
    return api("organizer")


@pytest.fixture
def participant(api: Callable[..., Api]) -> Api:
    return api("participant")


@pytest.fixture
def project(organizer: Api, unique: Callable[[str], str]) -> str:
    """The id of a fresh project of the organizer."""
    body = {"concreteType": "org.sagebionetworks.repo.model.Project", "name": unique("project")}
    return str(organizer.ok("POST", "/entity", body)["id"])
