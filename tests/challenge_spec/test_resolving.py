"""What holds: precedence, purposes, derived names, rounds; and what never changes when a challenge grows."""

from __future__ import annotations

from datetime import datetime

import pytest

from challenge_spec.load import Loaded
from challenge_spec.resolved import ResolvedChallenge, ResolvedQueue
from challenge_spec.resolving.workflows import archive_folder, archive_url, ref_kind
from tests.challenge_spec.sound import Break, shown

SECOND = "  quality:\n    name: Quality\n    submission: file\n    metrics: { f1: maximize }\n"


def resolved(loaded: Loaded) -> ResolvedChallenge:
    assert loaded.resolved is not None, shown(loaded)
    return loaded.resolved


def queue(loaded: Loaded, key: str) -> ResolvedQueue:
    return next(item for item in resolved(loaded).queues if item.key == key)


def keys(loaded: Loaded) -> list[str]:
    return [item.key for item in resolved(loaded).queues]


# Addresses and names


@pytest.mark.parametrize(
    ("opening", "what", "taken"),
    [
        ("2027-02-28T02:30", "does not exist in America/Los_Angeles", "Sunday, 14 March 2027, 03:30 PDT (10:30 UTC)"),
        ("2027-10-24T01:30", "happens twice in America/Los_Angeles", "Sunday, 7 November 2027, 01:30 PDT (08:30 UTC)"),
    ],
)
def test_a_series_that_meets_an_unclear_hour_says_which_instant_is_taken(
    broken: Break, opening: str, what: str, taken: str
) -> None:
    series = f"rounds: {{ count: 3, every: 2 weeks, start: {opening}, gap: intended }}"
    loaded = broken("rounds: { count: 4, every: 4 weeks, start: open }", series)
    (found,) = [item for item in loaded.diagnostics if item.code == "round.clock-change"]
    assert what in found.message
    assert taken in found.message
    assert found.severity == "warning"


def test_a_series_at_a_clear_hour_across_a_change_of_clocks_says_nothing(broken: Break) -> None:
    series = "rounds: { count: 3, every: 2 weeks, start: 2027-02-28T09:00, gap: intended }"
    loaded = broken("rounds: { count: 4, every: 4 weeks, start: open }", series)
    assert "round.clock-change" not in {item.code for item in loaded.diagnostics}


def test_a_queue_is_addressed_with_its_sub_challenge_even_if_there_is_only_one(broken: Break) -> None:
    assert keys(broken()) == ["leaderboard/similarity", "final/similarity", "writeups"]


def test_a_second_sub_challenge_renames_nothing(broken: Break) -> None:
    before = resolved(broken())
    after = resolved(broken("queues:\n", SECOND + "queues:\n"))
    names = {item.key: item.name for item in before.queues}
    assert names.items() < {item.key: item.name for item in after.queues}.items()


def test_a_queue_was_what_its_entry_and_its_sub_challenge_were(broken: Break) -> None:
    assert queue(broken("    purpose: final", "    was: last\n    purpose: final"), "final/similarity").was == (
        "last/similarity"
    )
    renamed = broken("    name: Mixture similarity", "    was: likeness\n    name: Mixture similarity")
    assert queue(renamed, "final/similarity").was == "final/likeness"
    assert queue(renamed, "writeups").was is None
    assert queue(broken(), "final/similarity").was is None


def test_where_an_entry_says_what_it_was_is_known(broken: Break) -> None:
    was_at = resolved(broken("    purpose: final", "    was: last\n    purpose: final")).was_at
    assert list(was_at) == ["queues.final"]
    assert "challenge.yaml:" in was_at["queues.final"]
    assert was_at["queues.final"].endswith(":10")
    assert resolved(broken()).was_at == {}


def test_every_link_of_a_renamed_workflow_was_one(broken: Break) -> None:
    loaded = broken("scoring: { ", "scoring: { was: grading, ", {})
    assert [item.was for item in resolved(loaded).workflows] == ["grading"]


def test_a_guard_said_once_for_all_queues_holds_unless_one_says_otherwise(broken: Break) -> None:
    loaded = broken("queues:\n", "defaults: { queue: { protect: true } }\nqueues:\n")
    assert {item.protect for item in resolved(loaded).queues} == {True}
    loaded = broken(
        "queues:\n  leaderboard:\n",
        "defaults: { queue: { protect: true } }\nqueues:\n  leaderboard:\n    protect: false\n",
    )
    assert {item.queue: item.protect for item in resolved(loaded).queues} == {
        "leaderboard": False,
        "final": True,
        "writeups": True,
    }


def test_what_is_left_to_the_web_is_known(broken: Break) -> None:
    loaded = broken("    purpose: final", "    ignore: [description]\n    purpose: final")
    assert queue(loaded, "final/similarity").ignore == ("description",)
    assert queue(loaded, "writeups").ignore == ()


def test_a_queue_for_several_together_is_addressed_by_its_own_key(broken: Break) -> None:
    loaded = broken("    access: participants\n", "    for: { together: all }\n")
    assert keys(loaded) == ["leaderboard", "final/similarity", "writeups"]


