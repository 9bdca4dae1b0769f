"""Manifests that are well formed and say something wrong."""

from __future__ import annotations

from tests.challenge_spec.mistakes import Case

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
    Case("changing what is others'", "join: invitation", "use: 1, join: open", "ownership.not-ours", "join"),
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
    Case(
        "staging where there is none",
        "stage: draft\n  timezone: America/Los_Angeles\n",
        "layout: one-project\n  timezone: America/Los_Angeles\nprojects: { staging: { name: X } }\n",
        "project.no-staging",
        "staging",
    ),
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

RENAMES = [
    Case(
        "a challenge without participants",
        "participants: { requires: [terms] }",
        "participants: { exists: false }",
        "existence.needed",
        "exists",
    ),
    Case(
        "a team of one's own that isn't there",
        "finalists: { join: invitation }",
        "finalists: { exists: false }",
        "existence.needed",
        "exists",
    ),
    Case(
        "a folder that inherits and grants",
        "folder: Data/Training,",
        "folder: Data/Training, inherits: true, grants: { example-helper: download },",
        "access.inherits",
        "grants",
    ),
    Case(
        "a level that is none",
        "folder: Data/Training,",
        "folder: Data/Training, grants: { example-helper: write },",
        "manifest.unknown-value",
        "write",
    ),
    Case(
        "an access type that is none",
        "folder: Data/Training,",
        "folder: Data/Training, grants: { example-helper: [WRITE] },",
        "manifest.unknown-value",
        "[WRITE]",
    ),
    Case(
        "a team that is still there",
        "finalists: { join: invitation }",
        "finalists: { join: invitation, was: organizers }",
        "rename.still-there",
        "organizers }",
    ),
    Case(
        "a queue that two queues were",
        "  writeups: { purpose: writeup,",
        "  papers: { purpose: writeup, was: manuscripts, rounds: { start: open, end: papers-due } }\n"
        "  writeups: { purpose: writeup, was: manuscripts,",
        "rename.claimed-twice",
        "manuscripts, rounds",
    ),
    Case(
        "a folder that is still there",
        "folder: Data/Training,",
        "folder: Data/Training, was: Private Data/Final,",
        "rename.still-there",
        "Private Data/Final, access",
    ),
    Case(
        "a field that can't be left to the web",
        "finalists: { join: invitation }",
        "finalists: { ignore: [join] }",
        "manifest.unknown-value",
        "join] }",
    ),
]

GUIDE = [
    Case(
        "nobody there at the close",
        "  milestones:",
        "  on_call: [{ who: example-organizer-1, start: open, end: 2027-06-20 }]\n  milestones:",
        "time.nobody-on-call",
        "on_call",
        "warning",
    ),
    Case(
        "a duty that ends first",
        "  milestones:",
        "  on_call: [{ who: example-organizer-1, start: close, end: open }]\n  milestones:",
        "time.order",
        "open }",
    ),
    Case(
        "a duty at a moment nobody named",
        "  milestones:",
        "  on_call: [{ who: example-organizer-1, start: opn, end: close }]\n  milestones:",
        "time.unknown-moment",
        "opn",
    ),
    Case(
        "a page that must be there",
        "wiki: { pages: wiki/,",
        "wiki: { required: [data, metrics], pages: wiki/,",
        "page.required-missing",
        "metrics",
    ),
    Case(
        "a total out of reach",
        "limits: { total: 1 }, truth",
        "limits: { daily: 1, total: 30 }, truth",
        "quota.consistent",
        "{ daily: 1",
        "warning",
    ),
    Case(
        "a checkout that is not there",
        "data-to-model, rep",
        "data-to-model, checkout: infra, rep",
        "workflow.not-fetched",
        "infra",
        "warning",
    ),
    Case(
        "a checkout out of the tree",
        "data-to-model, rep",
        "data-to-model, checkout: ../..//etc, rep",
        "file.outside",
        "../",
    ),
    Case(
        "an image that is no name",
        "data-to-model, rep",
        "data-to-model, images: { score: 'my image' }, rep",
        "manifest.bad-text",
        "'my",
    ),
    Case(
        "a step that has no image",
        "data-to-model, rep",
        "data-to-model, images: { scoring: a/b }, rep",
        "manifest.unknown-key",
        "scoring",
    ),
    Case(
        "an engine that moves",
        "main: { service_account",
        "main: { engine_image: quay.io/ucsc_cgl/toil, service_account",
        "pin.image",
        "quay",
        "warning",
    ),
    Case(
        "a language that is none",
        "data-to-model, rep",
        "data-to-model, language: perl, rep",
        "manifest.unknown-value",
        "perl",
    ),
]
