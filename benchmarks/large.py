"""Challenges of any size, in memory: many queues with rounds, pages that link to each other, folders, teams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from challenge_spec.pages import Page
from challenge_spec.resolved import ResolvedChallenge, ResolvedData, ResolvedQueue, ResolvedRound, ResolvedTeam
from planner.desired import compile_challenge
from planner.resources import Desired
from tests.planner.challenges import OPEN, RUNNING, challenge, data, page, queue, team, window

PAGES = 6
ROUNDS = 3
PARAGRAPH = "What the mixtures are, who measured them, how predictions are scored, and where to ask. " * 4


def large_challenge(resources: int, stage: str = "open") -> ResolvedChallenge:
    """A challenge of about that many resources (1 % off at 1,000), half of them pages; the more, the more of each kind.

    A section of it is a queue with three rounds, six pages on each site, a data folder and a team with two members.
    """
    tiny = challenge(stage)
    fixed = _count(tiny)
    per_section = _count(_with_sections(tiny, 2)) - _count(_with_sections(tiny, 1))
    return _with_sections(tiny, max(1, round((resources - fixed) / per_section)))


def desired_of(wanted: ResolvedChallenge) -> Desired:
    """What it compiles to at its own stage while it runs."""
    return compile_challenge(wanted, wanted.stage, RUNNING)


def with_changes(wanted: ResolvedChallenge, share: float) -> ResolvedChallenge:
    """The same challenge after an organizer edited that share of its pages, queues, rounds, folders and teams."""
    step = round(1 / share)
    return replace(
        wanted,
        queues=tuple(_edited_queue(item) if n % step == 0 else item for n, item in enumerate(wanted.queues)),
        wiki=replace(wanted.wiki, pages=tuple(_edited_pages(wanted.wiki.pages, step))),
        teams=tuple(
            replace(item, description="Edited.") if n % step == 0 else item for n, item in enumerate(wanted.teams)
        ),
    )


def _count(wanted: ResolvedChallenge) -> int:
    return len(desired_of(wanted).resources)


def _with_sections(tiny: ResolvedChallenge, sections: int) -> ResolvedChallenge:
    numbers = range(sections)
    return replace(
        tiny,
        queues=(*tiny.queues, *(_queue(number) for number in numbers)),
        data=(*tiny.data, *(_data(number) for number in numbers)),
        teams=(*tiny.teams, *(_team(number) for number in numbers)),
        wiki=replace(tiny.wiki, pages=(*tiny.wiki.pages, *(item for number in numbers for item in _pages(number)))),
    )


def _queue(number: int) -> ResolvedQueue:
    return queue(f"leaderboard{number}/task", rounds=tuple(_rounds()))


def _rounds() -> Iterator[ResolvedRound]:
    month = timedelta(days=30)
    return (window(str(n + 1), OPEN + n * month, OPEN + (n + 1) * month, total=3) for n in range(ROUNDS))


def _data(number: int) -> ResolvedData:
    return data(f"part-{number}", "Data", f"Part {number}", access={"participants": "download"})


def _team(number: int) -> ResolvedTeam:
    return team(f"judges-{number}", members=(f"example-judge-{number}", f"example-judge-{number}b"))


def _pages(number: int) -> Iterator[Page]:
    """A section of the wiki: its first page lists the others, which link back and to the next one."""
    keys = [(f"part-{number}", f"page-{n}") for n in range(1, PAGES)]
    yield page(f"part-{number}", links=tuple(keys), text=f"Part {number}. {PARAGRAPH}")
    for here, following in zip(keys, [*keys[1:], keys[0]], strict=True):
        yield page(*here, links=(here[:1], following), text=f"{here[1]} of part {number}. {PARAGRAPH}")


def _edited_queue(item: ResolvedQueue) -> ResolvedQueue:
    first, *others = item.rounds
    return replace(item, description="Edited.", rounds=(replace(first, limits={"total": 5}), *others))


def _edited_pages(pages: tuple[Page, ...], step: int) -> Iterator[Page]:
    for number, item in enumerate(pages):
        yield replace(item, parts=(*item.parts, "\nEdited.")) if number % step == 0 else item
