"""The other examples, applied: from nothing to draft to open, in one pass each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.rehearsal import Rehearsal, rehearsal, shown, shut


@dataclass(frozen=True, slots=True)
class Journey:
    """An example, a day before anything begins, and to which queues participants can submit once it is open."""

    example: str
    before: str
    submit: frozenset[str]


JOURNEYS = [
    Journey(
        "lrgasp-2021",
        "2021-05-20T12:00:00+00:00",
        frozenset({"entries/iso_detect_ref", "entries/iso_quant", "entries/iso_detect_de_novo", "follow-up/iso_quant"}),
    ),
    Journey(
        "beataml-2020",
        "2019-12-01T12:00:00+00:00",
        frozenset({"leaderboard/sc1", "leaderboard/sc2", "express", "final/sc1", "final/sc2", "writeups"}),
    ),
    Journey(
        "olfactory-2025",
        "2025-04-20T12:00:00+00:00",
        frozenset({"leaderboard/task1", "leaderboard/task2", "final/task1", "final/task2", "writeups"}),
    ),
]


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda item: item.example)
def test_an_example_goes_from_nothing_to_open(journey: Journey, tmp_path: Path) -> None:
    with rehearsal(journey.example, tmp_path, journey.before) as one:
        applied(one)
        assert may_submit(one) == set()
        opened = launched(one)
        assert may_submit(opened) == journey.submit
        look = opened.look()
        assert look.plan.empty, shown(look)
        if journey.example == "beataml-2020":
            assert truths_by_queue(opened) == BEATAML


def applied(one: Rehearsal) -> None:
    done = one.apply()
    assert all(receipt.complete for receipt in done.receipts), done.receipts


def launched(one: Rehearsal) -> Rehearsal:
    """The same challenge, opened on its day after everything was done that the gates ask of people."""
    opening = one.challenge.timeline["open"]
    assert opening is not None
    one.set_clock(opening.strftime("%Y-%m-%dT%H:%M:%S.000Z"))
    launch = one.at("open")
    launch.upload_truths()
    launch.accept_invitations()
    done = launch.apply()
    assert all(receipt.complete for receipt in done.receipts), done.receipts
    assert shut(done.left) == set(), shown(done.left)
    return launch


def may_submit(one: Rehearsal) -> set[str]:
    """Keys of the queues to which members of the participants team can submit."""
    live = one.look().world.live
    team = live.ids["team.participants"]
    return {
        address.removeprefix("acl.queue.")
        for address, resource in live.resources.items()
        if address.startswith("acl.queue.") and "SUBMIT" in str(resource.spec.get(team))
    }


BEATAML = {
    "leaderboard/sc1": ("docker_workflow_sc1.cwl", "sc1-leaderboard-truth"),
    "leaderboard/sc2": ("docker_workflow_sc2.cwl", "sc2-leaderboard-truth"),
    "express": ("docker_workflow_express.cwl", "express-truth"),
    "final/sc1": ("docker_workflow_sc1-final.cwl", "sc1-final-truth"),
    "final/sc2": ("docker_workflow_sc2-final.cwl", "sc2-final-truth"),
}
"""Queue → its entry point of the one repository, and what it scores against."""


def truths_by_queue(one: Rehearsal) -> dict[str, tuple[str, str]]:
    """What the table that the apply wrote tells the workflow; every truth must be a file by now."""
    path = one.folder / ".challenge/workflows/Sage-Bionetworks-Challenges/CTD2-BeatAML-Challenge/queues.json"
    table: dict[str, Any] = json.loads(path.read_text())
    found = {}
    for queue in table["queues"].values():
        (truth,) = {(item["truth"]["data"], item["truth"]["id"]) for item in queue["rounds"]}
        assert str(truth[1]).startswith("syn")
        found[queue["queue"]] = (queue["entrypoint"], truth[0])
    return found
