"""An apply that fulfils its own gates goes on through them, as far as people were shown what that means."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from challenge_cli import engine
from challenge_cli.commands.apply import exit_code
from challenge_cli.engine import Done
from challenge_cli.errors import Code
from providers.apply.events import Event, Summary
from tests.e2e.rehearsal import Rehearsal, rehearsal, shut

ROUND = "round.validation-1/task1/"


@pytest.fixture
def ready(tmp_path: Path) -> Iterator[Rehearsal]:
    """BraTS on the day of its launch: all is ready, but somebody removed the rounds of a queue."""
    with rehearsal("brats-2021", tmp_path, "2021-08-03T12:00:00+00:00") as one:
        one.apply()
        launch = one.at("open")
        launch.upload_truths()
        launch.accept_invitations()
        ids = launch.look().world.live.ids
        with launch.api() as api:
            for address, id_ in ids.items():
                if address.startswith(ROUND):
                    queue = ids[f"queue.{address.removeprefix('round.').rpartition('/')[0]}"]
                    assert api.delete(f"/evaluation/{queue}/round/{id_}").status_code == 204
        yield launch


def applied(one: Rehearsal, after_the_first: Callable[[], None] = lambda: None) -> Done:
    """Apply; do something on the web when the first part is done."""
    ends: list[Event] = []

    def emit(event: Event) -> None:
        if isinstance(event, Summary):
            ends.append(event)
            if len(ends) == 1:
                after_the_first()

    async def whole() -> Done:
        job = one.job()
        async with engine.signed_in(job) as session:
            return await engine.apply(session, job, await engine.look(session, job), emit)

    return asyncio.run(whole())


def test_an_apply_goes_on_through_the_gates_that_it_fulfilled(ready: Rehearsal) -> None:
    assert shut(ready.look()) == {"rounds-ready"}
    done = applied(ready)
    assert len(done.receipts) == 2
    assert (done.unseen, exit_code(done)) == ((), Code.FINE)
    assert ready.look().plan.reached == "open"


def test_what_nobody_was_shown_stops_it_before_the_gates(ready: Rehearsal) -> None:
    ids = ready.look().world.live.ids

    def share() -> None:
        with ready.api() as api:
            acl = api.get(f"/entity/{ids['folder.private-data']}/acl").json()
            acl["resourceAccess"].append({"principalId": int(ids["team.testers"]), "accessType": ["READ"]})
            assert api.put(f"/entity/{ids['folder.private-data']}/acl", json=acl).status_code == 200

    done = applied(ready, share)
    assert len(done.receipts) == 1
    assert (done.unseen, exit_code(done)) == (("acl.folder.private-data",), Code.STALE)
    assert ready.look().plan.reached == "preregistration"
