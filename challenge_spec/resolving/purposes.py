"""What the purpose of a queue decides unless somebody says otherwise, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from challenge_spec.schedule import Results, RoundSeries
from challenge_spec.scoring import Purpose, Together

_SHOWN = Results(scores="immediate", logs="submitter", mail="errors", withhold=())
_LATER = Results(scores="after_close", logs="organizers", mail="errors", withhold=())
_STAFF = Results(scores="never", logs="organizers", mail="none", withhold=())
_WRITEUP = Results(scores="never", logs="submitter", mail="all", withhold=())

_SCORING: Mapping[str, Any] = {
    "access": {"participants": "submit"},
    "for_": "all",
    "rounds": RoundSeries(),
    "submission": "file",
    "evaluation": "score",
    "results": _SHOWN,
}

PURPOSES: Mapping[Purpose, Mapping[str, Any]] = {
    "leaderboard": _SCORING,
    "final": {**_SCORING, "results": _LATER},
    "express": _SCORING,
    "test": {**_SCORING, "access": {"testers": "submit"}, "rounds": "always", "limits": "none"},
    "internal": {**_SCORING, "access": {}, "rounds": "always", "limits": "none", "results": _STAFF},
    "writeup": {
        "access": {"participants": "submit"},
        "for_": Together(together="all"),
        "rounds": RoundSeries(),
        "submission": "project",
        "limits": "none",
        "results": _WRITEUP,
    },
    "benchmark": {**_SCORING, "rounds": "always"},
}
"""A write-up is validated if there is a workflow for it, else received; it is one queue for all sub-challenges."""
