"""Random challenges, and random edits of their files."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

from challenge_spec.manifest import Stage
from challenge_spec.pages import Page
from challenge_spec.resolved import ResolvedChallenge, ResolvedQueue
from tests.planner.challenges import OPEN, challenge, data, page, queue, team, window

STAGES: tuple[Stage, ...] = ("draft", "preregistration", "open", "closed")
WORDS = ("apples", "pears", "plums", "quinces", "medlars")


def random_challenge(chance: random.Random) -> ResolvedChallenge:
    """A small challenge with one to three queues, a few pages that link to each other, and some data."""
    keys = [f"{name}/task" for name in ("leaderboard", "final", "test")[: chance.randint(1, 3)]]
    folders = [data("training", "Data", "Training", access={"participants": "download"})]
    folders += [data("truth", "Private Data", file="truth.csv", is_truth=True)] if chance.random() < 0.3 else []
    people = {"members": ("example-organizer-1", "example-organizer-2")[: chance.randint(0, 2)]}
    teams = tuple(team(item.key, **people) if item.key == "organizers" else item for item in challenge().teams)
    staging = chance.random() < 0.7
    return challenge(
        chance.choice(("draft", "draft", "preregistration", "open")),
        queues=tuple(_queue(chance, key) for key in keys),
        teams=teams,
        data=tuple(folders),
        views=(replace(challenge().views[0], queues=tuple(keys)),),
        wiki=replace(challenge().wiki, pages=tuple(_pages(chance))),
        layout="two-projects" if staging else "one-project",
        projects=challenge().projects if staging else challenge().projects[:1],
        orchestrators=(),
    )


def _queue(chance: random.Random, key: str) -> ResolvedQueue:
    said: dict[str, Any] = {"purpose": key.split("/", maxsplit=1)[0], "rounds": _rounds(chance)}
    if key.startswith("test"):
        said["access"] = {"testers": "submit"}
    if chance.random() < 0.1:
        said |= {"rounds": (), "always": True}
    return queue(key, workflow="scoring", orchestrator=None, **said)


def _rounds(chance: random.Random) -> tuple[Any, ...]:
    rounds, start = [], OPEN
    for number in range(chance.randint(0, 3)):
        end = start + timedelta(days=chance.randint(1, 30))
        rounds.append(window(str(number), start, end, total=chance.randint(1, 9)))
        start = end + timedelta(days=chance.choice((0, 0, 3)))
    return tuple(rounds)


def _pages(chance: random.Random) -> list[Page]:
    keys: list[tuple[str, ...]] = [()]
    for name in ("data", "rules", "faq", "help")[: chance.randint(0, 4)]:
        keys.append((*chance.choice(keys), name))
    return [
        page(*key, links=tuple(chance.sample(keys, chance.randint(0, min(2, len(keys))))), text=words(chance))
        for key in keys
    ]


def words(chance: random.Random) -> str:
    """A sentence that hardly occurs twice."""
    return f"{chance.choice(WORDS)} {chance.randint(0, 10**6)}."


def edited(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    """The same challenge after one random edit of its files."""
    edit = chance.choice((_next_stage, _next_stage, _edit_page, _edit_limits, _edit_queue, _edit_link, _grow_round))
    return edit(chance, old)


def _edit_page(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    pages = list(old.wiki.pages)
    which = chance.randrange(len(pages))
    pages[which] = replace(pages[which], parts=(words(chance), *pages[which].parts[1:]))
    return replace(old, wiki=replace(old.wiki, pages=tuple(pages)))


def _edit_queue(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    return replace(old, queues=tuple(replace(item, description=words(chance)) for item in old.queues))


def _edit_limits(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    return _with_rounds(old, lambda item: replace(item, limits={"total": chance.randint(1, 99)}))


def _grow_round(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    """The last round of every queue ends later."""
    days = timedelta(days=chance.randint(1, 5))
    queues = [
        replace(item, rounds=(*item.rounds[:-1], replace(item.rounds[-1], end=item.rounds[-1].end + days)))
        if item.rounds and item.rounds[-1].end
        else item
        for item in old.queues
    ]
    return replace(old, queues=tuple(queues))


def _with_rounds(old: ResolvedChallenge, change: Any) -> ResolvedChallenge:
    queues = tuple(replace(item, rounds=tuple(map(change, item.rounds))) for item in old.queues)
    return replace(old, queues=queues)


def _edit_link(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    workflow = replace(old.workflows[0], root_template=f"infra-{chance.randint(2, 99)}/workflow.cwl")
    return replace(old, workflows=(workflow,))


def _next_stage(_: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    following = STAGES[min(STAGES.index(old.stage) + 1, len(STAGES) - 1)]
    return replace(old, stage=following)
