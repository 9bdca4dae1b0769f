"""Columns of views."""

from __future__ import annotations

from typing import Final

from challenge_spec.rulebook.rule import Example, Rule

_COLUMNS = "columns: [submitter, pearson]"
_MANY = ", ".join(f"{{ name: part{number}, type: DOUBLE }}" for number in range(153))

RULES: Final = (
    Rule(
        "view.column-name",
        "error",
        "A column has a name that Synapse keeps for itself, or can't take.",
        "The view would be refused when half of a plan has been applied.",
        "Choose another name.",
        Example(_COLUMNS, "columns: [submitter, ROW_ID]", "columns: [submitter, id]"),
    ),
    Rule(
        "view.column-size",
        "error",
        "A column is wider than Synapse allows, or has a size that its type hasn't.",
        "Texts have up to 1000 characters (contract 8.1); a size on another type makes another column.",
        "Write a smaller size, or another type.",
        Example(
            _COLUMNS,
            "columns: [{ name: reason, type: STRING, size: 5000 }]",
            "columns: [{ name: reason, type: LARGETEXT }]",
        ),
    ),
    Rule(
        "view.column-twice",
        "error",
        "A view lists a column twice, perhaps under two of its names.",
        "Synapse refuses a column that is there already; which of two types holds would be chance.",
        "Remove one of them.",
        Example(_COLUMNS, "columns: [submitter, submitterid]"),
    ),
    Rule(
        "view.no-leaderboard",
        "info",
        "A leaderboard queue is scored, and none of the views shows the scores to participants.",
        "Seeing where one stands is what brings people back (guide, item 1).",
        "Add a view with `access: participants` or `public`, or write `results: { scores: never }`.",
        Example("leaderboard: { queues: [leaderboard], access: public", "leaderboard: { queues: [leaderboard]"),
    ),
    Rule(
        "view.too-many-columns",
        "error",
        "A view has more columns than Synapse allows.",
        "It takes 152.",
        "Leave some out.",
        Example(_COLUMNS, f"columns: [{_MANY}]"),
    ),
    Rule(
        "view.unknown-column",
        "warning",
        "A column is neither Synapse's nor a metric, and nobody says its type.",
        "It would be made as a number and stay empty: a misspelt metric is found by the first participant who looks.",
        "Correct the name; an annotation of your own comes with its type.",
        Example(
            _COLUMNS,
            "columns: [submitter, person]",
            "columns: [submitter, { name: person, type: STRING }]",
        ),
    ),
)
