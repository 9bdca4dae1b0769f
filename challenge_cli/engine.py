"""From a manifest and a target to a plan, and from a plan to a receipt: everything that isn't printing."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final
from uuid import uuid4

from challenge_cli.errors import Failure
from challenge_cli.garbage import uncollected
from challenge_cli.target import Target, started
from challenge_spec.resolved import ResolvedChallenge
from planner.desired import compile_challenge
from planner.intents import intended, with_intents
from planner.interfaces import Stale
from planner.live import Live
from planner.ordering import CycleError
from planner.plan import GateState, Output, Plan, Problem
from planner.planning import Options, make_plan
from planner.remembering import is_up_to_date
from planner.renames import rename
from planner.render.document import document
from planner.render.schema import PlanDocument
from planner.resources import LEDGER_FOLDER
from planner.scoping import UnknownAddress
from planner.stages import STAGES
from providers.apply.events import Emit, Waiting
from providers.apply.receipt import Receipt, Result
from providers.apply.run import Apply, Means, World
from providers.apply.walk import CONCURRENCY
from providers.orchestrator.outputs import OrchestratorFolder, folders, messages, outputs, tables
from providers.orchestrator.outputs import write as write_folder
from providers.synapse.failures import Refused, explain
from providers.synapse.history import History, read_history
from providers.synapse.ledger import Kept
from providers.synapse.lock import SynapseLock, read_unfinished
from providers.synapse.lock_state import Intent, Unfinished
from providers.synapse.reader import SynapseReader
from providers.synapse.session import Session, connect
from providers.synapse.writer import SynapseWriter

HURRY: Final = 5.0
"""Seconds for the ledger and the lock when the server has gone away."""

_SIGNALS: Final = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "asked to stop"}


def git_commit(folder: Path) -> dict[str, str]:
    """The git commit of the manifest, for the ledger; nothing where it is in no repository."""
    command = ["git", "-C", str(folder), "rev-parse", "--short=12", "HEAD"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)  # noqa: S603 -- our own words
    except (OSError, subprocess.TimeoutExpired):
        return {}
    return {"commit": found.stdout.strip()} if found.returncode == 0 else {}


@dataclass(frozen=True, slots=True)
class Job:
    """One challenge at one target, with what was decided on the command line.

    folder: of the manifest, which was called `named`. files: where the orchestrators' files go. origin: tells of a
    folder where its manifest comes from, for the ledger. own: marks that an apply of this very job has written into the
    lock, and that tell nothing of one that died.
    """

    challenge: ResolvedChallenge
    target: Target
    folder: Path
    files: Path
    options: Options = field(default_factory=Options)
    named: str | None = None
    origin: Callable[[Path], Mapping[str, str]] = git_commit
    own: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Look:
    """The world as it was read, and the plan that follows from it. kept: the ledger's file and lock as they were."""

    plan: Plan
    shown: PlanDocument
    world: World
    kept: Kept | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What an apply came to.

    receipts: one for each round; none where there was nothing to do. left: the last plan, whose held changes are what
    is left to do. written: the orchestrators' files; unwritten: why they could not be written. unseen: addresses that
    had to be changed as well once the gates were open, though nobody had been shown that; nothing was done about them,
    nor about what was held.
    """

    receipts: tuple[Receipt, ...]
    left: Look
    written: tuple[Path, ...]
    unseen: tuple[str, ...] = ()
    unwritten: OSError | None = None


def accounts_of(challenge: ResolvedChallenge) -> tuple[str, ...]:
    """Names of the accounts that the manifest expects to exist; numbers are ids already."""
    compiled = [compile_challenge(challenge, stage, datetime.now(UTC)) for stage in STAGES]
    names = {name for desired in compiled for name in desired.people.values() if not name.isdigit()}
    return tuple(sorted(names))


@asynccontextmanager
async def signed_in(job: Job) -> AsyncIterator[Session]:
    """A session at the target; an embedded sandbox runs as long. Raises Failure, ProviderError."""
    accounts = accounts_of(job.challenge) if job.target.data else ()
    with started(job.target, accounts) as endpoint:
        async with connect(endpoint, job.target.token) as session:
            yield session


async def look(session: Session, job: Job) -> Look:
    """Read the world and plan; sends nothing that writes.

    Raises ProviderError; Failure where two things wait for each other, or a target names nothing.
    """
    wanted = compile_challenge(job.challenge, job.challenge.stage, session.now())
    reader = SynapseReader(session)
    remembered = rename(await reader.read_applied(wanted), job.challenge, wanted)
    live = await reader.read(wanted, remembered)
    applied = with_intents(replace(remembered, intents=remembered.intents - job.own), live)
    try:
        with uncollected():
            planned = make_plan(job.challenge, live, applied, job.options, _outputs(job, known_ids(live)))
    except CycleError as error:
        mend = "let one of them not mention the other in the manifest or its pages"
        raise Failure(error.cycle[0], str(error), mend) from None
    except UnknownAddress as error:
        raise Failure(error.address, "nothing in the manifest has this address", error.mend) from None
    world = World(planned.desired, live, applied)
    return Look(planned.plan, document(planned.plan, job.named), world, reader.kept)


async def history(session: Session, job: Job) -> History:
    """What was applied so far. Raises ProviderError."""
    wanted = compile_challenge(job.challenge, job.challenge.stage, session.now())
    try:
        return await read_history(session, wanted)
    except Refused as refused:
        raise explain(refused, "the ledger") from refused


async def unfinished(session: Session, current: Look) -> Unfinished | None:
    """The apply that began and didn't finish, if there is one. Raises ProviderError."""
    folder = current.world.live.ids.get(LEDGER_FOLDER)
    try:
        return await read_unfinished(session, folder) if folder else None
    except Refused as refused:
        raise explain(refused, "the lock") from refused


