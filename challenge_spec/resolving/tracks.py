"""Eligibility and exceptions of a queue, with queues by their addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from challenge_spec.resolved import ResolvedEligibility, ResolvedExemption
from challenge_spec.resolving.precedence import said
from challenge_spec.resolving.times import Times
from challenge_spec.resolving.workflows import resolved_run
from challenge_spec.source import Path
from challenge_spec.tracks import Eligibility, Exemption

Scope = tuple[tuple[str, ...], bool]
"""The sub-challenges of one evaluation queue, and whether it serves them together."""


def queues_of(wanted: Eligibility | None) -> tuple[str, ...]:
    """The entries of `queues` that it names."""
    names = (*wanted.exclusive_with, *wanted.needs_success_in, *wanted.ranked_with) if wanted else ()
    return tuple(name.partition("/")[0] for name in names)


def eligibility(
    wanted: Eligibility | None, subs: Sequence[str], scopes: Mapping[str, Sequence[Scope]]
) -> ResolvedEligibility:
    """Whose submissions count. scopes: key of an entry of `queues` → the queues it stands for; others are left out."""
    if wanted is None:
        return ResolvedEligibility()
    return ResolvedEligibility(
        member_of=wanted.member_of,
        exclusive_with=tuple(_addresses(wanted.exclusive_with, (), scopes)),
        needs_success_in=tuple(_addresses(wanted.needs_success_in, subs, scopes)),
        ranked_with=tuple(_addresses(wanted.ranked_with, subs, scopes)),
    )


def _addresses(keys: Iterable[str], subs: Sequence[str], scopes: Mapping[str, Sequence[Scope]]) -> Iterator[str]:
    """The queues of each entry: those that serve one of `subs`, or all of them where none does (or none is given)."""
    for name in keys:
        key, _, single = name.partition("/")
        places, wanted = scopes.get(key, ()), {single} if single else {*subs}
        shared = [(served, together) for served, together in places if wanted & {*served}]
        for served, together in shared or places:
            yield key if together else f"{key}/{served[0]}"


def exceptions(wanted: Iterable[Exemption], times: Times, path: Path) -> Iterator[ResolvedExemption]:
    """The exceptions on record; `path` is where they were written."""
    for index, item in enumerate(wanted):
        run = {name: getattr(item.run, name) for name in said(item.run)} if item.run else {}
        yield ResolvedExemption(
            who=item.who,
            why=item.why,
            until=times.read(item.until, "end", (*path, index, "until")),
            what=item.what,
            run=resolved_run(run),
        )
