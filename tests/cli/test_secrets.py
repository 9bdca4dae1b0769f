"""A canary in place of every secret: it is found where it was put, and nowhere else.

What is looked through: everything that the commands print, and every file that they leave behind.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from challenge_cli.errors import Code
from challenge_cli.main import SECTIONS
from challenge_cli.secrets import without_secrets
from synapse_sandbox.server import running
from tests.cli.conftest import Challenge, edit

TOKEN = "canary-5f1d2c7e9b8a4036"
SIGNATURE = "canary-a1b2c3d4e5f60718"
BOT_TOKEN = "canary-0099887766554433"
CANARIES = (TOKEN, SIGNATURE, BOT_TOKEN)
ACCOUNTS = ("example-organizer-1", "example-organizer-2", "example-admin", "example-bot")
NOW = 1801483200000  # 2027-02-01
SLOW = [pytest.param(status, marks=pytest.mark.prove) for status in (500, 503)]
"""Answers after which we wait and ask again."""


@dataclass(slots=True)
class Cage:
    """Where the canary is let loose: a challenge, what was printed, and the places where it was put."""

    challenge: Challenge
    here: Path
    printed: list[str] = field(default_factory=list)
    put: set[Path] = field(default_factory=set)
    ran: set[str] = field(default_factory=set)

    def run(self, *arguments: str | Path, code: Code | None = None) -> None:
        """Run a command and keep what it printed."""
        self.ran.add(str(arguments[0]))
        shown = self.challenge(*arguments)
        self.printed += [shown.out, shown.err]
        assert code is None or shown.code == code, shown.err

    def escaped(self) -> list[str]:
        """Where a canary was seen that wasn't put there."""
        seen = [f"printed: {text}" for text in self.printed if _holds(text.encode())]
        files = [path for path in self.here.rglob("*") if path.is_file() and path not in self.put]
        return seen + [str(path) for path in files if _holds(path.read_bytes()) or _holds(str(path).encode())]


def _holds(content: bytes) -> bool:
    return any(canary.encode() in content for canary in CANARIES)


@pytest.fixture
def cage(challenge: Challenge, here: Path, monkeypatch: pytest.MonkeyPatch) -> Cage:
    monkeypatch.setenv("SYNAPSE_AUTH_TOKEN", TOKEN)
    return Cage(challenge, here)


@pytest.fixture
def synapse(tmp_path_factory: pytest.TempPathFactory, here: Path) -> Iterator[str]:
    """A Synapse for which the canary is the deployer's token; its access log is looked through as well."""
    users = [f"example-deployer:{TOKEN}", *(f"{name}:token-{name}" for name in ACCOUNTS)]
    with running(tmp_path_factory.mktemp("synapse"), users, now=NOW, access_log=here / "access.jsonl") as url:
        yield url


