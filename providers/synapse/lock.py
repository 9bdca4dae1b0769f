"""The lock of a challenge: one permanent entity beside the ledger, taken, renewed and given back by its annotations.

The etag decides who wins (412 = somebody else was faster); times are the server's. A lease lasts two minutes and is
renewed while work goes on, so a killed apply leaves nothing to unlock by hand: the next one waits the lease out. What a
holder could still do that was frozen right before a write is written down in docs/lock.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from planner.desired.context import instant
from planner.interfaces import Locked, ProviderError, Unreachable
from planner.resources import LEDGER_FOLDER
from providers.apply.run import Ending
from providers.synapse.failures import Ambiguous, Refused, explain
from providers.synapse.kinds.entities import child_id
from providers.synapse.lock_state import (
    LAST,
    RUN,
    UNTIL,
    Intent,
    LockState,
    Unfinished,
    Values,
    first,
    in_words,
    permanent,
    state_of,
    unfinished_run,
    written,
)
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


class SynapseLock:
    """Implements `providers.apply.run.Lock` for one run.

    run: a name of this run that nobody else has. intent: what it is about to do, written down as the lock is taken.
    waiting: told while a lease of somebody else is waited out. seen: the lock's annotations as they were read with the
    ledger. new: whether this very run has made the restricted folder, so that no lock can be in it.
    """

    def __init__(
        self,
        session: Session,
        run: str,
        intent: Intent,
        waiting: Callable[[str], None] = lambda _: None,
        seen: Raw | None = None,
        new: Callable[[], bool] = lambda: False,
    ) -> None:
        self._session, self._transport = session, session.transport
        self._run, self._intent, self._waiting = run, intent, waiting
        self._seen, self._new = seen, new
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
            if (self._new() and await self._make_taken(folder)) or (
                self._seen and await self._take_as_seen(self._seen)
            ):
                return self._taken()
            return await self._take(await self._entity(folder), stop)
        except Refused as refused:
            raise explain(refused, WHERE) from refused

    async def _make_taken(self, folder: str) -> bool:
        """Make the lock, ours from its birth; False where somebody else was faster."""
        begun, self._since = self._transport.clock(), self._session.now()
        values = self._mine()
        request = {"entity": _folder(folder), "annotations": {"annotations": written(values)}}

        async def send() -> Raw:
            answer: Raw = await self._transport.post("/entity/bundle2/create", request)
            return answer

        async def look_up() -> Raw | None:
            id_ = await child_id(self._transport, folder, NAME)
            raw, state = await self._read(id_) if id_ else ({}, None)
            return {"annotations": raw} if state is not None and state.run == self._run else None

        try:
            bundle, _ = await create(self._transport, WHERE, Creation(send, look_up))
        except Refused as refused:
            if refused.status != 409:
                raise
            return False
        self._raw, self._until = bundle["annotations"], begun + LEASE
        return True

    async def _take_as_seen(self, seen: Raw) -> bool:
        """Take a lock that nobody holds in one request; False where it was touched since it was read."""
        state = state_of(seen)
        if state.held(self._session.now()):
            return False
        self._before, self._since = state, self._session.now()
        return await self._put(seen, self._mine())

    async def _entity(self, folder: str) -> str:
        async def look_up() -> Raw | None:
            found = await child_id(self._transport, folder, NAME)
            return {"id": found} if found else None

        async def send() -> Raw:
            answer: Raw = await self._transport.post("/entity", _folder(folder))
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
        if not await self._put(raw, self._mine()):
            _, winner = await self._read(id_)
            raise _locked(winner)
        return self._taken()

    def _taken(self) -> str | None:
        """From now on nothing is written without the lock; who gave it back last."""
        self._transport.guard = self.check
        if not self._before.unfinished:
            return self._before.last
        self._waiting(f"{in_words(unfinished_run(self._before))}; looking again")
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

    def _mine(self) -> Values:
        until = self._session.now() + timedelta(seconds=LEASE)
        return self._mark() | {RUN: (self._run,), UNTIL: (instant(until),)} | self._permanent(self._before.last)

    def _permanent(self, last: str | None) -> Values:
        return permanent(last, self._before.first_seen or self._intent.first_seen)

    def _mark(self) -> Values:
        """What this run set out to do, and what a dead one before it did that no ledger knows of yet."""
        planned = self._intent
        marks = self._before.marks | planned.marks
        holder = self._session.me.name
        return LockState(holder, None, None, None, self._since, planned.plan, planned.operations, marks).intent()

    async def _put(self, base: Raw, values: Values) -> bool:
        """Write the annotations under their etag; False where somebody else was faster."""
        path = f"/entity/{base['id']}/annotations2"
        body = {**base, "annotations": written(values)}
        begun = self._transport.clock()
        for _ in range(ATTEMPTS):
            try:
                self._raw = await self._transport.put(path, body, guarded=False)
            except Ambiguous as lost:
                await self._transport.sleep(lost.pause)
                now, state = await self._read(str(base["id"]))
                if (state.run, state.last) == (first(values, RUN), first(values, LAST)):
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
                holder = await self._write_on(self._mine())
                if holder is not None:
                    lost(f"the lock was taken by {holder}")
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
            await self._write_on(self._left(ending))
        except (ProviderError, Refused):
            return

    async def _write_on(self, values: Values) -> str | None:
        """Write the lock that we hold, as our last write left it; who holds it where that isn't us any more.

        Somebody may have touched its access or its name, which renews its etag: then it is read once more.
        """
        if await self._put(self._raw, values):
            return None
        raw, state = await self._read(str(self._raw["id"]))
        if state.run == self._run and await self._put(raw, values):
            return None
        return state.holder or "somebody else"

    def _left(self, ending: Ending) -> Values:
        """The annotations of a lock that nobody holds."""
        if ending is Ending.FINISHED:
            return self._permanent(self._run)
        before = self._before.intent() if self._before.unfinished else {}
        kept = self._mark() if ending is Ending.UNFINISHED else before
        return kept | self._permanent(self._before.last)


def _folder(parent: str) -> Raw:
    return {"concreteType": "org.sagebionetworks.repo.model.Folder", "name": NAME, "parentId": parent}


async def read_lock(transport: Transport, folder: str) -> Raw | None:
    """The annotations of the lock in a restricted folder, None where there is none. Raises ProviderError, Refused."""
    id_ = await child_id(transport, folder, NAME)
    found: Raw | None = await transport.get(f"/entity/{id_}/annotations2") if id_ else None
    return found


async def read_unfinished(session: Session, folder: str) -> Unfinished | None:
    """The apply that began and didn't finish, if the lock in the restricted folder tells of one.

    Raises ProviderError, Refused.
    """
    raw = await read_lock(session.transport, folder)
    if raw is None:
        return None
    state = state_of(raw)
    found = unfinished_run(state) if state.unfinished else None
    return replace(found, at_work_until=state.until) if found and state.held(session.now()) else found


def _locked(state: LockState) -> Locked:
    until = f" (until {state.until:%Y-%m-%d %H:%M:%S} UTC, if it stops now)" if state.until else ""
    return Locked(
        WHERE, f"{state.holder} is applying at this moment{until}", "wait until that is done, then plan again"
    )
