"""Legacy quotas of Synapse's evaluation queues as rounds that mean the same (contract 5.4).

The JSON is a quota, an evaluation with its `quota`, or several evaluations in a list or under `results`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from challenge_spec.converting.block import Block, Homeless
from challenge_spec.converting.moments import TBD, Said, in_utc, said
from challenge_spec.converting.names import fit, fitted
from challenge_spec.converting.opened import LIST, Opened
from challenge_spec.converting.outline import DataFolder, Outline, Question, Queue, Series, Terms, Window
from challenge_spec.converting.spans import in_words, timeline
from challenge_spec.keys import key_from, unique
from challenge_spec.resolving.times import MAX_SERIES

KEYS: Final = ("firstRoundStart", "roundDurationMillis", "numberOfRounds", "submissionLimit")
_DAY: Final = 86_400_000
_LONGEST: Final = 200 * 366 * _DAY
_MIGRATED: Final = {7: "weekly", 28: "monthly", 29: "monthly", 30: "monthly", 31: "monthly"}
"""Length of a round in days → the limit of the one round that the server's own migration would make."""
_SERVER: Final = ("Synapse keeps it itself", "Nothing.")
_HOMELESS: Homeless = {
    **dict.fromkeys(("etag", "createdOn", "ownerId", "status"), _SERVER),
    "contentSource": ("the manifest makes projects of its own", "Write `projects: { live: { adopt: ID } }` to go on."),
    "id": ("the manifest makes queues of its own", "Write `adopt: ID` on the queue to go on with this one."),
}


def read(opened: Opened) -> Outline:
    """The queues with their rounds; everything else of a challenge is for people to write."""
    root = opened.root
    name = fitted(opened.called, "Challenge", ("challenge", "name"), root.at(), opened.report)
    outline = Outline(name, opened.zone.key, opened.report)
    opened.report.decide(
        ("challenge", "name"), "an evaluation queue doesn't say what the challenge is called", root.at()
    )
    evaluations = root.blocks(LIST) or root.blocks("results") or [root]
    for block in evaluations:
        _queue(outline, opened, block)
    _question(outline, root)
    timeline(outline, TBD, TBD, root.at(), root.at())
    if evaluations != [root]:
        root.finish({"totalNumberOfResults": _SERVER})
    return outline


def _question(outline: Outline, root: Block) -> None:
    outline.questions.append(Question("main", "Main"))
    outline.data.append(DataFolder("truth", "Private Data/truth"))
    outline.report.decide(("sub_challenges", "main"), "what is asked, and by which metrics it is ranked", root.at())
    outline.report.decide(("data", "truth"), "what the queues are scored against", root.at())


def _queue(outline: Outline, opened: Opened, block: Block) -> None:
    name = block.text("name", "queues.*.name")
    key = unique(key_from(name or "submissions", "queue")[:56], {item.key for item in outline.queues})
    queue = Queue(key, truths={"": "truth"})
    taken = {item.name.casefold() for item in outline.queues if item.name}
    if name and (fitting := fit(name)) and fitting.casefold() not in taken:
        queue.name = fitting
    queue.description = block.text("description", "queues.*.description")
    queue.instructions = block.text("submissionInstructionsMessage", "queues.*.instructions")
    queue.receipt = block.text("submissionReceiptMessage", "queues.*.receipt")
    quota = block.block("quota") if block.has("quota") else block
    _rounds(queue, opened, quota)
    if quota is not block:
        quota.finish({}, KEYS)
    outline.queues.append(queue)
    block.finish(_HOMELESS, (*KEYS, "quota", "name"))


def _rounds(queue: Queue, opened: Opened, quota: Block) -> None:
    """One round with a limit for days, weeks or months, or as many rounds as there were, each with a total."""
    to = "queues.*.rounds"
    start = _start(opened, quota)
    count, length = quota.whole("numberOfRounds", to), quota.whole("roundDurationMillis", to)
    limit = quota.whole("submissionLimit", "queues.*.limits")
    daily = length == _DAY
    queue.terms = Terms(() if limit is None else (("daily" if daily else "total", limit),))
    if not any(quota.has(key) for key in KEYS):
        queue.windows = None
        quota.report.decide(("queues", queue.key), "it has no quota: it was always open, without limits", quota.at())
    elif start is TBD or not count or not length:
        queue.windows = Series(start)
        what = "its quota has no start, count or length of rounds: one round until the close"
        quota.report.decide(("queues", queue.key, "rounds"), what, quota.at())
    elif start.instant and count * length > _LONGEST:
        queue.windows = Series(start)
        quota.leave("roundDurationMillis", "nothing can be meant that lasts for centuries", "Write the real end.")
    else:
        _dated(queue, quota, start, count, length)


def _start(opened: Opened, quota: Block) -> Said:
    text = quota.text("firstRoundStart")
    if text is None:
        return TBD
    found = said(text, opened.zone, always_utc=True)
    if found.problem:
        quota.leave("firstRoundStart", found.problem, "Write the date in the manifest in place of `tbd`.")
        return TBD
    quota.take("firstRoundStart", "queues.*.rounds")
    return found


def _dated(queue: Queue, quota: Block, start: Said, count: int, length: int) -> None:
    """Rounds of a known length (in milliseconds): one with a limit for each day, or as many as there were."""
    assert start.instant is not None  # noqa: S101 -- for the type checker: what has no instant is TBD
    end = start.instant + timedelta(milliseconds=length * count)
    place = quota.at("roundDurationMillis")
    if length == _DAY or count == 1:
        queue.windows = (Window("Round 1", start, Said(in_utc(end), end)),)
        if length == _DAY and (start.instant.hour, start.instant.minute) != (0, 0):
            what = f"its days began at {start.text[11:-1]} UTC; the days of limits begin at midnight UTC"
            quota.report.decide(("queues", queue.key, "limits"), what, place)
    elif length % 1000 or count > MAX_SERIES:
        queue.windows = Series(start)
        why = f"{count} rounds of {length} ms are no series of rounds here"
        quota.leave("roundDurationMillis", why, "Write the rounds that you need.")
    else:
        queue.windows = Series(start, Said(in_utc(end), end), count, in_words(length // 1000))
        _migration(queue, quota, length)


def _migration(queue: Queue, quota: Block, length: int) -> None:
    name = _MIGRATED.get(length // _DAY) if length % _DAY == 0 else None
    if name:
        what = f"rounds as they were; Synapse's own migration would make one with a {name} limit"
        quota.report.decide(("queues", queue.key, "rounds"), what, quota.at("roundDurationMillis"))
