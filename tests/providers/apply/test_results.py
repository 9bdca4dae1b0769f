"""What an apply knows while it runs: whatever has no id is said with where, what and how to mend it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.desired import compile_challenge
from planner.interfaces import ProviderError
from planner.resources import Desired
from providers.apply.results import Results
from tests.planner.challenges import BEFORE, challenge
from tests.planner.worlds import empty_world

DESIRED: Desired = compile_challenge(challenge(), "draft", BEFORE)


def results(*unknown: str) -> Results:
    """A world with nothing in it yet; these people are unknown besides."""
    live = empty_world(BEFORE, DESIRED)
    ids = {address: id_ for address, id_ in live.ids.items() if address not in unknown}
    return Results(DESIRED, replace(live, ids=ids))


@pytest.mark.parametrize("address", ["user.example-bot", "principal.3420004", "queue.leaderboard/task"])
def test_a_reference_without_an_id_says_what_is_missing_and_how_to_mend_it(address: str) -> None:
    with pytest.raises(ProviderError) as refused:
        results("user.example-bot").id_of(address)
    assert refused.value.where == address
    assert refused.value.what.startswith(f"{address} is needed, and has no id")
    assert "manifest" in refused.value.mend


def test_a_spec_that_refers_to_something_without_an_id_says_the_same() -> None:
    with pytest.raises(ProviderError) as refused:
        results().spec_of("view.dashboard")
    assert refused.value.where == "project.staging"


def test_people_and_numbers_that_are_known_have_their_ids() -> None:
    known = results()
    assert known.id_of("public") == "273949"
    assert known.id_of("user.example-bot") == known.ids["user.example-bot"]
