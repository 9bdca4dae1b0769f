"""Rounds in time: what began can be restored, what ended can't, and a legacy quota goes first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from planner.interfaces import ProviderError, Stale
from planner.references import Ref
from planner.resources import Desired, Kind, Resource
from synapse_sandbox.server import running
from tests.providers.synapse.worlds import USERS, World, changed, deletion, run, signed_in, wanted

NOW = datetime(2031, 3, 15, 12, 0, 7, tzinfo=UTC)
BEGUN = {"start": "2031-03-01T09:00:00.000Z", "end": "2031-04-01T09:00:00.000Z"}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A sandbox in the middle of the first round."""
    now = int(NOW.timestamp() * 1000)
    with running(tmp_path_factory.mktemp("sandbox"), USERS, now=now) as address:
        yield address


def test_a_round_that_began_is_made_with_its_true_start(url: str, name: str) -> None:
    async def work() -> str:
        async with signed_in(url) as session:
            world = World(session, changed(wanted(name), "round.main/First", **BEGUN))
            did = (await world.apply())["round.main/First"].did
            assert world.differences(await world.read()) == {}
            return did

    assert run(work) == "created, with a start in the past"


@pytest.mark.parametrize("seconds", [-1, 0, 1, 4, 9, 11])
def test_a_round_that_begins_this_very_moment_is_made(url: str, name: str, seconds: int) -> None:
    async def work() -> None:
        async with signed_in(url) as session:
            start = datetime.fromtimestamp(session.now().timestamp() + seconds, UTC)
            text = start.strftime("%Y-%m-%dT%H:%M:%S.000Z")
            world = World(session, changed(wanted(name), "round.main/First", start=text, end=BEGUN["end"]))
            await world.apply()
            assert world.differences(await world.read()) == {}

    run(work)


def test_a_round_that_is_over_is_not_made_and_that_is_said(url: str, name: str) -> None:
    async def work() -> None:
        async with signed_in(url) as session:
            over = {"start": "2031-02-01T00:00:00.000Z", "end": "2031-02-02T00:00:00.000Z"}
            world = World(session, changed(wanted(name), "round.main/First", **over))
            with pytest.raises(ProviderError, match="ended, or ends, at 2031-02-02") as refused:
                await world.apply()
            assert refused.value.where == "round.main/First"

    run(work)


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("at", ["before", "after"])
def test_a_round_that_began_is_made_once_though_answers_get_lost(
    faulty: Callable[..., Any], method: str, at: str
) -> None:
    async def work() -> None:
        async with signed_in(address) as session:
            world = World(session, changed(wanted("Begun"), "round.main/First", **BEGUN))
            await world.apply()
            live = await world.read()
            assert world.differences(live) == {}
            assert live.unmanaged == ()

    lost = {"match": {"method": method, "path": "*/round*", "write": True}, "nth": 1, "at": at, "drop": True}
    with faulty(lost, now=int(NOW.timestamp() * 1000)) as address:
        run(work)


def test_rounds_are_told_apart_by_overlap_and_not_by_position(url: str, name: str) -> None:
    async def work() -> None:
        async with signed_in(url) as session:
            world = World(session, wanted(name))
            await world.apply()
            first = (await world.read()).ids["round.main/First"]
            earlier: Any = {"start": "2031-04-02T00:00:00.000Z", "end": "2031-04-03T00:00:00.000Z"}
            spec = {"queue": Ref("queue.main"), "limits": {}, **earlier}
            more = {"round.main/Later": Resource("round.main/Later", Kind.ROUND, spec)}
            world.desired = wanted(name, resources=more)
            world.applied = type(world.applied)()
            await world.apply()
            live = await world.read()
            assert live.ids["round.main/First"] == first
            assert world.differences(live) == {}

    run(work)


def _with_quota(desired: Desired) -> Desired:
    """The same without rounds: they come later."""
    return wanted(desired.resources["project.live"].spec["name"], resources={"round.main/First": None})  # type: ignore[arg-type]  # a str


def test_a_legacy_quota_is_turned_into_rounds_before_one_is_made(url: str, name: str) -> None:
    async def work() -> None:
        async with signed_in(url) as session:
            desired = changed(wanted(name), "round.main/First", **BEGUN)
            world = World(session, _with_quota(desired))
            await world.apply()
            path = f"/evaluation/{(await world.read()).ids['queue.main']}"
            queue = await session.transport.get(path)
            quota = {"firstRoundStart": BEGUN["start"], "roundDurationMillis": 86_400_000, "numberOfRounds": 20}
            await session.transport.put(path, {**queue, "quota": {**quota, "submissionLimit": 2}})
            world.desired = desired
            with pytest.raises(Stale, match="legacy quota"):
                await world.apply()
            # Planned again, the migrated round is recognized and changed into the wanted one.
            await world.apply()
            live = await world.read()
            assert world.differences(live) == {}
            assert [item.kind for item in live.unmanaged] == []

    run(work)


def test_an_update_of_the_queue_keeps_a_legacy_quota(url: str, name: str) -> None:
    async def work() -> None:
        async with signed_in(url) as session:
            world = World(session, wanted(name, resources={"round.main/First": None}))
            await world.apply()
            path = f"/evaluation/{(await world.read()).ids['queue.main']}"
            quota = {"firstRoundStart": BEGUN["start"], "roundDurationMillis": 86_400_000, "numberOfRounds": 20}
            await session.transport.put(path, {**await session.transport.get(path), "quota": quota})
            world.desired = changed(world.desired, "queue.main", description="Changed.")
            await world.apply()
            assert (await session.transport.get(path))["quota"]["numberOfRounds"] == 20

    run(work)


def test_a_round_without_submissions_can_be_deleted_after_it_began(url: str, name: str, tmp_path: Path) -> None:
    async def work() -> None:
        async with signed_in(url) as session:
            world = World(session, changed(wanted(name, tmp_path), "round.main/First", **BEGUN))
            await world.apply()
            live = await world.read()
            await world.perform(live, deletion(live, "round.main/First", Kind.ROUND))
            assert "round.main/First" not in (await world.read()).resources

    run(work)
