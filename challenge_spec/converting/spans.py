"""Lengths of time, limits, and the one timeline around all rounds: what every platform has in its own words."""

from __future__ import annotations

from challenge_spec.converting.block import Block
from challenge_spec.converting.moments import TBD, Said
from challenge_spec.converting.outline import Outline, Queue, Series, Window
from challenge_spec.diagnostics import Position

_LONGEST = 365 * 86_400
_WIDER = ("daily", "weekly", "monthly", "total")


def span_of(block: Block, key: str, to: str) -> int | None:
    """A time limit in seconds; None where there is none, or none that can be meant."""
    found = block.whole(key)
    if found is None:
        return None
    if not 0 < found <= _LONGEST:
        block.leave(key, "no time limit can be that short or long", "Write `run: { time_limit: 6h }` on the queue.")
        return None
    block.take(key, to)
    return found


def in_words(seconds: int) -> str:
    """`6h`, `90 min`, `45 s`: as the manifest says it."""
    for unit, length in (("h", 3600), (" min", 60)):
        if seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds} s"


def reachable(block: Block, key: str, limits: dict[str, int]) -> tuple[tuple[str, int], ...]:
    """The limits without those that a longer one makes unreachable, which are reported."""
    kept: dict[str, int] = {}
    for index, name in enumerate(_WIDER):
        longer = [limits[wider] for wider in _WIDER[index + 1 :] if wider in limits]
        if name in limits and limits[name] > min(longer, default=limits[name]):
            what = f"{block.name(key)}: a {name} limit of {limits[name]}"
            why = f"it can never be reached, for {min(longer)} are possible in a longer time"
            block.report.leave(block.at(key), what, why, "Nothing, or raise the other limit.")
        elif name in limits:
            kept[name] = limits[name]
    return tuple(kept.items())


def ordered(window: Window, block: Block, key: str) -> Window:
    """The round, its end `tbd` and a word about it if it doesn't end after its start."""
    start, end = window.start.instant, window.end.instant
    if start is None or end is None or start < end:
        return window
    block.leave(key, f"the phase would end before it starts ({window.start.text})", "Write the right end for `tbd`.")
    return Window(window.name, window.start, TBD, window.terms, window.gap)


def timeline(outline: Outline, opens: Said, closes: Said, opens_at: Position, closes_at: Position) -> None:
    """Open and close of the challenge: as said, or as its rounds need it."""
    spans = [span for queue in outline.queues for span in _spans(queue)]
    starts, ends = [start for start, _ in spans if start.instant], [end for _, end in spans if end.instant]
    outline.opens = min([*starts, *_known(opens)], key=_instant, default=TBD)
    if opens.instant and outline.opens.instant != opens.instant:
        outline.report.decide(
            ("timeline", "open"), f"the first phase starts before the challenge does ({opens.text})", opens_at
        )
    is_unknown = not closes.instant and len(ends) < len(spans)
    outline.closes = TBD if is_unknown else max([*ends, *_known(closes)], key=_instant, default=TBD)
    if closes.instant and outline.closes.instant != closes.instant:
        outline.report.decide(
            ("timeline", "close"), f"the last phase ends after the challenge does ({closes.text})", closes_at
        )
    _in_order(outline, closes_at)


def _spans(queue: Queue) -> list[tuple[Said, Said]]:
    """Start and end of each round, or of a series of them."""
    if isinstance(queue.windows, Series):
        return [(queue.windows.start, queue.windows.end)]
    return [(item.start, item.end) for item in queue.windows or ()]


def _in_order(outline: Outline, place: Position) -> None:
    opens, closes = outline.opens.instant, outline.closes.instant
    if opens and closes and closes <= opens:
        outline.report.decide(("timeline", "close"), "the challenge would close before it opens", place)
        outline.closes = TBD


def _known(moment: Said) -> list[Said]:
    return [moment] if moment.instant else []


def _instant(moment: Said) -> float:
    return moment.instant.timestamp() if moment.instant else 0.0
