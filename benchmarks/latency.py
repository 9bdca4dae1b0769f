"""Plan and apply on a Synapse that answers after 100 ms, against what order, limits and promises allow.

In virtual time, where only waiting takes time: what is measured is how requests are arranged, without noise. Once more
over HTTP as it is: what the machine adds.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeVar

import httpx

from benchmarks.figures import Figure, duration
from benchmarks.minimum import least_of_a_plan
from benchmarks.requests import Part, Recorder, Sent, bound, chain, chains, critical_path, notice
from benchmarks.sandbox import sandbox
from benchmarks.startup import MANIFESTS
from benchmarks.virtual import BASE, far_away
from challenge_cli.engine import Job, Look, accounts_of, apply, look
from challenge_cli.manifests import usable
from challenge_cli.target import DEPLOYER, Target, token_of
from challenge_spec.resolved import ResolvedChallenge
from planner.desired import compile_challenge
from planner.resources import LEDGER_FOLDER
from providers.apply.receipt import Receipt
from providers.apply.walk import CONCURRENCY
from providers.synapse.reader import SynapseReader
from providers.synapse.session import Session, connect
from tests.simulation.loop import simulate

_T = TypeVar("_T")

LATENCY_MS: Final = 100
NOW: Final = datetime(2021, 6, 15, tzinfo=UTC)
"""When BraTS is planned as it is in the examples; the quick start is at draft then too."""
UNLIMITED: Final = 100_000
"""Requests at a time where only their order shall matter."""
AIM: Final = 1.15


@dataclass(frozen=True, slots=True)
class Phase:
    """One measured phase: seconds, its requests, and by kind."""

    seconds: float
    sent: tuple[Sent, ...]
    kinds: Counter[str]


@dataclass(frozen=True, slots=True)
class Story:
    """First plan, apply, and the plan after it; and the two plans."""

    phases: Mapping[str, Phase]
    planned: Look
    again: Look


def run(quick: bool) -> Iterator[Figure]:
    """Measure both examples."""
    for name, manifest in MANIFESTS.items():
        with TemporaryDirectory() as folder:
            challenge, place = usable(manifest), Path(folder)
            yield from arranged(name, challenge, place)
            yield from served(name, manifest, place, repetitions=1 if quick else 3)


def arranged(name: str, challenge: ResolvedChallenge, folder: Path) -> Iterator[Figure]:
    """How well the requests are arranged, in virtual time."""
    parts = allowed(challenge, folder)
    story = told(challenge, folder)
    for label, phase in story.phases.items():
        yield _against_bound(f"{label}, {name}", phase, parts[label])
    least = least_of_a_plan(story.again)
    asked = len(story.phases["plan again"].sent)
    why = f"{asked} / {least.total()}"
    yield Figure(f"requests of a plan, {name} / the least that it needs", asked / least.total(), aim=1, why=why)


def _against_bound(label: str, phase: Phase, parts: Iterable[Part]) -> Figure:
    parts = tuple(parts)
    limit, count = bound(parts, LATENCY_MS / 1000), len(phase.sent)
    path, alone = sum(part.path for part in parts), bound([Part(sum(p.path for p in parts), count)], LATENCY_MS / 1000)
    why = (
        f"{duration(phase.seconds)} / {duration(limit)}: {path} in a row, {count} in all; "
        f"{phase.seconds / alone:.2f} × if the ledger and the lock could be used beside everything else"
    )
    details = {"seconds": phase.seconds, "path": path, "requests": count, "loose": phase.seconds / alone}
    return Figure(
        f"{label} / bound", phase.seconds / limit, aim=AIM, required=True, why=why, details=details, counts=phase.kinds
    )


def told(challenge: ResolvedChallenge, folder: Path, lanes: int | None = None) -> Story:
    """Plan, apply, plan, in virtual time. lanes: how many requests at a time, where that isn't Synapse's limit."""
    return simulate(_story(challenge, folder, lanes))


async def _story(challenge: ResolvedChallenge, folder: Path, lanes: int | None) -> Story:
    async with far_away(accounts_of(challenge), NOW, LATENCY_MS, throttle=lanes is None) as far:
        job = job_for(challenge, folder, BASE)
        far.session.transport.lanes.limit = lanes or far.session.transport.lanes.limit
        phases: dict[str, Phase] = {}
        concurrency = CONCURRENCY if lanes is None else 1
        planned = await timed_phase(far.session, far.recorder, look(far.session, job), phases, "first plan")
        work = apply(far.session, job, planned, notice, concurrency)
        done = await timed_phase(far.session, far.recorder, work, phases, "apply")
        require_complete(done.receipts)
        # Everybody's minute is whole again.
        await asyncio.sleep(60)
        again = await timed_phase(far.session, far.recorder, look(far.session, job), phases, "plan again")
        require_empty(again)
        return Story(phases, planned, again)


async def timed_phase(
    session: Session, recorder: Recorder, work: Awaitable[_T], phases: dict[str, Phase], label: str
) -> _T:
    """The result of some work; its phase is noted."""
    clock = asyncio.get_running_loop().time
    recorder.sent.clear()
    before, begun = session.transport.requests.copy(), clock()
    result = await work
    phases[label] = Phase(clock() - begun, tuple(recorder.sent), session.transport.requests - before)
    return result


def allowed(challenge: ResolvedChallenge, folder: Path) -> Mapping[str, tuple[Part, ...]]:
    """Phase → its parts: how many requests have to wait for each other where the limits don't count.

    The ledger is read before all else, for it tells what is whose; home, restricted folder and lock are there before
    anything is written, and the ledger is written when nothing is under way any more (docs/lock.md).
    """
    story = told(challenge, folder, UNLIMITED)
    applied = story.phases["apply"].sent
    lengths, numbers = chains(applied), Counter(item.operation for item in applied)
    operations = tuple(story.planned.plan.to_do())
    early = {item.id for item in operations if LEDGER_FOLDER not in item.depends_on and not item.depends_on}
    early |= {LEDGER_FOLDER}
    alone = [Part(lengths.get(id_, 0), numbers[id_]) for id_ in sorted(early)]
    rest: dict[str | None, int] = {
        id_: length for id_, length in lengths.items() if id_ is not None and id_ not in early
    }
    walk = Part(critical_path(operations, rest), sum(numbers[id_] for id_ in rest))
    parts = {"apply": (*alone, Part(lengths.get(None, 0), numbers[None]), walk)}
    for label, remembered in simulate(_remembering(challenge, folder)).items():
        sent = story.phases[label].sent
        parts[label] = (remembered, Part(chain(sent) - remembered.path, len(sent) - remembered.requests))
    return parts


async def _remembering(challenge: ResolvedChallenge, folder: Path) -> Mapping[str, Part]:
    """What finding and reading the ledger takes, before and after the first apply."""
    found: dict[str, Part] = {}
    async with far_away(accounts_of(challenge), NOW, LATENCY_MS, throttle=False) as far:
        job = job_for(challenge, folder, BASE)
        for label in ("first plan", "plan again"):
            far.recorder.sent.clear()
            wanted = compile_challenge(challenge, challenge.stage, far.session.now())
            await SynapseReader(far.session).read_applied(wanted)
            found[label] = Part(chain(far.recorder.sent), len(far.recorder.sent))
            await apply(far.session, job, await look(far.session, job), notice)
    return found


def served(name: str, manifest: Path, folder: Path, repetitions: int) -> Iterator[Figure]:
    """The same over HTTP, from a server in a process of its own: what the machine adds to the waiting."""
    runs = [measure(manifest, folder / str(number), LATENCY_MS) for number in range(repetitions)]
    story = told(usable(manifest), folder)
    for label, phase in story.phases.items():
        best = min(measured[label].seconds for measured in runs)
        why = f"{duration(best)} / {duration(phase.seconds)}"
        yield Figure(f"{label}, {name}, over HTTP / in virtual time", best / phase.seconds, why=why)
    refused = sum(_too_many(folder / str(number) / "access.jsonl") for number in range(repetitions))
    yield Figure(f"requests refused with 429, {name}", refused, unit="", aim=0)


def measure(manifest: Path, folder: Path, latency_ms: int) -> Mapping[str, Phase]:
    """Phase → what it took on a new sandbox with Synapse's limits; signing in and loading are not counted."""
    with _served(manifest, folder, latency_ms, "--throttle", "--access-log", str(folder / "access.jsonl")) as job:
        return asyncio.run(_phases(job))


