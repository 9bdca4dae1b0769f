"""What an organizer edits in the files between two applies."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, cast

from challenge_spec.pages import Page, PageKey, PageLink
from challenge_spec.resolved import ResolvedChallenge, ResolvedQueue, ResolvedRound, ResolvedViewColumn
from planner.stages import STAGES
from tests.planner.challenges import window
from tests.simulation.parts import Change, add_data, add_page, add_queue, add_team, with_pages, with_queues, words


def _next_stage(_: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    following = STAGES[min(STAGES.index(old.stage) + 1, len(STAGES) - 1)]
    return replace(old, stage=cast("Any", following))


def _any_stage(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    return replace(old, stage=cast("Any", chance.choice(STAGES)))


def _rewrite_page(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    pages = list(old.wiki.pages)
    which = chance.randrange(len(pages))
    pages[which] = replace(pages[which], parts=(words(chance), *pages[which].parts[1:]))
    return with_pages(old, tuple(pages))


def _retitle_page(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    pages = list(old.wiki.pages)
    which = chance.randrange(len(pages))
    pages[which] = replace(pages[which], title=words(chance).rstrip("."))
    return with_pages(old, tuple(pages))


def _rename_page(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    """A page's file gets another name; its head says what it was."""
    below = [item.key for item in old.wiki.pages if item.key]
    if not below:
        return old
    key = chance.choice(below)
    return _moved(old, key, (*key[:-1], f"{key[-1]}x"))


