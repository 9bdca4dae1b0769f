"""The lock of a challenge: one permanent entity beside the ledger, taken, renewed and given back by its annotations.

The etag decides who wins (412 = somebody else was faster); times are the server's. A lease lasts two minutes and is
renewed while work goes on, so a killed apply leaves nothing to unlock by hand: the next one waits the lease out. What a
holder could still do that was frozen right before a write is written down in docs/lock.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from planner.desired.context import instant
from planner.interfaces import Locked, ProviderError, Unreachable
from planner.resources import LEDGER_FOLDER
from providers.apply.run import Ending
from providers.synapse.failures import Ambiguous, Refused, explain
from providers.synapse.kinds.entities import child_id
from providers.synapse.session import TIMEOUT, Session
from providers.synapse.settle import ATTEMPTS, Creation, create
from providers.synapse.transport import Transport

Raw = Mapping[str, Any]

NAME: Final = "lock"
LEASE: Final = 120.0
"""Seconds that a lease lasts without being renewed."""
RENEW: Final = 30.0
"""Seconds between renewals."""
WHERE: Final = f"{LEDGER_FOLDER}/{NAME}"

_GRACE: Final = 2.0
"""Seconds that are waited beyond a lease: the server's clock is read in whole seconds."""
_HOLDER, _RUN, _UNTIL, _LAST = "lockHolder", "lockRun", "lockUntil", "lockLastRun"
_SINCE, _PLAN, _OPERATIONS, _MARKS = "lockSince", "lockPlan", "lockOperations", "lockMarks"

_TEXTS: Final = 100
_KEYS: Final = 90
"""Texts under one key, and keys for marks: an entity has a hundred keys (contract 2.8), the lock needs some itself."""

Marks: TypeAlias = frozenset[tuple[str, str]]
"""(address, mark of what it will be)."""

Values: TypeAlias = dict[str, tuple[str, ...]]
"""Annotations of the lock: key → texts."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What a run is about to do: the digest of its plan, how many operations that has, and for each address the mark of
    what it will be (`planner.intents`).
    """

    plan: str
    operations: int
    marks: Marks = frozenset()


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An apply that took the lock and never said that it was done: killed, cut off, or still at work until then."""

    holder: str | None
    since: datetime | None
    plan: str | None
    operations: int | None
    at_work_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LockState:
    """What the lock's annotations say. holder, run: of whom has it now; until: the end of the lease; last: the last run
    that gave it back. since, plan, operations, marks: what the holder set out to do; they stay where it didn't finish.
    """

    holder: str | None
    run: str | None
    until: datetime | None
    last: str | None
    since: datetime | None = None
    plan: str | None = None
    operations: int | None = None
    marks: Marks = frozenset()

    @property
    def unfinished(self) -> bool:
        """Whether a run began that never said that it was done."""
        return self.run is not None or self.plan is not None

    def intent(self) -> Values:
        """The annotations that say what the holder set out to do."""
        said = {
            _HOLDER: self.holder,
            _SINCE: instant(self.since) if self.since else None,
            _PLAN: self.plan,
            _OPERATIONS: None if self.operations is None else str(self.operations),
        }
        return {name: (value,) for name, value in said.items() if value is not None} | _in_chunks(self.marks)

    def held(self, now: datetime) -> bool:
        """Whether somebody's lease is still good."""
        return self.run is not None and self.until is not None and self.until > now


