"""A small challenge with one resource of every kind, and the steps of plan and apply without the command line."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from planner.access import ENTITY, QUEUE, TEAM
from planner.applied import Applied
from planner.diff import compare
from planner.interfaces import Outcome
from planner.live import Live
from planner.operations import create, update
from planner.ordering import order
from planner.plan import Action, Cause, Operation, Part
from planner.references import Ref, Spec, Value, text
from planner.remembering import remember
from planner.resources import Desired, Kind, Resource, acl_address, annotations_address
from providers.apply.results import Results
from providers.synapse.reader import SynapseReader
from providers.synapse.session import Session, connect
from providers.synapse.writer import SynapseWriter

T = TypeVar("T")

USERS = (
    "organizer:token-organizer",
    "colleague:token-colleague",
    "participant:token-participant",
    "stranger:token-stranger",
    "reviewer:token-reviewer:act",
)
HOME = "project.live"
STARTS, ENDS = "2031-03-01T09:00:00.000Z", "2031-04-01T09:00:00.000Z"
NOTES = "Some text about the data."


def wanted(name: str, folder: Path | None = None, **changes: Any) -> Desired:
    """The desired state of a challenge with that name; `changes` replace resources by address (None removes one)."""
    resources = {item.address: item for item in _resources(name)}
    files = {}
    if folder is not None:
        picture = folder / "logo.png"
        picture.write_bytes(b"not really a picture")
        md5 = hashlib.md5(picture.read_bytes(), usedforsecurity=False).hexdigest()
        files[md5] = str(picture)
        resources = with_spec(resources, "wiki.live", attachments={"logo.png": md5})
    for address, item in changes.pop("resources", {}).items():
        resources = {key: value for key, value in resources.items() if key != address} | (
            {address: item} if item else {}
        )
    defaults: dict[str, Any] = {
        "challenge": name.lower().replace(" ", "-"),
        "stage": "draft",
        "home": HOME,
        "people": {"user.colleague": "colleague"},
        "files": files,
    }
    return Desired(resources=resources, **(defaults | changes))


def with_spec(resources: Mapping[str, Resource], address: str, **fields: Any) -> dict[str, Resource]:
    """The same resources, with some fields of one changed."""
    item = resources[address]
    return {**resources, address: replace(item, spec={**item.spec, **fields})}


def changed(desired: Desired, address: str, **fields: Any) -> Desired:
    """The same desired state, with some fields of one resource changed."""
    return replace(desired, resources=with_spec(desired.resources, address, **fields))


def _resources(name: str) -> Iterable[Resource]:
    yield from _projects(name)
    yield from _teams(name)
    yield from _queues(name)
    yield from _folders()
    yield from _pages()
    yield from _views()
    for address in ("stage.begun", "stage.completed"):
        yield Resource(address, Kind.STAGE, {"stage": "draft"}, after=(HOME,))


def _staff(levels: Mapping[str, tuple[str, ...]]) -> Spec:
    return {"deployer": levels["admin"], "team.organizers": levels["admin"]}


def _projects(name: str) -> Iterable[Resource]:
    yield Resource(HOME, Kind.PROJECT, {"name": name, "description": "About it.", "alias": None})
    annotations = {"challengeKey": (name.lower().replace(" ", "-"),), "Status": ("Upcoming",)}
    yield Resource(annotations_address(HOME), Kind.ANNOTATIONS, annotations, carried_by=HOME)
    yield Resource(acl_address(HOME), Kind.ACL, {**_staff(ENTITY), "signed-in": ENTITY["view"]}, after=("wiki.live",))
    yield Resource("folder.ledger", Kind.FOLDER, {"name": "Challenge ledger", "parent": Ref(HOME)})
    yield Resource(acl_address("folder.ledger"), Kind.ACL, _staff(ENTITY))


def _teams(name: str) -> Iterable[Resource]:
    for key, join in (("organizers", "invitation"), ("participants", "open")):
        spec: Spec = {"name": f"{name} {key}", "description": f"The {key}.", "join": join}
        yield Resource(f"team.{key}", Kind.TEAM, spec)
        yield Resource(acl_address(f"team.{key}"), Kind.ACL, {**_staff(TEAM), "signed-in": TEAM["view"]})
    member: Spec = {"team": Ref("team.organizers"), "person": Ref("user.colleague")}
    yield Resource("member.organizers/colleague", Kind.MEMBER, member, after=("acl.team.organizers",))
    challenge: Spec = {"project": Ref(HOME), "team": Ref("team.participants")}
    yield Resource("challenge.live", Kind.CHALLENGE, challenge)


def _queues(name: str) -> Iterable[Resource]:
    spec: Spec = {
        "name": f"{name} queue",
        "project": Ref(HOME),
        "description": "Predict.",
        "instructions": "Send one file.",
        "receipt": "Thank you.",
    }
    yield Resource("queue.main", Kind.QUEUE, spec, after=("challenge.live",))
    window: Spec = {"queue": Ref("queue.main"), "start": STARTS, "end": ENDS, "limits": {"total": 3, "daily": 1}}
    yield Resource("round.main/First", Kind.ROUND, window)
    acl = {**_staff(QUEUE), "team.participants": QUEUE["submit"]}
    yield Resource("acl.queue.main", Kind.ACL, acl, after=("round.main/First",))


def _folders() -> Iterable[Resource]:
    for address, name, parent in (
        ("folder.logs", "Logs", HOME),
        ("folder.data", "Data", HOME),
        ("folder.data/training", "Training", "folder.data"),
    ):
        yield Resource(address, Kind.FOLDER, {"name": name, "parent": Ref(parent)})
        yield Resource(acl_address(address), Kind.ACL, _staff(ENTITY), carried_by=address)
    spec: Spec = {"name": "Scoring", "parent": Ref(HOME), "url": "https://example.org/scoring-1.zip"}
    yield Resource("link.scoring", Kind.LINK, spec)
    template = {"ROOT_TEMPLATE": ("scoring-1/workflow.cwl",)}
    yield Resource("annotations.link.scoring", Kind.ANNOTATIONS, template, carried_by="link.scoring")
    yield Resource("acl.link.scoring", Kind.ACL, _staff(ENTITY), carried_by="link.scoring")


def _pages() -> Iterable[Resource]:
    pages = (
        ("wiki.live", None, "Home", text("Data: #!Synapse:", Ref(HOME), "/wiki/", Ref("wiki.live/data"))),
        ("wiki.live/data", "wiki.live", "Data", text("Back to /wiki/", Ref("wiki.live"), " – ", NOTES)),
        ("wiki.live/rules", "wiki.live", "Rules: what & how?", "Be fair. Größe zählt."),
    )
    for address, parent, title, body in pages:
        spec: Spec = {
            "owner": Ref(HOME),
            "parent": Ref(parent) if parent else None,
            "title": title,
            "text": body,
            "attachments": {},
        }
        yield Resource(address, Kind.WIKI, spec)
    shown = ("wiki.live", "wiki.live/rules", "wiki.live/data")
    yield Resource("order.live", Kind.ORDER, {"owner": Ref(HOME), "pages": tuple(Ref(page) for page in shown)})


def _views() -> Iterable[Resource]:
    columns: tuple[Value, ...] = (
        {"name": "id", "type": "SUBMISSIONID"},
        {"name": "status", "type": "STRING", "size": 50},
        {"name": "pearson", "type": "DOUBLE"},
    )
    spec: Spec = {
        "name": "Dashboard",
        "parent": Ref(HOME),
        "scope": (Ref("queue.main"),),
        "columns": columns,
    }
    yield Resource("view.dashboard", Kind.VIEW, spec)
    yield Resource("acl.view.dashboard", Kind.ACL, _staff(ENTITY), carried_by="view.dashboard")


def run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run one piece of work in an event loop of its own, as the command line does."""
    return asyncio.run(work())


