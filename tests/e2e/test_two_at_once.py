"""Two applies of one challenge at the same time: one wins, the other writes nothing and says who won."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from challenge_cli import engine
from planner.interfaces import Locked, Stale
from providers.apply.events import silent
from tests.e2e.rehearsal import Rehearsal, continued, rehearsal, shown, world

START = "2026-11-21T12:00:00+00:00"


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Rehearsal]:
    with rehearsal("quickstart", tmp_path, START) as one:
        yield one


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    """The quick start, applied."""
    with rehearsal("quickstart", tmp_path_factory.mktemp("once"), START) as one:
        one.apply()
        return one


async def apply_after(one: Rehearsal, ready: asyncio.Barrier) -> object:
    """Plan, wait until the other one has planned as well, apply; the receipt or the refusal."""
    job = one.job()
    async with engine.signed_in(job) as session:
        current = await engine.look(session, job)
        await ready.wait()
        try:
            return await engine.apply(session, job, current, silent)
        except Stale as refused:
            return refused


def race(one: Rehearsal, other: Rehearsal) -> list[object]:
    async def both() -> list[object]:
        ready = asyncio.Barrier(2)
        return list(await asyncio.gather(apply_after(one, ready), apply_after(other, ready)))

    return asyncio.run(both())


def edited(one: Rehearsal, description: str) -> Rehearsal:
    queues = tuple(replace(queue, description=description) for queue in one.challenge.queues)
    return replace(one, challenge=replace(one.challenge, queues=queues))


def held(one: Rehearsal, outcomes: list[object]) -> None:
    """One winner at most writes a ledger; a second plan is empty after one more apply; nothing is there twice."""
    refused = [outcome for outcome in outcomes if isinstance(outcome, Stale)]
    assert len(refused) <= 1
    one.set_clock("2026-11-21T13:00:00.000Z")
    one.apply()
    look = one.look()
    assert look.plan.empty, shown(look)
    assert not look.plan.unmanaged, shown(look)


def test_two_first_applies_make_one_world(fresh: Rehearsal, once: Rehearsal, tmp_path: Path) -> None:
    outcomes = race(fresh, fresh)
    assert any(isinstance(outcome, Stale) for outcome in outcomes), outcomes
    held(fresh, outcomes)
    copy = tmp_path / "copy"
    with continued(once, copy) as undisturbed:
        assert world(fresh.look()) == world(undisturbed.look())


def test_the_loser_of_two_later_applies_names_the_winner_and_writes_nothing(once: Rehearsal, tmp_path: Path) -> None:
    with continued(once, tmp_path) as one:
        changed = edited(one, "Said anew.")
        outcomes = race(changed, changed)
        (loser,) = [outcome for outcome in outcomes if isinstance(outcome, Stale)]
        assert "example-deployer" in str(loser) or "somebody else applied" in str(loser)
        held(changed, outcomes)


def test_two_applies_of_different_edits_lose_none(once: Rehearsal, tmp_path: Path) -> None:
    """The one that comes second is refused; applied again, its own edit stands."""
    with continued(once, tmp_path) as one:
        first, second = edited(one, "First."), edited(one, "Second.")
        outcomes = race(first, second)
        assert sum(isinstance(outcome, Stale) for outcome in outcomes) == 1
        one.set_clock("2026-11-21T13:00:00.000Z")
        second.apply()
        assert second.look().plan.empty


def test_a_lock_that_somebody_holds_and_renews_is_respected(once: Rehearsal, tmp_path: Path) -> None:
    with continued(once, tmp_path) as one:
        changed = edited(one, "Said anew.")
        with one.api() as api:
            ids = one.look().world.live.ids
            lock = api.post("/entity/child", json={"parentId": ids["folder.ledger"], "entityName": "lock"}).json()["id"]
            annotations = api.get(f"/entity/{lock}/annotations2").json()
            annotations["annotations"] = {
                "lockHolder": {"type": "STRING", "value": ["example-second-deployer"]},
                "lockRun": {"type": "STRING", "value": ["another-run"]},
                "lockUntil": {"type": "STRING", "value": ["2026-11-21T18:00:00.000Z"]},
            }
            assert api.put(f"/entity/{lock}/annotations2", json=annotations).status_code == 200
        written = Counter(one.writes())
        with pytest.raises(Locked, match="example-second-deployer"):
            changed.apply()
        assert Counter(one.writes()) == written


@pytest.mark.prove
@pytest.mark.parametrize("number", range(200))
def test_two_hundred_races(number: int, once: Rehearsal, tmp_path: Path) -> None:
    with continued(once, tmp_path) as one:
        first, second = edited(one, f"First {number}."), edited(one, f"Second {number}.")
        held(second, race(first, second))
