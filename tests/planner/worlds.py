"""Worlds in memory: what a reader would see after an apply, without any provider."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from challenge_spec.resolved import ResolvedChallenge
from planner.applied import Applied
from planner.checks import Scene
from planner.desired import compile_challenge
from planner.diff import wanted_spec
from planner.live import Guarded, Live, LiveResource, Me, Membership
from planner.pruning import named_owner
from planner.references import plain
from planner.remembering import remember
from planner.resources import FIXED_PRINCIPALS, Desired
from tests.planner.challenges import RUNNING, challenge

DEPLOYER = Me(id="1", name="example-deployer", certified=True)


def empty_world(now: datetime, desired: Desired) -> Live:
    """Nothing there yet but the people."""
    people = {address: str(1000 + number) for number, address in enumerate(desired.people)}
    ids = {**FIXED_PRINCIPALS, **desired.given, **people, "deployer": DEPLOYER.id}
    return Live(now=now, me=DEPLOYER, resources={}, ids=ids)


def world_of(desired: Desired, now: datetime) -> Live:
    """Everything just as desired."""
    live = empty_world(now, desired)
    ids = dict(live.ids) | {address: f"id-{address}" for address in desired.resources}
    resources = {
        address: LiveResource(
            address=address,
            kind=resource.kind,
            id=ids[address],
            etag=f"etag-{address}",
            spec={name: plain(value) for name, value in wanted_spec(resource, ids).items()},
        )
        for address, resource in desired.resources.items()
    }
    return replace(live, resources=resources, ids=ids)


def world_at(challenge: ResolvedChallenge, stage: str, now: datetime) -> tuple[Live, Applied]:
    """The world after a successful apply at a stage, and the ledger that it left."""
    desired = compile_challenge(challenge, stage, now)
    live = world_of(desired, now)
    return live, remember(Applied(), desired, live.ids, desired.resources)


def ready_to_open(challenge: ResolvedChallenge, now: datetime) -> tuple[Live, Applied]:
    """A world at preregistration in which everything that people must do for the launch is done."""
    live, applied = world_at(challenge, "preregistration", now)
    accepted = {
        f"team.{team.key}": Membership(frozenset(live.ids[f"user.{name}"] for name in team.members))
        for team in challenge.teams
    }
    truth = Guarded(id="syn9", name="truth.csv", access={DEPLOYER.id: ("READ",)})
    return replace(live, memberships=accepted, guarded={"truth": truth}), applied


def edited(live: Live, address: str, **fields: Any) -> Live:
    """The same world after somebody changed some fields of one resource on the web."""
    old = live.resources[address]
    return replace(live, resources={**live.resources, address: replace(old, spec={**old.spec, **fields})})


def without(live: Live, *addresses: str) -> Live:
    """The same world after somebody removed some things on the web."""
    resources = {key: value for key, value in live.resources.items() if key not in addresses}
    ids = {key: value for key, value in live.ids.items() if key not in addresses}
    return replace(live, resources=resources, ids=ids)


def dropping(live: Live, wanted: Desired, **found: Any) -> Live:
    """The same world as a reader sees it once the manifest has dropped what isn't among `wanted`.

    found: further fields of the world (`submissions`, `contents`).
    """
    gone = {address: item for address, item in live.resources.items() if address not in wanted.resources}
    alone = {address: item for address, item in gone.items() if named_owner(address) not in gone}
    kept = {address: item for address, item in live.resources.items() if address in wanted.resources}
    return replace(live, resources=kept, dropped=alone, **found)


def remembering(applied: Applied, **protect: bool | None) -> Applied:
    """The same ledger with other guards; `__` in a name stands for a dot, `_` for a slash."""
    entries = dict(applied.entries)
    for name, guard in protect.items():
        address = name.replace("__", ".").replace("_", "/")
        entries[address] = replace(entries[address], protect=guard)
    return replace(applied, entries=entries)


def launching(**said: Any) -> Scene:
    """What the gates into the open stage look at, in a world that is ready for it; the challenge said otherwise."""
    tiny = challenge("open", **said)
    prepared, _ = ready_to_open(tiny, RUNNING)
    return Scene(tiny, compile_challenge(tiny, "open", RUNNING), prepared)


def seen(scene: Scene, **fields: Any) -> Scene:
    """The same scene where some fields of the live world are others."""
    return replace(scene, live=replace(scene.live, **fields))