def test_names_are_derived_from_the_challenge(broken: Break) -> None:
    found = resolved(broken())
    assert [item.name for item in found.projects] == ["Smell Challenge", "Smell Challenge - staging"]
    assert {item.key: item.name for item in found.teams} == {
        "participants": "Smell Challenge Participants",
        "organizers": "Smell Challenge Organizers",
        "administrators": "Smell Challenge Admin",
        "preregistrants": "Smell Challenge Preregistrants",
        "testers": "Smell Challenge Testers",
        "finalists": "Smell Challenge Finalists",
    }
    assert [item.name for item in found.queues] == [
        "Smell Challenge Mixture similarity Leaderboard",
        "Smell Challenge Mixture similarity Final",
        "Smell Challenge Writeups",
    ]


def test_a_name_of_its_own_is_taken_as_it_is(broken: Break) -> None:
    assert (
        queue(broken("purpose: final", "purpose: final\n    name: Smell Final"), "final/similarity").name
        == "Smell Final"
    )


def test_one_project_has_no_staging(broken: Break) -> None:
    assert [item.key for item in resolved(broken("stage: draft", "layout: one-project")).projects] == ["live"]


def test_preregistrants_exist_where_there_is_a_preregistration(broken: Break) -> None:
    loaded = broken("  preregistration: 2027-01-12\n", "", {"preregistration.md": "# Soon\n\nx"})
    assert "preregistrants" not in {item.key for item in resolved(loaded).teams}


# Precedence

VARIANT = "by_sub_challenge: { similarity: { run: { memory: 10 GB } } }"


@pytest.mark.parametrize(
    ("old", "new", "expected", "origin"),
    [
        ("stage: draft", "stage: draft", 6 * 10**9, "workflows.scoring.run.memory"),
        ("workflows:\n", "defaults: { queue: { run: { memory: 7 GB } } }\nworkflows:\n", 6 * 10**9,
         "workflows.scoring.run.memory"),
        (", run: { memory: 6 GB } }\n", " }\ndefaults: { queue: { run: { memory: 7 GB } } }\n", 7 * 10**9,
         "defaults.queue.run.memory"),
        ("submission: file", "submission: file\n    run: { memory: 8 GB }", 8 * 10**9,
         "sub_challenges.similarity.run.memory"),
        ("purpose: leaderboard", "purpose: leaderboard\n    run: { memory: 9 GB }", 9 * 10**9,
         "queues.leaderboard.run.memory"),
        ("purpose: leaderboard", f"purpose: leaderboard\n    run: {{ memory: 9 GB }}\n    {VARIANT}", 10**10,
         "queues.leaderboard.by_sub_challenge.similarity.run.memory"),
    ],
)  # fmt: skip
def test_the_nearest_place_wins(old: str, new: str, expected: int, origin: str, broken: Break) -> None:
    found = queue(broken(old, new), "leaderboard/similarity")
    assert found.run.memory == expected
    assert found.origins["run.memory"] == origin


def test_blocks_of_run_and_results_are_decided_key_by_key(broken: Break) -> None:
    found = queue(broken(), "final/similarity")
    assert (found.run.memory, found.run.time_limit) == (6 * 10**9, 6 * 3600)
    assert (found.results.scores, found.results.mail) == ("after_close", "errors")


def test_limits_are_taken_whole(broken: Break) -> None:
    loaded = broken("workflows:\n", "defaults: { queue: { limits: { daily: 2 } } }\nworkflows:\n")
    assert queue(loaded, "leaderboard/similarity").limits == {"total": 3}


def test_a_round_overrides_its_queue(broken: Break) -> None:
    trial, final = queue(broken(), "final/similarity").rounds
    assert (trial.truth, final.truth) == ("leaderboard-truth", "final-truth")
    assert (trial.limits, final.limits) == ({"total": 1}, {"total": 3})


def test_a_write_up_is_a_project_whatever_is_asked_otherwise(broken: Break) -> None:
    found = queue(broken(), "writeups")
    assert (found.submission, found.evaluation, found.together, found.workflow) == ("project", "receive", True, None)


def test_a_write_up_is_validated_where_there_is_a_workflow_for_it(broken: Break) -> None:
    extra = "workflows:\n  papers: { template: writeup, repository: a/b@v1 }\n"
    found = queue(broken("workflows:\n", extra), "writeups")
    assert (found.evaluation, found.workflow, found.orchestrator) == ("validate", "papers", "main")


def test_one_workflow_and_one_machine_need_not_be_named(broken: Break) -> None:
    found = queue(broken(), "leaderboard/similarity")
    assert (found.workflow, found.orchestrator) == ("scoring", "main")


def test_another_entry_point_is_another_link(broken: Break) -> None:
    loaded = broken("purpose: final", "purpose: final\n    entrypoint: final/score.cwl")
    assert queue(loaded, "final/similarity").workflow == "scoring/final/score"
    roots = {item.key: item.root_template for item in resolved(loaded).workflows}
    assert roots == {
        "scoring": "smell-infra-1.0.0/workflow.cwl",
        "scoring/final/score": "smell-infra-1.0.0/final/score.cwl",
    }


