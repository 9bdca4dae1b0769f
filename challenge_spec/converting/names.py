"""Names that Synapse takes: what people called things elsewhere, with the characters that it refuses replaced."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from challenge_spec.columns import FRIENDLY, KNOWN, RESERVED
from challenge_spec.converting.report import Report
from challenge_spec.diagnostics import Position
from challenge_spec.rules.texts import looks_like_secret
from challenge_spec.source import Path

LONGEST = 100
"""Names of queues and teams are made of those of the challenge and its parts, and may have 256 characters."""
LONGEST_METRIC = 60


def fit(name: str, longest: int = LONGEST, refused: str = r"[^A-Za-z0-9 ._-]+") -> str:
    """The name in letters, digits, blanks, `.`, `_` and `-`, which teams and queues may have; perhaps empty."""
    plain = unicodedata.normalize("NFKD", name.replace("&", " and ")).encode("ascii", "ignore").decode()
    return re.sub(r"\s+", " ", re.sub(refused, " ", plain))[:longest].strip(" -_.")


def metric_names(labels: Iterable[str], place: Position, report: Report) -> dict[str, str]:
    """Label → name of the metric, which is that of an annotation and of a column on Synapse (contract 8.1)."""
    taken = {name.casefold() for name in (*KNOWN, *FRIENDLY, *RESERVED)}
    found: dict[str, str] = {}
    for label in dict.fromkeys(labels):
        called = "" if looks_like_secret(label) else fit(label, LONGEST_METRIC, r"[^A-Za-z0-9 _.+()'-]+")
        found[label] = apart(called or "metric", taken)
        if found[label] != label:
            was = printable(label[:100]) if called else "..."
            what = f"the metric `{was}` is `{found[label]}` here: so may annotations be called"
            report.decide(("sub_challenges",), what, place)
    return found


def fitted(name: str, fallback: str, path: Path, place: Position, report: Report) -> str:
    """A name that fits, and a decision where it isn't the one that was written."""
    found = fit(name) or fallback
    if found != name:
        report.decide(path, f"the name was `{printable(name[:200])}`; Synapse refuses some of its characters", place)
    return found


def apart(name: str, taken: set[str], longest: int = LONGEST) -> str:
    """The name, with a number where it is taken (as Synapse compares them: without case); it is taken then."""
    number, found = 2, name
    while found.casefold() in taken:
        found, number = f"{name[: longest - 5]} {number}", number + 1
    taken.add(found.casefold())
    return found


def printable(text: str) -> str:
    """A text on one line, with nothing in it that would do something to a terminal or a file."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
