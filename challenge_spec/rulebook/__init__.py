"""What every rule is about: code, severity, why, how to mend it, and an example of both; one file per family.

`docs/rules/` is generated from this, and every example is a test.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from itertools import chain

from challenge_spec.diagnostics import Diagnostic
from challenge_spec.rulebook.rule import Rule


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, by its code."""
    from challenge_spec.rulebook import code, files, fitting, meaning, people, shapes, sites, times, tracks, views

    every = chain.from_iterable(
        family.RULES for family in (files, shapes, times, meaning, fitting, code, tracks, people, sites, views)
    )
    return tuple(sorted(every, key=lambda rule: rule.code))


def rule_named(code: str) -> Rule | None:
    """The rule with a code."""
    return next((rule for rule in rules() if rule.code == code), None)


@cache
def codes_and_families() -> frozenset[str]:
    """Everything that may stand where a rule is chosen: `round.gap`, or `round` for all of its family."""
    return frozenset(name for rule in rules() for name in (rule.code, rule.family))


def explained(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings, each with why and how to mend it: its own words, or those that hold for its rule."""
    return [item if item.why and item.help else _with_words_of_its_rule(item) for item in found]


def _with_words_of_its_rule(item: Diagnostic) -> Diagnostic:
    rule = rule_named(item.code)
    return replace(item, why=item.why or rule.why, help=item.help or rule.mend) if rule else item