async def _phases(job: Job) -> Mapping[str, Phase]:
    async with _session(job) as (session, recorder):
        phases: dict[str, Phase] = {}
        planned = await timed_phase(session, recorder, look(session, job), phases, "first plan")
        done = await timed_phase(session, recorder, apply(session, job, planned, notice, CONCURRENCY), phases, "apply")
        require_complete(done.receipts)
        require_empty(await timed_phase(session, recorder, look(session, job), phases, "plan again"))
        return phases


def require_empty(left: Look) -> None:
    """Raise RuntimeError where a second plan finds something to do."""
    if not left.plan.empty:
        raise RuntimeError(f"the second plan of {left.plan.challenge} is not empty")


def require_complete(receipts: Iterable[Receipt]) -> None:
    """Raise RuntimeError where an apply left something undone: its time would mean nothing."""
    for receipt in receipts:
        if not receipt.complete:
            raise RuntimeError(f"the apply of {receipt.challenge} is not complete")


def job_for(challenge: ResolvedChallenge, folder: Path, address: str) -> Job:
    """A challenge at an address, with its outputs in a folder."""
    return Job(challenge, Target(address, address, token_of(DEPLOYER)), folder, folder / "orchestrator")


@contextmanager
def _served(manifest: Path, folder: Path, latency_ms: int, *options: str) -> Iterator[Job]:
    """A job for a challenge on a sandbox with its data in a folder."""
    challenge = usable(manifest)
    now = ("--now", f"{NOW:%Y-%m-%d}")
    with sandbox(folder, accounts_of(challenge), latency_ms, *now, *options) as address:
        yield job_for(challenge, folder, address)


@asynccontextmanager
async def _session(job: Job) -> AsyncIterator[tuple[Session, Recorder]]:
    recorder = Recorder()
    async with (
        httpx.AsyncClient(transport=recorder, timeout=60) as http,
        connect(job.target.endpoint or "", job.target.token, http=http, clock=time.monotonic) as session,
    ):
        yield session, recorder


def _too_many(log: Path) -> int:
    """How often the server refused a request for coming too early."""
    lines = log.read_text(encoding="utf-8").splitlines()
    return sum(json.loads(line)["status"] == 429 for line in lines)
