"""Manifests whose parts are sound each by itself and do not fit together; pages that say what is no longer so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from challenge_spec.diagnostics import Severity
from challenge_spec.load import Loaded
from tests.challenge_spec.sound import SOUND, Break, pointed_at, shown

FINAL, LEADERBOARD = "    purpose: final\n", "    purpose: leaderboard\n"
NO_TABLE = (", queue_table: queues.json", "")
MACHINE = "machine: { memory: 64 GB }"
SCORING = "  scoring: {"


@dataclass(frozen=True)
class Case:
    """Edits of the sound manifest (a text and what follows it, or what stands in its place), and what is found."""

    mistake: str
    edits: Mapping[str, str]
    code: str
    at: str
    severity: Severity = "error"
    files: Mapping[str, str | None] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.mistake.replace(" ", "-")


def also(text: str, more: str) -> dict[str, str]:
    """An edit that adds lines behind a text."""
    return {text: text + more}


def track(said: str) -> dict[str, str]:
    return also(FINAL, f"    eligibility: {{ {said} }}\n")


def exception(said: str) -> dict[str, str]:
    return also(FINAL, f"    exceptions: [{{ who: finalists, {said} }}]\n")


def page(text: str) -> dict[str, str | None]:
    return {"wiki/news.md": text}


OTHER = "  other: { purpose: final, truth: final-truth, limits: none"

TRACKS = [
    Case("a team of nobody", track("member_of: finalist"), "reference.unknown-team", "finalist"),
    Case("a track that is none", track("exclusive_with: leader"), "reference.unknown-queue", "leader }"),
    Case("a sub-challenge that is none", track("ranked_with: final/x"), "reference.unknown-queue", "final/x"),
    Case("shut out by itself", track("exclusive_with: final"), "eligibility.itself", "final }"),
    Case("first in itself", track("needs_success_in: [final]"), "eligibility.itself", "[final"),
    Case(
        "must and must not",
        track("needs_success_in: leaderboard, exclusive_with: leaderboard"),
        "eligibility.contradiction",
        "leaderboard }",
    ),
    Case("success where nobody looks", track("needs_success_in: writeups"), "eligibility.never-succeeds", "writeups"),
    Case(
        "success in what opens later",
        also(LEADERBOARD, "    eligibility: { needs_success_in: other }\n")
        | also("queues:\n", OTHER + ", rounds: [{ name: Late, start: 2027-06-29, end: 2027-06-30 }] }\n"),
        "eligibility.too-late",
        "other }",
    ),
    Case(
        "two that wait for each other",
        track("needs_success_in: other")
        | also("queues:\n", OTHER + ", eligibility: { needs_success_in: final } }\n"),
        "eligibility.circle",
        "final }",
    ),
    Case("a condition that nobody checks", dict([NO_TABLE]) | track("exclusive_with: leaderboard"),
         "eligibility.unchecked", "leaderboard", "warning"),
    Case("rounds that nobody tells", dict([NO_TABLE]), "round.no-table", "- { name: Trial", "warning"),
    Case("an exception of what", exception("why: x, until: close"), "exception.of-what", "{ who"),
    Case("an exception that is over", exception("why: x, until: 2027-05-01, what: late"), "exception.over", "2027-05"),
    Case("an exception for ever", exception("why: x, what: late"), "manifest.missing-key", "{ who"),
    Case("an exception without a reason", exception("until: close, what: late"), "manifest.missing-key", "{ who"),
]  # fmt: skip

RIGHTS = [
    Case("a test queue for everybody", {FINAL: "    purpose: test\n    access: participants\n"}, "access.test-queue",
         "participants"),
    Case("participants who score", {"access: participants\n": "access: { participants: score }\n"},
         "access.participants-rule", "score"),
    Case("participants who edit data", {"access: participants, start": "access: { participants: edit }, start"},
         "access.participants-rule", "edit"),
    Case("participants who run it", {"catalog:": "projects: { live: { grants: "
         "{ participants: admin } } }\ncatalog:"}, "access.participants-rule", "admin"),
    Case("participants with a right", {"catalog:": "projects: { live: { grants: { participants: [READ, UPDATE] } } }\n"
         "catalog:"}, "access.participants-rule", "[READ"),
    Case("a staging site for all", {"catalog:": "projects: { staging: { grants: { public: view } } }\ncatalog:"},
         "access.public-staging", "view"),
    Case("logs for all", {"catalog:": "projects: { logs: { grants: { participants: view } } }\ncatalog:"},
         "leak.logs-shared", "view"),
    Case("logs of what ran on sensitive data", {"submission: file": "submission: docker\n    run: { time_limit: 1h }",
         "human_data: false": "human_data: true, sensitive: true"}, "leak.sensitive-logs", "leaderboard:"),
    Case("a mailing list", {"requires: [terms] }": "requires: [terms], grants: { participants: message } }"},
         "team.mass-mail", "{ participants", "warning"),
    Case("the same people twice", {"members: [example-admin]": "members: [example-organizer-1]"}, "team.same-people",
         "[example-organizer-1]", "warning"),
]  # fmt: skip

FITTING = [
    Case("an image for a file's workflow", {"submission: file": "submission: docker"}, "workflow.template-mismatch",
         "docker", "warning"),
    Case("a language nobody runs", {"data-to-model, rep": "data-to-model, entrypoint: main.nf, rep"},
         "workflow.not-cwl", "scoring", "warning"),
    Case("no containers", {"submission: file": "submission: docker", MACHINE: "machine: { containers: none }"},
         "compute.no-containers", "docker"),
    Case("data on another machine", {"folder: Private Data/Final, file: truth.csv, version: 2": "at: far, path: /x",
         "orchestrators:\n": "orchestrators:\n  far: { service_account: smell-bot }\n"}, "data.other-machine",
         "final-truth"),
    Case("a truth that comes late", {"file: truth.csv, version: 2": "file: truth.csv, expected: 2027-06-20"},
         "data.expected-late", "2027-06-20", "warning"),
    Case("nothing to try images on", {"submission: file": "submission: docker",
         "human_data: false": "human_data: true, sensitive: true"}, "data.no-synthetic", "true", "info"),
    Case("asked here and elsewhere", {"submission: file": "submission: file\n    elsewhere: https://example.org",
         LEADERBOARD: LEADERBOARD + "    for: [similarity]\n"}, "queue.held-elsewhere", "[similarity"),
    Case("in an archive and here", {"folder: Data/Training,": "folder: Data/Training, url: https://example.org,"},
         "data.two-places", "https"),
    Case("a table outside", {"queue_table: queues.json": "queue_table: ../x.json"}, "workflow.queue-table", "../x"),
    Case("a question without a queue", also("sub_challenges:\n", "  other: {}\n") | {
         LEADERBOARD: LEADERBOARD + "    for: [similarity]\n", FINAL: FINAL + "    for: [similarity]\n"},
         "sub-challenge.no-queue", "other", "warning"),
    Case("a workflow nobody uses", {SCORING: "  spare: { template: writeup, repository: a/b@v1 }\n" + SCORING,
         "purpose: writeup,": "purpose: writeup, evaluation: receive,"}, "reference.unused", "spare", "warning"),
    Case("a machine nobody uses", also("orchestrators:\n", "  spare: {}\n"), "reference.unused", "spare", "warning"),
    Case("terms nobody accepts", {"requires: [terms]": "requires: []"}, "reference.unused", "terms", "warning"),
    Case("a date nobody names", {"papers-due: 2027-07-14T17:00": "papers-due: 2027-07-14T17:00, other: 2027-08-01"},
         "reference.unused-milestone", "2027-08-01", "info"),
    Case("a type that is none", {"headline: Predict": "input_data_types: [smells], headline: Predict"},
         "catalog.not-edam", "smells", "warning"),
    Case("a slug with capitals", {"headline: Predict": "slug: Smell, headline: Predict"}, "manifest.bad-text", "Smell"),
]  # fmt: skip

DAYS = [
    Case("an end on a holiday", also("timeline:\n", "  holidays: [2027-06-30]\n"), "time.staffed-end", "2027-06-30T17",
         "warning"),
    Case("a holiday that is no day", also("timeline:\n", "  holidays: [Xmas]\n"), "manifest.bad-text", "Xmas"),
]  # fmt: skip

PAGES = [
    Case("a date from before it was moved", {}, "time.single-source", "June 28, 2027", "warning",
         page("Submit until June 28, 2027.")),
    Case("the same in numbers", {}, "time.single-source", "2027-06-29", "warning", page("Until 2027-06-29!")),
    Case("the same without a year", {}, "time.single-source", "2 July", "warning", page("Until 2 July.")),
    Case("standard time in summer", {}, "time.wrong-abbreviation", "EST", "warning",
         page("Submit until June 30, 2027, 17:00 EST.")),
    Case("last year's id", {}, "stale.foreign-id", "syn65660836", "warning", page("See syn65660836.")),
    Case("last year's team", {}, "stale.foreign-id", "3379999", "warning", page("${jointeam?teamId=3379999}")),
    Case("a section that nobody wrote", {}, "page.empty-section", "Prizes", "warning",
         page("# News\n\nx\n\n## Prizes\n\n## Rules\n\nx")),
    Case("the template's wiki", {}, "page.placeholder", "syn18058986", "warning", page("See syn18058986.")),
    Case("the template's map", {}, "page.placeholder", "#!Map:0", "warning", page("[x](#!Map:0)")),
    Case("the template's team", {}, "page.placeholder", "{teamId}", "warning", page("team {teamId}")),
]  # fmt: skip


def edited(case: Case, broken: Break) -> Loaded:
    text = SOUND
    for old, new in case.edits.items():
        assert old in text, old
        text = text.replace(old, new, 1)
    return broken(files={"challenge.yaml": text, **case.files})


@pytest.mark.parametrize("case", [*TRACKS, *RIGHTS, *FITTING, *DAYS, *PAGES], ids=str)
def test_what_does_not_fit_is_named_and_pointed_at(case: Case, broken: Break) -> None:
    loaded = edited(case, broken)
    found = [item for item in loaded.diagnostics if item.code == case.code]
    assert found, shown(loaded)
    assert any(pointed_at(loaded, item).startswith(case.at) for item in found), shown(loaded)
    assert {item.severity for item in found} == {case.severity}


@pytest.mark.parametrize(
    "text",
    [
        "Submit until June 30, 2027.",
        "`2027-06-29`",
        "```\n2027-06-29\n```",
        "<!-- 2027-06-29 -->",
        "Founded on June 29, 2012.",
        "Submit until June 30, 2027, 17:00 PDT.",
        "In May 12 teams met.",
        "## Rules\n\n### Teams\n\nx",
        "Version 2.0 of 31 June 2027",
    ],
)
def test_what_fits_is_left_alone(text: str, broken: Break) -> None:
    loaded = broken(files={"wiki/news.md": f"# News\n\nx\n\n{text}"})
    assert {item.code for item in loaded.diagnostics} <= {"round.stops-early"}, shown(loaded)


def test_ids_of_others_can_be_declared(broken: Break) -> None:
    loaded = broken(
        "preregistration: preregistration.md }",
        "preregistration: preregistration.md, foreign: [syn65660836] }",
        {"wiki/news.md": "See syn65660836."},
    )
    assert "stale.foreign-id" not in {item.code for item in loaded.diagnostics}


def test_ids_that_the_manifest_names_are_known(broken: Break) -> None:
    loaded = broken("folder: Data/Training,", "use: syn65660836,", {"wiki/news.md": "See syn65660836."})
    assert "stale.foreign-id" not in {item.code for item in loaded.diagnostics}


def test_a_file_that_no_page_shows_is_reported(broken: Break) -> None:
    loaded = broken(files={"wiki/images/old.png": "x"})
    (found,) = [item for item in loaded.diagnostics if item.code == "page.orphan-file"]
    assert found.position.file.endswith("wiki/images/old.png")


def test_a_milestone_is_named_by_a_page(broken: Break) -> None:
    loaded = broken(
        "papers-due: 2027-07-14T17:00",
        "papers-due: 2027-07-14T17:00, party: 2027-08-01",
        {"wiki/news.md": "A party on {{ timeline.milestones.party.date }}."},
    )
    assert "reference.unused-milestone" not in {item.code for item in loaded.diagnostics}