def _move_page(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    """A page goes below another one."""
    below = [item.key for item in old.wiki.pages if item.key]
    if not below:
        return old
    key = chance.choice(below)
    places = [item.key for item in old.wiki.pages if item.key[: len(key)] != key and item.key != key[:-1]]
    return _moved(old, key, (*chance.choice(places), key[-1])) if places else old


def _moved(old: ResolvedChallenge, key: PageKey, new: PageKey) -> ResolvedChallenge:
    if new in {item.key for item in old.wiki.pages}:
        return old

    def there(here: PageKey) -> PageKey:
        return new + here[len(key) :] if here[: len(key)] == key else here

    def rewritten(item: Page) -> Page:
        parts = (replace(it, page=there(it.page)) if isinstance(it, PageLink) else it for it in item.parts)
        was = key if item.key == key else item.was
        return replace(item, key=there(item.key), parts=tuple(parts), was=was)

    pages = sorted((rewritten(item) for item in old.wiki.pages), key=lambda item: len(item.key))
    return with_pages(old, tuple(pages))


def _drop_page(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    """A page goes, with those below it and the links to them."""
    below = [item.key for item in old.wiki.pages if item.key]
    if not below:
        return old
    key = chance.choice(below)

    def gone(here: PageKey) -> bool:
        return here[: len(key)] == key

    pages = [item for item in old.wiki.pages if not gone(item.key)]
    kept = [
        replace(item, parts=tuple(it for it in item.parts if not (isinstance(it, PageLink) and gone(it.page))))
        for item in pages
    ]
    return with_pages(old, tuple(kept))


def _each_queue(change: Callable[[random.Random, ResolvedQueue], ResolvedQueue]) -> Change:
    def edit(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
        which = chance.randrange(len(old.queues))
        queues = list(old.queues)
        queues[which] = change(chance, queues[which])
        return with_queues(old, tuple(queues))

    return edit


def _describe(chance: random.Random, old: ResolvedQueue) -> ResolvedQueue:
    return replace(old, description=words(chance))


def _rename_queue(chance: random.Random, old: ResolvedQueue) -> ResolvedQueue:
    return replace(old, name=f"Tiny {words(chance)}".rstrip("."))


def _limits(chance: random.Random, old: ResolvedQueue) -> ResolvedQueue:
    return replace(old, rounds=tuple(replace(it, limits={"total": chance.randint(1, 99)}) for it in old.rounds))


def _last_round(change: Callable[[random.Random, ResolvedRound], ResolvedRound | None]) -> Change:
    def edit(chance: random.Random, old: ResolvedQueue) -> ResolvedQueue:
        if not old.rounds:
            return old
        last = change(chance, old.rounds[-1])
        return replace(old, rounds=(*old.rounds[:-1], *((last,) if last else ())))

    return _each_queue(edit)


def _longer(chance: random.Random, last: ResolvedRound) -> ResolvedRound:
    return replace(last, end=last.end + timedelta(days=chance.randint(1, 9))) if last.end else last


def _shorter(_: random.Random, last: ResolvedRound) -> ResolvedRound:
    if last.start is None or last.end is None:
        return last
    return replace(last, end=last.start + (last.end - last.start) / 2)


def _later(chance: random.Random, last: ResolvedRound) -> ResolvedRound:
    if last.start is None or last.end is None:
        return last
    days = timedelta(days=chance.randint(1, 40))
    return replace(last, start=last.start + days, end=last.end + days)


def _add_round(chance: random.Random, old: ResolvedQueue) -> ResolvedQueue:
    if old.always or not old.rounds or old.rounds[-1].end is None:
        return old
    start = old.rounds[-1].end
    new = window(f"r{chance.randint(0, 999)}", start, start + timedelta(days=chance.randint(1, 30)), total=2)
    return replace(old, rounds=(*old.rounds, new))


def _rekey_queue(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    """A queue's key changes; `was` tells what it was."""
    first = old.queues[0]
    key = f"leader{chance.randint(0, 99)}"
    new = replace(first, key="/".join((key, *first.key.split("/")[1:])), queue=key, was=first.key)
    swap = {first.key: new.key}
    views = tuple(replace(it, queues=tuple(swap.get(name, name) for name in it.queues)) for it in old.views)
    served = tuple(replace(it, queues=tuple(swap.get(name, name) for name in it.queues)) for it in old.orchestrators)
    return with_queues(replace(old, views=views, orchestrators=served), (new, *old.queues[1:]))


def _drop_queue(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    if len(old.queues) == 1:
        return old
    which = chance.randrange(len(old.queues))
    return with_queues(old, (*old.queues[:which], *old.queues[which + 1 :]))


def _drop_data(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    """The last data entry goes, and is scored against no longer."""
    if not old.data:
        return old
    gone = old.data[-1].key
    queues = tuple(replace(item, truth=None if item.truth == gone else item.truth) for item in old.queues)
    return replace(with_queues(old, queues), data=old.data[:-1])


def _move_data(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    """The last data entry lies elsewhere; `was` tells where it was."""
    if not old.data:
        return old
    last = old.data[-1]
    there = replace(last, folder=(*last.folder[:-1], f"{last.folder[-1]} {chance.randint(0, 99)}"))
    return replace(old, data=(*old.data[:-1], replace(there, was="/".join(last.folder))))


def _share_data(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    access = chance.choice(({}, {"participants": "download"}, {"public": "view"}))
    return replace(old, data=tuple(item if item.is_truth else replace(item, access=access) for item in old.data))


def _rename_team(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    teams = list(old.teams)
    which = chance.randrange(len(teams))
    teams[which] = replace(teams[which], description=words(chance))
    return replace(old, teams=tuple(teams))


def _members(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    people = tuple(sorted(chance.sample(("example-organizer-1", "example-organizer-2"), chance.randint(0, 2))))
    return replace(
        old, teams=tuple(replace(item, members=people) if item.key == "organizers" else item for item in old.teams)
    )


def _describe_project(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    which = chance.randrange(len(old.projects))
    projects = list(old.projects)
    projects[which] = replace(projects[which], description=words(chance))
    return replace(old, projects=tuple(projects))


def _edit_link(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    number = chance.randint(2, 99)
    url = f"https://github.com/my-org/infra/archive/refs/tags/v{number}.zip"
    changed = replace(old.workflows[0], root_template=f"infra-{number}/workflow.cwl", archive_url=url)
    return replace(old, workflows=(changed, *old.workflows[1:]))


def _edit_view(chance: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    names = chance.sample(("pearson", "submitterid", "status", "name"), 2)
    last = replace(old.views[-1], columns=tuple(map(ResolvedViewColumn, names)))
    return replace(old, views=(*old.views[:-1], last))


def _drop_view(_: random.Random, old: ResolvedChallenge) -> ResolvedChallenge:
    return replace(old, views=old.views[:1])


EDITS: Final[Mapping[str, tuple[Change, int]]] = {
    "next stage": (_next_stage, 12),
    "any stage": (_any_stage, 3),
    "rewrite a page": (_rewrite_page, 4),
    "retitle a page": (_retitle_page, 2),
    "rename a page": (_rename_page, 2),
    "move a page": (_move_page, 2),
    "drop a page": (_drop_page, 4),
    "add a page": (add_page, 2),
    "describe a queue": (_each_queue(_describe), 2),
    "rename a queue": (_each_queue(_rename_queue), 2),
    "change limits": (_each_queue(_limits), 3),
    "a longer round": (_last_round(_longer), 2),
    "a shorter round": (_last_round(_shorter), 2),
    "a later round": (_last_round(_later), 2),
    "drop a round": (_last_round(lambda _, __: None), 2),
    "add a round": (_each_queue(_add_round), 2),
    "rekey a queue": (_rekey_queue, 2),
    "drop a queue": (_drop_queue, 5),
    "add a queue": (add_queue, 2),
    "drop data": (_drop_data, 6),
    "move data": (_move_data, 1),
    "add data": (add_data, 2),
    "share data": (_share_data, 2),
    "describe a team": (_rename_team, 1),
    "change members": (_members, 2),
    "add a team": (add_team, 1),
    "describe a project": (_describe_project, 1),
    "another workflow": (_edit_link, 2),
    "other columns": (_edit_view, 2),
    "drop a view": (_drop_view, 1),
}
"""Name → what it does to the manifest, and how often it happens."""
