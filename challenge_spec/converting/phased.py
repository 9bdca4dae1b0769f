"""Tasks, phases and columns of Codabench, whichever version of its bundles they come from (peers 2.1, 6.2).

A task is a sub-challenge, a phase a round. Tasks that are asked in the same phases share an entry of `queues`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from challenge_spec.converting.block import Block
from challenge_spec.converting.moments import TBD, Said
from challenge_spec.converting.names import apart, fit, metric_names
from challenge_spec.converting.opened import Opened
from challenge_spec.converting.outline import Board, DataFolder, Outline, Question, Queue, Terms, Window
from challenge_spec.converting.spans import reachable, span_of
from challenge_spec.keys import key_from, unique
from challenge_spec.scoring import Direction

DAILY: Final = 5
TOTAL: Final = 100
SECONDS: Final = 600
"""What Codabench takes where a phase doesn't say it (peers 2.1)."""
_TOUCHING = timedelta(minutes=1)


@dataclass(slots=True)
class Task:
    """A task. truth, inputs: files that it names. key, entry: of its sub-challenge and of its truth, once given."""

    ident: str
    name: str
    block: Block
    truth: str | None = None
    inputs: str | None = None
    key: str = ""
    entry: str = ""


@dataclass(slots=True)
class Phase:
    """A phase, in order. tasks: idents of tasks."""

    name: str
    block: Block
    start: Said
    end: Said
    tasks: tuple[str, ...]
    terms: Terms


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the leaderboard."""

    key: str
    direction: Direction
    hidden: bool


@dataclass(slots=True)
class Competition:
    """Everything that becomes questions, queues, data and a view."""

    tasks: list[Task] = field(default_factory=list)
    phases: list[Phase] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    title: str | None = None
    shown: bool = True
    benchmark: bool = False


def terms_of(block: Block) -> Terms:
    """Limits, time limit and what is hidden in a phase; the platform's defaults are written out."""
    to = "queues.*.limits"
    daily, total = block.whole("max_submissions_per_day", to), block.whole("max_submissions", to)
    seconds = span_of(block, "execution_time_limit", "queues.*.run.time_limit")
    said = {"daily": DAILY if daily is None else daily, "total": TOTAL if total is None else total}
    limits = reachable(block, "max_submissions_per_day", said)
    output = block.flag("hide_output", "queues.*.results.logs")
    predictions = block.flag("hide_prediction_output", "queues.*.results.logs")
    hidden = block.flag("hide_score_output", "queues.*.results.scores")
    logs = "organizers" if output or predictions else None
    return Terms(limits, seconds or SECONDS, "never" if hidden else None, logs)


def fill(opened: Opened, outline: Outline, found: Competition) -> None:
    """Put questions, truths, queues and the view into the outline."""
    names = metric_names((column.key for column in found.columns), opened.root.at(), outline.report)
    found.columns = [replace(column, key=names[column.key]) for column in found.columns]
    _questions(outline, found)
    for task in found.tasks:
        _data(opened, outline, task)
    _queues(outline, found)
    _view(outline, found)


def _questions(outline: Outline, found: Competition) -> None:
    taken: set[str] = set()
    metrics = {column.key: column.direction for column in found.columns}
    shown = tuple(column.key for column in found.columns if not column.hidden)
    for number, task in enumerate(found.tasks, 1):
        name = apart(fit(task.name, 60) or f"Task {number}", taken, 60)
        task.key = unique(key_from(name, "task"), {item.key for item in outline.questions})
        outline.questions.append(Question(task.key, name, metrics, shown))