class SynapseLock:
    """Implements `providers.apply.run.Lock` for one run.

    run: a name of this run that nobody else has. intent: what it is about to do, written down as the lock is taken.
    waiting: told while a lease of somebody else is waited out.
    """

    def __init__(
        self, session: Session, run: str, intent: Intent, waiting: Callable[[str], None] = lambda _: None
    ) -> None:
        self._session, self._transport = session, session.transport
        self._run, self._intent, self._waiting = run, intent, waiting
        self._until = 0.0
        self._raw: Raw = {}
        self._since: datetime | None = None
        self._before = LockState(None, None, None, None)

    @property
    def run(self) -> str:
        """The name of this run."""
        return self._run

    def left(self) -> float:
        """Seconds of the lease that are left."""
        return self._until - self._transport.clock()

    async def take(self, folder: str, stop: asyncio.Event) -> str | None:
        """Take the lock in the restricted folder; returns the name of the run that gave it back last, None where nobody
        did.

        stop: set when nobody wants to wait any more. An unfinished run (killed, its lease over) returns "unfinished".
        Raises Locked where somebody is at work.
        """
        try:
            id_ = await self._entity(folder)
            return await self._take(id_, stop)
        except Refused as refused:
            raise explain(refused, WHERE) from refused

    async def _entity(self, folder: str) -> str:
        async def look_up() -> Raw | None:
            found = await child_id(self._transport, folder, NAME)
            return {"id": found} if found else None

        async def send() -> Raw:
            body = {"concreteType": "org.sagebionetworks.repo.model.Folder", "name": NAME, "parentId": folder}
            answer: Raw = await self._transport.post("/entity", body)
            return answer

        found = await look_up()
        if found is None:
            try:
                found, _ = await create(self._transport, WHERE, Creation(send, look_up))
            except Refused as refused:
                found = await look_up() if refused.status == 409 else None
                if found is None:
                    raise
        return str(found["id"])

    async def _take(self, id_: str, stop: asyncio.Event) -> str | None:
        """Wait out a lease once; if it was renewed meanwhile, somebody is at work."""
        raw, state = await self._read(id_)
        if state.held(self._session.now()):
            await self._wait_out(state, stop)
            raw, later = await self._read(id_)
            if later.held(self._session.now()):
                raise _locked(later)
            state = later
        self._before, self._since = state, self._session.now()
        if not await self._put(raw, self._mine(state.last)):
            _, winner = await self._read(id_)
            raise _locked(winner)
        self._transport.guard = self.check
        if not state.unfinished:
            return state.last
        self._waiting(f"{in_words(_unfinished(state))}; looking again")
        return "unfinished"

    async def _wait_out(self, state: LockState, stop: asyncio.Event) -> None:
        now = self._session.now()
        seconds = (state.until - now).total_seconds() + _GRACE if state.until else 0.0
        if seconds > LEASE + _GRACE:
            raise _locked(state)
        self._waiting(f"{state.holder} has the lock until {state.until:%H:%M:%S} UTC; waiting {seconds:.0f} s")
        ends = {asyncio.ensure_future(self._transport.sleep(seconds)), asyncio.ensure_future(stop.wait())}
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
        if stop.is_set():
            raise _locked(state)

    async def _read(self, id_: str) -> tuple[Raw, LockState]:
        raw: Raw = await self._transport.get(f"/entity/{id_}/annotations2")
        return raw, state_of(raw)

    def _mine(self, last: str | None) -> Values:
        until = self._session.now() + timedelta(seconds=LEASE)
        return self._mark() | {_RUN: (self._run,), _UNTIL: (instant(until),)} | _given_back(last)

    def _mark(self) -> Values:
        """What this run set out to do, and what a dead one before it did that no ledger knows of yet."""
        planned = self._intent
        marks = self._before.marks | planned.marks
        holder = self._session.me.name
        return LockState(holder, None, None, None, self._since, planned.plan, planned.operations, marks).intent()

    async def _put(self, base: Raw, values: Values) -> bool:
        """Write the annotations under their etag; False where somebody else was faster."""
        path = f"/entity/{base['id']}/annotations2"
        body = {**base, "annotations": {key: {"type": "STRING", "value": [*texts]} for key, texts in values.items()}}
        begun = self._transport.clock()
        for _ in range(ATTEMPTS):
            try:
                self._raw = await self._transport.put(path, body, guarded=False)
            except Ambiguous as lost:
                await self._transport.sleep(lost.pause)
                now, state = await self._read(str(base["id"]))
                if (state.run, state.last) == (_first(values, _RUN), _first(values, _LAST)):
                    self._raw = now
                elif now["etag"] != base["etag"]:
                    return False
                else:
                    continue
            except Refused as refused:
                if refused.status != 412:
                    raise
                return False
            self._until = begun + LEASE
            return True
        return False

    async def keep(self, lost: Callable[[str], None]) -> None:
        """Renew the lease until cancelled; `lost` is told (once) when somebody else has taken it."""
        while True:
            await self._transport.sleep(RENEW)
            try:
                _, state = await self._read(str(self._raw["id"]))
                if state.run != self._run or not await self._put(self._raw, self._mine(state.last)):
                    lost(f"the lock was taken by {state.holder}")
                    return
            except (TimeoutError, ProviderError, Refused):
                # The lease still has time; the guard stops writing before it ends.
                continue

    def check(self) -> None:
        """Refuse to start a write that might end after the lease. Raises Unreachable."""
        if self.left() < TIMEOUT:
            mend = "apply again: it goes on from here"
            raise Unreachable(WHERE, "the lease of the lock could not be renewed in time", mend)

    async def release(self, ending: Ending) -> None:
        """Give the lock back. Where the run didn't finish, what it set out to do stays written down; where it began
        nothing, what stood there before stands there again. Never raises for what can be waited out.
        """
        self._transport.guard = None
        try:
            raw, state = await self._read(str(self._raw["id"]))
            if state.run == self._run:
                await self._put(raw, self._left(ending, state.last))
        except (ProviderError, Refused):
            return

    def _left(self, ending: Ending, last: str | None) -> Values:
        """The annotations of a lock that nobody holds."""
        if ending is Ending.FINISHED:
            return _given_back(self._run)
        before = self._before.intent() if self._before.unfinished else {}
        kept = self._mark() if ending is Ending.UNFINISHED else before
        return kept | _given_back(last)


