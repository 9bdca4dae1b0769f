"""A sound manifest broken at one place: each kind of mistake is named by its code and pointed at."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from challenge_spec.diagnostics import Severity
from tests.challenge_spec.sound import Break, pointed_at, shown


@dataclass(frozen=True)
class Case:
    """What is replaced by what, and which finding that causes; `at` is the text pointed at."""

    mistake: str
    old: str
    new: str
    code: str
    at: str
    severity: Severity = "error"

    def __str__(self) -> str:
        return self.mistake.replace(" ", "-")


SHAPES = [
    Case("a misspelt key", "  stage: draft", "  stagee: draft", "manifest.unknown-key", "stagee"),
    Case("a misspelt block", "governance:", "governence:", "manifest.unknown-key", "governence"),
    Case("a misspelt key of an entry", "purpose: final", "porpose: final", "manifest.unknown-key", "porpose"),
    Case("a misspelt key of a round", "start: 2027-06-01,", "begin: 2027-06-01,", "manifest.unknown-key", "begin"),
    Case("a round without a start", "start: 2027-06-01, ", "", "manifest.missing-key", "{ name: Trial"),
    Case("no time zone", "  timezone: America/Los_Angeles\n", "", "manifest.missing-key", "challenge:"),
    Case("no version", "manifest: 1\n", "", "manifest.missing-key", "challenge:"),
    Case("a version of the future", "manifest: 1", "manifest: 2", "manifest.unknown-value", "2"),
    Case("a stage that is none", "stage: draft", "stage: launched", "manifest.unknown-value", "launched"),
    Case("yes for true", "human_data: false", "human_data: yes", "manifest.not-a-flag", "yes"),
    Case("a quoted number", "total: 3 }\n    truth", 'total: "3" }\n    truth', "manifest.quoted", '"3"'),
    Case("a number in words", "total: 3 }\n    truth", "total: three }\n    truth", "manifest.not-a-count", "three"),
    Case("a sexagesimal number", "max_concurrent: 4", "max_concurrent: 1:30", "manifest.not-a-count", "1:30"),
    Case("a concurrency of nothing", "max_concurrent: 4", "max_concurrent: 0", "manifest.not-a-count", "0"),
    Case("a size without a unit", "memory: 6 GB", "memory: 6", "manifest.not-a-size", "6"),
    Case("a length that is none", "time_limit: 6h", "time_limit: long", "time.unreadable-length", "long"),
    Case("a key in capitals", "  finalists:", "  Finalists:", "manifest.bad-key", "Finalists"),
    Case("a text for a block", "launch: {", "launch: soon #", "manifest.wrong-shape", "soon"),
    Case("a block for a text", "name: Smell Challenge", "name: { a: b }", "manifest.wrong-shape", "{"),
    Case("a text for a list", "members: [example-admin]", "members: example-admin", "manifest.wrong-shape", "example"),
    Case("a repository without a ref", "smell-infra@v1.0.0", "smell-infra", "manifest.bad-text", "my-org"),
    Case("an id that is none", "wiki: {", "projects: { live: { adopt: 123 } }\nwiki: {", "manifest.bad-text", "123"),
    Case("a headline too long", "Predict how mixtures smell", "x" * 81, "manifest.too-long", "xxx"),
    Case("a limit of a new kind", "total: 3 }\n    truth", "hourly: 3 }\n    truth", "manifest.unknown-key", "hourly"),
    Case("a key without a value", "stage: draft", "stage:", "yaml.no-value", "stage"),
    Case("a key said twice", "  name: Smell Challenge", "  name: A\n  name: B", "yaml.duplicate-key", "name: B"),
    Case("a tag", "stage: draft", "stage: !!str draft", "yaml.tag", "!!str"),
    Case("a merge key", "governance: {", "governance: { <<: { sensitive: true },", "yaml.merge-key", "<<"),
]

TIMES = [
    Case("EST in a time", "open: 2027-03-03T09:00", "open: 2027-03-03 09:00 EST", "time.zone-abbreviation", "2027"),
    Case("EST as the zone", "America/Los_Angeles", "EST", "time.zone-abbreviation", "EST"),
    Case("a zone that is none", "America/Los_Angeles", "America/Los_Angelos", "time.unknown-zone", "America"),
    Case("a zone that is a path", "America/Los_Angeles", "../../etc/passwd", "time.unknown-zone", ".."),
    Case("February 30", "2027-03-03T09:00", "2027-02-30", "time.impossible-date", "2027-02-30"),
    Case("hour 25", "2027-03-03T09:00", "2027-03-03T25:00", "time.impossible-date", "2027"),
    Case("the year 20277", "2027-03-03T09:00", "20277-03-03", "time.unreadable", "20277"),
    Case("the year 0001", "2027-03-03T09:00", "0001-03-03", "time.impossible-date", "0001"),
    Case("a date in American order", "2027-03-03T09:00", "03/03/2027", "time.unreadable", "03/03"),
    Case("an hour that does not exist", "2027-03-03T09:00", "2027-03-14T02:30", "time.missing-hour", "2027-03-14"),
    Case(
        "an hour that happens twice", "close: 2027-06-30T17:00", "close: 2027-11-07T01:30", "time.ambiguous-hour", "20"
    ),
    Case("a moment nobody named", "end: papers-due", "end: paper-due", "time.unknown-moment", "paper-due"),
    Case("moments in a circle", "papers-due: 2027-07-14T17:00", "papers-due: papers-due", "time.cycle", "papers-due"),
    Case("closing before opening", "close: 2027-06-30T17:00", "close: 2027-02-01", "time.order", "2027-02-01"),
    Case("concluding before closing", "conclude: 2027-09-01", "conclude: 2027-05-01", "time.order", "2027-05-01"),
    Case("closing on a Sunday", "close: 2027-06-30T17:00", "close: 2027-06-27", "time.staffed-end", "2027", "warning"),
    Case("a round that ends first", "end: 2027-06-07", "end: 2027-05-07", "round.ends-before-start", "2027-05-07"),
    Case("a round of no length", "end: 2027-06-07", "end: 2027-06-01T00:00", "round.zero-length", "2027-06-01"),
    Case("rounds that overlap", "end: 2027-06-07", "end: 2027-06-17", "round.overlap", "2027-06-16"),
    Case("a hole nobody meant", ", gap: intended", "", "round.gap", "2027-06-16", "warning"),
    Case("two rounds of one name", "name: Final", "name: Trial", "round.same-name", "Trial, start: 2027-06-16"),
    Case("a series without a length", ", every: 4 weeks", "", "time.series", "count"),
    Case("a series of nothing", "every: 4 weeks", "every: 0 weeks", "time.zero-length", "0 weeks"),
    Case(
        "a series against its end",
        "start: open }\n    limits",
        "start: open, end: close }\n    limits",
        "time.duration-vs-end",
        "close",
    ),
    Case("a series that stops early", "count: 4", "count: 3", "round.stops-early", "{ count: 3", "info"),
    Case(
        "a round before the opening", "start: 2027-06-01,", "start: 2027-02-01,", "round.before-open", "2027", "warning"
    ),
    Case("no rounds at all", "rounds: { count: 4, every: 4 weeks, start: open }", "rounds: []", "round.none", "[]"),
]

REFERENCES = [
    Case(
        "a team that is none", "access: participants\n", "access: participant\n", "reference.unknown-team", "particip"
    ),
    Case(
        "a truth that is none", "truth: final-truth", "truth: finaltruth", "reference.unknown-data-entry", "finaltruth"
    ),
    Case(
        "a truth of a round", "truth: leaderboard-truth }", "truth: leader }", "reference.unknown-data-entry", "leader"
    ),
    Case(
        "a machine that is none", "orchestrator: main", "orchestrator: mian", "reference.unknown-orchestrator", "mian"
    ),
    Case(
        "a workflow that is none",
        "purpose: final",
        "purpose: final\n    workflow: scorin",
        "reference.unknown-workflow",
        "scorin",
    ),
    Case(
        "a requirement that is none", "requires: [terms]", "requires: [term]", "reference.unknown-requirement", "term]"
    ),
    Case("a queue of a view", "queues: [leaderboard]", "queues: [leader]", "reference.unknown-queue", "leader]"),
    Case(
        "a sub-challenge of a queue",
        "purpose: final",
        "purpose: final\n    for: [similarty]",
        "reference.unknown-sub-challenge",
        "similarty",
    ),
    Case(
        "a sub-challenge that differs",
        "by_sub_challenge: { similarity:",
        "by_sub_challenge: { similarty:",
        "reference.unknown-sub-challenge",
        "similarty",
    ),
    Case(
        "a metric of the ranking",
        "rank_by: [pearson, rmse]",
        "rank_by: [person]",
        "reference.unknown-metric",
        "[person",
    ),
    Case("an approver that is none", "by: administrators }", "by: admins }", "reference.unknown-team", "admins"),
    Case(
        "a team without preregistration", "  preregistration: 2027-01-12\n", "", "page.unknown-value", "{{ teams.prereg"
    ),
]

QUEUES = [
    Case("no limits", "    limits: { total: 3 }\n", "", "queue.no-limits", "leaderboard:"),
    Case("no truth", "    truth: leaderboard-truth\n", "", "queue.no-truth", "leaderboard:"),
    Case("a limit of nothing", "limits: { total: 3 }\n", "limits: { total: 0 }\n", "quota.zero", "{ total", "warning"),
    Case(
        "a limit out of reach",
        "limits: { total: 3 }\n",
        "limits: { daily: 9, total: 3 }\n",
        "quota.consistent",
        "{ daily",
        "warning",
    ),
    Case(
        "nothing to evaluate with",
        "template: data-to-model",
        "template: writeup",
        "queue.no-workflow",
        "leaderboard:",
        "warning",
    ),
    Case(
        "two workflows to choose from",
        "workflows:\n",
        "workflows:\n  other: { repository: a/b@v1 }\n",
        "queue.which-workflow",
        "leaderboard:",
    ),
    Case("code from nowhere", "repository: my-org/smell-infra@v1.0.0, ", "", "workflow.no-repository", "scoring"),
    Case("code from a branch", "@v1.0.0", "@main", "pin.branch", "my-org/smell-infra@main", "warning"),
    Case(
        "an entry point outside", "template: data-to-model", "entrypoint: ../x.cwl", "workflow.entrypoint", "../x.cwl"
    ),
    Case(
        "forwarding to nowhere",
        "purpose: final",
        "purpose: final\n    evaluation: forward",
        "queue.no-target",
        "final:",
    ),
    Case(
        "forwarding in a circle",
        "purpose: final",
        "purpose: final\n    forward_to: final",
        "queue.forward-cycle",
        "final",
    ),
    Case(
        "a setting said on both",
        "purpose: final",
        "purpose: final\n    submission: file",
        "queue.said-twice",
        "submission",
    ),
    Case(
        "a difference inside together",
        "purpose: final",
        "purpose: final\n    for: { together: [similarity] }",
        "queue.variant-together",
        "similarity",
    ),
]

ACCESS = [
    Case(
        "a truth that can be read",
        "file: truth.csv, version",
        "file: truth.csv, access: participants, version",
        "leak.truth-readable",
        "participants",
    ),
    Case("a truth released too early", "release: conclude", "release: open", "leak.truth-released", "open"),
    Case(
        "a truth among the data", "folder: Private Data/Final", "folder: Data/Training", "access.one-folder", "Data/Tr"
    ),
    Case(
        "a withheld metric on show",
        "columns: [submitter, pearson]",
        "columns: [submitter, rmse]",
        "leak.withheld-column",
        "rmse",
    ),
    Case("a misspelt withheld metric", "withhold: [rmse]", "withhold: [rsme]", "leak.unknown-metric", "[rsme"),
    Case("everybody submits", "access: participants\n", "access: signed-in\n", "access.everybody-submits", "signed-in"),
    Case(
        "the public downloads",
        "access: participants, start",
        "access: public, start",
        "access.public-download",
        "public",
    ),
    Case("open staff", "organizers: { ", "organizers: { join: open, ", "access.staff-open", "open"),
    Case("a form without an address", "kind: clickwrap", "kind: external", "requirement.no-url", "terms"),
    Case("adopted and used", "join: invitation", "adopt: 1, use: 2", "ownership.both", "use"),
    Case("a token", "headline: Predict", "headline: eyJ0eXAiOiJKV1Q.eyJhY2Nlc3Mi.x Predict", "manifest.secret", "eyJ"),
    Case("a placeholder", "name: My Org", "name: UPDATE_ME", "manifest.placeholder", "UPDATE_ME", "warning"),
]

NAMES = [
    Case(
        "a colon in a queue's name",
        "Mixture similarity",
        "'Mixture: similarity'",
        "name.not-allowed",
        "Smell Challenge",
    ),
    Case("an accent in the name", "Smell Challenge", "Défi", "name.not-allowed", "Défi"),
    Case("a plus for teams", "Smell Challenge", "Smell+", "name.not-allowed", "Smell+"),
    Case("a slash of a team's own", "join: invitation", "name: A/B", "name.not-allowed", "A/B"),
    Case("a name too long", "Smell Challenge", "x" * 257, "name.not-allowed", "xxx"),
    Case("two teams of one name", "join: invitation", "name: smell-challenge.participants", "name.same", "smell-"),
    Case(
        "a general queue name",
        "purpose: final",
        "purpose: final\n    name: Task 1",
        "name.too-general",
        "Task 1",
        "warning",
    ),
    Case("a folder with a question mark", "Data/Training", "Data/Training?", "name.not-allowed", "Data/Training?"),
]

PLACES = [
    Case("data that are nowhere", "folder: Data/Training, ", "", "data.nowhere", "training"),
    Case(
        "data at two places",
        "folder: Data/Training",
        "folder: Data/Training, at: main, path: /x",
        "data.two-places",
        "training",
    ),
    Case("half a path", "folder: Data/Training", "at: main", "data.half-a-path", "training"),
    Case(
        "a version of nothing",
        "folder: Data/Training",
        "folder: Data/Training, version: 2",
        "data.version-of-what",
        "2",
    ),
    Case("the folder of logs", "Data/Training", "Logs/Training", "data.reserved-folder", "Logs"),
    Case("a machine too small", "memory: 64 GB", "memory: 32 GB", "compute.size", "main"),
    Case("a machine just big enough", "memory: 64 GB", "memory: 40 GB", "compute.tight", "{ memory", "warning"),
    Case("a job too big", "run: { memory: 6 GB }", "run: { memory: 16 GB }", "compute.size", "16 GB"),
    Case("a graphics card nobody has", "run: { memory: 6 GB }", "run: { gpus: 1 }", "compute.no-gpu", "1"),
    Case(
        "an image that runs for ever",
        "submission: file",
        "submission: docker",
        "compute.no-time-limit",
        "leaderboard:",
        "warning",
    ),
    Case(
        "a service nobody named",
        "service_account:",
        "engine: wes, service_account:",
        "orchestrator.no-endpoint",
        "main",
    ),
    Case(
        "an option of Toil's own",
        "service_account:",
        "toil_options: --workDir /x, service_account:",
        "orchestrator.toil-options",
        "--workDir",
    ),
    Case("no folder of pages", "pages: wiki/", "pages: wikis/", "page.no-folder", "wikis/"),
    Case("pages outside", "pages: wiki/", "pages: ../..", "file.outside", "../.."),
    Case("no preregistration page", "preregistration.md", "prereg.md", "file.missing", "prereg.md"),
]


@pytest.mark.parametrize("case", [*SHAPES, *TIMES, *REFERENCES, *QUEUES, *ACCESS, *NAMES, *PLACES], ids=str)
def test_a_mistake_is_named_and_pointed_at(case: Case, broken: Break) -> None:
    loaded = broken(case.old, case.new)
    found = [item for item in loaded.diagnostics if item.code == case.code]
    assert found, shown(loaded)
    assert any(pointed_at(loaded, item).startswith(case.at) for item in found), shown(loaded)
    assert {item.severity for item in found} == {case.severity}
    assert (loaded.resolved is None) == loaded.has_errors


def test_the_sound_manifest_has_nothing_wrong(broken: Break) -> None:
    loaded = broken()
    assert {item.code for item in loaded.diagnostics} <= {"round.stops-early"}
    assert loaded.resolved is not None


def test_all_mistakes_are_reported_in_one_run(broken: Break) -> None:
    loaded = broken("stage: draft", "stage: x\n  nmae: y\n  layout: z")
    assert [item.code for item in loaded.diagnostics] == [
        "manifest.unknown-value",
        "manifest.unknown-key",
        "manifest.unknown-value",
    ]


def test_tbd_is_fine_until_the_challenge_opens(broken: Break) -> None:
    assert not broken("close: 2027-06-30T17:00", "close: tbd").has_errors


def test_tbd_is_an_error_once_the_challenge_opens(broken: Break) -> None:
    head = "stage: draft\n  timezone: America/Los_Angeles\ntimeline:\n  preregistration: 2027-01-12\n"
    loaded = broken(head + "  open: 2027-03-03T09:00", head.replace("draft", "open") + "  open: tbd")
    found = [pointed_at(loaded, item) for item in loaded.diagnostics if item.code == "stage.tbd"]
    assert found == ["open: tbd", "{ count: 4, every: 4 weeks, start: open }", "{ start: open, end: papers-due } }"]


def test_a_misspelt_key_comes_with_the_right_one(broken: Break) -> None:
    found = broken("stage: draft", "stgae: draft").diagnostics[0]
    assert found.help == "Did you mean `stage`?"


def test_a_queue_without_any_sub_challenge_is_refused(broken: Break) -> None:
    loaded = broken(
        "sub_challenges:\n  similarity:\n    name: Mixture similarity\n    submission: file\n"
        "    metrics: { pearson: maximize, rmse: minimize }\n    rank_by: [pearson, rmse]\n",
        "",
    )
    codes = {item.code for item in loaded.diagnostics}
    assert "queue.nothing-asked" in codes
