"""The ledger: what was applied is remembered in the restricted folder, and losing it is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.applied import Applied, AppliedEntry
from planner.references import Plain
from planner.resources import Kind
from providers.synapse.ledger_file import parse, render
from providers.synapse.reader import SynapseReader
from providers.synapse.session import Session
from providers.synapse.writer import SynapseWriter
from tests.providers.synapse.conftest import Server
from tests.providers.synapse.worlds import HOME, World, run, signed_in, wanted

Faulty = Callable[..., Any]

PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)
ADDRESSES = st.builds("{}.{}".format, st.sampled_from([*Kind]), st.text(min_size=1))
IDS = st.integers(0).map(str)
ENTRIES = st.dictionaries(ADDRESSES, st.builds(AppliedEntry, IDS, st.dictionaries(st.text(), PLAIN)), max_size=4)
FOLDER = "syn9"
NOTE = {"plan": "abc", "commit": "def"}


def some(text: str, fields: dict[str, Plain] | None = None) -> Applied:
    return Applied(
        {"queue.main": AppliedEntry("123", fields or {"name": text, "limits": {"total": 3}, "scope": ("1",)})}
    )


async def with_home(session: Session, name: str) -> tuple[World, str]:
    """A home project with its restricted folder, and the folder's id."""
    world = World(session, wanted(name))
    await world.apply()
    return world, (await world.read()).ids["folder.ledger"]


@settings(max_examples=40, deadline=None)
@given(ENTRIES)
def test_what_is_written_is_read(entries: dict[str, AppliedEntry]) -> None:
    assert parse(render(Applied(entries), NOTE, FOLDER), FOLDER) == Applied(entries)


@settings(max_examples=40, deadline=None)
@given(ENTRIES)
def test_the_file_is_ascii_and_its_order_is_fixed(entries: dict[str, AppliedEntry]) -> None:
    content = render(Applied(entries), NOTE, FOLDER)
    assert content.isascii()
    assert content == render(Applied(dict(reversed(entries.items()))), dict(reversed(NOTE.items())), FOLDER)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"\xff\xfe", b'{"format": 1}', b"nu", b"[" * 100_000, b'{"format": 1, "note": []}']
)
def test_a_damaged_ledger_is_lost_with_a_reason(content: bytes) -> None:
    found = parse(content, FOLDER)
    assert found.entries == {}
    assert "damaged" in (found.lost or "")


@pytest.mark.parametrize(
    "entries",
    [
        {"queue.main": {"id": "1"}},
        {"queue.main": {"id": True, "fields": {}}},
        {"queue.main": {"id": "../team/1", "fields": {}}},
        {"queue.main": {"id": "syn1", "fields": {}}},
        {"queue.main": {"id": "1", "fields": []}},
        {"queue.main": {"id": "1", "fields": {}, "protect": "yes"}},
        {"rocket.main": {"id": "1", "fields": {}}},
        {"queue": {"id": "1", "fields": {}}},
        [],
    ],
)
def test_a_ledger_with_an_entry_that_no_apply_wrote_is_damaged(entries: Any) -> None:
    content = json.dumps({"format": 1, "note": NOTE, "at": None, "entries": entries}).encode()
    assert "damaged" in (parse(content, FOLDER).lost or "")


def test_a_time_without_its_zone_is_damage() -> None:
    content = json.dumps({"format": 1, "note": NOTE, "at": "2027-01-01T00:00:00", "entries": {}}).encode()
    assert "damaged (at:" in (parse(content, FOLDER).lost or "")


def test_a_ledger_of_a_newer_version_is_not_guessed_at() -> None:
    assert "format 2" in (parse(b'{"format": 2, "entries": {}}', FOLDER).lost or "")


def test_a_ledger_that_was_written_for_another_challenge_is_not_believed() -> None:
    found = parse(render(some("theirs"), NOTE, "syn7"), FOLDER)
    assert found.entries == {}
    assert found.lost == "the ledger was written for another challenge (for syn7, and it lies in syn9)"


