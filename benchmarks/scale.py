"""A challenge of 1,000 pages and 200 queues, and 50 challenges in one session: in virtual time, with all limits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import copytree, ignore_patterns
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.figures import Figure, duration
from benchmarks.latency import (
    AIM,
    LATENCY_MS,
    NOW,
    Phase,
    allowed,
    job_for,
    require_complete,
    require_empty,
    timed_phase,
    told,
)
from benchmarks.requests import Part, bound, notice
from benchmarks.startup import EXAMPLES
from benchmarks.virtual import BASE, far_away
from benchmarks.written import write_large
from challenge_cli.engine import accounts_of, apply, look
from challenge_cli.manifests import usable
from challenge_spec.resolved import ResolvedChallenge
from tests.simulation.loop import simulate

QUEUES, CHAPTERS, PAGES = 200, 20, 49
"""1,000 pages: 20 chapters of 49 and their own, but for the home page."""
CHALLENGES: Final = 50


def run(quick: bool) -> Iterator[Figure]:
    """The large one, then the many; quick: a tenth of both."""
    share = 10 if quick else 1
    with TemporaryDirectory() as folder:
        yield from large(Path(folder), QUEUES // share, CHAPTERS // share)
    with TemporaryDirectory() as folder:
        yield from many(Path(folder), CHALLENGES // share)


def large(folder: Path, queues: int, chapters: int) -> Iterator[Figure]:
    """Planned, applied and planned again, against the bound."""
    challenge = usable(write_large(folder, queues=queues, rounds=1, chapters=chapters, pages=PAGES))
    parts, begun = allowed(challenge, folder), time.process_time()
    story = told(challenge, folder)
    busy = time.process_time() - begun
    what = f"{chapters * (PAGES + 1):,} pages and {queues} queues"
    for label, phase in story.phases.items():
        yield _figure(f"{label}, {what}", phase, bound(parts[label], LATENCY_MS / 1000))
    requests = sum(len(phase.sent) for phase in story.phases.values())
    why = f"{duration(busy)} for {requests:,} requests, the sandbox's own work included"
    yield Figure(f"processor time of that, {what}", busy / requests * 1000, "ms a request", why=why)


def many(folder: Path, count: int) -> Iterator[Figure]:
    """One after another in one session, as `challenge apply FOLDER` does."""
    phases = simulate(_many(list(_copies(folder, count)), folder))
    # Plans and applies take turns, and what waits for Synapse's minute is whichever comes next: they count together.
    for label, together in (("plan and apply", ("first plan", "apply")), ("plan again", ("plan again",))):
        measured = [phase[name] for phase in phases for name in together]
        sent = tuple(item for phase in measured for item in phase.sent)
        whole = Phase(sum(phase.seconds for phase in measured), sent, measured[0].kinds)
        # One after another, nothing of the next can be done while the last one's ledger is written.
        alone = bound([Part(1, len(sent))], LATENCY_MS / 1000)
        yield _figure(f"{label}, {count} challenges", whole, alone)


def _figure(label: str, phase: Phase, limit: float) -> Figure:
    why = f"{duration(phase.seconds)} / {duration(limit)}, {len(phase.sent):,} requests"
    return Figure(f"{label} / bound", phase.seconds / limit, aim=AIM, why=why)


def _copies(folder: Path, count: int) -> Iterator[ResolvedChallenge]:
    """The quick start's challenge under so many names."""
    for number in range(1, count + 1):
        files = copytree(EXAMPLES / "quickstart", folder / str(number), ignore=ignore_patterns(".challenge"))
        manifest = files / "challenge.yaml"
        text = manifest.read_text(encoding="utf-8")
        text = text.replace("key: melting-points", f"key: melting-points-{number}")
        text = text.replace("name: Melting Points Challenge", f"name: Melting Points {number} Challenge")
        manifest.write_text(text, encoding="utf-8")
        yield usable(manifest)


async def _many(challenges: Sequence[ResolvedChallenge], folder: Path) -> list[dict[str, Phase]]:
    found: list[dict[str, Phase]] = [{} for _ in challenges]
    async with far_away(accounts_of(challenges[0]), NOW, LATENCY_MS) as far:
        session, recorder = far.session, far.recorder
        for challenge, phases in zip(challenges, found, strict=True):
            job = job_for(challenge, folder / challenge.key, BASE)
            planned = await timed_phase(session, recorder, look(session, job), phases, "first plan")
            require_complete(
                (await timed_phase(session, recorder, apply(session, job, planned, notice), phases, "apply")).receipts
            )
        # The minute's budget is whole again.
        await asyncio.sleep(60)
        for challenge, phases in zip(challenges, found, strict=True):
            job = job_for(challenge, folder / challenge.key, BASE)
            require_empty(await timed_phase(session, recorder, look(session, job), phases, "plan again"))
    return found