LookAgain = Callable[[Session, Job], Awaitable[Look]]
"""Reads the world and plans."""


def _outputs(job: Job, ids: Mapping[str, str]) -> Iterator[Output]:
    return outputs(_everything(job, ids))


def known_ids(live: Live) -> dict[str, str]:
    """Address → id of everything known, and `truth.KEY` → id of the file that a truth is."""
    return {**live.ids, **{f"truth.{key}": found.id for key, found in live.guarded.items()}}


def files_of(job: Job, ids: Mapping[str, str], token: str = "") -> Iterator[OrchestratorFolder]:
    """Orchestrators' folders and queue tables, as far as ids are known. token: of the service account, for `.env`."""
    yield from folders(job.challenge, ids, job.files, token)
    yield from tables(job.challenge, ids, job.folder / ".challenge" / "workflows")


def _everything(job: Job, ids: Mapping[str, str], token: str = "") -> Iterator[OrchestratorFolder]:
    """What apply writes beside the manifest: the files above, and drafts of announcements."""
    yield from files_of(job, ids, token)
    yield from messages(job.challenge, ids, job.folder / ".challenge")


def write_files(job: Job, ids: Mapping[str, str], token: str = "") -> tuple[Path, ...]:
    """Write what differs of the files; the paths written."""
    return tuple(path for item in _everything(job, ids, token) for path in write_folder(item))


async def apply(session: Session, job: Job, current: Look, emit: Emit, concurrency: int = CONCURRENCY) -> Done:
    """Carry a plan out; where that fulfils gates that were pending, look again and go on through them, as long as that
    is no more than the plan had shown.

    Raises ProviderError and Failure where nothing could be begun; what fails later is in the receipts.
    """
    receipts: list[Receipt] = []
    unseen: tuple[str, ...] = ()
    ids, counted = current.world.live.ids, Counter[str]()
    for _ in STAGES:
        if not any(current.plan.to_do()) and _is_known(current):
            break
        session.require_writing()
        if receipts and _hopeless(current):
            break
        refuse_hopeless(current)
        walk = Apply(current.plan, current.shown.digest, current.world, means(session, job, current, emit, concurrency))
        receipts.append(await carry_out(walk, session, job, current, emit, counted))
        await _refuse_second(session, job, current, receipts[-1])
        ids, counted = walk.ids(), session.transport.requests.copy()
        if not receipts[-1].complete or not _opens_itself(current.plan):
            break
        shown, current = current, await look(session, job)
        if unseen := _beyond(shown.plan, current.plan):
            break
    try:
        written = write_files(job, {**known_ids(current.world.live), **ids})
    except OSError as fault:
        return Done(tuple(receipts), current, (), unseen, fault)
    return Done(tuple(receipts), current, written, unseen)


