"""What a pull does: look, download, try each edit on paper, and write only what was found right."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from pathlib import Path
from typing import TYPE_CHECKING, Final

from challenge_cli.desk import Desk
from challenge_cli.engine import Job, Look, look, signed_in
from challenge_cli.errors import Failure
from challenge_cli.sight import require_sight
from challenge_spec.edit import CannotEdit, put, remove
from challenge_spec.load import load_challenge
from challenge_spec.tree import Tree
from planner.desired.wiki import page_address, pages_of
from planner.pull.goals import ByHand, Edit, Goal, Left
from planner.pull.moves import moved_text, objections_to_move, place_below, relinked
from planner.pull.pages import Draft, Fetch, edits, placed
from planner.pull.places import ways
from planner.pull.taking import Move, Task, left_over, moves, tasks
from planner.resources import Kind

if TYPE_CHECKING:
    from providers.synapse.session import Session

MOST_TRIES: Final = 60
"""Combinations of edits that are tried for one resource."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What came back into the files: fields of a resource, and the files that say them now."""

    address: str
    fields: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull came to. changed: path → what the file is to hold, None where it goes; nothing is written yet."""

    brought: tuple[Brought, ...]
    left: tuple[Left, ...]
    changed: Mapping[Path, bytes | None]
    tree: Tree


async def pull(job: Job, manifest: Path, addresses: frozenset[str]) -> Pulled:
    """Look at what drifted, of these addresses if any are named, and find the edits that bring it back.

    Raises Failure for an address that nothing has, ProviderError.
    """
    async with signed_in(job) as session:
        desk = _desk(manifest, await look(session, job))
        require_sight(desk.current)
        _require_known(addresses, desk.current)
        wanted = list(tasks(desk.current.plan, desk.current.world.live, desk.desired, addresses))
        desk.drifted = frozenset(task.address for task in wanted)
        desk.fetched = await _fetched(session, desk, wanted)
    taken, left = _bring_all(desk, wanted)
    for move in moves(desk.current.plan, desk.current.world.live, addresses):
        item, failed = _bring_move(desk, move)
        taken, left = [*taken, *item], [*left, *failed]
    rest = left_over(desk.current.plan, desk.current.world.applied, addresses)
    return Pulled(tuple(taken), (*left, *rest), desk.changed, desk.tree)


def _desk(manifest: Path, current: Look) -> Desk:
    return Desk(manifest, current, load_challenge(manifest), current.world.desired, Tree.around(manifest))


def _require_known(addresses: frozenset[str], current: Look) -> None:
    from challenge_spec.diagnostics import did_you_mean

    known = current.world.desired.resources
    for address in sorted(addresses - known.keys()):
        mend = did_you_mean(address, known) or "`challenge explain` lists all addresses"
        raise Failure(address, "nothing has this address", mend)


async def _fetched(session: Session, desk: Desk, wanted: Iterable[Task]) -> dict[Path, bytes]:
    """The attached files that aren't here, by the path where they will lie."""
    from providers.synapse.kinds.wikis import download

    fetched: dict[Path, bytes] = {}
    for task in wanted:
        for item in _draft(desk, task)[1] if task.kind is Kind.WIKI else ():
            found = desk.current.world.live.resources[item.address]
            fetched[item.path] = await download(session.transport, str(found.spec["owner"]), found.id, item.name)
    return fetched


def _draft(desk: Desk, task: Task) -> tuple[Draft, list[Fetch]]:
    """A page that drifted as its file is now, and what has to be downloaded for it."""
    project = _project_of(task.address)
    page = pages_of(desk.context, project)[task.address]
    said = {goal.field: goal.value for goal in task.goals}
    files, fetches = placed(page, task.address, said.get("attachments"), desk.context, Path.exists)
    return Draft(project, page, desk.text_of(desk.tree.name(page.file)), said, files), fetches


def _project_of(address: str) -> str:
    """`wiki.live/rules` stands on `live`."""
    return address.partition("/")[0].removeprefix("wiki.")


def _bring_all(desk: Desk, wanted: Sequence[Task]) -> tuple[list[Brought], list[Left]]:
    """Try each resource, and again what failed as long as others came back: one may have stood in another's way."""
    brought: list[Brought] = []
    while True:
        results = [(task, _bring(desk, task)) for task in wanted]
        brought += [item for _, (item, _) in results if item is not None]
        wanted = [_rest(task, left) for task, (_, left) in results if left]
        if not wanted or all(item is None for _, (item, _) in results):
            return brought, [item for _, (_, left) in results for item in left]


def _rest(task: Task, left: Sequence[Left]) -> Task:
    names = {item.field for item in left}
    if task.kind is Kind.WIKI:
        return task
    return replace(
        task,
        changed=tuple(name for name in task.changed if name in names),
        goals=tuple(goal for goal in task.goals if goal.field in names),
    )


