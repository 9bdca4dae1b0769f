"""Where the manifest says a field of a resource: ways to change it, the one that changes least first.

A way may be wrong: it may change something else as well, where one place speaks for several resources. Whoever tries it
loads the result and looks (`planner.pull.check`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from challenge_spec.edit import Data
from challenge_spec.resolved import ResolvedChallenge, ResolvedQueue
from challenge_spec.source import Path, Source
from planner.pull.goals import ByHand, Edit, Goal, Way
from planner.pull.windows import limits, moment
from planner.references import Plain


def ways(goal: Goal, challenge: ResolvedChallenge, source: Source) -> list[Way]:
    """Ways to make the manifest say it. Raises ByHand."""
    kind, _, key = goal.address.partition(".")
    find = _KINDS.get(kind)
    if find is None:
        raise ByHand("no single place of the manifest says it", _COMPARE)
    return list(find(goal, key, challenge, source))


_COMPARE: Final = "Compare the manifest with Synapse, and edit one of them."


def _said(path: Path, value: Plain) -> Way:
    """A text or a list at a path; nothing where Synapse has nothing."""
    return (Edit(path, None if value is None else _data(value)),)


def _data(value: Plain) -> Data:
    if isinstance(value, Mapping):
        return {key: _data(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(_data(item) for item in value)
    return value if isinstance(value, int) else str(value)


def _project(goal: Goal, key: str, _challenge: ResolvedChallenge, _source: Source) -> Iterator[Way]:
    path: Path = ("challenge", "alias") if goal.field == "alias" else ("projects", key, goal.field)
    yield _said(path, goal.value)


def _team(goal: Goal, key: str, _challenge: ResolvedChallenge, _source: Source) -> Iterator[Way]:
    yield _said(("teams", key, goal.field), goal.value)


def _link(goal: Goal, key: str, _challenge: ResolvedChallenge, _source: Source) -> Iterator[Way]:
    if "/" in key:
        raise ByHand("its name follows from the workflow and the entry point", "Rename the file on Synapse back.")
    yield _said(("workflows", key, goal.field), goal.value)


def _view(goal: Goal, key: str, _challenge: ResolvedChallenge, _source: Source) -> Iterator[Way]:
    if goal.field != "name":
        raise ByHand(f"the {goal.field} of a view follow from metrics and queues", f"Edit `views.{key}.{goal.field}`.")
    yield _said(("views", key, "name"), goal.value)


def _folder(goal: Goal, key: str, _challenge: ResolvedChallenge, _source: Source) -> Iterator[Way]:
    raise ByHand(
        "a folder is known by its name",
        f"Write {goal.value!r} into the `folder` of the entries of `data` that lie in {key}, or rename it back.",
    )


def _queue(goal: Goal, key: str, challenge: ResolvedChallenge, _source: Source) -> Iterator[Way]:
    for path in _places(_queue_at(challenge, key), goal.field):
        yield _said(path, goal.value)


def _queue_at(challenge: ResolvedChallenge, key: str) -> ResolvedQueue:
    return next(queue for queue in challenge.queues if queue.key == key)


def _places(queue: ResolvedQueue, field: str) -> Iterator[Path]:
    """Where a field of a queue is said, then where it may be."""
    own: Path = ("queues", queue.queue, field)
    single: Path = ("queues", queue.queue, "by_sub_challenge", *queue.sub_challenges[:1], field)
    yield from dict.fromkeys([*_said_at(queue, field), own, *([] if queue.together else [single])])


def _said_at(queue: ResolvedQueue, field: str) -> list[Path]:
    """The place that says a field of a queue, unless it is one that speaks for all queues or all of a purpose."""
    origin = queue.origins.get(field, "")
    return [tuple(origin.split("."))] if origin.startswith(("queues.", "sub_challenges.")) else []


def _round(goal: Goal, key: str, challenge: ResolvedChallenge, source: Source) -> Iterator[Way]:
    queue_key, _, name = key.rpartition("/")
    queue = _queue_at(challenge, queue_key)
    path: Path = tuple(queue.origins.get("rounds", "").split("."))
    entry = _entry_of(name, path, source)
    own: Path = (*entry, "limits")
    if goal.field != "limits":
        yield (Edit((*entry, goal.field), moment(goal, entry, _at(source, entry), challenge)),)
        return
    in_list = [own] if entry != path else []
    said_here = [place for place in in_list if _at(source, place) is not None]
    for place in dict.fromkeys([*said_here, *_said_at(queue, "limits"), *in_list, *_places(queue, "limits")]):
        yield (Edit(place, limits(goal)),)


def _entry_of(name: str, path: Path, source: Source) -> Path:
    """Where a round is written: its entry in a list of rounds, else the series that it belongs to."""
    said = _at(source, path)
    if not isinstance(said, list):
        return path
    return (*path, next(place for place, item in enumerate(said) if item.get("name") == name))


def _at(source: Source, path: Path) -> Any:
    """What the files say at a path; None where they say nothing."""
    found: Any = source.value
    for key in path:
        if isinstance(found, Mapping):
            found = found.get(key)
        else:
            found = found[key] if isinstance(found, list) and isinstance(key, int) else None
    return found


_KINDS: Final[Mapping[str, Callable[[Goal, str, ResolvedChallenge, Source], Iterator[Way]]]] = {
    "project": _project,
    "team": _team,
    "queue": _queue,
    "round": _round,
    "link": _link,
    "view": _view,
    "folder": _folder,
}
