"""Columns of views that Synapse would refuse, or that would not hold what they are named for (contract 8.1)."""

from __future__ import annotations

from challenge_spec.columns import COLUMN_NAME, FRIENDLY, KNOWN, MAX_COLUMNS, MAX_SIZE, RESERVED, SIZED
from challenge_spec.diagnostics import did_you_mean
from challenge_spec.resolved import ResolvedQueue, ResolvedView, ResolvedViewColumn
from challenge_spec.rules.context import Room
from challenge_spec.source import Path
from challenge_spec.teams import STAFF_TEAMS


def check(room: Room) -> None:
    """Run the rules of this family."""
    for view in room.challenge.views:
        path = _path(room, view)
        metrics = _metrics(room, view)
        if len(view.columns) > MAX_COLUMNS:
            message = f"this view has {len(view.columns)} columns, {MAX_COLUMNS} are possible"
            room.findings.error("view.too-many-columns", path, message, "Leave some out.")
        for index, column in enumerate(view.columns):
            _name(room, (*path, index), column)
            _size(room, (*path, index), column)
            _known(room, (*path, index), column, metrics)
        _twice(room, path, view)
    _leaderboard(room)


def _leaderboard(room: Room) -> None:
    """Whoever takes part wants to see where they stand (guide, item 1); without any view it is shown elsewhere."""
    scored = [queue.key for queue in room.challenge.queues if queue.purpose == "leaderboard" and _told(queue)]
    shown = {key for view in room.challenge.views if set(view.access) - {*STAFF_TEAMS} for key in view.queues}
    if room.manifest.views and scored and not shown & {*scored}:
        message = f"no view shows participants the scores of `{scored[0]}`"
        remedy = "Write `access: participants` or `public` in one, or `results: { scores: never }` in the queue."
        room.findings.info("view.no-leaderboard", ("views",), message, remedy)


def _told(queue: ResolvedQueue) -> bool:
    return queue.evaluation == "score" and queue.results.scores != "never"


def _path(room: Room, view: ResolvedView) -> Path:
    own = ("views", view.key, "columns")
    return own if room.said(*own) else ("defaults", "view", "columns")


def _metrics(room: Room, view: ResolvedView) -> frozenset[str]:
    """What the queues of a view are scored by."""
    served = {sub for queue in room.challenge.queues if queue.key in view.queues for sub in queue.sub_challenges}
    return frozenset(name for sub in room.challenge.sub_challenges if sub.key in served for name in sub.metrics)


def _name(room: Room, path: Path, column: ResolvedViewColumn) -> None:
    if column.name in RESERVED:
        message = f"`{column.name}` is a column that Synapse keeps for itself"
        room.findings.error("view.column-name", path, message, "Choose another name.")
    elif not COLUMN_NAME.fullmatch(column.name):
        remedy = "Use letters without accents, digits, blanks and _ - . + ( ) '; 256 characters at most."
        room.findings.error("view.column-name", path, f"no column can be named `{column.name}`", remedy)


def _size(room: Room, path: Path, column: ResolvedViewColumn) -> None:
    if column.size is None:
        return
    kind = column.type or KNOWN.get(FRIENDLY.get(column.name, column.name), ("DOUBLE", None))[0]
    if kind not in SIZED:
        message = f"a column of type {kind} has no size"
        room.findings.error("view.column-size", path, message, f"Only {', '.join(sorted(SIZED))} have one.")
    elif column.size > MAX_SIZE:
        message = f"`{column.name}` is to hold {column.size} characters, {MAX_SIZE} are possible"
        room.findings.error("view.column-size", path, message, "For longer texts, write `type: LARGETEXT`.")


def _known(room: Room, path: Path, column: ResolvedViewColumn, metrics: frozenset[str]) -> None:
    known = {*KNOWN, *FRIENDLY, *metrics}
    if column.type is None and column.name not in known and COLUMN_NAME.fullmatch(column.name):
        message = f"`{column.name}` is neither a column of Synapse's nor a metric of this view's queues"
        guess = did_you_mean(column.name, sorted(known))
        remedy = f"{guess} An annotation of your own comes with its type, `{{ name: {column.name}, type: STRING }}`."
        room.findings.warning("view.unknown-column", path, message, remedy.strip())


def _twice(room: Room, path: Path, view: ResolvedView) -> None:
    seen: set[str] = set()
    for index, column in enumerate(view.columns):
        name = FRIENDLY.get(column.name, column.name)
        if name in seen:
            message = f"the column `{column.name}` is there already"
            room.findings.error("view.column-twice", (*path, index), message, "Remove one of them.")
        seen.add(name)
