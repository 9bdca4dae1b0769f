"""Plan and apply over HTTP to a Synapse that answers after 100 ms, against what the order and the limits allow."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final, TypeVar

import httpx

from benchmarks.figures import Figure, duration
from benchmarks.requests import Recorder, bound, chain, chains, critical_path, notice
from benchmarks.sandbox import sandbox
from benchmarks.startup import MANIFESTS
from challenge_cli.engine import Job, Look, accounts_of, apply, look
from challenge_cli.manifests import usable
from challenge_cli.target import DEPLOYER, Target, token_of
from providers.apply.receipt import Receipt
from providers.apply.walk import CONCURRENCY
from providers.synapse.session import Session, connect

_T = TypeVar("_T")

LATENCY_MS: Final = 100
NOW: Final = "2021-06-15"
"""When BraTS is planned as it is in the examples; the quick start is at draft then too."""
UNLIMITED: Final = 1000
"""Requests at a time where only their order shall matter."""
FAR_MS, NEAR_MS = 500, 50
"""Latencies for finding chains: far enough that a wave of reads overlaps; near, for one operation after another."""
AIM: Final = 1.15


@dataclass(frozen=True, slots=True)
class Phase:
    """One measured phase: seconds, requests by kind, and the median time from a request to its answer in seconds."""

    seconds: float
    requests: Counter[str]
    round_trip: float


def run(quick: bool) -> Iterator[Figure]:
    """Measure both examples: the first plan, the apply, and the plan after it that finds nothing to do."""
    for name, manifest in MANIFESTS.items():
        with TemporaryDirectory() as folder:
            yield from _example(name, manifest, Path(folder), repetitions=1 if quick else 3)


def _example(name: str, manifest: Path, folder: Path, repetitions: int) -> Iterator[Figure]:
    paths = critical_paths(manifest, folder)
    runs = [measure(manifest, folder / str(number), LATENCY_MS) for number in range(repetitions)]
    for phase, path in paths.items():
        yield from _figures(f"{phase}, {name}", [measured[phase] for measured in runs], path)
    refused = sum(_too_many(folder / str(number) / "access.jsonl") for number in range(repetitions))
    yield Figure(f"requests refused with 429, {name}", refused, unit="", aim=0)


def _figures(label: str, measured: list[Phase], path: int) -> Iterator[Figure]:
    latency = LATENCY_MS / 1000
    seconds, requests = [item.seconds for item in measured], measured[0].requests
    count, best = requests.total(), min(seconds)
    limit = bound(path, count, latency)
    round_trip = median(item.round_trip for item in measured)
    why = (
        f"{duration(best)} (median {duration(median(seconds))}) / {duration(limit)}: {path} in a row, {count} in all; "
        f"{best / bound(path, count, round_trip):.2f} × at the round trip as it was, {duration(round_trip)}"
    )
    yield Figure(
        f"{label} / bound",
        best / limit,
        aim=AIM,
        why=why,
        details={"path": path, "seconds": best, "round trip": round_trip},
        counts=requests,
    )
    serial = count * latency
    yield Figure(f"{label} / one request after another", best / serial, why=f"{duration(best)} / {duration(serial)}")


def critical_paths(manifest: Path, folder: Path) -> Mapping[str, int]:
    """Phase → requests that have to wait for each other: each operation by itself, reading without a limit."""
    with _served(manifest, folder / "near", NEAR_MS) as job:
        planned, lengths = asyncio.run(_chains_of_apply(job))
    with _served(manifest, folder / "far", FAR_MS) as job:
        first = asyncio.run(_chain_of_reading(job))
    with _served(manifest, folder / "near", FAR_MS) as job:
        again = asyncio.run(_chain_of_reading(job))
    return {"first plan": first, "apply": critical_path(planned.plan.operations, lengths), "plan again": again}


async def _chains_of_apply(job: Job) -> tuple[Look, Mapping[str | None, int]]:
    async with _session(job) as (session, recorder):
        planned = await look(session, job)
        recorder.sent.clear()
        session.transport.lanes.limit = UNLIMITED
        done = await apply(session, job, planned, notice, concurrency=1)
        _complete(done.receipts)
        return planned, chains(recorder.sent)


async def _chain_of_reading(job: Job) -> int:
    async with _session(job) as (session, recorder):
        recorder.sent.clear()
        session.transport.lanes.limit = UNLIMITED
        await look(session, job)
        return chain(recorder.sent)


def measure(manifest: Path, folder: Path, latency_ms: int) -> Mapping[str, Phase]:
    """Phase → what it took on a new sandbox with Synapse's limits; signing in and loading are not counted."""
    with _served(manifest, folder, latency_ms, "--throttle", "--access-log", str(folder / "access.jsonl")) as job:
        return asyncio.run(_phases(job))


async def _phases(job: Job) -> Mapping[str, Phase]:
    async with _session(job) as (session, recorder):
        planned, first = await _timed(session, recorder, look(session, job))
        done, applied = await _timed(session, recorder, apply(session, job, planned, notice, CONCURRENCY))
        _complete(done.receipts)
        left, again = await _timed(session, recorder, look(session, job))
        if not left.plan.empty:
            raise RuntimeError(f"the second plan of {job.challenge.key} is not empty")
        return {"first plan": first, "apply": applied, "plan again": again}


async def _timed(session: Session, recorder: Recorder, work: Awaitable[_T]) -> tuple[_T, Phase]:
    """The result of some work, and the phase that it was."""
    recorder.sent.clear()
    before, begun = session.transport.requests.copy(), time.perf_counter()
    result = await work
    seconds = time.perf_counter() - begun
    round_trip = median(item.ended - item.begun for item in recorder.sent)
    return result, Phase(seconds, session.transport.requests - before, round_trip)


def _complete(receipts: Iterable[Receipt]) -> None:
    """Raise RuntimeError where an apply left something undone: its time would mean nothing."""
    for receipt in receipts:
        if not receipt.complete:
            raise RuntimeError(f"the apply of {receipt.challenge} is not complete")


@contextmanager
def _served(manifest: Path, folder: Path, latency_ms: int, *options: str) -> Iterator[Job]:
    """A job for a challenge on a sandbox with its data in a folder."""
    challenge = usable(manifest)
    with sandbox(folder, accounts_of(challenge), latency_ms, "--now", NOW, *options) as address:
        target = Target(address, address, token_of(DEPLOYER))
        yield Job(challenge, target, manifest.parent, folder / "orchestrator")


@asynccontextmanager
async def _session(job: Job) -> AsyncIterator[tuple[Session, Recorder]]:
    recorder = Recorder()
    async with (
        httpx.AsyncClient(transport=recorder, timeout=60) as http,
        connect(job.target.endpoint or "", job.target.token, http=http) as session,
    ):
        yield session, recorder


def _too_many(log: Path) -> int:
    """How often the server refused a request for coming too early."""
    lines = log.read_text(encoding="utf-8").splitlines()
    return sum(json.loads(line)["status"] == 429 for line in lines)