def test_what_is_forwarded_goes_to_the_same_sub_challenge(broken: Break) -> None:
    loaded = broken("purpose: leaderboard", "purpose: leaderboard\n    evaluation: forward\n    forward_to: final")
    assert queue(loaded, "leaderboard/similarity").forward_to == "final/similarity"


def test_truths_are_known_by_their_use(broken: Break) -> None:
    truths = {item.key: item.is_truth for item in resolved(broken()).data}
    assert truths == {"training": False, "leaderboard-truth": True, "final-truth": True}


def test_an_orchestrator_serves_the_queues_that_name_no_other(broken: Break) -> None:
    (main,) = resolved(broken()).orchestrators
    assert main.queues == ("leaderboard/similarity", "final/similarity")
    assert (main.compose_project, main.docker_url) == ("smell-main", "unix:///var/run/docker.sock")


def test_the_dashboard_shows_every_queue(broken: Break) -> None:
    dashboard, leaderboard = resolved(broken()).views
    assert (dashboard.key, dashboard.queues) == (
        "dashboard",
        ("leaderboard/similarity", "final/similarity", "writeups"),
    )
    assert leaderboard.queues == ("leaderboard/similarity",)


# Rounds


def windows(loaded: Loaded, key: str) -> list[tuple[datetime | None, datetime | None]]:
    return [(item.start, item.end) for item in queue(loaded, key).rounds]


def test_four_rounds_of_three_submissions(broken: Break) -> None:
    """The guide's first example (item 169)."""
    found = queue(broken(), "leaderboard/similarity")
    assert [(item.name, item.limits) for item in found.rounds] == [(f"Round {n}", {"total": 3}) for n in range(1, 5)]
    assert all(first.end == second.start for first, second in zip(found.rounds, found.rounds[1:], strict=False))


def test_four_months_with_three_a_day(broken: Break) -> None:
    """The guide's second example (item 170): calendar months, one round."""
    loaded = broken("rounds: { count: 4, every: 4 weeks, start: open }\n    limits: { total: 3 }",
                    "rounds: { count: 1, every: 4 months, start: open }\n    limits: { daily: 3 }")  # fmt: skip
    (only,) = queue(loaded, "leaderboard/similarity").rounds
    assert (str(only.start), str(only.end)) == ("2027-03-03 17:00:00+00:00", "2027-07-03 16:00:00+00:00")
    assert only.limits == {"daily": 3}


def test_without_rounds_there_is_one_from_open_to_close(broken: Break) -> None:
    loaded = broken("    rounds: { count: 4, every: 4 weeks, start: open }\n", "")
    ((start, end),) = windows(loaded, "leaderboard/similarity")
    assert (start, end) == (resolved(loaded).timeline["open"], resolved(loaded).timeline["close"])


def test_without_a_count_there_are_as_many_rounds_as_there_is_time_for(broken: Break) -> None:
    loaded = broken("count: 4, every: 4 weeks, start: open", "every: 60 days")
    found = windows(loaded, "leaderboard/similarity")
    assert len(found) == 2
    assert found[-1][1] == resolved(loaded).timeline["close"]


def test_always_means_no_rounds(broken: Break) -> None:
    found = queue(
        broken("rounds: { count: 4, every: 4 weeks, start: open }", "rounds: always"), "leaderboard/similarity"
    )
    assert (found.always, found.rounds) == (True, ())


def test_rounds_of_an_unknown_opening_are_there_without_dates(broken: Break) -> None:
    loaded = broken("open: 2027-03-03T09:00", "open: tbd")
    assert windows(loaded, "leaderboard/similarity") == [(None, None)] * 4


@pytest.mark.parametrize("series", ["count: 1000000, every: 1 min", "every: 1 min"])
def test_a_million_rounds_are_not_made(series: str, broken: Break) -> None:
    loaded = broken("count: 4, every: 4 weeks", series)
    assert "round.too-many" in {item.code for item in loaded.diagnostics}


# Repositories


@pytest.mark.parametrize(
    ("ref", "kind", "url", "folder"),
    [
        ("v1.0.0", "tag", "refs/tags/v1.0.0", "b-1.0.0"),
        ("1.2", "tag", "refs/tags/1.2", "b-1.2"),
        ("main", "branch", "refs/heads/main", "b-main"),
        ("version-2", "branch", "refs/heads/version-2", "b-version-2"),
        ("feature/x", "branch", "refs/heads/feature/x", "b-feature-x"),
        ("refs/heads/v2", "branch", "refs/heads/v2", "b-v2"),
        ("refs/tags/final", "tag", "refs/tags/final", "b-final"),
        ("0" * 40, "commit", "0" * 40, f"b-{'0' * 40}"),
    ],
)
def test_a_ref_decides_archive_and_folder(ref: str, kind: str, url: str, folder: str) -> None:
    found, name = ref_kind(ref)
    assert found == kind
    assert archive_url("a", "b", found, name) == f"https://github.com/a/b/archive/{url}.zip"
    assert archive_folder("b", found, name) == folder
