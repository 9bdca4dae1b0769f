"""Rounds as the manifest writes them: instants in the style of what stood there, limits by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from challenge_spec.edit import Data
from challenge_spec.resolved import ResolvedChallenge
from challenge_spec.schedule import Moment, parse_moment
from challenge_spec.source import Path
from planner.describe.moments import written
from planner.pull.goals import ByHand, Goal


def moment(goal: Goal, entry: Path, said: Any, challenge: ResolvedChallenge) -> str:
    """The start or end of a round as a moment. said: the round, or the series of rounds, as it is written at `entry`.

    Raises ByHand where the moment isn't said there but follows from something else.
    """
    zone = ZoneInfo(challenge.zone)
    edge: Literal["start", "end"] = "start" if goal.field == "start" else "end"
    found = written(datetime.fromisoformat(str(goal.value)), zone, edge)
    where = ".".join(str(key) for key in entry)
    if not isinstance(said, Mapping) or said.get("count") or said.get("every"):
        what = "the rounds are a series, which says when each of them begins and ends"
        remedy = f"Edit `{where}`, or write the rounds one by one; this one's `{edge}` is {found} on Synapse."
        raise ByHand(what, remedy)
    old = parse_moment(said[edge]) if edge in said else Moment({"start": "open", "end": "close"}[edge], "name")
    if old.kind == "name":
        what = f"`{edge}` is filled in from the timeline (`{old.text}`)"
        remedy = f"Move `{old.text}` in the timeline, or write `{edge}: {found}` at `{where}`."
        raise ByHand(what, remedy)
    return found


def limits(goal: Goal) -> Data:
    """The limits of a round; Synapse's `none` is a word of the manifest too."""
    found = goal.value if isinstance(goal.value, Mapping) else {}
    return {name: int(str(count)) for name, count in found.items()} or "none"
