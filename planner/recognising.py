"""How far a challenge has come that nobody marked: seen from who may read and submit, as people would tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from planner.live import Live
from planner.resources import FIXED_PRINCIPALS, PUBLIC, Desired, Kind
from planner.stages import STAGES


@dataclass(frozen=True, slots=True)
class Signs:
    """What shows the stage.

    public: everybody reads the live project. submitting: participants can submit somewhere. begun: a round has started.
    status: what the challenge portal shows (`Status`), if anything.
    """

    public: bool
    submitting: bool
    begun: bool
    status: str | None = None


def stage_of(signs: Signs) -> str:
    """The stage that the signs tell; whether results are final can't be seen, so `closed` is the last."""
    if signs.submitting:
        return "open"
    if not signs.public:
        return "draft"
    if signs.status == "Active":
        return "open"
    over = signs.begun if signs.status is None else signs.status == "Closed"
    return "closed" if over else "preregistration"


def taken_over(desired: Desired, live: Live, first_seen: str | None) -> str | None:
    """The stage of a challenge that is adopted and was never marked by us: its gates were passed without us.

    first_seen: the stage at which our first apply met it. Whatever people opened since then passed no gate.
    None where nothing is adopted that exists: then the way begins at the first stage.
    """
    projects = [item.address for item in desired.of_kind(Kind.PROJECT) if item.address in desired.adopt]
    if not any(address in live.resources for address in projects):
        return None
    if first_seen is not None:
        return first_seen
    shown = live.resources.get("project.live")
    return STAGES[0] if shown is None or shown.identified_by == "name" else stage_of(_signs(live))


def _signs(live: Live) -> Signs:
    annotations = live.resources.get("annotations.project.live")
    status = annotations.spec.get("Status") if annotations else None
    return Signs(
        public="READ" in _held(live, "acl.project.live", FIXED_PRINCIPALS[PUBLIC]),
        submitting=any("SUBMIT" in types for types in _participants_rights(live)),
        begun=any(start <= live.now for start in _starts(live)),
        status=str(status[0]) if isinstance(status, tuple) and status else None,
    )


def _participants_rights(live: Live) -> Iterator[tuple[str, ...]]:
    team = live.ids.get("team.participants", "")
    return (_held(live, address, team) for address in live.resources if address.startswith("acl.queue."))


def _held(live: Live, address: str, principal: str) -> tuple[str, ...]:
    found = live.resources.get(address)
    types = found.spec.get(principal) if found else None
    return tuple(str(item) for item in types) if isinstance(types, tuple) else ()


def _starts(live: Live) -> Iterator[datetime]:
    for resource in live.resources.values():
        if resource.kind is Kind.ROUND:
            yield datetime.fromisoformat(str(resource.spec["start"]))
