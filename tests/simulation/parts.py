"""What a random manifest may have: each part adds something to a challenge that has as little as possible."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

from challenge_spec.pages import Attachment, AttachmentLink, IdOf, Page
from challenge_spec.resolved import (
    ResolvedChallenge,
    ResolvedData,
    ResolvedQueue,
    ResolvedResults,
    ResolvedSubChallenge,
    ResolvedViewColumn,
    ResolvedWiki,
)
from tests.planner.challenges import OPEN, challenge, data, orchestrator, page, queue, team, window, workflow

Change = Callable[[random.Random, ResolvedChallenge], ResolvedChallenge]
"""One random change of a manifest."""

WORDS: Final = ("apples", "pears", "plums", "quinces", "medlars")
_PICTURE: Final = Path(__file__)
_REHEARSED: Final = ("test", "internal")
"""Purposes of queues that take submissions before the launch, from whomever they are declared for (docs/stages.md)."""


def bare() -> ResolvedChallenge:
    """One queue with one round, two pages, the standard teams."""
    tiny = challenge()
    return challenge(
        queues=(queue(orchestrator=None, truth=None),),
        teams=tuple(replace(item, members=()) if item.key == "organizers" else item for item in tiny.teams),
        data=(),
        wiki=ResolvedWiki(pages=(page(), page("rules")), preregistration=page(text="Soon.")),
        orchestrators=(),
    )


def words(chance: random.Random) -> str:
    """A sentence that hardly occurs twice."""
    return f"{chance.choice(WORDS)} {chance.randint(0, 10**6)}."


def _stage(stage: str) -> Change:
    return lambda _, old: replace(old, stage=cast("Any", stage))


def _one_project(_: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    return replace(old, layout="one-project", projects=old.projects[:1])


def _no_preregistration(_: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    return replace(old, wiki=replace(old.wiki, preregistration=None))


def _by_hand(_: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    return replace(old, wiki=replace(old.wiki, publish="by-hand"))


def _alias(_: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    live = replace(old.projects[0], alias="tinychallenge")
    return replace(old, alias="tinychallenge", projects=(live, *old.projects[1:]))


def add_queue(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    """A queue of any purpose, for the first sub-challenge or for all of them together."""
    name = chance.choice(("final", "express", "test", "internal", "writeup", "benchmark"))
    key = chance.choice((f"{name}/task", name))
    access = {"testers": "submit"} if name in _REHEARSED else {"participants": "submit", "public": "view"}
    scored = chance.random() < 0.5
    new = queue(
        key,
        purpose=name,
        access=access if chance.random() < 0.8 else {**access, "organizers": "score"},
        rounds=_rounds(chance),
        sub_challenges=tuple(item.key for item in old.sub_challenges) if key == name else ("task",),
        together=key == name,
        submission=chance.choice(("file", "docker", "project")),
        evaluation="score" if scored else "receive",
        workflow="scoring" if scored else None,
        truth=None,
        orchestrator=None,
        results=_results(chance),
        instructions=words(chance),
    )
    return with_queues(old, (*(item for item in old.queues if item.queue != name), new))


def _always(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    first = replace(old.queues[0], purpose="benchmark", always=True, rounds=(), limits=None)
    return with_queues(old, (first, *old.queues[1:]))


def _more_rounds(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    queues = (item if item.always else replace(item, rounds=_rounds(chance)) for item in old.queues)
    return with_queues(old, tuple(queues))


def _rounds(chance: random.Random) -> tuple[Any, ...]:
    rounds, start = [], OPEN
    for number in range(chance.randint(0, 4)):
        end = start + timedelta(days=chance.randint(1, 40))
        turn = chance.choice(("total", "daily", "weekly", "monthly"))
        rounds.append(window(str(number), start, end, **{turn: chance.randint(1, 9)}))
        start = end + timedelta(days=chance.choice((0, 0, 2)))
    return tuple(rounds)


def _results(chance: random.Random) -> ResolvedResults:
    scores: Any = chance.choice(("immediate", "after_round", "after_close", "never"))
    return ResolvedResults(scores=scores, logs="submitter", mail="errors", withhold=("pearson",) * chance.randint(0, 1))


def with_queues(old: ResolvedChallenge, queues: tuple[ResolvedQueue, ...]) -> ResolvedChallenge:
    """The same challenge with other queues; views show only those that there are."""
    keys = [item.key for item in queues]
    views = [replace(item, queues=tuple(key for key in item.queues if key in keys) or (keys[0],)) for item in old.views]
    views[0] = replace(views[0], queues=tuple(keys))
    served = [replace(item, queues=tuple(key for key in item.queues if key in keys)) for item in old.orchestrators]
    return replace(old, queues=queues, views=tuple(views), orchestrators=tuple(served))


def _second_question(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    if len(old.sub_challenges) > 1:
        return old
    other = ResolvedSubChallenge(
        key="other",
        name="Other",
        question=words(chance),
        format=None,
        metrics={"rmse": "minimize"},
        rank_by=("rmse",),
        rank_rule="in_order",
    )
    more = replace(old.queues[0], key="leaderboard/other", name="Tiny leaderboard other", sub_challenges=("other",))
    twice = replace(old, sub_challenges=(*old.sub_challenges, other))
    return with_queues(twice, (*(item for item in old.queues if item.key != more.key), more))


def add_page(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    """A page below any other, with links to some; they may link back."""
    pages = old.wiki.pages
    key = (*chance.choice(pages).key, f"p{chance.randint(0, 999)}")
    if key in {item.key for item in pages}:
        return old
    links = tuple(item.key for item in chance.sample(pages, chance.randint(0, min(2, len(pages)))))
    new = page(*key, links=links, text=words(chance), **_extras(chance))
    return with_pages(old, (*pages, new))


def _extras(chance: random.Random) -> dict[str, Any]:
    """When a page is up."""
    if chance.random() < 0.7:
        return {}
    return {chance.choice(("start", "until")): OPEN + timedelta(days=chance.randint(-5, 40))}


def with_pages(old: ResolvedChallenge, pages: tuple[Page, ...]) -> ResolvedChallenge:
    """The same challenge with other pages, parents before children."""
    return replace(old, wiki=replace(old.wiki, pages=pages))


def _link_back(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    """The first page links to the last one, and mentions the team."""
    pages = old.wiki.pages
    home = page(links=(pages[-1].key,) if len(pages) > 1 else (), text=words(chance))
    return with_pages(old, (replace(home, parts=(*home.parts, IdOf("team.participants"))), *pages[1:]))


def _picture(_: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    """The last page shows a file."""
    content = _PICTURE.read_bytes()
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    file = Attachment(name="picture.png", path=_PICTURE, md5=digest, size=len(content))
    last = old.wiki.pages[-1]
    shown = (*last.parts, AttachmentLink("picture.png", "image", "a picture"))
    return with_pages(old, (*old.wiki.pages[:-1], replace(last, parts=shown, attachments=(file,))))


def _truth(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    new = data("truth", "Private Data", *("Final",) * chance.randint(0, 1), file="truth.csv", is_truth=True)
    queues = tuple(replace(item, truth="truth") if item.evaluation == "score" else item for item in old.queues)
    return _with_data(with_queues(old, queues), new)


def add_data(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    """A folder for participants, for everybody, or for nobody; now or later."""
    name = f"set{chance.randint(0, 99)}"
    access = chance.choice(({"participants": "download"}, {"public": "view"}, {}, {"testers": "download"}))
    start, release = _maybe(chance), _maybe(chance)
    return _with_data(old, data(name, "Data", name.title(), access=access, start=start, release=release))


def _maybe(chance: random.Random) -> datetime | None:
    return None if chance.random() < 0.6 else OPEN + timedelta(days=chance.randint(-5, 60))


def _with_data(old: ResolvedChallenge, new: ResolvedData) -> ResolvedChallenge:
    return replace(old, data=(*(item for item in old.data if item.key != new.key), new))


def add_team(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    """A team of the challenge's own, which may submit to the first queue that opens with the challenge."""
    if any(item.key == "finalists" for item in old.teams):
        return old
    new = team("finalists", join=chance.choice(("open", "request", "invitation")), members=_people(chance))
    first = next((item for item in old.queues if item.purpose not in _REHEARSED), None)
    queues = (_also_for(item, "finalists") if item is first else item for item in old.queues)
    return replace(with_queues(old, tuple(queues)), teams=(*old.teams, new))


