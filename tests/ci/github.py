"""A GitHub on this machine, as far as the example workflow needs it: its REST API, and a runner of its jobs.

The shell steps are run as they stand, by bash, curl and jq. Stood in for are the actions of others: checking out (a
test prepares the folder), installing (`challenge` is on the path), keeping and fetching artifacts. The API asks for the
token and grants what the job's `permissions` say.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import yaml

WORKFLOW: Final = Path(__file__).resolve().parents[2] / "examples/ci/github.yml"
REPOSITORY: Final = "example-org/example-challenge"
TOKEN: Final = "example-github-token"
BOT: Final = "github-actions[bot]"
_TOKENS: Final = re.compile(r"'[^']*'|&&|\|\||==|!=|!|\(|\)|[\w.-]+(?:\(\))?|\s+")
_WORDS: Final = {
    "&&": " and ",
    "||": " or ",
    "!": " not ",
    "==": "==",
    "!=": "!=",
    "(": "(",
    ")": ")",
    "always()": "True",
}


@dataclass(slots=True)
class GitHub:
    """What GitHub knows, and what the job that runs now may do. leaked: tokens that came to the file store."""

    comments: list[dict[str, Any]] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    artifacts: list[dict[str, Any]] = field(default_factory=list)
    blobs: dict[int, bytes] = field(default_factory=dict)
    runs: list[dict[str, Any]] = field(default_factory=list)
    permissions: Mapping[str, str] = field(default_factory=dict)
    leaked: list[str] = field(default_factory=list)
    url: str = ""

    def comment(self, number: int, body: str, author: str = BOT) -> dict[str, Any]:
        """Write a comment."""
        made = {
            "id": 1000 + len(self.comments),
            "body": body,
            "user": {"login": author},
            "issue_url": f"{self.url}/repos/{REPOSITORY}/issues/{number}",
        }
        self.comments.append(made)
        return made

    def keep(self, name: str, files: Mapping[str, bytes], head: str, repository: int = 1) -> None:
        """Keep an artifact, the newest first. repository: whose run it came from; 1 is this one."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for path, content in files.items():
                archive.writestr(path, content)
        id_ = 500 + len(self.artifacts)
        run = {"head_sha": head, "head_repository_id": repository, "repository_id": 1}
        self.artifacts.insert(0, {"id": id_, "name": name, "expired": False, "workflow_run": run})
        self.blobs[id_] = packed.getvalue()

    def answer(self, method: str, path: str, asked: Mapping[str, str], body: Any) -> tuple[int, Any]:
        """One request of the REST API: the status and what is answered."""
        path = path.removeprefix(f"/repos/{REPOSITORY}")
        for verb, pattern, needs, handle in _ROUTES:
            found = re.fullmatch(pattern, path)
            if verb == method and found:
                scope, level = needs.split(": ")
                if self.permissions.get(scope, "none") not in (level, "write"):
                    return 403, {"message": "Resource not accessible by integration"}
                answered: tuple[int, Any] = handle(self, *found.groups(), asked=asked, body=body)
                return answered
        return 404, {"message": "Not Found"}


def _comments(hub: GitHub, number: str, asked: Mapping[str, str], body: Any) -> tuple[int, Any]:
    size, page = int(asked["per_page"]), int(asked["page"])
    found = [item for item in hub.comments if item["issue_url"].endswith(f"/{number}")]
    return 200, found[(page - 1) * size : page * size]


def _write_comment(hub: GitHub, number: str, asked: Mapping[str, str], body: Any) -> tuple[int, Any]:
    if len(body["body"]) > 65_536:
        return 422, {"message": "Body is too long (maximum is 65536 characters)"}
    return 201, hub.comment(int(number), body["body"])


def _edit_comment(hub: GitHub, id_: str, asked: Mapping[str, str], body: Any) -> tuple[int, Any]:
    (found,) = [item for item in hub.comments if item["id"] == int(id_)]
    found["body"] = body["body"]
    return 200, found


def _one_comment(hub: GitHub, id_: str, asked: Mapping[str, str], body: Any) -> tuple[int, Any]:
    found = [item for item in hub.comments if item["id"] == int(id_)]
    return (200, found[0]) if found else (404, {"message": "Not Found"})