class Naps:
    """Sleep without waiting: notes how long it was asked for, and moves the clock."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.taken.append(seconds)

    def clock(self) -> float:
        return sum(self.taken)


@asynccontextmanager
async def signed_in(url: str, user: str = "organizer", naps: Naps | None = None) -> AsyncIterator[Session]:
    """A session of one of the users, that never really sleeps."""
    naps = naps or Naps()
    async with connect(url, f"token-{user}", sleep=naps.sleep, clock=naps.clock) as session:
        yield session


@dataclass
class World:
    """One desired state at one server, with what was read and applied last."""

    session: Session
    desired: Desired
    applied: Applied = field(default_factory=Applied)
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    async def read(self) -> Live:
        return await SynapseReader(self.session).read(self.desired, self.applied)

    def differences(self, live: Live) -> dict[str, list[str]]:
        """Addresses that aren't as wanted, with the fields that differ (all of it, where it isn't there)."""
        found: dict[str, list[str]] = {}
        for resource in self.desired.resources.values():
            there = live.resources.get(resource.address)
            if there is None:
                found[resource.address] = ["missing"]
            elif difference := compare(resource, there, None, live.ids, take_manifest=True, me=live.me.name).changes:
                found[resource.address] = [change.name for change in difference]
        return found

    def operations(self, live: Live) -> tuple[Operation, ...]:
        """What has to be done, in an order in which it can be."""
        steps = []
        for resource in self.desired.resources.values():
            there = live.resources.get(resource.address)
            if there is None:
                alone = resource.carried_by in live.resources
                steps.append(create(resource, self.desired, remembered=False, alone=alone))
                continue
            difference = compare(resource, there, None, live.ids, take_manifest=True, me=live.me.name)
            if difference.changes:
                steps.append(update(resource, there, difference))
        return order(steps, self.desired, frozenset())

    async def apply(self, live: Live | None = None) -> dict[str, Outcome]:
        """Perform everything that has to be done, one after the other; returns what each operation did."""
        live = live or await self.read()
        writer, results = self.writer(live)
        done: dict[str, Outcome] = {}
        for operation in self.operations(live):
            if operation.carried_by is None:
                done[operation.id] = await writer.perform(operation, results)
                results.add(operation, done[operation.id])
        settled = [address for address in self.desired.resources if address in results.ids]
        self.applied = remember(self.applied, self.desired, results.ids, settled)
        return done

    async def perform(self, live: Live, operation: Operation) -> Outcome:
        """Perform one operation on the world as read."""
        writer, known = self.writer(live)
        return await writer.perform(operation, known)

    def writer(self, live: Live) -> tuple[SynapseWriter, Results]:
        """A writer, and what it may know of the world as read."""
        return SynapseWriter(self.session, self.desired.home), Results(self.desired, live)


@asynccontextmanager
async def standing(url: str, name: str) -> AsyncIterator[tuple[World, Live]]:
    """A challenge of that name as it was applied, and how it was read then."""
    async with signed_in(url) as session:
        world = World(session, wanted(name))
        await world.apply()
        yield world, await world.read()


def deletion(live: Live, address: str, kind: Kind) -> Operation:
    """The operation that deletes a resource."""
    found = live.resources[address]
    return Operation(
        address,
        address,
        kind,
        Action.DELETE,
        Part.WHOLE,
        Cause.MANIFEST,
        "is gone",
        found.spec,
        precondition=found.etag,
    )


def logged(file: Path) -> list[dict[str, Any]]:
    """The access log of a sandbox."""
    return [json.loads(line) for line in file.read_text().splitlines()]


ALL = ["READ", "DOWNLOAD", "CREATE", "UPDATE", "DELETE", "CHANGE_PERMISSIONS", "CHANGE_SETTINGS", "MODERATE"]


async def read(session: Session, desired: Desired, applied: Applied | None = None) -> Live:
    return await SynapseReader(session).read(desired, applied or Applied())


async def share(session: Session, project: str, *grants: tuple[str, list[str]]) -> None:
    """Give principals these rights in place of those that they had; none takes them off the list."""
    acl, given = await session.transport.get(f"/entity/{project}/acl"), dict(grants)
    kept = [item for item in acl["resourceAccess"] if str(item["principalId"]) not in given]
    new = [{"principalId": int(who), "accessType": types} for who, types in given.items() if types]
    acl["resourceAccess"] = [*kept, *new]
    await session.transport.put(f"/entity/{project}/acl", acl)


async def make_project(session: Session, name: str) -> str:
    body = {"concreteType": "org.sagebionetworks.repo.model.Project", "name": name}
    return str((await session.transport.post("/entity", body))["id"])