def _also_for(queue: ResolvedQueue, team: str) -> ResolvedQueue:
    return replace(queue, access={**queue.access, team: "submit"})


def _staffed(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    keys = ("organizers", "testers", "preregistrants")
    return replace(
        old, teams=tuple(replace(item, members=_people(chance)) if item.key in keys else item for item in old.teams)
    )


def _people(chance: random.Random) -> tuple[str, ...]:
    return tuple(sorted(chance.sample(("example-organizer-1", "example-organizer-2"), chance.randint(0, 2))))


def _by_invitation(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    """Participants are invited or ask."""
    join = chance.choice(("invitation", "request"))
    return replace(
        old,
        teams=tuple(replace(it, join=join) if it.key == "participants" else it for it in old.teams),  # type: ignore[arg-type]  # one of the two
    )


def _view(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    if len(old.views) > 1:
        return old
    board = replace(
        old.views[0],
        key="board",
        name="Leaderboard",
        queues=(old.queues[0].key,),
        access=chance.choice(({"public": "view"}, {"participants": "view"})),
        columns=tuple(map(ResolvedViewColumn, ("pearson", "submitterid"))),
        per=chance.choice(("all", "round")),
    )
    return replace(old, views=(*old.views, board))


def _orchestrated(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    served = tuple(item.key for item in old.queues if item.workflow)
    queues = tuple(replace(item, orchestrator="main" if item.workflow else None) for item in old.queues)
    engine = chance.choice(("docker", "docker", "wes"))
    return replace(with_queues(old, queues), orchestrators=(orchestrator(engine=engine, queues=served),))


def _another_workflow(_: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    return old if len(old.workflows) > 1 else replace(old, workflows=(*old.workflows, workflow("second")))


def _granted(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    """Somebody has more rights than usual on the first queue, or on a folder."""
    grants = {"example-bot": chance.choice(("score", "view"))}
    return with_queues(old, (replace(old.queues[0], grants=grants), *old.queues[1:]))


def _protected(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    """The newest queue and all data may never be deleted."""
    guarded = tuple(replace(item, protect=True) for item in old.data)
    return replace(with_queues(old, (*old.queues[:-1], replace(old.queues[-1], protect=True))), data=guarded)


def _ignoring(_: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    """The description of the first queue is left to the web."""
    return with_queues(old, (replace(old.queues[0], ignore=("description",)), *old.queues[1:]))


PARTS: Final[Mapping[str, tuple[Change, int]]] = {
    "preregistration": (_stage("preregistration"), 2),
    "open": (_stage("open"), 2),
    "one project": (_one_project, 2),
    "no preregistration page": (_no_preregistration, 1),
    "pages by hand": (_by_hand, 1),
    "alias": (_alias, 1),
    "queue": (add_queue, 6),
    "always open": (_always, 1),
    "rounds": (_more_rounds, 3),
    "second question": (_second_question, 1),
    "page": (add_page, 5),
    "links": (_link_back, 2),
    "picture": (_picture, 1),
    "truth": (_truth, 2),
    "data": (add_data, 5),
    "team": (add_team, 1),
    "staff": (_staffed, 2),
    "by invitation": (_by_invitation, 1),
    "view": (_view, 2),
    "orchestrator": (_orchestrated, 1),
    "workflow": (_another_workflow, 1),
    "grants": (_granted, 1),
    "protected": (_protected, 2),
    "ignored": (_ignoring, 1),
}
"""Name → what it adds, and how often it is taken."""
