"""Putting every question to a Synapse, and cleaning up behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from providers.synapse.probing.lab import Lab, Unable, throw_away_project
from providers.synapse.probing.questions import QUESTIONS, Question


class Verdict(StrEnum):
    """How an answer compares with what was expected."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNKNOWN = "not checked"


@dataclass(frozen=True, slots=True)
class Finding:
    """One question and its answer. words: of the server, or why it could not be asked; they aren't compared."""

    key: str
    about: str
    expected: str
    found: str
    words: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. left: what could not be removed, by kind and id."""

    project: str
    findings: tuple[Finding, ...]
    left: tuple[str, ...]


async def probe(lab: Lab, tell: Callable[[str], object], questions: Iterable[Question] = QUESTIONS) -> Report:
    """Ask everything in a throw-away project, which goes at the end even after a failure or an interrupt.

    tell: told what is made, what is asked, and what could not be removed. Raises ProviderError where there can be no
    project.
    """
    findings: list[Finding] = []
    left: list[str] = []
    try:
        async with throw_away_project(lab, left):
            tell(f"working in the project {lab.name!r} ({lab.project})")
            for question in questions:
                tell(f"asking: {question.about}")
                findings.append(await _answered(lab, question))
    finally:
        for what in left:
            tell(f"could not be removed: {what}")
    return Report(lab.project, tuple(findings), tuple(left))


async def _answered(lab: Lab, question: Question) -> Finding:
    try:
        found = await question.ask(lab)
    except Unable as fault:
        return _finding(question, "", str(fault), Verdict.UNKNOWN)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as fault:
        words = f"the answer has another form than expected ({type(fault).__name__}: {fault})"
        return _finding(question, "", words, Verdict.UNKNOWN)
    verdict = Verdict.AGREES if found.outcome == question.expected else Verdict.DIFFERS
    return _finding(question, found.outcome, found.words, verdict)


def _finding(question: Question, found: str, words: str, verdict: Verdict) -> Finding:
    return Finding(question.key, question.about, question.expected, found, words, verdict)