def in_environment(cage: Cage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token is where CI has it."""


def in_config_file(cage: Cage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token is where people have it."""
    monkeypatch.delenv("SYNAPSE_AUTH_TOKEN")
    config = cage.here / ".synapseConfig"
    config.write_text(f"[default]\nusername = example-deployer\nauthtoken = {TOKEN}\n")
    monkeypatch.setattr("synapseclient.client.CONFIG_FILE", str(config))
    cage.put.add(config)


@pytest.mark.parametrize("place", [in_environment, in_config_file])
def test_no_command_lets_the_token_out(
    cage: Cage, synapse: str, monkeypatch: pytest.MonkeyPatch, place: Callable[..., None]
) -> None:
    place(cage, monkeypatch)
    monkeypatch.setenv("CHALLENGE_ENDPOINT", synapse)
    monkeypatch.setenv("BOT_TOKEN", BOT_TOKEN)
    cage.run("validate", code=Code.FINE)
    cage.run("plan", "--verbose", "--out", "plan.json", code=Code.FINE)
    for form in ("json", "markdown"):
        cage.run("plan", "--format", form, code=Code.FINE)
    cage.run("apply", "plan.json", "--auto-approve", "--format", "json", code=Code.FINE)
    cage.run("env", "--token-from", "BOT_TOKEN", code=Code.FINE)
    env = cage.here / ".challenge/orchestrator/main/.env"
    assert BOT_TOKEN in env.read_text()
    cage.put.add(env)
    edit(cage.here / "challenge.yaml", "daily: 2", "daily: 5")
    cage.run("apply", "--auto-approve", "--verbose", code=Code.FINE)
    assert BOT_TOKEN in env.read_text()
    for command in ("plan", "status", "drift", "graph", "env", "history"):
        cage.run(command, code=Code.FINE)
    cage.run("pull", "--dry-run", code=Code.FINE)
    cage.run("status", "--format", "json", code=Code.FINE)
    cage.run("plan", "--format", "json", code=Code.FINE)
    ids = {address: id_ for id_, address in json.loads(cage.printed[-2])["names"].items()}
    with httpx.Client(base_url=f"{synapse}/repo/v1", headers={"Authorization": f"Bearer {TOKEN}"}) as web:
        cage.printed.append(ledger(web, ids["folder.ledger"]))
    assert "queue.writeups" in cage.printed[-1]
    cage.run("import", ids["project.live"], "--out", "imported", code=Code.FINE)
    cage.run("destroy", "--confirm", "melting-points", "--format", "json", code=Code.FINE)
    assert SECTIONS["Bring it to Synapse"].keys() <= cage.ran, "a new command lets the canary out as well?"
    assert cage.escaped() == []
    assert list((cage.here / ".challenge/receipts").iterdir())


def ledger(web: httpx.Client, folder: str) -> str:
    """Every file that lies in the ledger's folder on Synapse."""
    found = web.post("/entity/children", json={"parentId": folder, "includeTypes": ["file"]}).json()["page"]
    return "".join(web.get(f"/entity/{item['id']}/file", follow_redirects=True).text for item in found)


@contextmanager
def parrot(synapse: str, strike: Callable[[str, str], int | None]) -> Iterator[str]:
    """A way to Synapse that repeats the token in every refusal, and signs the addresses of uploads with a canary.

    strike: method and path → the status of a refusal, None to let it through.
    """

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            said = self.headers.get("Authorization", "")
            if status := strike(self.command, self.path):
                reason = f"{said} is not allowed to {self.command} {self.path}"
                location = {"Location": f"/elsewhere/{said.rpartition(' ')[2]}?token={said}"} if status == 307 else {}
                self._send(status, json.dumps({"reason": reason}).encode(), location)
                return
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOPS}
            answer = httpx.request(self.command, f"{synapse}{self.path}", headers=headers, content=content, timeout=30)
            text = answer.content.replace(synapse.encode(), address.encode())
            if "presigned/url/batch" in self.path:
                batch = json.loads(text)
                for part in batch["partPresignedUrls"]:
                    joint = "&" if "?" in part["uploadPresignedUrl"] else "?"
                    part["uploadPresignedUrl"] += f"{joint}X-Amz-Signature={SIGNATURE}"
                text = json.dumps(batch).encode()
            self._send(answer.status_code, text, {"Date": answer.headers["date"]})

        def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            self.send_response_only(status)
            for name, value in {
                "Content-Type": "application/json",
                "Content-Length": str(len(content)),
                **headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = _do  # noqa: N815 -- http.server's spelling

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield address
        server.shutdown()


_HOPS = {"host", "content-length", "connection", "accept-encoding"}


@pytest.mark.parametrize("status", [307, 400, 401, 403, 404, *SLOW])
def test_a_server_that_repeats_the_token_when_it_refuses_is_not_quoted_with_it(
    cage: Cage, synapse: str, status: int
) -> None:
    with parrot(synapse, lambda _method, _path: status) as address:
        for command in ("plan", "apply"):
            cage.run(command, "--endpoint", address, code=Code.ERROR)
    assert cage.escaped() == []
    assert "error: " in cage.printed[1]


def test_reads_and_writes_that_are_refused_leave_no_token_in_plan_receipt_or_message(cage: Cage, synapse: str) -> None:
    def strike(method: str, path: str) -> int | None:
        if method == "GET" and path.endswith("/accessRequirement"):
            return 403
        return 403 if method == "POST" and path in ("/repo/v1/team", "/repo/v1/evaluation") else None

    with parrot(synapse, strike) as address:
        cage.run("plan", "--endpoint", address, "--format", "json", "--out", "plan.json")
        cage.run("apply", "--endpoint", address, "--auto-approve", code=Code.INCOMPLETE)
        cage.run("apply", "--endpoint", address, "--auto-approve", "--format", "json", code=Code.INCOMPLETE)
    assert "(hidden) is not allowed to POST" in "".join(cage.printed)
    assert cage.escaped() == []


@pytest.mark.parametrize("status", [403, pytest.param(400, marks=pytest.mark.prove), SLOW[0]])
def test_the_signature_of_an_upload_is_in_no_message(cage: Cage, synapse: str, status: int) -> None:
    signed: list[str] = []

    def strike(_method: str, path: str) -> int | None:
        signed.extend([path] if SIGNATURE in path else [])
        return status if SIGNATURE in path else None

    with parrot(synapse, strike) as address:
        cage.run("apply", "--endpoint", address, "--auto-approve")
    assert signed
    assert cage.escaped() == []


@pytest.mark.parametrize("token", [f"{TOKEN}\nmore", f"{TOKEN} more", f"{TOKEN}é"])
def test_a_token_that_no_header_can_hold_is_refused_without_repeating_it(
    cage: Cage, synapse: str, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("SYNAPSE_AUTH_TOKEN", token)
    cage.run("plan", "--endpoint", synapse, code=Code.ERROR)
    assert "characters that no token has" in cage.printed[-1]
    assert cage.escaped() == []


def test_a_config_file_that_cannot_be_read_is_said_without_its_lines(
    cage: Cage, synapse: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_config_file(cage, monkeypatch)
    (cage.here / ".synapseConfig").write_text(f"authtoken = {TOKEN}\n")
    cage.run("plan", "--endpoint", synapse, code=Code.ERROR)
    assert "the client's config file can't be read" in cage.printed[-1]
    assert cage.escaped() == []


def test_a_defect_of_ours_is_reported_without_secrets(
    cage: Cage, synapse: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(f"headers: {{'Authorization': 'Bearer {TOKEN}'}}") from ValueError(f"token {TOKEN}")

    monkeypatch.setattr("challenge_cli.engine.make_plan", broken)
    cage.run("plan", "--endpoint", synapse, code=Code.ERROR)
    assert "this should not have happened" in cage.printed[-1]
    assert "RuntimeError" in next((cage.here / ".challenge").glob("error-*.txt")).read_text()
    assert cage.escaped() == []


@pytest.mark.parametrize(
    "endpoint", [f"http://me:{TOKEN}@127.0.0.1:9", f"http://{TOKEN}@127.0.0.1:9", f"http://127.0.0.1:9/?token={TOKEN}"]
)
def test_an_address_with_a_secret_in_it_is_not_used(cage: Cage, endpoint: str) -> None:
    cage.run("plan", "--endpoint", endpoint, code=Code.ERROR)
    assert "with a user, a password or a query" in cage.printed[-1]
    assert cage.escaped() == []


def test_the_token_of_a_sandbox_account_is_not_repeated(cage: Cage) -> None:
    for user in (TOKEN, f":{TOKEN}", f"me:{TOKEN}", f"somebody:{TOKEN}:nonsense"):
        cage.run("sandbox", "serve", "--user", user, "--data", "s", code=Code.ERROR)
    assert cage.escaped() == []


@pytest.mark.parametrize(
    "text",
    [
        f"Bearer {TOKEN}",
        f"x{TOKEN}x",
        "Authorization: Bearer somebody-elses",
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhY2Nlc3MiOnt9fQ.signature-signature",
    ],
)
def test_words_of_others_lose_their_secrets(cage: Cage, text: str) -> None:
    shown = without_secrets(f"before {text} after")
    assert "(hidden)" in shown
    assert not any(secret in shown for secret in (TOKEN, "somebody-elses", "signature-signature"))
    assert shown.startswith("before ")
    assert shown.endswith(" after")


def test_short_words_of_the_environment_are_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_TOKEN", "1")
    monkeypatch.setenv("OTHER_TOKEN", "")
    assert without_secrets("1 to create") == "1 to create"
