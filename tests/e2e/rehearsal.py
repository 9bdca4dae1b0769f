"""A challenge on a sandbox of its own: what the commands do, through real HTTP and the official client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from shutil import copytree
from typing import Any, Literal

import httpx

from challenge_cli import engine
from challenge_cli.engine import Done, Job, Look
from challenge_cli.target import Target, token_of
from challenge_spec.load import load_challenge
from challenge_spec.manifest import Stage
from challenge_spec.resolved import ResolvedChallenge
from planner.plan import GateState
from planner.planning import Options
from planner.references import Plain
from planner.render.text import render
from providers.apply.events import silent
from synapse_sandbox.server import running

EXAMPLES = Path(__file__).parents[2] / "examples"
DEPLOYER = "example-deployer"
EXTRA_ACCOUNTS = ("example-participant-1", "example-stranger", "example-second-deployer")


@dataclass(slots=True)
class Rehearsal:
    """One challenge, one sandbox. `challenge` may be replaced between steps, as an edit of the files would."""

    challenge: ResolvedChallenge
    url: str
    folder: Path
    log: Path
    account: str = DEPLOYER
    options: Options = field(default_factory=Options)

    def at(self, stage: Stage, **said: Any) -> Rehearsal:
        """The same challenge after an edit of its stage (and other fields)."""
        return replace(self, challenge=replace(self.challenge, stage=stage, **said))

    def look(self) -> Look:
        """What `challenge plan` reads and plans."""
        return asyncio.run(self._look())

    def apply(self, concurrency: int = 3) -> Done:
        """What `challenge apply` does."""
        return asyncio.run(self._apply(concurrency))

    async def _look(self) -> Look:
        async with engine.signed_in(self.job()) as session:
            return await engine.look(session, self.job())

    async def _apply(self, concurrency: int) -> Done:
        job = self.job()
        async with engine.signed_in(job) as session:
            return await engine.apply(session, job, await engine.look(session, job), silent, concurrency)

    def job(self) -> Job:
        """What the commands would be given."""
        target = Target("the sandbox", self.url, token_of(self.account))
        return Job(self.challenge, target, self.folder, self.folder / "orchestrator", self.options)

    def api(self, account: str = DEPLOYER) -> httpx.Client:
        """A plain client of one account, for what people do on the web."""
        headers = {"Authorization": f"Bearer {token_of(account)}"}
        return httpx.Client(base_url=f"{self.url}/repo/v1", headers=headers, timeout=30)

    def set_clock(self, now: str, mode: Literal["running", "frozen"] = "running") -> None:
        """Move the sandbox to another time (ISO 8601, UTC), which goes on, or stands still for a text that shows it."""
        answer = httpx.put(f"{self.url}/sandbox/v1/clock", json={"mode": mode, "now": now})
        answer.raise_for_status()

    def advance_clock(self, milliseconds: int) -> None:
        """Let time go by on the sandbox."""
        answer = httpx.post(f"{self.url}/sandbox/v1/clock/advance", json={"milliseconds": milliseconds})
        answer.raise_for_status()

    def accept_invitations(self) -> None:
        """Let everybody who was invited accept."""
        ids = self.look().world.live.ids
        for team in self.challenge.teams:
            for name in team.members:
                with self.api(name) as person:
                    answer = person.put(f"/team/{ids[f'team.{team.key}']}/member/{ids[f'user.{name}']}")
                    assert answer.status_code == 204, answer.text

    def upload_truths(self) -> None:
        """Put every truth where the manifest says it is, as an organizer would with the official client."""
        from synapseclient.models import File

        live, client = self.look().world.live, self.client()
        for entry in self.challenge.data:
            if entry.is_truth and entry.file and entry.folder:
                address = "folder." + "/".join(name.lower().replace(" ", "-") for name in entry.folder)
                path = self.folder / entry.file
                path.write_text("id,value\n1,2\n")
                File(path=str(path), parent_id=live.ids[address]).store(synapse_client=client)

    def client(self, account: str = DEPLOYER) -> Any:
        """The official client, signed in."""
        from synapseclient import Synapse

        base = self.url
        client = Synapse(
            repoEndpoint=f"{base}/repo/v1",
            authEndpoint=f"{base}/auth/v1",
            fileHandleEndpoint=f"{base}/file/v1",
            portalEndpoint=base,
            skip_checks=True,
            silent=True,
            cache_client=False,
            cache_root_dir=str(self.folder / "cache"),
        )
        client.login(authToken=token_of(account), silent=True)
        return client

    def writes(self) -> list[str]:
        """Routes of every writing request so far."""
        return [line["route"] for line in self.requests() if line["write"]]

    def requests(self) -> list[dict[str, Any]]:
        """The access log so far."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@contextmanager
