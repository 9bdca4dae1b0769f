"""A real challenge through all its stages: every gate holds in turn, and after each nothing is left to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from challenge_cli.errors import Failure
from planner.plan import Plan
from tests.e2e.rehearsal import Rehearsal, rehearsal, shown, shut


@pytest.fixture
def brats(tmp_path: Path) -> Iterator[Rehearsal]:
    with rehearsal("brats-2021", tmp_path, "2021-06-15T12:00:00+00:00") as one:
        yield one


def settled(one: Rehearsal) -> Plan:
    """Apply, and hold that a second look finds nothing to do."""
    done = one.apply()
    assert all(receipt.complete for receipt in done.receipts), done.receipts
    look = one.look()
    assert look.plan.empty, shown(look)
    assert not look.plan.drift, shown(look)
    return look.plan


def may_submit(one: Rehearsal) -> set[str]:
    """Queue addresses to which members of the participants team can submit."""
    live = one.look().world.live
    team = live.ids["team.participants"]
    return {
        address.removeprefix("acl.")
        for address, resource in live.resources.items()
        if address.startswith("acl.queue.") and "SUBMIT" in str(resource.spec.get(team))
    }


def test_a_challenge_from_draft_to_its_conclusion(brats: Rehearsal) -> None:
    settled(brats)
    assert may_submit(brats) == set()

    early = brats.at("preregistration")
    assert early.apply().left.plan.gates[0].code == "preregistration-time"
    brats.set_clock("2021-07-02T12:00:00.000Z")
    settled(early)
    with brats.api("example-stranger") as stranger:
        ids = brats.look().world.live.ids
        assert stranger.get(f"/entity/{ids['project.live']}").status_code == 200
        assert stranger.get(f"/entity/{ids['project.staging']}").status_code == 403

    launch = early.at("open")
    held = launch.apply().left
    assert shut(held) == {"launch-time", "truths-closed", "staff-accepted"}, shown(held)
    assert may_submit(launch) == set()

    opening = launch.challenge.timeline["open"]
    assert opening is not None
    brats.set_clock(opening.strftime("%Y-%m-%dT%H:%M:%S.000Z"))
    assert shut(launch.apply().left) == {"truths-closed", "staff-accepted"}
    launch.upload_truths()
    assert shut(launch.apply().left) == {"staff-accepted"}
    assert may_submit(launch) == set()
    launch.accept_invitations()
    settled(launch)
    assert "queue.validation-1/task1" in may_submit(launch)

    closed = launch.at("closed")
    settled(closed)
    assert "queue.validation-1/task1" not in may_submit(closed)
    settled(closed.at("concluded"))


def test_a_truth_that_somebody_shares_shuts_the_launch(brats: Rehearsal) -> None:
    settled(brats)
    brats.set_clock("2021-08-03T12:00:00.000Z")
    launch = brats.at("open")
    launch.upload_truths()
    launch.accept_invitations()
    ids = launch.look().world.live.ids
    folder = ids["folder.private-data/validation"]
    with launch.api() as api:
        children = api.post("/entity/children", json={"parentId": folder, "includeTypes": ["file"]}).json()["page"]
        acl = {
            "id": children[0]["id"],
            "resourceAccess": [
                {"principalId": int(ids["deployer"]), "accessType": ["READ", "DOWNLOAD", "CHANGE_PERMISSIONS"]},
                {"principalId": int(ids["team.participants"]), "accessType": ["READ", "DOWNLOAD"]},
            ],
        }
        assert api.post(f"/entity/{children[0]['id']}/acl", json=acl).status_code == 201
    assert "truths-closed" in shut(launch.apply().left)
    assert may_submit(launch) == set()


def test_going_back_is_refused_without_a_consent(brats: Rehearsal) -> None:
    settled(brats)
    brats.set_clock("2021-07-02T12:00:00.000Z")
    settled(brats.at("preregistration"))
    back = brats.at("draft")
    assert [problem.code for problem in back.look().plan.problems] == ["going-back"]
    with pytest.raises(Failure, match="the challenge is preregistration, and the manifest wants draft"):
        back.apply()


def test_a_launch_can_skip_the_preregistration_in_one_apply(brats: Rehearsal) -> None:
    brats.set_clock("2021-08-03T12:00:00.000Z")
    settled(brats)
    launch = brats.at("open")
    launch.upload_truths()
    launch.accept_invitations()
    settled(launch)
    assert replace(launch).look().plan.reached == "open"
