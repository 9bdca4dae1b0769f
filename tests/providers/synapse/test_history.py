"""The history: every version of the ledger, whatever became of one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.applied import Applied, AppliedEntry
from planner.resources import Desired
from providers.apply.run import Ending
from providers.synapse.history import History, parsed, read_history
from providers.synapse.kinds.entities import child_id
from providers.synapse.ledger import NAME, comment_of
from providers.synapse.ledger_file import render
from providers.synapse.lock import SynapseLock
from providers.synapse.lock_state import Intent
from providers.synapse.session import Session
from providers.synapse.uploads import upload
from providers.synapse.writer import SynapseWriter
from tests.providers.synapse.conftest import Server
from tests.providers.synapse.worlds import HOME, World, run, signed_in, wanted


def note(number: int, **counts: str) -> dict[str, str]:
    return {"plan": f"sha256:{number:064}", "run": f"{number:032}", **counts}


def some(number: int) -> Applied:
    return Applied({"queue.main": AppliedEntry("1", {"name": f"Name {number}"})})


def within(server: Server, name: str, work: Callable[[Session, Desired, str], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with signed_in(server.url) as session:
            world = World(session, wanted(name))
            await world.apply()
            await work(session, world.desired, (await world.read()).ids["folder.ledger"])

    run(whole)


async def store(session: Session, folder: str, *numbers: int) -> None:
    for number in numbers:
        await SynapseWriter(session, HOME).write_applied(folder, some(number), note(number, create=str(number)))


async def damage(session: Session, folder: str, comment: str | None, content: bytes = b"not json") -> None:
    """Somebody stores another file over the ledger, the comment of the version before kept or not."""
    file = await child_id(session.transport, folder, NAME)
    handle = await upload(session.transport, "test", content, NAME, "application/json")
    raw = await session.transport.get(f"/entity/{file}")
    body = raw | {"dataFileHandleId": handle, "versionComment": comment or raw.get("versionComment")}
    body.pop("versionLabel")
    await session.transport.put(f"/entity/{file}?newVersion=true", body)


def test_before_the_first_apply_there_is_no_history(server: Server, name: str) -> None:
    async def work() -> History:
        async with signed_in(server.url) as session:
            return await read_history(session, wanted(name))

    assert run(work) == History()


def test_each_version_says_who_when_what_and_how_much_newest_first(server: Server, name: str) -> None:
    async def work(session: Session, desired: Desired, folder: str) -> None:
        whole = note(1, create="50", update="2", unfinished="1") | {"commit": "abcdef123456"}
        await SynapseWriter(session, HOME).write_applied(folder, some(1), whole)
        await store(session, folder, 2)
        newest, first = (await read_history(session, desired)).versions
        assert (newest.number, newest.by, newest.commit) == (2, "organizer", None)
        assert (first.plan, first.commit, first.run) == (whole["plan"], "abcdef123456", whole["run"])
        assert first.counts == {"create": 50, "update": 2, "unfinished": 1}
        assert first.on <= newest.on

    within(server, name, work)


def test_all_pages_are_read_and_no_file_is_opened(server: Server, name: str) -> None:
    async def work(session: Session, desired: Desired, folder: str) -> None:
        await store(session, folder, *range(1, 54))
        before = server.mark()
        found = (await read_history(session, desired)).versions
        assert [item.number for item in found] == list(range(53, 0, -1))
        assert [item.counts for item in found] == [{"create": number} for number in range(53, 0, -1)]
        routes = [line["route"] for line in server.since(before)]
        assert routes.count("/repo/v1/entity/{id}/version") == 2
        assert not any("/file" in route for route in routes)

    within(server, name, work)


@pytest.mark.parametrize("comment", ["something else", None])
def test_a_damaged_version_is_said_and_the_others_are_read(server: Server, name: str, comment: str | None) -> None:
    async def work(session: Session, desired: Desired, folder: str) -> None:
        await store(session, folder, 1, 2)
        await damage(session, folder, comment)
        await store(session, folder, 4)
        found = (await read_history(session, desired)).versions
        assert [item.number for item in found] == [4, 3, 2, 1]
        assert [item.damage is None for item in found] == [True, False, True, True]
        assert found[1].damage == "this version of the ledger is damaged"

    within(server, name, work)


def test_what_another_challenge_applied_is_no_part_of_the_history(server: Server, name: str) -> None:
    async def work(session: Session, desired: Desired, folder: str) -> None:
        await store(session, folder, 1)
        await damage(session, folder, "uploaded by hand", render(some(7), note(7, create="7"), "syn7"))
        newest, first = (await read_history(session, desired)).versions
        assert (newest.plan, newest.counts) == (None, None)
        assert newest.damage == f"the ledger was written for another challenge (for syn7, and it lies in {folder})"
        assert first.damage is None

    within(server, name, work)


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"format": 1}', b"\xff"])
def test_a_version_of_any_garbage_is_said_to_be_damaged(server: Server, name: str, content: bytes) -> None:
    async def work(session: Session, desired: Desired, folder: str) -> None:
        await store(session, folder, 1)
        await damage(session, folder, "uploaded by hand", content)
        newest, _ = (await read_history(session, desired)).versions
        assert newest.damage == "this version of the ledger is damaged"

    within(server, name, work)


def test_a_version_without_its_comment_is_read_from_its_file(server: Server, name: str) -> None:
    async def work(session: Session, desired: Desired, folder: str) -> None:
        await store(session, folder, 1)
        file = await child_id(session.transport, folder, NAME)
        raw = await session.transport.get(f"/entity/{file}")
        await session.transport.put(f"/entity/{file}", raw | {"versionComment": "edited by hand"})
        (found,) = (await read_history(session, desired)).versions
        assert (found.plan, found.counts) == (note(1)["plan"], {"create": 1})

    within(server, name, work)


def test_an_apply_that_did_not_finish_is_part_of_the_history(server: Server, name: str) -> None:
    async def work(session: Session, desired: Desired, folder: str) -> None:
        lock = SynapseLock(session, "killed", Intent("sha256:0", 3))
        await lock.take(folder, asyncio.Event())
        await lock.release(Ending.UNFINISHED)
        found = await read_history(session, desired)
        assert found.versions == ()
        assert found.unfinished is not None
        assert found.unfinished.operations == 3

    within(server, name, work)


WORDS = st.sampled_from(["create", "update", "adopt", "delete", "unfinished"])


@given(st.dictionaries(WORDS, st.integers(1, 9999).map(str)))
def test_the_longest_note_fits_into_a_comment(counts: dict[str, str]) -> None:
    whole = note(1, **counts) | {"commit": "abcdef123456"}
    assert parsed(comment_of(whole)) == whole


@given(st.text())
def test_a_comment_of_somebody_else_is_no_note(comment: str) -> None:
    assert parsed(comment) == {} or "plan" in comment
