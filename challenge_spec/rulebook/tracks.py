"""Who counts where, exceptions on record, and what was renamed."""

from __future__ import annotations

from typing import Final

from challenge_spec.rulebook.rule import Example, Rule

_FINAL = "    purpose: final"
_LETTERS = "{ purpose: writeup, evaluation: receive, rounds: { start: open, end: close } }"


def _eligible(text: str) -> str:
    return f"{_FINAL}\n    eligibility: {{ {text} }}"


def _other(start: str, end: str) -> str:
    rounds = f"rounds: {{ start: {start}, end: {end} }}"
    return f"{{ purpose: final, truth: final-truth, limits: {{ total: 1 }}, {rounds} }}"


def _exception(until: str, allowed: str = "") -> str:
    return ", ".join(["{ who: finalists, why: a slow start", f"until: {until}", *([allowed] if allowed else [])]) + " }"


RULES: Final = (
    Rule(
        "eligibility.itself",
        "error",
        "A queue depends on what was submitted to itself.",
        "Nobody could be the first.",
        "Name another queue.",
        Example(_FINAL, _eligible("needs_success_in: [final]")),
    ),
    Rule(
        "eligibility.contradiction",
        "error",
        "A queue asks for a submission that it also forbids.",
        "Nobody could meet both.",
        "Keep one of the two.",
        Example(
            _FINAL,
            _eligible("needs_success_in: [leaderboard], exclusive_with: [leaderboard]"),
            _eligible("needs_success_in: [leaderboard]"),
        ),
    ),
    Rule(
        "eligibility.never-succeeds",
        "error",
        "A queue needs success in one where nothing is evaluated.",
        "Nobody ever succeeds there.",
        "Write `ranked_with` if a submission is enough.",
        Example(
            _FINAL,
            _eligible("needs_success_in: [letters]"),
            _eligible("ranked_with: [letters]"),
            also=(
                (
                    "queues:\n",
                    f"queues:\n  letters: {_LETTERS}\n",
                ),
            ),
        ),
    ),
    Rule(
        "eligibility.too-late",
        "error",
        "A queue needs success in one that opens when it is over.",
        "Nobody could have it in time.",
        "Move one of them.",
        Example(
            "    purpose: leaderboard",
            "    purpose: leaderboard\n    eligibility: { needs_success_in: [late] }",
            "    purpose: leaderboard\n    eligibility: { needs_success_in: [early] }",
            also=(
                (
                    "queues:\n",
                    f"queues:\n  late: {_other('2027-07-20', '2027-07-30')}\n  early: {_other('open', '2027-04-07')}\n",
                ),
            ),
        ),
    ),
    Rule(
        "eligibility.unchecked",
        "warning",
        "Somebody must ask for eligibility, and the workflow has no table to learn it from.",
        "Exclusive tracks and invitations were left to scripts that query a view, which lags (B8).",
        "Write `queue_table: queues.json` in the workflow, and let it ask.",
        Example(_FINAL, _eligible("exclusive_with: [leaderboard]"), _FINAL, also=(("queue_table: queues.json, ", ""),)),
    ),
    Rule(
        "eligibility.circle",
        "error",
        "Queues need success in each other.",
        "Nobody could be the first to succeed.",
        "Break the circle.",
        Example(
            _FINAL,
            _eligible("needs_success_in: [leaderboard]"),
            _FINAL,
            also=(
                (
                    "    purpose: leaderboard",
                    "    purpose: leaderboard\n    eligibility: { needs_success_in: [final] }",
                ),
            ),
        ),
    ),
    Rule(
        "exception.of-what",
        "error",
        "An exception does not say what is allowed.",
        "Time limits were raised for one named team, on no record but a commit (G4).",
        "Say it with `run`, or in words with `what`.",
        Example(
            _FINAL,
            f"{_FINAL}\n    exceptions: [{_exception('close')}]",
            f"{_FINAL}\n    exceptions: [{_exception('close', 'run: { time_limit: 9h }')}]",
        ),
    ),
    Rule(
        "exception.over",
        "error",
        "An exception ends before its queue begins.",
        "It would never hold (G4).",
        "Correct the date, or delete it.",
        Example(
            _FINAL,
            f"{_FINAL}\n    exceptions: [{_exception('2027-05-05', 'run: { time_limit: 9h }')}]",
            f"{_FINAL}\n    exceptions: [{_exception('close', 'run: { time_limit: 9h }')}]",
        ),
    ),
    Rule(
        "rename.still-there",
        "error",
        "Something says that it was another, and the other is still there.",
        "Then it can't have been it; two things would share one history.",
        "Delete `was`, or the old entry.",
        Example("finalists: { join: invitation }", "finalists: { join: invitation, was: organizers }"),
    ),
    Rule(
        "rename.claimed-twice",
        "error",
        "Two entries say that they were the same one.",
        "Only one of them can have its history.",
        "Delete one `was`.",
        Example(
            "finalists: { join: invitation }",
            "finalists: { join: invitation, was: winners }\n  guests: { join: invitation, was: winners }",
            "finalists: { join: invitation, was: winners }\n  guests: { join: invitation }",
        ),
    ),
)
