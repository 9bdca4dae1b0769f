"""Who can't see a challenge is told so, and changes nothing: neither theirs nor their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from challenge_cli import engine
from challenge_cli.commands.drift import _compared
from challenge_cli.destroying import look_to_destroy
from challenge_cli.engine import Job, Look
from challenge_cli.errors import Failure
from challenge_cli.pulling import pull
from challenge_cli.sight import require_sight
from planner.interfaces import ProviderError
from planner.options import Options
from providers.synapse.history import History
from tests.e2e.rehearsal import EXAMPLES, Rehearsal, rehearsal

START = "2026-11-21T12:00:00+00:00"
MANIFEST = EXAMPLES / "quickstart" / "challenge.yaml"
Command = Callable[[Job], Coroutine[Any, Any, object]]
HOME = "Melting Points Challenge - staging"


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """The quick start, applied, as somebody sees it who has nothing to do with it."""
    with rehearsal("quickstart", tmp_path_factory.mktemp("world"), START) as one:
        one.apply()
        yield replace(one, account="example-stranger")


@pytest.fixture
def squatted(tmp_path: Path) -> Iterator[Rehearsal]:
    """Before the first apply somebody else has made a project of the name of our home."""
    with rehearsal("quickstart", tmp_path, START) as one:
        with one.api("example-stranger") as api:
            body = {"concreteType": "org.sagebionetworks.repo.model.Project", "name": HOME}
            assert api.post("/entity", json=body).status_code == 201
        yield one


def codes(look: Look) -> set[tuple[str, str | None]]:
    return {(problem.code, problem.address) for problem in look.plan.problems}


def test_a_strangers_apply_writes_nothing_and_says_why(strange: Rehearsal) -> None:
    before = len(strange.writes())
    look = strange.look()
    assert {("no-home", None), ("name-taken", "project.staging")} <= codes(look)
    assert look.plan.operations == ()
    assert strange.apply().receipts == ()
    assert len(strange.writes()) == before


async def _history(job: Job) -> History:
    async with engine.signed_in(job) as session:
        return await engine.history(session, job)


async def _pulled(job: Job) -> None:
    await pull(job, MANIFEST, frozenset())


async def _drifted(job: Job) -> None:
    await _compared(job)


async def _destroyed(job: Job) -> None:
    async with engine.signed_in(job) as session:
        require_sight(await look_to_destroy(session, job))


@pytest.mark.parametrize("command", [_history, _pulled, _drifted, _destroyed])
def test_what_can_not_be_seen_is_not_said_to_be_unchanged(command: Command, strange: Rehearsal) -> None:
    with pytest.raises((Failure, ProviderError)) as no:
        asyncio.run(command(strange.job()))
    assert "be compared" in str(no.value) or "can't be read" in str(no.value)


def test_nobody_is_invited_and_nothing_made_where_somebody_else_has_the_home(squatted: Rehearsal) -> None:
    look = squatted.look()
    assert {("no-home", None), ("name-taken", "project.staging")} == codes(look)
    assert squatted.apply().receipts == ()
    assert squatted.writes() == ["/repo/v1/entity"]


def test_a_consent_to_take_over_the_home_is_for_what_can_be_seen(squatted: Rehearsal) -> None:
    adopting = replace(squatted, options=Options(adopt=frozenset({"project.staging"})))
    assert adopting.look().plan.operations == ()


def test_a_misspelt_account_keeps_nothing_else_back(tmp_path: Path) -> None:
    with rehearsal("quickstart", tmp_path, START) as one:
        bot = replace(one.challenge.orchestrators[0], service_account="example-nobody")
        staff = tuple(replace(team, members=(*team.members, "example-no-one")) for team in one.challenge.teams)
        misspelt = replace(one, challenge=replace(one.challenge, orchestrators=(bot,), teams=staff))
        assert all(receipt.complete for receipt in misspelt.apply().receipts)
        look = misspelt.look()
        assert look.plan.empty
        assert codes(look) == {("no-such-account", "user.example-nobody"), ("no-such-account", "user.example-no-one")}