def _given_back(run: str | None) -> Values:
    return {_LAST: (run,)} if run else {}


def _first(values: Values, key: str) -> str | None:
    return values[key][0] if key in values else None


def _in_chunks(marks: Marks) -> Values:
    """Marks as annotations, which hold a hundred texts each (contract 2.8); beyond what fits they are left out."""
    texts = [f"{address}={mark}" for address, mark in sorted(marks)][: _TEXTS * _KEYS]
    chunks = range(0, len(texts), _TEXTS)
    return {f"{_MARKS}{number}": tuple(texts[start : start + _TEXTS]) for number, start in enumerate(chunks)}


def _marks_in(annotations: Mapping[str, Any]) -> Marks:
    texts = [text for key, item in annotations.items() if key.startswith(_MARKS) for text in item["value"]]
    pairs = (text.rpartition("=") for text in texts)
    return frozenset((address, mark) for address, _, mark in pairs)


def state_of(raw: Raw) -> LockState:
    """What the annotations of a lock say."""
    annotations = {key: item for key, item in (raw.get("annotations") or {}).items() if item.get("value")}
    found = {key: item["value"][0] for key, item in annotations.items()}
    until, since = (datetime.fromisoformat(found[name]) if name in found else None for name in (_UNTIL, _SINCE))
    operations = int(found[_OPERATIONS]) if found.get(_OPERATIONS, "").isdigit() else None
    return LockState(
        found.get(_HOLDER),
        found.get(_RUN),
        until,
        found.get(_LAST),
        since,
        found.get(_PLAN),
        operations,
        _marks_in(annotations),
    )


async def read_marks(transport: Transport, folder: str) -> Marks:
    """What an apply that didn't finish had set out to write; empty where the last one did.

    Raises ProviderError, Refused.
    """
    id_ = await child_id(transport, folder, NAME)
    return state_of(await transport.get(f"/entity/{id_}/annotations2")).marks if id_ else frozenset()


async def read_unfinished(session: Session, folder: str) -> Unfinished | None:
    """The apply that began and didn't finish, if the lock in the restricted folder tells of one.

    Raises ProviderError, Refused.
    """
    id_ = await child_id(session.transport, folder, NAME)
    if id_ is None:
        return None
    state = state_of(await session.transport.get(f"/entity/{id_}/annotations2"))
    found = _unfinished(state) if state.unfinished else None
    return replace(found, at_work_until=state.until) if found and state.held(session.now()) else found


def _unfinished(state: LockState) -> Unfinished:
    return Unfinished(state.holder, state.since, state.plan, state.operations)


def in_words(found: Unfinished) -> str:
    """An unfinished apply in a sentence without its full stop."""
    since = f" at {found.since:%Y-%m-%d %H:%M:%S} UTC" if found.since else ""
    size = "" if found.operations is None else f", {found.operations} operation{'s' * (found.operations != 1)}"
    plan = f" of plan {found.plan.removeprefix('sha256:')[:12]}{size}," if found.plan else ""
    if found.at_work_until is not None:
        return f"an apply{plan} by {found.holder or 'somebody'}{since} is at work"
    return f"an apply{plan} by {found.holder or 'somebody'}{since} did not finish"


def _locked(state: LockState) -> Locked:
    until = f" (until {state.until:%Y-%m-%d %H:%M:%S} UTC, if it stops now)" if state.until else ""
    return Locked(
        WHERE, f"{state.holder} is applying at this moment{until}", "wait until that is done, then plan again"
    )
