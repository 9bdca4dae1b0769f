"""Where the manifest says a field, and what it says nowhere."""

from __future__ import annotations

import pytest

from challenge_spec.load import Loaded, load_challenge
from planner.pull.goals import ByHand, Goal
from planner.pull.places import ways
from planner.references import Plain

MANIFEST = """\
manifest: 1
challenge: { key: tiny, name: Tiny, timezone: Europe/Berlin }
timeline: { open: 2027-03-01, close: 2027-06-01 }
sub_challenges:
  one: { metrics: { score: maximize }, receipt: Thanks for one. }
  two: { metrics: { score: maximize } }
defaults: { queue: { limits: { total: 9 } } }
queues:
  board: { purpose: leaderboard, rounds: { count: 2, every: 4 weeks }, truth: answers }
  single: { purpose: leaderboard, for: [two], rounds: { start: 2027-03-02T09:00Z, end: 2027-05-01 }, truth: answers }
  papers: { purpose: writeup, rounds: { end: close } }
data: { answers: { folder: Private, file: a.csv }, open-data: { folder: Open } }
workflows: { scoring: { template: data-to-model, repository: my-org/infra@v1.0.0 } }
governance: { human_data: false }
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    path = tmp_path_factory.mktemp("tiny") / "challenge.yaml"
    path.write_text(MANIFEST)
    found = load_challenge(path)
    assert found.resolved is not None, found.diagnostics
    return found


def paths(loaded: Loaded, address: str, field: str, value: Plain) -> list[tuple[str, object]]:
    assert loaded.resolved is not None
    found = ways(Goal(address, field, value), loaded.resolved, loaded.source)
    return [(".".join(str(key) for key in edit.path), edit.value) for way in found for edit in way]


PLACES: dict[tuple[str, str], tuple[Plain, list[tuple[str, object]]]] = {
    ("project.live", "name"): ("New", [("projects.live.name", "New")]),
    ("project.live", "alias"): (None, [("challenge.alias", None)]),
    ("team.testers", "description"): ("Who tries.", [("teams.testers.description", "Who tries.")]),
    ("link.scoring", "name"): ("wf", [("workflows.scoring.name", "wf")]),
    ("view.dashboard", "name"): ("All", [("views.dashboard.name", "All")]),
    ("queue.board/one", "receipt"): (
        "Thx",
        [
            ("sub_challenges.one.receipt", "Thx"),
            ("queues.board.receipt", "Thx"),
            ("queues.board.by_sub_challenge.one.receipt", "Thx"),
        ],
    ),
    ("queue.papers", "description"): ("Papers.", [("queues.papers.description", "Papers.")]),
    ("round.board/one/Round 1", "limits"): (
        {"total": 3},
        [("queues.board.limits", {"total": 3}), ("queues.board.by_sub_challenge.one.limits", {"total": 3})],
    ),
    ("round.papers/Round 1", "limits"): ({}, [("queues.papers.limits", "none")]),
    ("round.single/two/Round 1", "start"): (
        "2027-03-05T08:30:00.000Z",
        [("queues.single.rounds.start", "2027-03-05T09:30")],
    ),
    ("round.single/two/Round 1", "end"): ("2027-05-02T21:59:59.000Z", [("queues.single.rounds.end", "2027-05-02")]),
}


@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_a_field_is_said_at_its_place(loaded: Loaded, place: tuple[str, str]) -> None:
    value, expected = PLACES[place]
    assert paths(loaded, *place, value) == expected


BY_HAND: dict[tuple[str, str], tuple[Plain, str, str]] = {
    ("folder.open", "name"): ("Opened", "a folder is known by its name", "Write 'Opened' into the `folder`"),
    ("view.dashboard", "columns"): ((), "follow from metrics", "Edit `views.dashboard.columns`."),
    ("link.scoring/other", "name"): ("wf", "follows from the workflow", "Rename the file on Synapse back."),
    ("challenge.live", "team"): ("1", "no single place", "Compare the manifest"),
    ("round.board/one/Round 1", "end"): ("2027-04-01T00:00:00.000Z", "a series", "write the rounds one by one"),
    ("round.papers/Round 1", "end"): ("2027-06-03T00:00:00.000Z", "timeline (`close`)", "Move `close` in the timeline"),
    ("round.papers/Round 1", "start"): ("2027-03-03T00:00:00.000Z", "timeline (`open`)", "`start: 2027-03-03T01:00`"),
}


@pytest.mark.parametrize("place", BY_HAND, ids=" ".join)
def test_what_follows_from_elsewhere_is_a_matter_for_people(loaded: Loaded, place: tuple[str, str]) -> None:
    value, reason, remedy = BY_HAND[place]
    with pytest.raises(ByHand) as caught:
        paths(loaded, *place, value)
    assert reason in caught.value.reason
    assert remedy in caught.value.remedy