def refuse_hopeless(current: Look) -> None:
    """Raise Failure where a problem is about the plan as a whole: none of it may be carried out then."""
    for problem in _hopeless(current):
        raise Failure("the whole plan", problem.message, problem.remedy)


def _hopeless(current: Look) -> list[Problem]:
    return [problem for problem in current.plan.problems if problem.address is None]


def _beyond(shown: Plan, now: Plan) -> tuple[str, ...]:
    """Addresses that the second plan changes and the first, held changes included, did not show."""
    known = {step.address for step in shown.operations}
    return tuple(dict.fromkeys(step.address for step in now.to_do() if step.address not in known))


def means(
    session: Session, job: Job, current: Look, emit: Emit, concurrency: int = CONCURRENCY, look_again: LookAgain = look
) -> Means:
    """What an apply of one plan works with. look_again: how the plan was made."""

    async def recheck() -> None:
        """Somebody may have applied since we looked: go on only if the plan is still the same."""
        again = await look_again(session, replace(job, own=marks - current.world.applied.intents))
        if again.shown.digest != current.shown.digest:
            what = "somebody else applied since the plan was made, and it would be another one now"
            raise Stale(current.plan.title, what, "plan again, and look at the difference")

    marks = intended(current.plan.to_do(), current.world.desired, current.world.live.ids)
    intent = Intent(current.shown.digest, len(list(current.plan.to_do())), marks, current.plan.reached)
    kept = current.kept or Kept(current.world.applied)
    writer = SynapseWriter(session, current.world.desired.home, kept.file)
    new = partial(writer.has_made, LEDGER_FOLDER)
    lock = SynapseLock(session, uuid4().hex, intent, lambda text: emit(Waiting(text)), kept.lock, new)

    def hurry() -> None:
        session.transport.patience = HURRY

    return Means(writer, session.now, emit, concurrency, lock, recheck, hurry)


async def _refuse_second(session: Session, job: Job, current: Look, receipt: Receipt) -> None:
    """Two first applies at once: the home project's name can be had once, and the slower one gets nothing done.

    Raises Stale, naming who was faster.
    """
    home = current.world.desired.home
    if (
        receipt.stopped
        or receipt.count(Result.DONE)
        or home not in {line.address for line in receipt.lines if line.error}
    ):
        return
    made = (await look(session, job)).world.live.resources.get(home)
    if made is not None:
        what = f"{made.modified_by or 'somebody else'} began to apply the same challenge at the same time"
        raise Stale(home, what, "wait until that is done, then plan again")


async def carry_out(
    walk: Apply, session: Session, job: Job, current: Look, emit: Emit, counted: Counter[str]
) -> Receipt:
    """One round; its receipt counts the requests since the last one, whose end `counted` tells."""
    note = {"plan": current.shown.digest, **job.origin(job.folder)}
    with _stoppable(walk, emit):
        return await walk.run(note, lambda: session.transport.requests - counted)


def _is_known(current: Look) -> bool:
    """Whether the ledger knows all that both sides agree on; after a pull it doesn't."""
    world = current.world
    if world.desired.home not in world.live.resources:
        return True
    return is_up_to_date(world.applied, world.desired, world.live.ids, current.plan)


def _opens_itself(plan: Plan) -> bool:
    """Whether what was just done may have opened the gates: each shut one said that this apply takes care of it."""
    states = {gate.state for gate in plan.gates}
    return GateState.PENDING in states and GateState.FAILED not in states


@contextmanager
def _stoppable(walk: Apply, emit: Emit) -> Iterator[None]:
    """The first Ctrl-C or SIGTERM starts nothing more and finishes what is under way; the second one ends at once."""
    loop = asyncio.get_running_loop()

    def stop(name: str) -> None:
        if walk.stopping:
            walk.stop_at_once(f"{name}, twice: what was under way may have happened or not")
            return
        walk.request_stop(f"{name}: what was under way was finished, nothing more was begun")
        emit(Waiting(f"{name}: finishing what is under way; once more stops at once"))

    for number, name in _SIGNALS.items():
        loop.add_signal_handler(number, stop, name)
    try:
        yield
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
