"""Applying: the same world every time, no write without a change, and a half-done apply is finished by the next."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from planner.interfaces import ProviderError
from providers.apply.receipt import Result
from providers.synapse.session import connect
from synapse_sandbox.faults import FaultPlan, read_faults
from synapse_sandbox.server import running
from tests.e2e.rehearsal import Rehearsal, rehearsal, shown, world

START = "2021-06-15T12:00:00+00:00"


def finished_world(folder: Path, concurrency: int) -> object:
    folder.mkdir()
    with rehearsal("brats-2021", folder, START) as one:
        done = one.apply(concurrency)
        assert all(receipt.complete for receipt in done.receipts), done.receipts
        look = one.look()
        assert look.plan.empty, shown(look)
        return world(look)


def test_the_world_does_not_depend_on_how_many_operations_run_at_once(tmp_path: Path) -> None:
    one_by_one = finished_world(tmp_path / "one", 1)
    assert finished_world(tmp_path / "three", 3) == one_by_one
    assert finished_world(tmp_path / "twelve", 12) == one_by_one


def faults(folder: Path, fault: str) -> FaultPlan:
    """A faults file with one fault in it, as an organizer would write it."""
    file = folder / "faults.yaml"
    file.write_text(f"faults: [{fault}]")
    return read_faults(file)


@pytest.fixture
def quickstart(tmp_path: Path) -> Iterator[Rehearsal]:
    with rehearsal("quickstart", tmp_path, "2026-11-21T12:00:00+00:00") as one:
        yield one


def test_planning_never_writes_and_a_second_apply_makes_no_write_request(quickstart: Rehearsal) -> None:
    quickstart.look()
    assert quickstart.writes() == []
    quickstart.apply()
    written = len(quickstart.writes())
    assert written > 0
    assert quickstart.apply().receipts == ()
    quickstart.look()
    assert len(quickstart.writes()) == written


def test_nobody_but_staff_can_read_a_private_folder_for_a_moment(quickstart: Rehearsal) -> None:
    """Every folder with an access list of its own is made in one request, never shared first and closed later."""
    quickstart.apply()
    routes = quickstart.writes()
    assert "/repo/v1/entity/{id}/acl" in routes, "projects get their access lists"
    assert routes.count("/repo/v1/entity/bundle2/create") >= 6
    posted = [
        line
        for line in quickstart.requests()
        if (line["method"], line["route"]) == ("POST", "/repo/v1/entity/{id}/acl")
    ]
    assert posted == []


@pytest.mark.parametrize(
    ("fault", "gone"),
    [
        ("{match: {write: true}, nth: 9, status: 503}", "answers 503 before doing anything"),
        ("{match: {write: true}, every: 7, at: after, drop: true}", "does it and drops the answer"),
        ("{match: {write: true}, every: 5, at: before, drop: true}", "drops the connection before doing it"),
        ("{match: {write: true}, every: 6, at: after, status: 502}", "does it and answers 502"),
        ("{match: {write: true}, every: 8, at: after, truncate: true}", "does it and sends half an answer"),
        ("{every: 30, status: 429}", "throttles now and then"),
    ],
    ids=lambda value: value if not value.startswith("{") else "",
)
def test_applies_through_trouble_end_in_the_world_of_an_undisturbed_one(
    tmp_path: Path, quickstart: Rehearsal, fault: str, gone: str
) -> None:
    quickstart.apply()
    expected = world(quickstart.look())
    folder = tmp_path / "troubled"
    folder.mkdir()
    with rehearsal("quickstart", folder, "2026-11-21T12:00:00+00:00", faults=faults(tmp_path, fault)) as one:
        for _ in range(12):
            done = one.apply()
            if not done.receipts:
                break
        look = one.look()
        assert look.plan.empty, f"{gone}: {shown(look)}"
        assert world(look) == expected


def test_a_server_that_goes_away_in_the_middle_leaves_a_receipt_and_the_next_apply_finishes(tmp_path: Path) -> None:
    away = faults(tmp_path, "{match: {write: true}, nth: 20, at: after, drop: true}")
    with rehearsal("quickstart", tmp_path, "2026-11-21T12:00:00+00:00", faults=away) as one:
        job_done = one.apply()
        receipt = job_done.receipts[-1]
        assert receipt.count(Result.DONE) > 0
        one.apply()
        assert one.look().plan.empty


REFUSED = {"sandbox-nobody": "token", "token-unsigned": "terms"}


@pytest.mark.parametrize(("token", "word"), REFUSED.items())
def test_a_token_that_cannot_sign_in_is_refused_with_a_remedy(tmp_path: Path, token: str, word: str) -> None:
    async def sign_in(url: str) -> None:
        async with connect(url, token):
            pass

    with running(tmp_path / "data", ("unsigned:token-unsigned:unsigned",)) as url, pytest.raises(ProviderError) as no:
        asyncio.run(sign_in(url))
    assert word in f"{no.value.what} {no.value.mend}".lower()
    assert token not in str(no.value)


def test_a_token_that_may_only_look_plans_and_is_stopped_at_the_first_write(tmp_path: Path) -> None:
    with rehearsal("quickstart", tmp_path, "2026-11-21T12:00:00+00:00", deployer="view-only") as one:
        assert list(one.look().plan.to_do())
        (receipt,) = one.apply().receipts
        (failed,) = (line for line in receipt.lines if line.result is Result.FAILED)
        assert failed.error is not None
        assert "modify" in failed.error.what
        assert failed.error.mend
        assert receipt.count(Result.DONE) == 0


def test_an_uncertified_account_is_told_before_the_first_write(tmp_path: Path) -> None:
    with rehearsal("quickstart", tmp_path, "2026-11-21T12:00:00+00:00", deployer="uncertified") as one:
        assert "not-certified" in {problem.code for problem in one.look().plan.problems}
        with pytest.raises(ProviderError, match="not a certified user"):
            one.apply()
        assert one.writes() == []


def test_a_name_that_a_stranger_holds_is_said_and_everything_else_is_done(quickstart: Rehearsal) -> None:
    with quickstart.api("example-stranger") as stranger:
        name = next(team.name for team in quickstart.challenge.teams if team.key == "testers")
        assert stranger.post("/team", json={"name": name}).status_code == 201
    look = quickstart.look()
    assert [(problem.code, problem.address) for problem in look.plan.problems] == [("name-taken", "team.testers")]
    quickstart.apply()
    live = quickstart.look().world.live
    assert "queue.leaderboard/prediction" in live.resources
    renamed = tuple(
        replace(team, name=f"{team.name} 2") if team.key == "testers" else team for team in quickstart.challenge.teams
    )
    again = replace(quickstart, challenge=replace(quickstart.challenge, teams=renamed))
    again.apply()
    assert again.look().plan.empty


def test_a_second_deployer_among_the_administrators_can_go_on(quickstart: Rehearsal) -> None:
    second = "example-second-deployer"
    teams = tuple(
        replace(team, members=(*team.members, second)) if team.key == "administrators" else team
        for team in quickstart.challenge.teams
    )
    shared = replace(quickstart, challenge=replace(quickstart.challenge, teams=teams))
    shared.apply()
    ids = shared.look().world.live.ids
    with shared.api(second) as person:
        joined = person.put(f"/team/{ids['team.administrators']}/member/{ids[f'user.{second}']}")
        assert joined.status_code == 204
    other = replace(shared, account=second)
    assert other.look().plan.empty, shown(other.look())
    queues = tuple(replace(queue, description="Said anew.") for queue in shared.challenge.queues)
    edited = replace(other, challenge=replace(shared.challenge, queues=queues))
    done = edited.apply()
    assert all(receipt.complete for receipt in done.receipts), done.receipts
    assert edited.look().plan.empty
    assert replace(edited, account=quickstart.account).look().plan.empty
