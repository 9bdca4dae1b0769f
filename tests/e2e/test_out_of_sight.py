"""What an account can't see it leaves alone, and whatever refers to it: the plan says so, and the apply is complete."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from challenge_spec.resolved import ResolvedChallenge
from tests.e2e.rehearsal import Rehearsal, rehearsal, shown

START = "2026-11-21T12:00:00+00:00"
BOARD = "queue.leaderboard/prediction"


@pytest.fixture(scope="module")
def hidden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Rehearsal, str]]:
    """The quick start as an administrator sees it, from whom one queue was taken away; and the id of that queue."""
    with rehearsal("quickstart", tmp_path_factory.mktemp("world"), START) as one:
        one.apply()
        one.accept_invitations()
        ids = one.look().world.live.ids
        with one.api() as api:
            acl = api.get(f"/evaluation/{ids[BOARD]}/acl").json()
            acl["resourceAccess"] = [
                entry for entry in acl["resourceAccess"] if str(entry["principalId"]) != ids["team.administrators"]
            ]
            assert api.put("/evaluation/acl", json=acl).status_code == 200
        yield replace(one, account="example-admin"), ids[BOARD]


def owning(challenge: ResolvedChallenge, **said: str) -> ResolvedChallenge:
    """The same challenge, where something is said of the queue that can't be seen."""
    queues = tuple(replace(item, **said) if f"queue.{item.key}" == BOARD else item for item in challenge.queues)  # type: ignore[arg-type] # by name
    return replace(challenge, queues=queues)


def test_a_view_of_a_queue_that_can_not_be_seen_is_left_alone_and_that_is_said(hidden: tuple[Rehearsal, str]) -> None:
    one, _ = hidden
    look = one.look()
    assert look.plan.operations == (), shown(look)
    assert "No changes to make to what could be seen" in shown(look)
    notes = {note.code: note for note in look.plan.notes}
    assert notes["incomplete-read"].address == BOARD
    assert notes["waits"].address == "view.dashboard"
    assert notes["waits"].message.startswith(f"is left as it is: it refers to {BOARD}, which is out of reach: User ")
    assert one.apply().receipts == ()


def test_the_rounds_of_an_adopted_queue_that_can_not_be_seen_are_not_taken_for_removed(
    hidden: tuple[Rehearsal, str],
) -> None:
    one, id_ = hidden
    adopting = replace(one, challenge=owning(one.challenge, adopt=id_))
    look = adopting.look()
    assert look.plan.operations == (), shown(look)
    assert [(item.code, item.address) for item in look.plan.problems] == [("cannot-read", BOARD)]
    assert adopting.apply().receipts == ()


def test_a_view_may_show_a_queue_of_somebody_else_that_can_not_be_seen(hidden: tuple[Rehearsal, str]) -> None:
    one, id_ = hidden
    look = replace(one, challenge=owning(one.challenge, use=id_)).look()
    assert "view.dashboard" in look.plan.unchanged
    assert "waits" not in {note.code for note in look.plan.notes}
