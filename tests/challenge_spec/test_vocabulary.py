"""What real challenges needed beyond the usual: each has its field, and says what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from challenge_spec.resolved import ResolvedChallenge, ResolvedQueue
from tests.challenge_spec.sound import SOUND, Break, shown

SECOND = "sub_challenges:\n  intensity: { submission: docker, metrics: { rmse: minimize, pearson: maximize } }\n"
LIMIT = ("run: { memory: 6 GB }", "run: { memory: 6 GB, time_limit: 6h }")
FINAL = "    purpose: final\n"
TEAM = "finalists: { join: invitation }"
Edit = tuple[str, str]


def queues(challenge: ResolvedChallenge, entry: str) -> list[ResolvedQueue]:
    return [queue for queue in challenge.queues if queue.queue == entry]


def one(challenge: ResolvedChallenge, key: str) -> ResolvedQueue:
    return next(queue for queue in challenge.queues if queue.key == key)


def final(say: str) -> Edit:
    return FINAL, f"{FINAL}    {say}\n"


FEATURES: dict[str, tuple[list[Edit], Callable[[ResolvedChallenge], Any], Any]] = {
    "several submission types": (
        [("sub_challenges:\n", SECOND), LIMIT],
        lambda it: {queue.submission for queue in queues(it, "leaderboard")},
        {"file", "docker"},
    ),
    "a grid of sub-challenges and phases from single entries": (
        [("sub_challenges:\n", SECOND), LIMIT],
        lambda it: {queue.key for queue in it.queues if queue.purpose != "writeup"},
        {"leaderboard/similarity", "leaderboard/intensity", "final/similarity", "final/intensity"},
    ),
    "one queue for several": (
        [("sub_challenges:\n", SECOND.replace("docker", "file")),
         ("    by_sub_challenge: { similarity: { run: { time_limit: 6h } } }\n", ""),
         final("for: { together: [similarity, intensity] }")],
        lambda it: one(it, "final").sub_challenges,
        ("similarity", "intensity"),
    ),
    "settings that differ by round": (
        [],
        lambda it: [item.truth for item in one(it, "final/similarity").rounds],
        ["leaderboard-truth", "final-truth"],
    ),
    "an entry point of a queue's own": (
        [final("entrypoint: final.cwl")],
        lambda it: {link.key: link.root_template.rpartition("/")[2] for link in it.workflows},
        {"scoring": "workflow.cwl", "scoring/final": "final.cwl"},
    ),
    "access for any team at Synapse's levels": (
        [final("access: { finalists: submit, organizers: score, public: view }")],
        lambda it: dict(one(it, "final/similarity").access),
        {"finalists": "submit", "organizers": "score", "public": "view"},
    ),
    "front and internal queues": (
        [("  writeups:", "  inner: { purpose: internal, limits: none, truth: final-truth }\n  writeups:"),
         ("    purpose: leaderboard\n", "    purpose: leaderboard\n    evaluation: forward\n    forward_to: inner\n")],
        lambda it: (one(it, "leaderboard/similarity").forward_to, "participants" in one(it, "inner/similarity").access),
        ("inner/similarity", False),
    ),
    "several orchestrators": (
        [("orchestrators:\n", "orchestrators:\n  far: { service_account: far-bot, machine: { operator: Others } }\n"),
         ("    purpose: leaderboard\n", "    purpose: leaderboard\n    orchestrator: far\n")],
        lambda it: {machine.key: machine.queues for machine in it.orchestrators}["far"],
        ("leaderboard/similarity",),
    ),
    "a queue that only receives": (
        [final("evaluation: receive")],
        lambda it: (one(it, "final/similarity").evaluation, one(it, "final/similarity").workflow),
        ("receive", None),
    ),
    "a queue that only validates": (
        [final("evaluation: validate")],
        lambda it: one(it, "final/similarity").evaluation,
        "validate",
    ),
    "a queue that is open for ever": (
        [("    rounds: { count: 4, every: 4 weeks, start: open }\n", "    rounds: always\n")],
        lambda it: (one(it, "leaderboard/similarity").always, one(it, "leaderboard/similarity").rounds),
        (True, ()),
    ),
    "eligibility": (
        [final("eligibility: { member_of: [finalists], needs_success_in: [leaderboard], ranked_with: [writeups] }")],
        lambda it: (one(it, "final/similarity").eligibility.needs_success_in,
                    one(it, "final/similarity").eligibility.ranked_with),
        (("leaderboard/similarity",), ("writeups",)),
    ),
    "exclusive tracks": (
        [final("eligibility: { exclusive_with: [leaderboard] }")],
        lambda it: one(it, "final/similarity").eligibility.exclusive_with,
        ("leaderboard/similarity",),
    ),
    "invitation only": ([], lambda it: {team.key: team.join for team in it.teams}["finalists"], "invitation"),
    "an external form": (
        [("requirements:\n",
          "requirements:\n  form: { kind: external, url: 'https://example.org/f', grants: finalists }\n")],
        lambda it: {item.key: item.grants for item in it.requirements}["form"],
        "finalists",
    ),
    "data outside Synapse": (
        [("folder: Data/Training, access: participants, start: open", "url: 'https://example.org/data'")],
        lambda it: {entry.key: entry.on_synapse for entry in it.data}["training"],
        False,
    ),
    "a truth on an orchestrator's machine": (
        [("folder: Private Data/Final, file: truth.csv, version: 2", "at: main, path: /data/truth.csv")],
        lambda it: {entry.key: (entry.at, entry.is_truth) for entry in it.data}["final-truth"],
        ("main", True),
    ),
    "another platform": (
        [("sub_challenges:\n", "sub_challenges:\n  speed: { elsewhere: 'https://example.org/speed' }\n")],
        lambda it: any("speed" in queue.sub_challenges for queue in it.queues),
        False,
    ),
    "names off convention": (
        [(TEAM, "finalists: { name: The smell elite }")],
        lambda it: {team.key: team.name for team in it.teams}["finalists"],
        "The smell elite",
    ),
    "things that exist already": (
        [(TEAM, "finalists: { use: 3400001 }")],
        lambda it: {team.key: team.use for team in it.teams}["finalists"],
        "3400001",
    ),
    "an exception on record": (
        [final("exceptions: [{ who: example-team, why: slow machine, until: close, run: { time_limit: 9h } }]")],
        lambda it: one(it, "final/similarity").exceptions[0].run.time_limit,
        9 * 3600,
    ),
    "tbd until the launch": (
        [("start: 2027-06-16T09:00", "start: tbd")],
        lambda it: one(it, "final/similarity").rounds[1].start,
        None,
    ),
    "one project": (
        [("  stage: draft\n", "  stage: draft\n  layout: one-project\n")],
        lambda it: [project.key for project in it.projects],
        ["live"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("feature", FEATURES)
def test_what_a_real_challenge_needed_can_be_said(feature: str, broken: Break) -> None:
    edits, seen, expected = FEATURES[feature]
    text = SOUND
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    loaded = broken(files={"challenge.yaml": text})
    assert loaded.resolved is not None, shown(loaded)
    assert seen(loaded.resolved) == expected


def test_a_page_has_its_time(broken: Break) -> None:
    loaded = broken(files={"wiki/data.md": "---\nstart: open\nuntil: close\n---\n## Format\nx\n"})
    page = next(page for page in loaded.pages if page.key == ("data",))
    assert page.start
    assert page.until
    assert page.start < page.until
