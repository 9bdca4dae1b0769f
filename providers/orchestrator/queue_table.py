"""The queue table: what a workflow must know of the queues it serves, so that no id or round is typed into its code.

One file for each repository whose workflow names a `queue_table`. Its form is ours (`format_version`); workflows find
their queue by its id, then the round by the time at which the submission arrived.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from challenge_spec.resolved import (
    ResolvedChallenge,
    ResolvedExemption,
    ResolvedQueue,
    ResolvedRound,
    ResolvedRun,
    ResolvedWorkflow,
)
from planner.desired.context import instant
from planner.desired.data import entry_address

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class QueueTable:
    """The table of one repository: its path there, its text; or what must be known first."""

    repository: str
    path: str
    text: str = ""
    missing: tuple[str, ...] = ()


def queue_tables(challenge: ResolvedChallenge, ids: Mapping[str, str]) -> Iterator[QueueTable]:
    """The table of each repository that wants one.

    ids: address → id; `truth.KEY` is the file of a truth, as far as it has been uploaded.
    """
    wanted = {(item.owner, item.repository, item.queue_table): None for item in challenge.workflows if item.queue_table}
    for owner, repository, path in wanted:
        links = {item.key: item for item in challenge.workflows if (item.owner, item.repository) == (owner, repository)}
        desk = _Desk(challenge, ids, links)
        document = _document(desk)
        missing = tuple(sorted(desk.missing))
        text = "" if missing else json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        yield QueueTable(f"{owner}/{repository}", str(path), text, missing)


@dataclass(frozen=True, slots=True)
class _Desk:
    """The challenge, what is known of it on Synapse, the links of one repository; `missing` collects what isn't."""

    challenge: ResolvedChallenge
    ids: Mapping[str, str]
    links: Mapping[str, ResolvedWorkflow]
    missing: set[str] = field(default_factory=set)

    def id(self, address: str) -> str:
        """An id without which the table would be wrong."""
        if address not in self.ids:
            self.missing.add(address)
        return self.ids.get(address, "")

    def principal(self, name: str) -> str:
        """The number of a team of the manifest, of a user, or the number that stands there already."""
        if name.isdigit():
            return name
        kind = "team" if name in {team.key for team in self.challenge.teams} else "user"
        return self.id(f"{kind}.{name}")

    def team(self, key: str) -> str | None:
        """The number of a standard team; None where the challenge does without."""
        return self.id(f"team.{key}") if key in {team.key for team in self.challenge.teams} else None


def _document(desk: _Desk) -> dict[str, object]:
    served = [queue for queue in desk.challenge.queues if queue.workflow in desk.links]
    return {
        "format_version": FORMAT_VERSION,
        "challenge": desk.challenge.key,
        "organizers": desk.team("organizers"),
        "never_ranked": [number for number in [desk.team("testers")] if number],
        "queues": {desk.id(f"queue.{queue.key}"): _queue(desk, queue) for queue in served},
    }


def _queue(desk: _Desk, queue: ResolvedQueue) -> dict[str, object]:
    link = desk.links.get(queue.workflow or "")
    return {
        "queue": queue.key,
        "name": queue.name,
        "purpose": queue.purpose,
        "sub_challenges": list(queue.sub_challenges),
        "accepts": queue.submission,
        "evaluation": queue.evaluation,
        "entrypoint": link.entrypoint if link else None,
        "metrics": _metrics(desk, queue),
        "eligibility": _eligibility(desk, queue),
        "exceptions": [_exception(desk, item) for item in queue.exceptions],
        "rounds": [_always(desk, queue)] if queue.always else [_round(desk, item) for item in queue.rounds],
    }


def _metrics(desk: _Desk, queue: ResolvedQueue) -> dict[str, object]:
    asked = [sub for sub in desk.challenge.sub_challenges if sub.key in queue.sub_challenges]
    return {sub.key: {"direction": dict(sub.metrics), "rank_by": list(sub.rank_by)} for sub in asked if sub.metrics}


def _eligibility(desk: _Desk, queue: ResolvedQueue) -> dict[str, object]:
    said = queue.eligibility
    queues = {
        "exclusive_with": said.exclusive_with,
        "needs_success_in": said.needs_success_in,
        "ranked_with": said.ranked_with,
    }
    found: dict[str, object] = {"member_of": [desk.principal(key) for key in said.member_of]}
    found |= {name: [desk.id(f"queue.{key}") for key in keys] for name, keys in queues.items()}
    return {name: value for name, value in found.items() if value}


def _exception(desk: _Desk, item: ResolvedExemption) -> dict[str, object]:
    return {"who": desk.principal(item.who), "until": _when(item.until), "what": item.what, "run": _run(item.run)}


def _always(desk: _Desk, queue: ResolvedQueue) -> dict[str, object]:
    return {"round": None, "start": None, "end": None, **_settings(desk, queue, queue.limits or {})}


def _round(desk: _Desk, item: ResolvedRound) -> dict[str, object]:
    window = {"round": item.name, "start": _when(item.start), "end": _when(item.end)}
    return {**window, **_settings(desk, item, item.limits)}


def _settings(desk: _Desk, said: ResolvedQueue | ResolvedRound, limits: Mapping[str, int]) -> dict[str, object]:
    """What may differ from round to round."""
    return {
        "truth": _data(desk, said.truth),
        "inputs": [_data(desk, key) for key in said.inputs],
        "limits": dict(limits),
        "run": _run(said.run),
        "scores": said.results.scores,
        "logs": said.results.logs,
        "mail": said.results.mail,
        "withhold": list(said.results.withhold),
        "forward_to": desk.id(f"queue.{said.forward_to}") if said.forward_to else None,
    }


def _data(desk: _Desk, key: str | None) -> dict[str, object] | None:
    """Where a data entry is. `id` is that of the file; null until somebody has uploaded it."""
    entry = next((item for item in desk.challenge.data if item.key == key), None)
    if entry is None:
        return None
    if entry.url is not None:
        return {"data": entry.key, "url": entry.url}
    if entry.at is not None:
        return {"data": entry.key, "at": entry.at, "path": entry.path}
    address = entry_address(entry)
    return {
        "data": entry.key,
        "id": desk.ids.get(f"truth.{entry.key}") if entry.file else desk.id(address),
        "folder": desk.id(address),
        "file": entry.file,
        "version": entry.version,
    }


def _run(run: ResolvedRun) -> dict[str, object]:
    return {name: value for name, value in asdict(run).items() if value is not None}


def _when(moment: datetime | None) -> str | None:
    return instant(moment) if moment else None
