"""The lock: who has it, what they set out to do, and what stays written down where they didn't finish."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from planner.interfaces import Locked, Unreachable
from providers.apply.run import Ending
from providers.synapse.lock import LEASE, SynapseLock, read_lock, read_unfinished
from providers.synapse.lock_state import Intent, Unfinished, in_words, state_of
from providers.synapse.session import Session
from tests.providers.synapse.conftest import Server
from tests.providers.synapse.worlds import Naps, World, run, signed_in, wanted

PLAN = Intent("sha256:0123456789abcdef", 37)
ONWARDS = asyncio.Event()
"""Nobody asks to stop."""


async def folder_of(session: Session, name: str) -> str:
    world = World(session, wanted(name))
    await world.apply()
    return (await world.read()).ids["folder.ledger"]


def locked(server: Server, name: str, work: Callable[[Session, str], Awaitable[None]]) -> None:
    """Do something with a session and the restricted folder of a challenge of its own."""

    async def whole() -> None:
        async with signed_in(server.url) as session:
            await work(session, await folder_of(session, name))

    run(whole)


def test_a_run_that_gave_the_lock_back_is_named_to_the_next(server: Server, name: str) -> None:
    async def work(session: Session, folder: str) -> None:
        first = SynapseLock(session, "first", PLAN)
        assert await first.take(folder, ONWARDS) is None
        await first.release(Ending.FINISHED)
        assert await read_unfinished(session, folder) is None
        assert await SynapseLock(session, "second", PLAN).take(folder, ONWARDS) == "first"

    locked(server, name, work)


def test_before_the_first_apply_nothing_is_unfinished(server: Server, name: str) -> None:
    async def work(session: Session, folder: str) -> None:
        assert await read_unfinished(session, folder) is None

    locked(server, name, work)


def test_what_a_holder_set_out_to_do_is_written_as_the_lock_is_taken(server: Server, name: str) -> None:
    async def work(session: Session, folder: str) -> None:
        before = server.mark()
        await SynapseLock(session, "first", PLAN).take(folder, ONWARDS)
        written = [line["route"] for line in server.since(before) if line["write"]]
        assert written == ["/repo/v1/entity", "/repo/v1/entity/{id}/annotations2"], "no request of its own"
        found = await read_unfinished(session, folder)
        assert found is not None
        assert (found.holder, found.plan, found.operations) == ("organizer", PLAN.plan, 37)
        assert found.at_work_until is not None
        assert in_words(found).endswith("is at work")

    locked(server, name, work)


def test_renewing_keeps_what_was_set_out_to_do(server: Server, name: str) -> None:
    async def work(session: Session, folder: str) -> None:
        lock = SynapseLock(session, "first", PLAN)
        await lock.take(folder, ONWARDS)
        begun = await read_unfinished(session, folder)
        slept = 0

        async def sleep(_: float) -> None:
            nonlocal slept
            slept += 1
            if slept > 2:
                raise asyncio.CancelledError

        session.transport.sleep = sleep
        with pytest.raises(asyncio.CancelledError):
            await lock.keep(lambda _: None)
        now = await read_unfinished(session, folder)
        assert begun is not None
        assert now is not None
        assert (now.since, now.plan) == (begun.since, begun.plan)

    locked(server, name, work)


def test_a_run_that_did_not_finish_is_told_to_whoever_comes_next(server: Server, name: str) -> None:
    async def work(session: Session, folder: str) -> None:
        lock = SynapseLock(session, "first", PLAN)
        await lock.take(folder, ONWARDS)
        await lock.release(Ending.UNFINISHED)
        told: list[str] = []
        assert await SynapseLock(session, "second", PLAN, told.append).take(folder, ONWARDS) == "unfinished"
        (said,) = told
        assert said.startswith("an apply of plan 0123456789ab, 37 operations, by organizer at ")
        assert said.endswith("did not finish; looking again")

    locked(server, name, work)


def test_a_run_that_began_nothing_leaves_what_stood_there(server: Server, name: str) -> None:
    async def work(session: Session, folder: str) -> None:
        killed = SynapseLock(session, "killed", PLAN)
        await killed.take(folder, ONWARDS)
        await killed.release(Ending.UNFINISHED)
        refused = SynapseLock(session, "refused", replace(PLAN, plan="sha256:other"))
        await refused.take(folder, ONWARDS)
        await refused.release(Ending.UNTOUCHED)
        found = await read_unfinished(session, folder)
        assert found is not None
        assert found.plan == PLAN.plan
        assert await SynapseLock(session, "next", PLAN).take(folder, ONWARDS) == "unfinished"

    locked(server, name, work)


def test_a_run_that_began_nothing_where_nothing_stood_leaves_nothing(server: Server, name: str) -> None:
    async def work(session: Session, folder: str) -> None:
        lock = SynapseLock(session, "refused", PLAN)
        await lock.take(folder, ONWARDS)
        await lock.release(Ending.UNTOUCHED)
        assert await read_unfinished(session, folder) is None

    locked(server, name, work)


def test_waiting_for_somebody_elses_lease_ends_when_nobody_wants_it_any_more(server: Server, name: str) -> None:
    async def work(session: Session, folder: str) -> None:
        await SynapseLock(session, "first", PLAN).take(folder, ONWARDS)
        stop = asyncio.Event()

        async def long(_: float) -> None:
            stop.set()
            await asyncio.Event().wait()

        session.transport.guard, session.transport.sleep = None, long
        with pytest.raises(Locked, match="organizer is applying"):
            await SynapseLock(session, "second", PLAN).take(folder, stop)

    locked(server, name, work)


def test_a_lease_that_is_still_good_after_it_was_waited_out_means_that_somebody_is_at_work(
    server: Server, name: str
) -> None:
    async def work(session: Session, folder: str) -> None:
        await SynapseLock(session, "first", PLAN).take(folder, ONWARDS)
        told: list[str] = []
        with pytest.raises(Locked):
            await SynapseLock(session, "second", PLAN, told.append).take(folder, asyncio.Event())
        assert "organizer has the lock until" in told[0]

    locked(server, name, work)


def test_no_write_begins_when_the_lease_is_about_to_end(server: Server, name: str) -> None:
    async def whole() -> None:
        naps = Naps()
        async with signed_in(server.url, naps=naps) as session:
            lock = SynapseLock(session, "first", PLAN)
            await lock.take(await folder_of(session, name), ONWARDS)
            lock.check()
            naps.taken.append(LEASE - 40)
            with pytest.raises(Unreachable, match="could not be renewed"):
                lock.check()

    run(whole)


def test_an_unfinished_apply_of_an_older_version_is_said_as_far_as_it_is_known() -> None:
    assert in_words(Unfinished(None, None, None, None)) == "an apply by somebody did not finish"


@pytest.mark.parametrize("until", ["soon", "2027-01-01T00:00:00", "", 7])
def test_what_somebody_else_wrote_into_the_lock_locks_nobody_out(until: object) -> None:
    noted = {"lockRun": {"value": ["killed"]}, "lockUntil": {"type": "STRING", "value": [until]}}
    state = state_of({"annotations": {**noted, "lockMarks0": {"type": "LONG", "value": [1]}}})
    assert state.run == "killed"
    assert state.until is None
    assert state.marks == frozenset()
    assert not state.held(datetime(2026, 12, 1, tzinfo=UTC))


BORN = "/repo/v1/entity/bundle2/create"
NOTED = "/repo/v1/entity/{id}/annotations2"


def routes(server: Server, mark: int) -> list[str]:
    """What was asked since, in order: methods and routes."""
    return [f"{line['method']} {line['route']}" for line in server.since(mark)]


def new() -> bool:
    """Whether this run has made the folder: it has."""
    return True


def test_in_a_folder_that_this_run_made_the_lock_is_ours_from_its_birth(server: Server, name: str) -> None:
    async def work(session: Session, folder: str) -> None:
        before = server.mark()
        lock = SynapseLock(session, "first", PLAN, new=new)
        assert await lock.take(folder, ONWARDS) is None
        await lock.release(Ending.FINISHED)
        assert routes(server, before) == [f"POST {BORN}", f"PUT {NOTED}"]
        assert await SynapseLock(session, "second", PLAN).take(folder, ONWARDS) == "first"

    locked(server, name, work)


def test_where_somebody_else_made_the_lock_first_he_has_it(server: Server, name: str) -> None:
    async def work(session: Session, folder: str) -> None:
        await SynapseLock(session, "first", PLAN).take(folder, ONWARDS)
        stop = asyncio.Event()
        stop.set()
        session.transport.guard = None
        with pytest.raises(Locked, match="organizer is applying"):
            await SynapseLock(session, "second", PLAN, new=new).take(folder, stop)

    locked(server, name, work)


def test_a_lock_that_nobody_touched_since_it_was_read_is_taken_in_one_request(server: Server, name: str) -> None:
    async def work(session: Session, folder: str) -> None:
        first = SynapseLock(session, "first", PLAN)
        await first.take(folder, ONWARDS)
        await first.release(Ending.FINISHED)
        seen, before = await read_lock(session.transport, folder), server.mark()
        assert await SynapseLock(session, "second", PLAN, seen=seen).take(folder, ONWARDS) == "first"
        assert routes(server, before) == [f"PUT {NOTED}"]

    locked(server, name, work)


def test_a_lock_that_was_used_since_it_was_read_names_who_used_it(server: Server, name: str) -> None:
    async def work(session: Session, folder: str) -> None:
        first = SynapseLock(session, "first", PLAN, new=new)
        await first.take(folder, ONWARDS)
        await first.release(Ending.FINISHED)
        late = SynapseLock(session, "late", PLAN, seen=await read_lock(session.transport, folder))
        between = SynapseLock(session, "between", PLAN)
        await between.take(folder, ONWARDS)
        await between.release(Ending.FINISHED)
        assert await late.take(folder, ONWARDS) == "between"

    locked(server, name, work)


def test_a_lock_whose_access_somebody_changed_meanwhile_is_given_back_all_the_same(server: Server, name: str) -> None:
    async def work(session: Session, folder: str) -> None:
        lock = SynapseLock(session, "first", PLAN, new=new)
        await lock.take(folder, ONWARDS)
        found = await read_lock(session.transport, folder) or {}
        entity = await session.transport.get(f"/entity/{found['id']}")
        await session.transport.put(f"/entity/{found['id']}", {**entity, "description": "hands off"})
        await lock.release(Ending.FINISHED)
        assert await read_unfinished(session, folder) is None

    locked(server, name, work)


def test_who_lost_the_lock_is_told_so_and_takes_nothing_back(server: Server, name: str) -> None:
    async def work(session: Session, folder: str) -> None:
        frozen = SynapseLock(session, "frozen", PLAN, new=new)
        await frozen.take(folder, ONWARDS)
        found = await read_lock(session.transport, folder) or {}
        theirs = {**found["annotations"], "lockRun": {"type": "STRING", "value": ["theirs"]}}
        await session.transport.put(f"/entity/{found['id']}/annotations2", {**found, "annotations": theirs})
        told: list[str] = []

        async def at_once(_: float) -> None:
            return

        session.transport.sleep = at_once
        await frozen.keep(told.append)
        assert told == ["the lock was taken by organizer"]
        await frozen.release(Ending.FINISHED)
        assert state_of(await read_lock(session.transport, folder) or {}).run == "theirs"

    locked(server, name, work)


def test_how_far_the_challenge_had_come_when_it_was_first_taken_stays_written(server: Server, name: str) -> None:
    async def work(session: Session, folder: str) -> None:
        endings = (Ending.UNFINISHED, Ending.FINISHED, Ending.UNTOUCHED)
        for ending, stage in zip(endings, ("preregistration", "open", "closed"), strict=True):
            lock = SynapseLock(session, f"run that ends {ending}", replace(PLAN, first_seen=stage))
            await lock.take(folder, ONWARDS)
            assert state_of(await read_lock(session.transport, folder) or {}).first_seen == "preregistration"
            await lock.release(ending)
            assert state_of(await read_lock(session.transport, folder) or {}).first_seen == "preregistration"

    locked(server, name, work)
