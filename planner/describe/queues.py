"""Evaluation queues: what each is for, who submits, when, how often."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from challenge_spec.resolving.names import queue_name, title
from challenge_spec.resolving.purposes import PURPOSES
from challenge_spec.resolving.queues import DEFAULT_RECEIPT, INSTRUCTIONS, default_description
from challenge_spec.scoring import Purpose
from challenge_spec.teams import STAFF_TEAMS
from planner.access import QUEUE
from planner.describe.draft import tidy
from planner.describe.keys import key_from, unique, without
from planner.describe.moments import EARLIEST, LATEST, written
from planner.describe.purposes import access_of, purpose_of
from planner.describe.scene import Scene
from planner.discovered import FoundQueue, FoundRound

MAIN = "main"
"""The sub-challenge of a challenge whose questions nobody wrote down."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a queue stands in the manifest: its entry, and for which sub-challenge (None: for all together)."""

    entry: str
    sub: str | None

    @property
    def key(self) -> str:
        """The key of the queue's address."""
        return self.entry if self.sub is None else f"{self.entry}/{self.sub}"


def describe_queues(scene: Scene) -> dict[str, FoundQueue]:
    """Fill the blocks `sub_challenges` and `queues`; returns the queues by the key of their address."""
    spots = dict(_spots(scene))
    by_id = {queue.id: queue for queue in scene.found.queues}
    _sub_challenges(scene, spots, by_id)
    entries: dict[str, list[tuple[Spot, FoundQueue]]] = {}
    for id_, spot in spots.items():
        entries.setdefault(spot.entry, []).append((spot, by_id[id_]))
    for entry, members in entries.items():
        _entry(scene, entry, members)
    return {spot.key: by_id[id_] for id_, spot in spots.items()}


def _spots(scene: Scene) -> Iterator[tuple[str, Spot]]:
    taken: set[str] = set()
    told = {queue.id: scene.remembered.key("queue", queue.id) for queue in scene.found.queues}
    taken |= {key.partition("/")[0] for key in told.values() if key}
    for queue in scene.found.queues:
        key = told[queue.id]
        if key:
            entry, _, sub = key.partition("/")
            yield queue.id, Spot(entry, sub or None)
            continue
        entry = unique(key_from(without(queue.name, scene.name), "queue"), taken)
        taken.add(entry)
        yield queue.id, Spot(entry, MAIN)


def _sub_challenges(scene: Scene, spots: Mapping[str, Spot], queues: Mapping[str, FoundQueue]) -> None:
    """One entry for each sub-challenge that some queue is for, named as its queues are named."""
    block = scene.draft.document.setdefault("sub_challenges", {})
    for id_, spot in spots.items():
        if spot.sub is not None and spot.sub not in block:
            name = _name_between(queues[id_].name, scene.name, title(spot.entry))
            block[spot.sub] = tidy({"name": name if name and name != title(spot.sub) else None})
    if not block:
        del scene.draft.document["sub_challenges"]
    else:
        text = "decide: question, format, metrics and ranking are not on Synapse"
        scene.draft.comment(text, "sub_challenges")


def _name_between(name: str, front: str, back: str) -> str | None:
    """The sub-challenge in a derived queue name: what stands between the challenge and the entry."""
    if name.startswith(f"{front} ") and name.endswith(f" {back}") and len(name) > len(front) + len(back) + 2:
        return name[len(front) + 1 : -len(back) - 1]
    return None


def _entry(scene: Scene, entry: str, members: list[tuple[Spot, FoundQueue]]) -> None:
    """One entry of the block `queues`, for one evaluation queue or for one of each sub-challenge."""
    purpose = purpose_of(scene, entry, members[0][1])
    together = members[0][0].sub is None
    block: dict[str, Any] = {"purpose": purpose}
    scope = _scope(scene, purpose, [spot.sub for spot, _ in members if spot.sub])
    if not together and scope != "all":
        block["for"] = scope
    elif together != (purpose == "writeup"):
        block["for"] = {"together": "all"} if together else "all"
    scene.draft.block("queues")[entry] = block
    for spot, queue in members:
        place = ("queues", entry) if len(members) == 1 else ("queues", entry, "by_sub_challenge", str(spot.sub))
        scene.draft.block(*place).update(_settings(scene, spot, queue, purpose, place))


def _scope(scene: Scene, purpose: Purpose, subs: list[str]) -> str | list[str]:
    everything = set(scene.draft.document.get("sub_challenges", {}))
    return "all" if set(subs) == everything and purpose != "writeup" else subs


def _settings(scene: Scene, spot: Spot, queue: FoundQueue, purpose: Purpose, place: tuple[str, ...]) -> dict[str, Any]:
    scene.place(f"queue.{spot.key}", queue.id, queue.access)
    submission = _submission(queue, purpose)
    said: dict[str, Any] = {
        "name": queue.name if queue.name != _derived_name(scene, spot) else None,
        "submission": submission if submission != PURPOSES[purpose]["submission"] else None,
        "access": access_of(scene, purpose, queue),
        **_evaluation(scene, purpose, queue, place),
        **_windows(scene, spot, queue, place),
    }
    for field, text, usual in (
        ("description", queue.description, default_description(scene.name, spot.entry)),
        ("instructions", queue.instructions, INSTRUCTIONS[submission]),
        ("receipt", queue.receipt, DEFAULT_RECEIPT),
    ):
        said[field] = text if text != usual else None
    return _kept(said) | _owner(scene, spot, queue, place)


