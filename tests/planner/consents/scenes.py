"""For each consent a plan that needs it, as an organizer would come to it: an edit of a challenge that runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from challenge_spec.resolved import ResolvedChallenge, ResolvedWiki
from planner.applied import Applied
from planner.desired import compile_challenge
from planner.live import Live
from planner.options import Options
from planner.plan import Plan
from planner.planning import make_plan
from tests.planner.challenges import RUNNING, challenge, data, page, queue, team, window
from tests.planner.worlds import dropping, remembering, world_at

EARLIER = datetime(2027, 5, 1, tzinfo=UTC)

Scene = tuple[ResolvedChallenge, Live, Applied]


def edited(before: ResolvedChallenge, after: ResolvedChallenge, **found: Mapping[str, int]) -> Scene:
    """A challenge that was applied when it opened, and its manifest since."""
    live, applied = world_at(before, "open", RUNNING)
    wanted = compile_challenge(after, after.stage, RUNNING)
    return after, dropping(live, wanted, **found), replace(applied, at=RUNNING)


def delete() -> Scene:
    tiny = challenge("open")
    return edited(replace(tiny, teams=(*tiny.teams, team("finalists", members=("example-finalist",)))), tiny)


def mass_delete() -> Scene:
    tiny = challenge("open")
    pages = [page(f"page-{number}") for number in range(12)]
    many = replace(tiny.wiki, pages=(*tiny.wiki.pages, *pages))
    return edited(replace(tiny, wiki=many), replace(tiny, wiki=ResolvedWiki(pages=(page(),))))


def delete_submissions() -> Scene:
    tiny = challenge("open")
    two = replace(tiny, queues=(*tiny.queues, queue("trial/task", protect=False)))
    return edited(two, tiny, submissions={"queue.trial/task": 3})


def delete_data() -> Scene:
    tiny = challenge("open")
    more = replace(tiny, data=(*tiny.data, data("extra", "Extra", protect=False)))
    return edited(more, tiny, contents={"folder.extra": 2})


def widen_access() -> Scene:
    tiny = challenge("open")
    return edited(tiny, _training(tiny, {"participants": "download", "testers": "download"}))


def going_public() -> Scene:
    tiny = challenge("open")
    return edited(tiny, _training(tiny, {"participants": "download", "public": "download"}))


def _training(tiny: ResolvedChallenge, access: Mapping[str, str]) -> ResolvedChallenge:
    return replace(tiny, data=(data("training", "Data", "Training", access=access), *tiny.data[1:]))


def shorten_round() -> Scene:
    tiny = challenge("open")
    shorter = queue(rounds=(window(end=EARLIER, total=3),))
    return edited(tiny, replace(tiny, queues=(shorter,)), submissions={"queue.leaderboard/task": 17})


def admin_removal() -> Scene:
    tiny = challenge("open")
    closed = data(
        "training", "Data", "Training", access={"participants": "download"}, grants={"administrators": "none"}
    )
    return edited(tiny, replace(tiny, data=(closed, *tiny.data[1:])))


def reopen() -> Scene:
    tiny = challenge("closed")
    live, applied = world_at(tiny, "closed", RUNNING)
    return replace(tiny, stage="open"), live, replace(applied, at=RUNNING)


def adopt() -> Scene:
    tiny = challenge("open")
    more = replace(tiny, data=(*tiny.data, data("extra", "Extra")))
    live, _ = world_at(more, "open", RUNNING)
    strangers = {
        address: replace(item, identified_by="name") if address.endswith("folder.extra") else item
        for address, item in live.resources.items()
    }
    return more, replace(live, resources=strangers), replace(world_at(tiny, "open", RUNNING)[1], at=RUNNING)


SCENES: Final[Mapping[str, Callable[[], Scene]]] = {
    "delete": delete,
    "mass-delete": mass_delete,
    "delete-submissions": delete_submissions,
    "delete-data": delete_data,
    "widen-access": widen_access,
    "going-public": going_public,
    "shorten-round": shorten_round,
    "admin-removal": admin_removal,
    "reopen": reopen,
    "adopt": adopt,
}
"""Name of the consent → what needs it."""


def plan_of(scene: Scene, *allow: str) -> Plan:
    """The plan of a scene with some consents."""
    tiny, live, applied = scene
    strange = "folder.extra" if any(entry.key == "extra" for entry in tiny.data) else "team.testers"
    adopted = frozenset({strange} if "adopt" in allow else ())
    return make_plan(tiny, live, applied, Options(allow=frozenset(allow) - {"adopt"}, adopt=adopted)).plan


__all__ = ["SCENES", "Scene", "edited", "plan_of", "remembering"]