def _pulls(hub: GitHub, sha: str, asked: Mapping[str, str], body: Any) -> tuple[int, Any]:
    return 200, [item for item in hub.pulls if sha in (item["merge_commit_sha"], item["head"]["sha"])]


def _artifacts(hub: GitHub, asked: Mapping[str, str], body: Any) -> tuple[int, Any]:
    return 200, {"artifacts": [item for item in hub.artifacts if item["name"] == asked["name"]]}


def _zip(hub: GitHub, id_: str, asked: Mapping[str, str], body: Any) -> tuple[int, Any]:
    return 302, f"{hub.url.replace('127.0.0.1', 'localhost')}/store/{id_}"


def _runs(hub: GitHub, asked: Mapping[str, str], body: Any) -> tuple[int, Any]:
    wanted = (asked["head_sha"], asked["status"])
    return 200, {"workflow_runs": [run for run in hub.runs if (run["head_sha"], run["conclusion"]) == wanted]}


_ROUTES: Final[tuple[tuple[str, str, str, Any], ...]] = (
    ("GET", r"/issues/(\d+)/comments", "pull-requests: read", _comments),
    ("POST", r"/issues/(\d+)/comments", "pull-requests: write", _write_comment),
    ("PATCH", r"/issues/comments/(\d+)", "pull-requests: write", _edit_comment),
    ("GET", r"/issues/comments/(\d+)", "pull-requests: read", _one_comment),
    ("GET", r"/commits/([0-9a-f]{40})/pulls", "pull-requests: read", _pulls),
    ("GET", r"/actions/artifacts", "actions: read", _artifacts),
    ("GET", r"/actions/artifacts/(\d+)/zip", "actions: read", _zip),
    ("GET", r"/actions/workflows/challenge\.yml/runs", "actions: read", _runs),
)


@contextmanager
def github() -> Iterator[GitHub]:
    """GitHub's API on loopback, as long as the block."""
    hub = GitHub()

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            where = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(where.query).items()}
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            said = self.headers.get("Authorization", "")
            if where.path.startswith("/store/"):
                hub.leaked += [said] if said else []
                self._send(200, hub.blobs[int(where.path.rpartition("/")[2])])
            elif said != f"Bearer {TOKEN}":
                self._send(401, b'{"message": "Bad credentials"}')
            else:
                status, found = hub.answer(self.command, where.path, asked, body)
                self._send(status, b"" if status == 302 else json.dumps(found).encode(), found if status == 302 else "")

        def _send(self, status: int, content: bytes, location: str = "") -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = _do  # noqa: N815 -- http.server's spelling

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        hub.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield hub
        server.shutdown()