def _evaluation(scene: Scene, purpose: Purpose, queue: FoundQueue, place: tuple[str, ...]) -> dict[str, Any]:
    """Who evaluates, against what: a guess where there is one workflow, one account for it and one truth."""
    if purpose == "writeup":
        return {}
    truths, workflows = list(_truths(scene)), scene.draft.document.get("workflows", {})
    runs = queue.access.get(scene.evaluator or "") == QUEUE["score"]
    if len(truths) == len(workflows) == 1 and runs and queue.project == scene.found.live.project.id:
        text = "decide: a guess, for these are the only data that the evaluating account reads"
        scene.draft.comment(text, *place, "truth")
        return {"truth": truths[0]}
    scene.draft.comment("decide: who evaluates, and against which truth, is not on Synapse", *place, "evaluation")
    return {"evaluation": "receive"}


def _truths(scene: Scene) -> Iterator[str]:
    """Keys of data that nobody reads but staff and the account that evaluates."""
    staff = {scene.addresses.get(f"team.{key}") for key in STAFF_TEAMS} | {scene.deployer, scene.evaluator}
    folders = {"/".join(path): folder for path, folder in scene.folders.values()}
    for key, entry in scene.draft.document.get("data", {}).items():
        rights = (folders[entry["folder"]].access or {}) if "folder" in entry else {}
        if scene.evaluator in rights and rights.keys() <= staff:
            yield key


def _kept(said: Mapping[str, Any]) -> dict[str, Any]:
    """What was said; an access of nobody says something."""
    return {key: value for key, value in said.items() if value is not None}


def _owner(scene: Scene, spot: Spot, queue: FoundQueue, place: tuple[str, ...]) -> dict[str, Any]:
    if queue.project != scene.found.live.project.id:
        del scene.access[f"queue.{spot.key}"]
        scene.draft.comment("stands on the staging project, where the manifest has no queues", *place, "use")
        scene.draft.leave(f"the queue {queue.name} stands on the staging project; it is used as it is, never changed")
        return {"use": int(queue.id)}
    adopt = None if scene.ours else scene.adopt(queue.id)
    if adopt and not scene.may_change(queue.access):
        del scene.access[f"queue.{spot.key}"]
        scene.draft.leave(f"the queue {queue.name}, which this account may not change; it is used as it is")
        return {"use": int(adopt)}
    return {"adopt": int(adopt)} if adopt else {}


def _derived_name(scene: Scene, spot: Spot) -> str:
    subs = scene.draft.document.get("sub_challenges", {})
    sub = None if spot.sub is None else subs[spot.sub].get("name", title(spot.sub))
    return queue_name(scene.name, spot.entry, sub)


def _submission(queue: FoundQueue, purpose: Purpose) -> str:
    """What is submitted, as the instructions of a queue of ours say it."""
    told = {text: what for what, text in INSTRUCTIONS.items()}
    return str(told.get(queue.instructions, PURPOSES[purpose]["submission"]))


def _windows(scene: Scene, spot: Spot, queue: FoundQueue, place: tuple[str, ...]) -> dict[str, Any]:
    """Rounds and limits; without rounds a queue is always open, or follows a legacy quota."""
    known = [item for item in queue.rounds if _sayable(scene, queue, item)]
    if not known:
        if queue.quota is not None:
            _quota(scene, queue, place)
        return {"rounds": "always", "limits": "none"}
    limits = {tuple(sorted(item.limits.items())) for item in known}
    same = len(limits) == 1
    rounds = [_round(scene, spot, number, item, same) for number, item in enumerate(known, 1)]
    return {"rounds": rounds, "limits": (_limits(known[0]) if same else "none")}


def _limits(item: FoundRound) -> Any:
    order = ("daily", "weekly", "monthly", "total")
    return {name: item.limits[name] for name in order if name in item.limits} or "none"


def _round(scene: Scene, spot: Spot, number: int, item: FoundRound, same: bool) -> dict[str, Any]:
    told = scene.remembered.key("round", item.id)
    name = told.removeprefix(f"{spot.key}/") if told and told.startswith(f"{spot.key}/") else f"Round {number}"
    said: dict[str, Any] = {
        "name": name if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._-]*", name) else f"Round {number}",
        "start": written(datetime.fromisoformat(item.start), scene.zone, "start"),
        "end": written(datetime.fromisoformat(item.end), scene.zone, "end"),
    }
    return said if same else said | {"limits": _limits(item)}


def _sayable(scene: Scene, queue: FoundQueue, item: FoundRound) -> bool:
    start, end = datetime.fromisoformat(item.start), datetime.fromisoformat(item.end)
    if EARLIEST < start < end < LATEST:
        return True
    scene.draft.leave(f"the round {item.start} to {item.end} of {queue.name}: the manifest has no such rounds")
    return False


def _quota(scene: Scene, queue: FoundQueue, place: tuple[str, ...]) -> None:
    quota = queue.quota or {}
    said = ", ".join(f"{name} {quota[name]}" for name in sorted(quota))
    text = (
        "a legacy quota rules this queue; say `rounds` and `limits` here, and apply turns the quota into rounds first"
    )
    scene.draft.comment(f"decide: {text}", *place, "rounds")
    scene.draft.leave(f"the legacy quota of the queue {queue.name} ({said}): it stays in force as it is")
