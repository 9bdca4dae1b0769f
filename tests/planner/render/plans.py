"""Hand-made plans: a plan, its steps and their fields, with defaults that don't matter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from planner.plan import Action, Cause, FieldChange, Operation, Part, Plan
from planner.references import Ref, Value, text
from planner.resources import Kind

NOW = datetime(2027, 2, 20, 17, 30, tzinfo=UTC)
ADMIN = ("CHANGE_PERMISSIONS", "CHANGE_SETTINGS", "CREATE", "DELETE", "DOWNLOAD", "MODERATE", "READ", "UPDATE")
STAFF: Mapping[str, Value] = {"team.organizers": ADMIN, "team.administrators": ADMIN, "deployer": ADMIN}
NAMES = {
    "syn1": "project.live",
    "syn2": "project.staging",
    "3400001": "team.participants",
    "3400002": "team.organizers",
    "3400003": "team.administrators",
    "3300001": "example-organizer-1",
    "9600001": "queue.leaderboard/similarity",
    "700001": "wiki.live/home",
    "700002": "wiki.live/home/overview",
    "700003": "wiki.live/home/data",
    "700004": "wiki.live/home/rules",
    "700005": "wiki.live/home/faq",
}
SOMEBODY: dict[str, Any] = {
    "modified_by": "example-organizer-1",
    "modified_on": datetime(2027, 2, 18, 7, 5, tzinfo=UTC),
}


def plan(**fields: Any) -> Plan:
    """A plan of one challenge; without more fields, one with nothing to do."""
    given: dict[str, Any] = {
        "challenge": "odor-mixtures",
        "title": "Odor Mixtures DREAM Challenge",
        "stage": "preregistration",
        "reached": "preregistration",
        "target": "the sandbox in .challenge/sandbox",
        "planned_at": NOW,
        "zone": "America/Los_Angeles",
        "names": NAMES,
        "unchanged": tuple(f"wiki.live/home/page-{number}" for number in range(30))
        + tuple(f"round.leaderboard/similarity/Round {number}" for number in range(1, 5)),
    }
    return Plan(**(given | fields))


def operation(address: str, action: Action = Action.CREATE, **fields: Any) -> Operation:
    """One step; what it says of itself is what the planner says."""
    given: dict[str, Any] = {
        "id": address,
        "address": address,
        "kind": Kind(address.partition(".")[0]),
        "action": action,
        "part": Part.WHOLE,
        "cause": Cause.MANIFEST,
        "reason": "is new" if action is Action.CREATE else "the manifest changed",
        "spec": {},
        "precondition": "absent" if action is Action.CREATE else "0f6c1e30-0000-4000-8000-000000000001",
    }
    return Operation(**(given | fields))


def update(address: str, *changes: FieldChange, spec: Mapping[str, Value] | None = None, **fields: Any) -> Operation:
    """A change of some fields; the cause of all is that of the first."""
    wanted: Mapping[str, Any] = spec or {change.name: change.after for change in changes}
    return operation(address, Action.UPDATE, changes=changes, spec=wanted, cause=changes[0].cause, **fields)


def field(name: str, before: Any, after: Any, cause: Cause = Cause.MANIFEST, base: Any = None) -> FieldChange:
    """One field that differs."""
    return FieldChange(name, before, after, cause, base)


def sharing(owner: str, **more: tuple[str, ...]) -> Operation:
    """The ACL that its owner is born with: staff, and whom a test adds (team.NAME, or public)."""
    added = {key if key in ("public", "signed-in") else f"team.{key}": rights for key, rights in more.items()}
    return operation(f"acl.{owner}", spec={**STAFF, **added}, carried_by=owner, depends_on=(owner,))


def page(address: str, title: str, *parts: str | Ref) -> Operation:
    """A page that isn't there yet."""
    above = address.rpartition("/")[0]
    parent = Ref(above) if "/" in above else None
    owner = "project." + address.partition(".")[2].partition("/")[0]
    spec: dict[str, Value] = {
        "owner": Ref(owner),
        "parent": parent,
        "title": title,
        "text": text(*parts),
        "attachments": {},
    }
    return operation(address, spec=spec, depends_on=(above if parent else owner,))


def round_(name: str, start: str, end: str, **limits: int) -> Operation:
    """A round of the one queue."""
    queue = "queue.leaderboard/similarity"
    spec: dict[str, Value] = {"queue": Ref(queue), "start": start, "end": end, "limits": limits}
    return operation(f"round.leaderboard/similarity/{name}", spec=spec, depends_on=(queue,))


def taking(address: str) -> str:
    """The remedy of drift, as the planner words it."""
    return f"`--take manifest {address}` puts the manifest's version back; edit the files to keep this one."