def rehearsal(
    example: str, folder: Path, now: str, deployer: str = "", act: tuple[str, ...] = (), **sandbox: Any
) -> Iterator[Rehearsal]:
    """An example on a fresh sandbox whose clock starts at `now` (ISO 8601, UTC).

    deployer: options of the deployer's account on the sandbox, for instance `view-only`. act: accounts that belong
    to Synapse's Access and Compliance Team.
    """
    loaded = load_challenge(EXAMPLES / example / "challenge.yaml")
    assert loaded.resolved is not None, loaded.diagnostics
    accounts = dict.fromkeys((*engine.accounts_of(loaded.resolved), *EXTRA_ACCOUNTS))
    members = [f"{name}:{token_of(name)}:act" for name in act]
    users = [
        *members,
        f"{DEPLOYER}:{token_of(DEPLOYER)}:{deployer}",
        *(f"{name}:{token_of(name)}" for name in accounts),
    ]
    start = int(datetime.fromisoformat(now).timestamp() * 1000)
    log = folder / "access.jsonl"
    with running(folder / "data", users, now=start, access_log=log, **sandbox) as url:
        yield Rehearsal(loaded.resolved, url, folder, log)


@contextmanager
def continued(applied: Rehearsal, folder: Path, **sandbox: Any) -> Iterator[Rehearsal]:
    """A rehearsal that goes on, on a copy, where another one (whose server has ended) stopped."""
    copytree(applied.folder, folder, dirs_exist_ok=True)
    log = folder / "access.jsonl"
    log.write_text("")
    with running(folder / "data", (), access_log=log, **sandbox) as url:
        yield replace(applied, url=url, folder=folder, log=log)


def world(look: Look) -> Mapping[str, Plain]:
    """Everything that was read, with addresses in place of ids: equal for equal worlds."""
    live = look.world.live
    found = {
        address: {
            _named(name, live.ids): _readdressed(value, _namespace(name, live.ids))
            for name, value in resource.spec.items()
        }
        for address, resource in live.resources.items()
    }
    return found | {"unmanaged": tuple((str(item.kind), item.name) for item in live.unmanaged)}


_KINDS = {
    "owner": ("project.",),
    "parent": ("project.", "folder.", "wiki."),
    "project": ("project.",),
    "queue": ("queue.",),
    "scope": ("queue.",),
    "pages": ("wiki.",),
    "team": ("team.",),
    "person": ("user.",),
    "text": ("project.", "folder.", "wiki.", "team.", "queue.", "view."),
}
"""What the ids in a field identify: Synapse counts each kind of thing on its own, so that numbers repeat."""

_PRINCIPALS = ("team.", "user.", "deployer", "public", "signed-in")


def _namespace(field_name: str, ids: Mapping[str, str]) -> Mapping[str, str]:
    kinds = _KINDS.get(field_name, ())
    return {id_: address for address, id_ in ids.items() if kinds and address.startswith(kinds)}


def _named(key: str, ids: Mapping[str, str]) -> str:
    """The principal behind the key of an access list; other fields keep their name."""
    return next((address for address, id_ in ids.items() if id_ == key and address.startswith(_PRINCIPALS)), key)


def _readdressed(value: Any, addresses: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _readdressed(item, addresses) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return tuple(_readdressed(item, addresses) for item in value)
    if isinstance(value, str) and value in addresses:
        return addresses[value]
    return _without_ids(value, addresses) if isinstance(value, str) else value


def _without_ids(text: str, addresses: Mapping[str, str]) -> str:
    for id_ in sorted((id_ for id_ in addresses if id_.startswith("syn")), key=len, reverse=True):
        text = text.replace(id_, addresses[id_])
    named = {"wiki.": "/wiki/", "team.": "teamId="}
    links = {
        f"{at}{id_}": f"{at}{addr}"
        for kind, at in named.items()
        for id_, addr in addresses.items()
        if addr.startswith(kind)
    }
    for link in sorted(links, key=len, reverse=True):
        text = text.replace(link, links[link])
    return text


def shut(look: Look) -> set[str]:
    """Codes of the gates that are not passed."""
    return {gate.code for gate in look.plan.gates if gate.state is not GateState.PASSED}


def shown(look: Look) -> str:
    """The plan as people read it, for the messages of failing tests."""
    return "\n".join("".join(span.text for span in line) for line in render(look.shown))