def _data(opened: Opened, outline: Outline, task: Task) -> None:
    """A guarded folder for the truth, one for the inputs of the evaluation; the files stay where they are."""
    truth = unique(f"{task.key[:56]}-truth", {item.key for item in outline.data})
    file = fit((task.truth or "").rpartition("/")[2])
    task.entry = truth
    outline.data.append(DataFolder(truth, f"Private Data/{truth}", file or None))
    if not file:
        outline.report.decide(("data", truth, "file"), "which file holds the truth", task.block.at())
    if task.inputs:
        key = unique(f"{task.key[:56]}-inputs", {item.key for item in outline.data})
        outline.data.append(DataFolder(key, f"Private Data/{key}", fit(task.inputs.rpartition("/")[2]) or None))
    outline.guarded |= {path for name in (task.truth, task.inputs) if name and (path := opened.beside(name))}


def _queues(outline: Outline, found: Competition) -> None:
    """One entry for tasks that are asked in the same phases, in the order of the tasks."""
    groups: dict[tuple[int, ...], list[Task]] = {}
    for task in found.tasks:
        asked = tuple(index for index, phase in enumerate(found.phases) if task.ident in phase.tasks)
        if asked:
            groups.setdefault(asked, []).append(task)
    for asked, tasks in groups.items():
        purpose = "benchmark" if found.benchmark else "leaderboard"
        key = purpose if len(groups) == 1 else f"{purpose}-{tasks[0].key[:50]}"
        queue = Queue(key, tuple(task.key for task in tasks), purpose="benchmark" if found.benchmark else "leaderboard")
        _windows(queue, [found.phases[index] for index in asked])
        queue.truths = {task.key: task.entry for task in tasks}
        queue.withhold = tuple(column.key for column in found.columns if column.hidden)
        outline.queues.append(queue)


def _windows(queue: Queue, phases: list[Phase]) -> None:
    """A round for each phase; what holds in all of them is said once."""
    terms = {phase.terms for phase in phases}
    queue.terms = phases[0].terms if len(terms) == 1 else Terms()
    taken: set[str] = set()
    windows: list[Window] = []
    for number, phase in enumerate(phases, 1):
        name = apart(fit(phase.name, 60) or f"Phase {number}", taken, 60)
        said = Terms() if len(terms) == 1 else phase.terms
        windows.append(_after(windows, Window(name, phase.start, phase.end, said), phase))
    for_ever = queue.purpose == "benchmark" and len(windows) == 1 and windows[0].end is TBD
    queue.windows = None if for_ever else tuple(windows)


def _after(before: list[Window], window: Window, phase: Phase) -> Window:
    """The round as it can stand behind the others: over after it starts, and starting after they are over."""
    start, end, block = window.start.instant, window.end.instant, phase.block
    ended = max((item.end.instant for item in before if item.end.instant), default=None)
    if start and ended and start < ended:
        why = f"it starts before the phase before it is over ({window.start.text})"
        block.report.leave(block.at(), block.label, why, "Write the right dates in place of `tbd`.")
        return replace(window, start=TBD, end=TBD)
    gap = bool(start and ended and start - ended > _TOUCHING)
    if start and end and end <= start:
        why = f"it would end before it starts ({window.end.text})"
        block.report.leave(block.at(), block.label, why, "Write the right end in place of `tbd`.")
        return replace(window, end=TBD, gap=gap)
    return replace(window, gap=gap)


def _view(outline: Outline, found: Competition) -> None:
    """The leaderboard, with the queues whose scores anybody may see at any time."""
    columns = tuple(column.key for column in found.columns if not column.hidden)
    if not found.shown or not columns:
        return
    shown = [queue.key for queue in outline.queues if "never" not in _all_scores(queue)]
    for queue in outline.queues:
        if queue.key not in shown:
            what = "scores of a phase are hidden, so no view shows this queue to everybody"
            outline.report.decide(("queues", queue.key, "results"), what)
    if shown:
        name = fit(found.title or "")
        outline.boards.append(Board("leaderboard", tuple(shown), ("submitter", *columns), name or None))


def _all_scores(queue: Queue) -> set[str | None]:
    windows = queue.windows if isinstance(queue.windows, tuple) else ()
    return {queue.terms.scores, *(window.terms.scores for window in windows)}
