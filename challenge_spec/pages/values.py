"""What `{{ ... }}` in a page can say: names and dates of the manifest, and ids that only Synapse knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from challenge_spec.clock import ANCHORS, Clock, TimeProblem, written, written_day
from challenge_spec.pages.format_table import format_table
from challenge_spec.pages.model import IdOf
from challenge_spec.resolved import ResolvedChallenge, ResolvedQueue
from challenge_spec.turnover import limits_in_words, midnight_utc

TO_BE_ANNOUNCED = "(to be announced)"


def values(challenge: ResolvedChallenge, clock: Clock) -> Mapping[str, str | IdOf]:
    """Every name that a page may use, with its text or the id it stands for."""
    return {
        "challenge.name": challenge.name,
        "challenge.description": challenge.description,
        "challenge.timezone": challenge.zone,
        "challenge.utc_midnight": _utc_midnight(challenge, clock),
        **({"challenge.alias": challenge.alias} if challenge.alias else {}),
        **dict(_moments(challenge, clock)),
        **dict(things(challenge)),
    }


def _utc_midnight(challenge: ResolvedChallenge, clock: Clock) -> str:
    """When days begin for limits, by the clocks of the challenge: `16:00 PST, from 14 March 17:00 PDT`."""
    opening, close = challenge.timeline.get("open"), challenge.timeline.get("close")
    return midnight_utc(opening, close, clock.zone) if opening and close else TO_BE_ANNOUNCED


def _moments(challenge: ResolvedChallenge, clock: Clock) -> Iterator[tuple[str, str]]:
    for name, instant in challenge.timeline.items():
        if clock.moment(name) is None:
            continue
        path = f"timeline.{name}" if name in ANCHORS else f"timeline.milestones.{name}"
        yield path, _shown(name, instant, clock)
        yield f"{path}.utc", f"{instant.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if instant else TO_BE_ANNOUNCED
        yield f"{path}.date", written_day(instant.astimezone(clock.zone).date()) if instant else TO_BE_ANNOUNCED


def _shown(name: str, instant: datetime | None, clock: Clock) -> str:
    """A date where a date was written, with the time of day where one was."""
    if instant is None:
        return TO_BE_ANNOUNCED
    return written_day(instant.astimezone(clock.zone).date()) if _is_date(name, clock) else written(instant, clock.zone)


def _is_date(name: str, clock: Clock) -> bool:
    moment = clock.moment(name)
    try:
        said, _ = clock.follow(moment, "start") if moment else (None, "start")
    except TimeProblem:
        return False
    return said is not None and said.kind == "date"


def things(challenge: ResolvedChallenge) -> Iterator[tuple[str, str | IdOf]]:
    """Names and ids of what the manifest describes."""
    for kind, block, items in (
        ("team", "teams", challenge.teams),
        ("project", "projects", challenge.projects),
        ("queue", "queues", challenge.queues),
        ("view", "views", challenge.views),
    ):
        for item in items:
            yield f"{block}.{item.key}.id", IdOf(f"{kind}.{item.key}")
            yield f"{block}.{item.key}.name", item.name
    yield from ((f"queues.{item.key}.limits", words) for item in challenge.queues if (words := _limits(item)))
    yield from ((f"data.{item.key}.id", IdOf(f"data.{item.key}")) for item in challenge.data if item.on_synapse)
    yield from ((f"data.{item.key}.url", item.url) for item in challenge.data if item.url)
    yield from (
        (f"sub_challenges.{item.key}.url", item.elsewhere) for item in challenge.sub_challenges if item.elsewhere
    )
    yield from ((f"sub_challenges.{item.key}.name", item.name) for item in challenge.sub_challenges)
    yield from (
        (f"sub_challenges.{item.key}.format", format_table(item.format))
        for item in challenge.sub_challenges
        if item.format and item.format.columns
    )
    yield from ((f"requirements.{item.key}.url", item.url) for item in challenge.requirements if item.url)


def _limits(queue: ResolvedQueue) -> str | None:
    """The limits of a queue in words; None where its rounds differ, or nobody said any."""
    said = [item.limits for item in queue.rounds] if queue.rounds else [queue.limits]
    return limits_in_words(said[0]) if said[0] is not None and all(item == said[0] for item in said) else None
