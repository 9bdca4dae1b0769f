"""The planner alone, worlds in memory: processor time, growth and memory by the number of resources."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise, product
from typing import Any, Final, NamedTuple

from benchmarks.figures import Figure, exponent, ratio
from benchmarks.large import desired_of, large_challenge, with_changes
from benchmarks.timing import interleaved
from challenge_cli.garbage import uncollected
from challenge_spec.resolved import ResolvedChallenge
from planner.applied import Applied
from planner.live import Live
from planner.planning import Options, make_plan
from tests.planner.challenges import RUNNING
from tests.planner.worlds import empty_world, world_at

CHANGED = 0.01
SIZES: Final[Mapping[int, int]] = {1_000: 15, 10_000: 7, 50_000: 3}
"""Resources → repetitions."""
QUICK: Final[Mapping[int, int]] = {1_000: 5, 10_000: 3}
STEADY = ("no change", "1 % changed")
"""What a challenge meets every day; the aim for growth speaks of these."""
LARGE = 10_000
"""The size that the aims speak of: 1 second, 6 KiB a resource."""


class Best(NamedTuple):
    """The best time of each candidate at one size, in seconds."""

    plan: float
    json: float


@dataclass(frozen=True, slots=True)
class World:
    """A challenge and the world that it meets."""

    challenge: ResolvedChallenge
    live: Live
    applied: Applied

    @property
    def resources(self) -> int:
        """How many resources the challenge has."""
        return len(desired_of(self.challenge).resources)

    def plan(self) -> int:
        """Plan as the commands do, and return the number of operations."""
        with uncollected():
            return len(make_plan(self.challenge, self.live, self.applied, Options()).plan.operations)


def run(quick: bool) -> Iterator[Figure]:
    """Plan every case at every size, one world in memory at a time; the baseline is parsing it once from JSON."""
    best: dict[str, dict[int, Best]] = {}
    for what, (size, repetitions) in product(CASES, (QUICK if quick else SIZES).items()):
        world = CASES[what](size)
        candidates: dict[str, Callable[[], object]] = {"plan": world.plan, "json": partial(json.loads, as_json(world))}
        seconds = interleaved(candidates, repetitions, time.process_time)
        best.setdefault(what, {})[world.resources] = Best(min(seconds["plan"]), min(seconds["json"]))
        yield from _figures(what, world, seconds["plan"], seconds["json"])
    for what, measured in best.items():
        yield from _growth(what, measured)
    for what in best:
        yield memory(what, LARGE)


def _figures(what: str, world: World, measured: list[float], baseline: list[float]) -> Iterator[Figure]:
    label = f"plan {world.resources:,} resources, {what}"
    yield ratio(f"{label} / parsing them from JSON", measured, baseline)
    if abs(world.resources - LARGE) < LARGE / 100:
        why = f"{world.plan():,} operations, {min(measured) / world.resources * 1e6:.1f} µs a resource"
        yield Figure(label, min(measured), unit="s", aim=1, why=why)


def _unchanged(size: int) -> World:
    challenge = large_challenge(size)
    return World(challenge, *world_at(challenge, "open", RUNNING))


def _changed(size: int) -> World:
    challenge = large_challenge(size)
    return World(with_changes(challenge, CHANGED), *world_at(challenge, "open", RUNNING))


def _new(size: int) -> World:
    """Nothing on Synapse yet; at draft only the staging site has pages, so the challenge is larger."""
    challenge = large_challenge(size, "draft")
    return World(challenge, empty_world(RUNNING, desired_of(challenge)), Applied())


def _launch(size: int) -> World:
    """On the way from preregistration to open, with a gate that is shut: most of it is held."""
    challenge = large_challenge(size)
    return World(challenge, *world_at(challenge, "preregistration", RUNNING))


CASES: Final[Mapping[str, Callable[[int], World]]] = {
    "no change": _unchanged,
    "1 % changed": _changed,
    "everything new": _new,
    "launch": _launch,
}
"""What is planned → the world for it, of a size."""


def _growth(what: str, measured: Mapping[int, Best]) -> Iterator[Figure]:
    sizes = sorted(measured)
    for small, large in pairwise(sizes):
        label = f"growth exponent from {small:,} to {large:,} resources, {what}"
        aim = 1.05 if what in STEADY else None
        found = exponent(label, (small, measured[small].plan), (large, measured[large].plan), aim)
        parsing = exponent("", (small, measured[small].json), (large, measured[large].json))
        yield replace(found, why=f"{found.why}; of parsing them from JSON: {parsing.value:.2f}")


def memory(what: str, size: int) -> Figure:
    """KiB that each resource takes: the challenge, both worlds and the plan together, at the peak of planning."""
    tracemalloc.start()
    try:
        world = CASES[what](size)
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        world.plan()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    count = world.resources
    held, planning = before / count / 1024, (peak - before) / count / 1024
    why = f"{held:.2f} KiB read and compiled before, {planning:.2f} KiB at the peak of planning"
    return Figure(f"memory a resource, {count:,} resources, {what}", peak / count / 1024, "KiB", aim=6, why=why)


def as_json(world: World) -> str:
    """What the challenge wants to exist, as the JSON text that a server might send of it."""
    live, _ = world_at(world.challenge, world.challenge.stage, RUNNING)
    resources: list[Mapping[str, Any]] = [
        {"address": item.address, "kind": item.kind, "id": item.id, "etag": item.etag, "spec": item.spec}
        for item in live.resources.values()
    ]
    return json.dumps(resources)