def test_a_ledger_that_does_not_say_for_whom_it_was_written_is_believed() -> None:
    content = json.dumps({"format": 1, "note": NOTE, "at": None, "entries": {"queue.main": {"id": "1", "fields": {}}}})
    assert parse(content.encode(), FOLDER).entries == {"queue.main": AppliedEntry("1", {})}


def test_before_the_first_apply_there_is_nothing_and_nothing_is_lost(server: Server, name: str) -> None:
    async def work() -> Applied:
        async with signed_in(server.url) as session:
            return await SynapseReader(session).read_applied(wanted(name))

    assert run(work) == Applied()


def test_a_project_without_a_ledger_has_lost_it(server: Server, name: str) -> None:
    async def work() -> Applied:
        async with signed_in(server.url) as session:
            world, _ = await with_home(session, name)
            return await SynapseReader(session).read_applied(world.desired)

    assert "no ledger" in (run(work).lost or "")


def test_each_version_is_kept_and_the_newest_is_read(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            world, folder = await with_home(session, name)
            writer, reader = SynapseWriter(session, HOME), SynapseReader(session)
            for text in ("one", "two", "two"):
                await writer.write_applied(folder, some(text), NOTE)
            assert await reader.read_applied(world.desired) == some("two")
            file = (await session.transport.ask("/entity/child", {"parentId": folder, "entityName": "ledger.json"}))[
                "id"
            ]
            entity = await session.transport.get(f"/entity/{file}")
            # The third was the same as the second: no version for nothing.
            assert (entity["versionNumber"], entity["versionLabel"]) == (2, "2")
            assert entity["versionComment"] == "commit def, plan abc"
            live = await world.read()
            assert live.unmanaged == ()

    run(work)


def test_a_ledger_that_was_read_is_not_looked_up_again(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            world, folder = await with_home(session, name)
            reader = SynapseReader(session)
            await SynapseWriter(session, HOME).write_applied(folder, some("one"), NOTE)
            await reader.read_applied(world.desired)
            before = server.mark()
            assert reader.kept is not None
            await SynapseWriter(session, HOME, reader.kept.file).write_applied(folder, some("two"), NOTE)
            assert "/repo/v1/entity/child" not in {line["route"] for line in server.since(before)}
            assert await reader.read_applied(world.desired) == some("two")

    run(work)


def test_the_ledger_is_readable_to_staff_alone(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session, signed_in(server.url, "participant") as other:
            world, folder = await with_home(session, name)
            await SynapseWriter(session, HOME).write_applied(folder, some("secret"), NOTE)
            found = await SynapseReader(other).read_applied(world.desired)
            assert found.entries == {}
            assert "can't be read" in (found.lost or "")

    run(work)


@pytest.mark.parametrize("at", ["before", "after"])
def test_a_ledger_whose_answers_get_lost_is_stored_once(faulty: Faulty, tmp_path: Path, at: str) -> None:
    async def work() -> None:
        async with signed_in(url) as session:
            world, folder = await with_home(session, "Ledger")
            writer = SynapseWriter(session, HOME)
            await writer.write_applied(folder, some("one"), NOTE)
            await writer.write_applied(folder, some("two"), NOTE)
            assert await SynapseReader(session).read_applied(world.desired) == some("two")
            file = (await session.transport.ask("/entity/child", {"parentId": folder, "entityName": "ledger.json"}))[
                "id"
            ]
            versions = await session.transport.get(f"/entity/{file}/version?limit=50&offset=0")
            assert len(versions["results"]) == 2

    lost = {"at": at, "drop": True}
    with faulty(
        {"match": {"method": "POST", "route": "/repo/v1/entity"}, "nth": 1, **lost},
        {"match": {"method": "PUT", "route": "/repo/v1/entity/{id}"}, "nth": 1, **lost},
    ) as url:
        run(work)
