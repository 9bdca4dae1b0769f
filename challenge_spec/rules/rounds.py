"""Rounds: they end after they start, do not overlap, leave no hole that nobody meant (contract 5.5)."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from challenge_spec.clock import written
from challenge_spec.resolved import ResolvedQueue, ResolvedRound
from challenge_spec.resolving.precedence import with_defaults
from challenge_spec.rules.context import Room
from challenge_spec.schedule import RoundSeries
from challenge_spec.source import Path

_TOUCHING = timedelta(minutes=1)


def check(room: Room) -> None:
    """Run the rules of this family."""
    for queue in room.challenge.queues:
        path = _path(room, queue)
        _names(room, queue, path)
        _lengths(room, queue, path)
        _neighbours(room, queue, path)
        _known_in_time(room, queue, path)
        _before_open(room, queue, path)
        _stops_early(room, queue, path)


def _path(room: Room, queue: ResolvedQueue) -> Path:
    return room.where(queue, "rounds")


def _at(room: Room, path: Path, index: int, name: str) -> Path:
    """Where a listed round says this; the whole series where rounds are not listed."""
    return (*path, index, name) if room.said(*path, index) else path


def _names(room: Room, queue: ResolvedQueue, path: Path) -> None:
    if not queue.rounds and not queue.always:
        room.findings.error("round.none", path, "there is no round", "Write a round, or `rounds: always`.")
    seen: set[str] = set()
    for index, item in enumerate(queue.rounds):
        if item.name.casefold() in seen:
            message = f"two rounds of `{queue.queue}` are named `{item.name}`"
            room.findings.error("round.same-name", _at(room, path, index, "name"), message, "Rename one of them.")
        seen.add(item.name.casefold())


def _lengths(room: Room, queue: ResolvedQueue, path: Path) -> None:
    for index, item in enumerate(queue.rounds):
        if item.start is None or item.end is None or item.start < item.end:
            continue
        code = "round.zero-length" if item.start == item.end else "round.ends-before-start"
        problem = "ends when it starts" if item.start == item.end else "ends before it starts"
        message = f"round `{item.name}` {problem}: {_window(room, item)}"
        room.findings.error(code, _at(room, path, index, "end"), message, "Correct the start or the end.")


def _window(room: Room, item: ResolvedRound) -> str:
    zone = room.clock.zone
    return f"{written(item.start, zone) if item.start else 'tbd'} to {written(item.end, zone) if item.end else 'tbd'}"


def _neighbours(room: Room, queue: ResolvedQueue, path: Path) -> None:
    known = [(item.start, item.end, index, item) for index, item in enumerate(queue.rounds)]
    dated = [(start, end, index, item) for start, end, index, item in known if start is not None and end is not None]
    for (_, ended, _, first), (started, _, index, second) in pairwise(sorted(dated, key=lambda entry: entry[:3])):
        place = _at(room, path, index, "start")
        if started < ended:
            message = f"round `{second.name}` starts before `{first.name}` has ended"
            why = "Synapse refuses rounds of one queue that overlap (contract 5.5)."
            room.findings.error("round.overlap", place, message, "Move one of them.", why)
        elif started - ended > _TOUCHING and not second.gap_intended:
            message = f"nobody can submit for {_length(started - ended)} between `{first.name}` and `{second.name}`"
            room.findings.warning("round.gap", place, message, "Close it, or write `gap: intended` in the later round.")


def _length(span: timedelta) -> str:
    days, rest = span.days, span.seconds
    if days:
        return f"{days} day{'s' if days > 1 else ''}"
    return f"{rest // 3600} h" if rest >= 3600 else f"{rest // 60} min"


def _known_in_time(room: Room, queue: ResolvedQueue, path: Path) -> None:
    timeline = room.challenge.timeline
    if not room.has_come_to("open") or timeline.get("open") is None or timeline.get("close") is None:
        return  # nobody is open, or the timeline is reported itself
    for index, item in enumerate(queue.rounds):
        if item.start is not None and item.end is not None:
            continue
        message = f"the dates of round `{item.name}` of `{queue.queue}` are not known, and the challenge is to be open"
        remedy = "Give them dates, or remove the round until they are known."
        room.findings.error("stage.tbd", _at(room, path, index, "start"), message, remedy)
        if not room.said(*path, index):
            return


def _before_open(room: Room, queue: ResolvedQueue, path: Path) -> None:
    opening = room.challenge.timeline.get("open")
    if opening is None or queue.access.get("participants") != "submit":
        return
    for index, item in enumerate(queue.rounds):
        if item.start and item.start < opening:
            message = f"round `{item.name}` starts before the challenge opens"
            remedy = "Start it with `open`; before that participants can't submit."
            room.findings.warning("round.before-open", _at(room, path, index, "start"), message, remedy)


def _stops_early(room: Room, queue: ResolvedQueue, path: Path) -> None:
    """A series that ends some time before the close leaves a queue shut that people expect to be open."""
    close, series = room.challenge.timeline.get("close"), _series(room, queue)
    if close is None or series is None or series.gap or series.end is not None or not series.count:
        return
    ends = [item.end for item in queue.rounds if item.end]
    if ends and close - max(ends) > _TOUCHING:
        message = f"the last round of `{queue.queue}` ends {_length(close - max(ends))} before the challenge closes"
        remedy = "Add a round, make them longer, or write `gap: intended` if that is meant."
        room.findings.info("round.stops-early", path, message, remedy)


def _series(room: Room, queue: ResolvedQueue) -> RoundSeries | None:
    entry = with_defaults(room.manifest.queues[queue.queue], room.manifest.defaults.queue)
    variant = entry.by_sub_challenge.get(queue.sub_challenges[0]) if len(queue.sub_challenges) == 1 else None
    rounds = variant.rounds if variant and variant.rounds is not None else entry.rounds
    return rounds if isinstance(rounds, RoundSeries) else None