@dataclass(slots=True)
class Ran:
    """How a job went: whether it ran at all, each shell step with its exit code, everything that was printed."""

    ran: bool
    codes: dict[str, int] = field(default_factory=dict)
    log: str = ""
    summary: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether it ran and no step failed."""
        return self.ran and not any(self.codes.values())


@dataclass(slots=True)
class Runner:
    """Runs jobs of the example workflow in a folder. home: of the runner's own files; variables: beyond GitHub's."""

    hub: GitHub
    folder: Path
    home: Path
    secrets: Mapping[str, str]
    variables: Mapping[str, str]
    kept: dict[str, dict[str, bytes]] = field(default_factory=dict)

    def job(self, name: str, event: str, sha: str, **payload: Any) -> Ran:
        """Run one job of one event, if its condition holds. payload: the event, and `ref` where it isn't main."""
        workflow = yaml.safe_load(WORKFLOW.read_text())
        job = workflow["jobs"][name]
        ref = payload.pop("ref", "refs/heads/main")
        known: dict[str, Any] = {
            "github": {"event_name": event, "event": payload, "repository": REPOSITORY, "ref": ref, "token": TOKEN},
            "secrets": self.secrets,
            "steps": {},
        }
        if not _holds(job.get("if", "always()"), known):
            return Ran(False)
        self.hub.permissions = job["permissions"]
        return self._steps(job["steps"], known, {**workflow["env"], **self._variables(event, sha, ref)})

    def _variables(self, event: str, sha: str, ref: str) -> dict[str, str]:
        self.home.mkdir(exist_ok=True)
        for name in ("summary", "output"):
            (self.home / name).write_text("")
        return {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "GITHUB_API_URL": self.hub.url,
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_SHA": sha,
            "GITHUB_EVENT_NAME": event,
            "GITHUB_REF": ref,
            "GITHUB_WORKFLOW_REF": f"{REPOSITORY}/.github/workflows/challenge.yml@{ref}",
            "GITHUB_STEP_SUMMARY": str(self.home / "summary"),
            "GITHUB_OUTPUT": str(self.home / "output"),
            **self.variables,
        }

    def _steps(self, steps: list[dict[str, Any]], known: dict[str, Any], variables: Mapping[str, str]) -> Ran:
        done = Ran(True)
        for step in steps:
            always = "always()" in str(step.get("if", ""))
            if (any(done.codes.values()) and not always) or not _holds(step.get("if", "always()"), known):
                continue
            if "run" in step:
                self._shell(step, known, variables, done)
            else:
                self._action(step, known)
        done.summary = (self.home / "summary").read_text()
        return done

    def _shell(self, step: dict[str, Any], known: dict[str, Any], variables: Mapping[str, str], done: Ran) -> None:
        script = self.home / "step.sh"
        script.write_text(step["run"])
        (self.home / "output").write_text("")
        own = {name: str(_filled(value, known)) for name, value in step.get("env", {}).items()}
        ran = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.folder, env={**variables, **own}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        done.codes[step["name"]] = ran.returncode
        done.log += ran.stdout + ran.stderr
        outputs = dict(row.split("=", 1) for row in (self.home / "output").read_text().splitlines())
        known["steps"][step.get("id", "")] = {"outputs": outputs}

    def _action(self, step: dict[str, Any], known: dict[str, Any]) -> None:
        action, given = step["uses"].partition("@")[0], step.get("with", {})
        if action == "actions/upload-artifact":
            self._keep(str(_filled(given["name"], known)), given, known)
        elif action == "actions/download-artifact":
            for path, content in self.kept[given["name"]].items():
                (self.folder / path).write_bytes(content)
        elif action not in ("actions/checkout", "./.github/actions/challenge"):
            raise AssertionError(f"nothing stands in for {action}")

    def _keep(self, name: str, given: Mapping[str, Any], known: Mapping[str, Any]) -> None:
        found = [path for pattern in given["path"].split() for path in sorted(self.folder.glob(pattern))]
        assert found or given["if-no-files-found"] != "error"
        files = {path.name: path.read_bytes() for path in found}
        self.kept[name] = files
        pull = known["github"]["event"].get("pull_request")
        self.hub.keep(name, files, pull["head"]["sha"] if pull else "")


def _holds(condition: str, known: Mapping[str, Any]) -> bool:
    return bool(_evaluated(condition, known))


def _filled(text: Any, known: Mapping[str, Any]) -> Any:
    """A value with its expressions evaluated."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: str(_evaluated(found[1], known)), str(text))


def _evaluated(expression: str, known: Mapping[str, Any]) -> Any:
    """The part of GitHub's expressions that the workflow uses: names, texts, comparisons, and, or, not."""
    tokens = _TOKENS.findall(expression)
    assert "".join(tokens) == expression, f"an expression that is not understood: {expression}"
    words = [_WORDS.get(token) or _named(token) for token in tokens]
    scope = {"at": lambda name: _at(name, known), "__builtins__": {}}
    return eval("".join(words).strip(), scope)  # noqa: S307 -- made of our own words


def _named(token: str) -> str:
    """A text or blank as it is; a name as a look-up."""
    return token if token.startswith("'") or token.isspace() else f"at({token!r})"


def _at(name: str, known: Mapping[str, Any]) -> Any:
    """What stands under a dotted name; as on GitHub, nothing where something on the way is missing."""
    found: Any = known
    for part in name.split("."):
        found = found.get(part, "") if isinstance(found, Mapping) else ""
    return found
