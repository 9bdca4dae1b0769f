"""Rights that nobody should have, and parts that are sound each by itself and do not fit together."""

from __future__ import annotations

from typing import Final

from challenge_spec.rulebook.rule import Example, Rule

_DOCKER = ("submission: file", "submission: docker\n    run: { time_limit: 1h }\n    results: { logs: organizers }")
_MODEL = ("template: data-to-model", "template: model-to-data")
_SENSITIVE = ("human_data: false", "human_data: true, sensitive: true")
_MACHINE = "machine: { memory: 64 GB }"
_FAR = ("orchestrators:\n", "orchestrators:\n  far: { service_account: far-bot }\n")
_HEAD = "governance:"

RULES: Final = (
    Rule(
        "access.participants-rule",
        "error",
        "Participants could change what others made, or score.",
        "Each of hundreds would hold that right.",
        "Give it to a team of its own; participants read and submit.",
        Example("access: participants\n", "access: { participants: score }\n", "access: { participants: submit }\n"),
    ),
    Rule(
        "access.test-queue",
        "error",
        "Participants could submit to a queue for tests.",
        "A test queue was swapped with the live one, six commits in a day (B4).",
        "Write `access: testers`, or another `purpose`.",
        Example(
            "purpose: writeup,",
            "purpose: test, truth: final-truth, limits: none, access: participants,",
            "purpose: test, truth: final-truth, limits: none, access: testers,",
        ),
    ),
    Rule(
        "access.public-staging",
        "error",
        "Everybody would see the staging site.",
        "A rehearsal was found by search and taken for the real challenge (B6).",
        "Name the team that needs it.",
        Example(
            _HEAD,
            f"projects: {{ staging: {{ grants: {{ public: view }} }} }}\n{_HEAD}",
            f"projects: {{ staging: {{ grants: {{ judges: view }} }} }}\n{_HEAD}",
            also=(("teams:\n", "teams:\n  judges: { join: invitation }\n"),),
        ),
    ),
    Rule(
        "access.inherits",
        "error",
        "Something without an access list of its own grants rights.",
        "Who reads what it lies in reads it; nothing can be added.",
        "Keep one of `inherits` and `grants`.",
        Example(
            "folder: Data/Training,",
            "folder: Data/Training, inherits: true, grants: { judges: view },",
            "folder: Data/Training, grants: { judges: view },",
            also=(("teams:\n", "teams:\n  judges: { join: invitation }\n"),),
        ),
    ),
    Rule(
        "leak.logs-shared",
        "error",
        "Everybody would see everybody's logs.",
        "Error texts and full results of others were readable by all (F2).",
        "Remove it; name the team that needs them.",
        Example(
            _HEAD,
            f"projects: {{ logs: {{ grants: {{ participants: view }} }} }}\n{_HEAD}",
            f"projects: {{ logs: {{ grants: {{ judges: view }} }} }}\n{_HEAD}",
            also=(("teams:\n", "teams:\n  judges: { join: invitation }\n"),),
        ),
    ),
    Rule(
        "leak.sensitive-logs",
        "error",
        "Code runs on sensitive data, and its logs go to whoever sent it, by default.",
        "Logs can hold the data; sending them out is a decision, never a default (F2).",
        "Write `results: { logs: organizers }`, or `logs: submitter` if that was decided.",
        Example(
            "submission: file", "submission: docker\n    run: { time_limit: 1h }", _DOCKER[1], also=(_SENSITIVE, _MODEL)
        ),
    ),
    Rule(
        "team.mass-mail",
        "warning",
        "Each participant could write to all of them.",
        "A team of hundreds is a mailing list that anybody can join (E5).",
        "Write `view`.",
        Example(
            "{ requires: [terms] }",
            "{ requires: [terms], grants: { participants: message } }",
            "{ requires: [terms], grants: { participants: view } }",
        ),
    ),
    Rule(
        "team.same-people",
        "warning",
        "Organizers and administrators are the same people.",
        "Then nobody can say who may change what on Synapse.",
        "Name as administrators only those who look after Synapse.",
        Example("members: [example-admin]", "members: [example-organizer-1]"),
    ),
    Rule(
        "existence.needed",
        "error",
        "The challenge is to do without something that it lists, or that it can't do without.",
        "What is listed and not wanted is deleted.",
        "Delete the entry.",
        Example("{ join: invitation }", "{ join: invitation, exists: false }"),
    ),
    Rule(
        "workflow.template-mismatch",
        "warning",
        "A queue takes something that its workflow is not made for.",
        "A challenge took files where images were meant, and wrote a step only to check that (B7).",
        "Name another workflow, or `template: custom` if the code knows better.",
        Example("template: data-to-model", "template: model-to-data"),
    ),
    Rule(
        "workflow.not-cwl",
        "warning",
        "The engine runs CWL, and the entry point is none.",
        "Each submission would fail.",
        "Name a `.cwl` file, or the `engine` that runs this one.",
        Example(
            "data-to-model, rep", "data-to-model, entrypoint: main.nf, rep", "data-to-model, entrypoint: main.cwl, rep"
        ),
    ),
    Rule(
        "compute.no-containers",
        "error",
        "A queue takes Docker images, and its machine runs no containers.",
        "Each submission would fail.",
        "Write `evaluation: receive`, or name another orchestrator.",
        Example(_MACHINE, "machine: { memory: 64 GB, containers: none }", _MACHINE, also=(_DOCKER, _MODEL)),
    ),
    Rule(
        "data.other-machine",
        "error",
        "A queue reads data that lie on another machine.",
        "It could not find them.",
        "Name that orchestrator on the queue, or say where else the data are.",
        Example(
            "folder: Private Data/Final, file: truth.csv, version: 2",
            "at: far, path: /data/final",
            "at: main, path: /data/final",
            also=(_FAR,),
        ),
    ),
    Rule(
        "data.expected-late",
        "warning",
        "Data are expected after the round that needs them begins.",
        "Nothing can be scored until then.",
        "Move one of them.",
        Example(
            "file: truth.csv, version: 2",
            "file: truth.csv, expected: 2027-06-20",
            "file: truth.csv, expected: 2027-05-20",
        ),
    ),
    Rule(
        "data.no-synthetic",
        "info",
        "Participants can't see the data, and have nothing to try their images on.",
        "The first runs on the real data would be their first tests (guide, item 152).",
        "Offer made-up data of the same form, `synthetic: true`.",
        Example("training: {", "training: {", "training: { synthetic: true,", also=(_SENSITIVE, _MODEL, _DOCKER)),
    ),
    Rule(
        "queue.held-elsewhere",
        "error",
        "A queue is for a sub-challenge that is held on another platform.",
        "Submissions would come here and there.",
        "Remove it from `for`, or remove `elsewhere`.",
        Example(
            "    purpose: leaderboard",
            "    purpose: leaderboard\n    for: [similarity, second]",
            "    purpose: leaderboard\n    for: [similarity]",
            also=(("sub_challenges:\n", "sub_challenges:\n  second: { elsewhere: https://example.org }\n"),),
        ),
    ),
)
