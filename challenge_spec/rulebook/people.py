"""Access, leaks, data, what exists already, and names on Synapse."""

from __future__ import annotations

from typing import Final

from challenge_spec.rulebook.rule import Example, Rule

_TRAINING = "folder: Data/Training"

RULES: Final = (
    Rule(
        "access.public-download",
        "error",
        "Everybody, signed in or not, is to download.",
        "Synapse lets nobody download who isn't signed in, and data were shared too widely by mistake (E1).",
        "Write `{ public: view, signed-in: download }`.",
        Example(
            "access: participants, start",
            "access: public, start",
            "access: { public: view, signed-in: download }, start",
        ),
    ),
    Rule(
        "access.everybody-submits",
        "error",
        "Everybody is to submit.",
        "Synapse grants everybody reading and nothing more.",
        "Give it to a team.",
        Example("access: participants\n", "access: signed-in\n"),
    ),
    Rule(
        "access.everybody-changes",
        "error",
        "Everybody, or everybody who is signed in, is to do more than read or download.",
        "Synapse grants the public reading only; and strangers would change what the challenge consists of.",
        "Give it to a team.",
        Example(
            _TRAINING, f"{_TRAINING}, grants: {{ signed-in: edit }}", f"{_TRAINING}, grants: {{ signed-in: view }}"
        ),
    ),
    Rule(
        "access.one-folder",
        "error",
        "Two data entries in one folder differ in who may read them, or when.",
        "A folder has one list of readers (E1).",
        "Give one of them a folder of its own.",
        Example("folder: Private Data/Final", "folder: Data/Training"),
    ),
    Rule(
        "access.staff-open",
        "error",
        "Anybody could join a team of staff.",
        "Its members read truths and change the challenge.",
        "Write `join: invitation`.",
        Example("organizers: { ", "organizers: { join: open, "),
    ),
    Rule(
        "leak.truth-readable",
        "error",
        "Somebody besides staff could read a truth.",
        "A truth lay in a public repository two days before the end (F3), folders were shared too widely (E1).",
        "Remove the access; release the truth later instead.",
        Example("file: truth.csv, version", "file: truth.csv, access: participants, version"),
    ),
    Rule(
        "leak.truth-released",
        "error",
        "A truth would be released before the challenge closes.",
        "Whoever has it has the right answers (F3).",
        "Write `release: conclude`.",
        Example("release: conclude", "release: open"),
    ),
    Rule(
        "leak.unknown-metric",
        "error",
        "Something is withheld that is no metric of the queue.",
        "The metric that was meant would be shown: scores hidden in mails were public elsewhere (F1).",
        "Correct the name.",
        Example("withhold: [rmse]", "withhold: [rsme]"),
    ),
    Rule(
        "leak.withheld-column",
        "error",
        "A view shows a metric that is withheld.",
        "Every column is shown to whoever reads the view (F1, F2).",
        "Remove the column; the dashboard shows it to staff.",
        Example("columns: [submitter, pearson]", "columns: [submitter, rmse]"),
    ),
    Rule(
        "data.nowhere",
        "error",
        "A data entry does not say where it is.",
        "Nothing could be handed out.",
        "Write `folder`, or `at` and `path`, or `url`.",
        Example("folder: Data/Training, ", ""),
    ),
    Rule(
        "data.two-places",
        "error",
        "A data entry is at two places.",
        "Which of the two is meant?",
        "Keep one of them.",
        Example(_TRAINING, f"{_TRAINING}, at: main, path: /data"),
    ),
    Rule(
        "data.half-a-path",
        "error",
        "One of `at` and `path` is missing.",
        "A machine without a path, or a path without a machine.",
        "Write both.",
        Example(
            _TRAINING,
            "at: main",
            "at: main, path: /data",
            also=(("access: participants, start: open }", "description: On the machine }"),),
        ),
    ),
    Rule(
        "data.version-of-what",
        "error",
        "A version, and no file.",
        "Folders have no versions.",
        "Write `file`.",
        Example(_TRAINING, f"{_TRAINING}, version: 2"),
    ),
    Rule(
        "data.reserved-folder",
        "error",
        "Data in the folder `Logs`.",
        "It belongs to the orchestrators.",
        "Choose another folder.",
        Example("Data/Training", "Logs/Training"),
    ),
    Rule(
        "requirement.no-url",
        "error",
        "A requirement that is met elsewhere, and no address.",
        "Nobody could meet it (E9).",
        "Write its `url`.",
        Example("kind: clickwrap", "kind: external"),
    ),
    Rule(
        "ownership.both",
        "error",
        "Something is adopted and used.",
        "`adopt` makes it ours, `use` leaves it to its owner.",
        "Keep one of the two.",
        Example("join: invitation", "adopt: 1, use: 2", "adopt: 1"),
    ),
    Rule(
        "ownership.not-ours",
        "error",
        "Something that is only used is to be changed.",
        "It belongs to somebody else.",
        "Delete the setting, or write `adopt`.",
        Example("join: invitation", "use: 1, join: open", "use: 1"),
    ),
    Rule(
        "project.no-staging",
        "error",
        "The layout has one project, and the manifest describes a staging project.",
        "There would be none.",
        "Delete it, or choose the layout `two-projects`.",
        Example(
            "stage: draft\n",
            "stage: draft\n  layout: one-project\n",
            "stage: draft\n",
            also=(("governance:", "projects: { staging: { name: Smell rehearsal } }\ngovernance:"),),
        ),
    ),
    Rule(
        "name.not-allowed",
        "error",
        "A name, given or derived, that Synapse refuses.",
        "It would be refused when half of a plan has been applied.",
        "Use the characters that the message names.",
        Example("Mixture similarity", "'Mixture: similarity'"),
    ),
    Rule(
        "name.same",
        "error",
        "Two things would have one name where Synapse wants different ones.",
        "The second would be refused, or taken for the first.",
        "Give one of them another `name`.",
        Example("join: invitation", "name: smell-challenge.participants"),
    ),
    Rule(
        "name.too-general",
        "warning",
        "A queue's name does not say which challenge it belongs to.",
        "Queue names are unique over all of Synapse; such a name is probably taken.",
        "Put the challenge's name in front.",
        Example(
            "    purpose: final", "    purpose: final\n    name: Task 1", "    purpose: final\n    name: Smell Task 1"
        ),
    ),
    Rule(
        "name.staging-unmarked",
        "warning",
        "Nothing in the name of the staging project says that it is not the real challenge.",
        "Users found a rehearsal by search and took it for the real one (B6).",
        "Put `staging` into the name.",
        Example(
            "wiki: {",
            "projects: { staging: { name: Smell } }\nwiki: {",
            "projects: { staging: { name: Smell staging } }\nwiki: {",
        ),
    ),
)
