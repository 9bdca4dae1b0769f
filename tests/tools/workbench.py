"""A sandbox as other people's tools expect production to be, and the tools, unmodified, in homes of their own."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.sandbox.conftest import Api
from tests.sandbox.making import MODEL, Client, share_entity, uploaded

ENVIRONMENTS = Path(__file__).parent / "environments"
UNDECLARED = "undeclared"

# What the tools know of production by heart (createchallenge.py, create_portal_challenge.py, new_challenge.py).
DREAM_TEMPLATE, PORTAL_TEMPLATE, PORTAL_VIEW, CNB_TEAM = "syn18058986", "syn52941681", "syn51476218", "3379097"
TEMPLATE_PAGES = {
    "": "# {challengeName}\n\n${jointeam?teamId=0&isChallenge=true}\n",
    "Map": "[map](#!Map:0) of ${challengeteam?challengeId=0} in {teamId}\n",
    "Results": "${leaderboard?projectId=syn0}\n",
}


@dataclass(frozen=True)
class Ran:
    """How a command ended: its exit code, all that it wrote, and the folder where it ran."""

    code: int
    output: str
    folder: Path

    def ids(self, pattern: str) -> list[str]:
        """Whatever the groups of a pattern find in the output, in order."""
        return re.findall(pattern, self.output)


@dataclass
class Tool:
    """One tool at a sandbox: programs of its environment, a home with the official client's configuration."""

    environment: Path
    home: Path
    url: str
    tokens: Mapping[str, str]
    api: Api = field(init=False)

    def __post_init__(self) -> None:
        self.api = Api(self.url, self.tokens["organizer"])

    def run(self, program: str, *arguments: str, answers: str = "", user: str = "organizer", bare: bool = False) -> Ran:
        """Run a program as a user; `answers` is what the person types. Only loopback can be reached.

        `bare`: without the libraries that the tool needs but doesn't declare.
        """
        home = self.home / user
        folder = home / "work"
        folder.mkdir(parents=True, exist_ok=True)
        (home / ".synapseConfig").write_text(configuration(self.url, user, self.tokens[user]))
        done = subprocess.run(
            [str(self.environment / "bin" / program), *arguments],
            cwd=folder,
            env=surroundings(home) | ({} if bare else {"PYTHONPATH": str(self.environment / UNDECLARED)}),
            input=answers,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        return Ran(done.returncode, done.stdout, folder)

    def succeed(self, program: str, *arguments: str, **options: Any) -> Ran:
        """Run a program that must end well."""
        done = self.run(program, *arguments, **options)
        assert done.code == 0, done.output
        return done


def configuration(url: str, user: str, token: str) -> str:
    """~/.synapseConfig as `challenge sandbox serve` prints it."""
    return (
        f"[endpoints]\nrepoEndpoint = {url}/repo/v1\nauthEndpoint = {url}/auth/v1\n"
        f"fileHandleEndpoint = {url}/file/v1\nportalEndpoint = {url}/\n\n"
        f"[default]\nusername = {user}\nauthtoken = {token}\n"
    )


def surroundings(home: Path) -> dict[str, str]:
    """The environment of a tool: a home of its own, plain wide output, and no way to anywhere but loopback."""
    nowhere = "http://127.0.0.1:9"
    return {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "COLUMNS": "200",
        "NO_COLOR": "1",
        "TERM": "dumb",
        "HTTP_PROXY": nowhere,
        "HTTPS_PROXY": nowhere,
        "NO_PROXY": "127.0.0.1",
    }


def built(name: str, cache: Path, environments: Path = ENVIRONMENTS) -> Path:
    """The environment of a tool, installed once from its hashed locks; other locks make another environment.

    What a tool needs without declaring it has a lock and a folder of its own, beside the rest.
    """
    locks = [environments / f"{name}.txt", *environments.glob(f"{name}-{UNDECLARED}.txt")]
    digest = hashlib.sha256(b"".join(lock.read_bytes() for lock in locks)).hexdigest()[:12]
    folder = cache / f"{name}-{digest}"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / f"{name}.lock").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        if not (folder / "built").exists():
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
            for lock in locks:
                _install(lock, folder)
            (folder / "built").touch()
    return folder


def _install(lock: Path, folder: Path) -> None:
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    aside = ["--target", str(folder / UNDECLARED)] if lock.stem.endswith(UNDECLARED) else []
    subprocess.run([*pip, *aside, "--no-deps", "--require-hashes", "-r", str(lock)], check=True)


def furnish(staff: Client) -> None:
    """Put what the tools expect of production into a sandbox, as the people who own it there."""
    staff.ok("POST", "/sandbox/v1/team", {"id": CNB_TEAM, "name": "Sage CNB Team"})
    for template, name in ((DREAM_TEMPLATE, "DREAM Template"), (PORTAL_TEMPLATE, "Portal Template")):
        body = {"id": template, "concreteType": f"{MODEL}Project", "name": name}
        staff.ok("POST", "/sandbox/v1/entity", body)
        share_entity(staff, template, 273949, "READ")
        write_pages(staff, template, TEMPLATE_PAGES)
    _portal_view(staff)


def write_pages(client: Client, project: str, pages: Mapping[str, str]) -> dict[str, str]:
    """Wiki pages by title, the first as the root, through the legacy endpoint; title → id."""
    ids: dict[str, str] = {}
    for title, markdown in pages.items():
        body: dict[str, Any] = {"title": title, "markdown": markdown, "attachmentFileHandleIds": []}
        if ids:
            body["parentWikiId"] = next(iter(ids.values()))
        ids[title] = client.ok("POST", f"/entity/{project}/wiki", body)["id"]
    return ids


def _portal_view(staff: Client) -> None:
    """The portal's view of projects: whoever signs in may add to it here (on production only Sage's staff may)."""
    body = {
        "id": PORTAL_VIEW,
        "concreteType": f"{MODEL}table.EntityView",
        "name": "Curated Challenge Projects",
        "parentId": PORTAL_TEMPLATE,
        "scopeIds": [PORTAL_TEMPLATE],
        "viewTypeMask": 2,
        "columnIds": [staff.ok("POST", "/column", {"name": "Status", "columnType": "STRING", "maximumSize": 50})["id"]],
    }
    staff.ok("POST", "/sandbox/v1/entity", body)
    staff.ok("POST", f"/entity/{PORTAL_VIEW}/acl", staff.ok("GET", f"/entity/{PORTAL_TEMPLATE}/acl"))
    share_entity(staff, PORTAL_VIEW, 273948, "READ", "UPDATE")


def wiki_texts(client: Client, project: str) -> dict[str, str]:
    """The pages of a wiki: title → markdown."""
    headers = client.ok("GET", f"/entity/{project}/wikiheadertree2")["results"]
    return {page["title"]: client.ok("GET", f"/entity/{project}/wiki/{page['id']}")["markdown"] for page in headers}


def submit_file(client: Api, queue: str, project: str, content: bytes, name: str = "predictions.csv") -> str:
    """A file submitted to a queue by whoever the client is; the submission's id."""
    handle = uploaded(client, name, content, "text/csv")
    body = {"concreteType": f"{MODEL}FileEntity", "name": name, "parentId": project, "dataFileHandleId": handle}
    file = client.ok("POST", "/entity", body)
    submission = {"evaluationId": queue, "entityId": file["id"], "versionNumber": 1}
    return str(client.ok("POST", "/evaluation/submission", submission, etag=file["etag"])["id"])