def _bring(desk: Desk, task: Task) -> tuple[Brought | None, list[Left]]:
    """Bring back what can be: all fields together where that works, else one by one."""
    before = desk.changed
    left: list[Left] = []
    if task.kind is Kind.WIKI:
        left = _bring_page(desk, task)
    elif len(task.goals) == 1 or _bring_fields(desk, task.goals):
        left = [item for goal in task.goals for item in _bring_fields(desk, (goal,))]
    fields = tuple(name for name in task.changed if name not in {item.field for item in left})
    files = tuple(desk.tree.name(path) for path in desk.changed if desk.changed[path] != before.get(path))
    return (Brought(task.address, fields, files) if fields else None), left


def _bring_fields(desk: Desk, goals: Sequence[Goal]) -> list[Left]:
    """Try the ways to say some fields; nothing is left where one of them was right."""
    reasons: list[str] = []
    try:
        possible = [ways(goal, desk.challenge, desk.loaded.source) for goal in goals]
        for choice in islice(product(*possible), MOST_TRIES):
            found = desk.attempt(_edited(desk, [edit for way in choice for edit in way]), goals)
            if not found:
                return []
            reasons = reasons or found
    except ByHand as hand:
        return [Left(goal.address, goal.field, hand.reason, hand.remedy) for goal in goals]
    except CannotEdit as problem:
        reasons = [str(problem)]
    why = "; ".join(reasons[:3])
    return [
        Left(goal.address, goal.field, why, f"Write it by hand: on Synapse it is {_shown(goal)}.") for goal in goals
    ]


def _shown(goal: Goal) -> str:
    return json.dumps(goal.value, ensure_ascii=False)


def _edited(desk: Desk, wanted: Iterable[Edit]) -> dict[Path, bytes]:
    """The files of the manifest with some edits. Raises CannotEdit."""
    texts: dict[str, str] = {}
    for edit in wanted:
        name = desk.loaded.source.key_at(edit.path).file
        text = texts.get(name) or desk.text_of(name)
        texts[name] = remove(text, edit.path) if edit.value is None else put(text, edit.path, edit.value)
    paths = {name: desk.path_of(name) for name in texts}
    return {paths[name]: desk.encoded(paths[name], text) for name, text in texts.items()}


def _bring_page(desk: Desk, task: Task) -> list[Left]:
    """Try the ways to write a page; nothing is left where one of them was right."""
    draft, fetches = _draft(desk, task)
    path = draft.page.file
    reasons: list[str] = []
    remedy = f"Edit {desk.tree.name(path)} by hand, or the page on Synapse."
    try:
        for text in edits(draft, desk.context, desk.current.world.live.ids):
            files = {item.path: desk.fetched[item.path] for item in fetches}
            reasons = desk.attempt({**files, path: desk.encoded(path, text)}, task.goals)
            if not reasons:
                return []
    except ByHand as hand:
        reasons, remedy = [hand.reason], hand.remedy
    except CannotEdit as problem:
        reasons = [str(problem)]
    return [Left(task.address, name, "; ".join(reasons[:3]), remedy) for name in task.changed]


def _bring_move(desk: Desk, move: Move) -> tuple[list[Brought], list[Left]]:
    """Move the file of a page that was moved on Synapse, and write the links to it and in it anew."""
    pages = pages_of(desk.context, _project_of(move.address))
    page, parent = pages[move.address], pages[move.parent]
    remedy = f"Move {desk.tree.name(page.file)} by hand, or the page on Synapse."
    files: dict[Path, bytes | None] = {}
    try:
        place = place_below(page, parent, pages)
        files = {page.file: None, **_with_links(desk, page.file, place, page.key)}
        new = page_address(_project_of(move.address), (*parent.key, page.key[-1]))
        live = desk.current.world.live
        wrong = desk.judged(files, lambda old, after: objections_to_move(old, after, live, move.address, new))
    except ByHand as hand:
        wrong, remedy = [hand.reason], hand.remedy
    except CannotEdit as problem:
        wrong = [str(problem)]
    if wrong:
        return [], [Left(move.address, "parent", "; ".join(wrong[:3]), remedy)]
    return [Brought(move.address, ("parent",), tuple(desk.tree.name(path) for path in files))], []


def _with_links(desk: Desk, old: Path, new: Path, key: tuple[str, ...]) -> dict[Path, bytes | None]:
    """The file at its new place, and every other page whose links lead to it."""
    wiki = desk.challenge.wiki
    everything = [*wiki.pages, *(wiki.staging or ()), *([wiki.preregistration] if wiki.preregistration else [])]
    found: dict[Path, bytes | None] = {}
    for other in everything:
        text = desk.text_of(desk.tree.name(other.file))
        if other.file == old:
            found[new] = desk.encoded(old, moved_text(text, old, new, key))
        elif (changed := relinked(text, other.file, other.file, {old: new})) != text:
            found[other.file] = desk.encoded(other.file, changed)
    return found


def write(found: Pulled) -> None:
    """Write the files, each as a whole or not at all. Raises OSError; Failure for a place outside the challenge."""
    for path in found.changed:
        if not found.tree.contains(path):
            raise Failure(found.tree.name(path), "that is outside the repository", "move the page's files into it")
    for path, data in found.changed.items():
        if data is None:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.new")
        beside.write_bytes(data)
        beside.replace(path)
