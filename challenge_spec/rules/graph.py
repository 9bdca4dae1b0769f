"""Circles among things that point at others of their kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def circles(targets: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """One circle for each group of things that reach each other again; every edge is followed once."""
    done: set[str] = set()
    for start in targets:
        yield from _from(start, targets, done)


def _from(start: str, targets: Mapping[str, Sequence[str]], done: set[str]) -> Iterator[list[str]]:
    """Walk on from `start` with a stack of our own: chains may be longer than Python's."""
    chain: dict[str, Iterator[str]] = {}
    here: str | None = None if start in done else start
    while here is not None:
        chain.setdefault(here, iter(targets.get(here, ())))
        step = next(chain[here], None)
        if step is None:
            done.add(here)
            del chain[here]
            here = next(reversed(chain), None)
        elif step in chain:
            steps = list(chain)
            yield steps[steps.index(step) :]
        elif step in targets and step not in done:
            here = step
