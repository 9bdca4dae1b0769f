"""A plan that is made again: the same where nothing moved, another one where anything of ours did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from challenge_spec.resolved import ResolvedChallenge
from planner.applied import Applied
from planner.live import Guarded, Live, LiveResource, Membership
from planner.planning import Options, make_plan
from planner.render.document import document, from_json, to_json
from planner.render.moved import moved
from planner.render.schema import PlanDocument
from planner.resources import FIXED_PRINCIPALS, Kind
from planner.stages import STAGES
from tests.planner.challenges import RUNNING, challenge, data, page, queue, team, window
from tests.planner.worlds import edited, ready_to_open, without, world_at

World = tuple[ResolvedChallenge, Live, Applied, Options]


def drawn(seed: int) -> Random:
    return Random(seed)  # noqa: S311 -- drawn to be repeated from a seed, not to be secret


def planned(challenge: ResolvedChallenge, live: Live, applied: Applied, options: Options) -> PlanDocument:
    return document(make_plan(challenge, live, applied, options).plan)


def some_challenge(chance: Random, stage: str) -> ResolvedChallenge:
    """The tiny challenge with some things said otherwise."""
    windows = tuple(
        window(str(number), RUNNING + timedelta(days=30 * number), RUNNING + timedelta(days=30 * number + 29))
        for number in range(chance.randint(1, 4))
    )
    words = chance.choice(("Words.", "Other words.", "x" * 300))
    pages = [page(links=(("data",),), text=words), page("data", links=((),)), page("rules", text=words)]
    extra = {"finalists": team("finalists", members=("example-organizer-2",))} if chance.random() < 0.5 else {}
    tiny = challenge(stage, queues=(queue(rounds=windows, description=words),), wiki=challenge().wiki)
    return replace(
        tiny,
        wiki=replace(tiny.wiki, pages=tuple(pages), publish=chance.choice(("on-apply", "by-hand"))),
        teams=(*tiny.teams, *extra.values()),
        data=(*tiny.data, data("more", "Data", "More")) if chance.random() < 0.5 else tiny.data,
    )


def some_world(seed: int) -> World:
    """A challenge, a world in which some things were edited or removed, and some decisions."""
    chance = drawn(seed)
    reached, wanted = sorted((chance.choice(STAGES), chance.choice(STAGES)), key=STAGES.index)
    tiny = some_challenge(chance, wanted)
    earlier = some_challenge(chance, reached)
    live, applied = (
        ready_to_open(earlier, RUNNING) if reached == "preregistration" else world_at(earlier, reached, RUNNING)
    )
    for address in chance.sample(sorted(live.resources), chance.randint(0, 4)):
        live = without(live, address) if chance.random() < 0.5 else touched(live, address)
    addresses = sorted(live.resources.keys() & {"wiki.live/rules", "team.testers", "folder.logs", "project.live"})
    options = Options(
        take_manifest=frozenset(chance.choice(((), ("all",), ("wiki.staging/rules",)))),
        publish=frozenset(chance.choice(((), ("all",)))),
        targets=frozenset(chance.sample(addresses, 1)) if addresses and chance.random() < 0.2 else frozenset(),
    )
    return tiny, live, applied if chance.random() < 0.8 else Applied(), options


def read_again(live: Live, chance: Random) -> Live:
    """The same world, read a little later: answers came in another order."""

    def shuffled(found: Mapping[str, Any]) -> dict[str, Any]:
        keys = list(found)
        chance.shuffle(keys)
        return {key: found[key] for key in keys}

    return replace(
        live,
        now=live.now + timedelta(minutes=chance.randint(1, 600)),
        resources=shuffled(live.resources),
        ids=shuffled(live.ids),
        names=shuffled(live.names),
        memberships=shuffled(live.memberships),
        guarded=shuffled(live.guarded),
        requirements=shuffled(live.requirements),
    )


def refused(seed: int) -> list[str]:
    """What is said to have moved when nothing did but time."""
    tiny, live, applied, options = some_world(seed)
    reviewed = from_json(to_json(planned(tiny, live, applied, options)))
    return moved(reviewed, planned(tiny, read_again(live, drawn(seed)), applied, options))


def test_a_plan_of_an_unchanged_world_is_never_refused() -> None:
    assert {seed: why for seed in range(120) if (why := refused(seed))} == {}


@pytest.mark.prove
def test_ten_thousand_plans_of_unchanged_worlds_are_never_refused() -> None:
    assert {seed: why for seed in range(10_000) if (why := refused(seed))} == {}


def touched(live: Live, address: str) -> Live:
    """The same world after somebody changed something of one resource on the web."""
    found = live.resources[address]
    return edited(live, address, **_another(found))


def _another(found: LiveResource) -> dict[str, Any]:
    """One field of a resource with another value."""
    if found.kind is Kind.ACL:
        return {FIXED_PRINCIPALS["signed-in"]: ("DOWNLOAD", "READ", "SUBMIT")}
    changing = {Kind.MEMBER: "person", Kind.CHALLENGE: "team", Kind.STAGE: "stage", Kind.ROUND: "end"}
    name = changing.get(found.kind) or next(
        name for name in ("description", "text", "url", "columns", "name", "pages", *found.spec) if name in found.spec
    )
    return {name: {"stage": "concluded", "end": "2029-01-01T00:00:00.000Z"}.get(name, "something else")}


TINY = replace(challenge("open"), queues=(queue(description="Said anew."),))
LIVE, APPLIED = world_at(challenge("open"), "open", RUNNING)
REVIEWED = planned(TINY, LIVE, APPLIED, Options())


@pytest.mark.parametrize("how", [touched, without])
@pytest.mark.parametrize("address", sorted(LIVE.resources))
def test_whatever_moves_under_a_plan_is_said(address: str, how: Callable[[Live, str], Live]) -> None:
    assert list(REVIEWED.changes), "a plan that does something"
    found = moved(REVIEWED, planned(TINY, how(LIVE, address), APPLIED, Options()))
    assert any(address in row for row in found) or address.startswith("stage."), found
    assert found


def test_a_new_etag_of_what_the_plan_touches_is_said() -> None:
    old = LIVE.resources["queue.leaderboard/task"]
    again = replace(LIVE, resources={**LIVE.resources, old.address: replace(old, etag="another")})
    assert moved(REVIEWED, planned(TINY, again, APPLIED, Options())) == [
        "precondition of queue.leaderboard/task: is another one now"
    ]


@pytest.mark.parametrize("decided", ["take_manifest", "publish", "allow", "adopt", "targets", "excludes"])
def test_other_decisions_make_another_plan(decided: str) -> None:
    given: dict[str, Any] = {decided: frozenset({"queue.leaderboard/task"})}
    found = moved(REVIEWED, planned(TINY, LIVE, APPLIED, Options(**given)))
    assert f"option {decided} queue.leaderboard/task: is new" in found


def test_another_target_makes_another_plan() -> None:
    found = moved(REVIEWED, planned(TINY, LIVE, APPLIED, Options(target="http://127.0.0.1:1")))
    assert found == ["target: Synapse then, http://127.0.0.1:1 now"]


OPENING = challenge("open")
READY, READY_APPLIED = ready_to_open(OPENING, RUNNING)
SEEN_BY_GATES: dict[str, tuple[str, Live]] = {
    "somebody of the staff left": (
        "staff-accepted",
        replace(READY, memberships={"team.organizers": Membership(frozenset())}),
    ),
    "a truth was replaced": ("truths-closed", replace(READY, guarded={"truth": Guarded("syn10", "truth.csv", {})})),
    "a truth was shared": (
        "truths-closed",
        replace(READY, guarded={"truth": Guarded("syn9", "truth.csv", {FIXED_PRINCIPALS["public"]: ("READ",)})}),
    ),
    "a link was made anew": ("workflows-linked", replace(READY, ids={**READY.ids, "link.scoring": "syn11"})),
}


@pytest.mark.parametrize("what", SEEN_BY_GATES)
def test_what_a_gate_saw_moves_the_plan(what: str) -> None:
    code, live = SEEN_BY_GATES[what]
    reviewed = planned(OPENING, READY, READY_APPLIED, Options())
    assert f"gate {code}: is another one now" in moved(reviewed, planned(OPENING, live, READY_APPLIED, Options()))


def test_rounds_that_end_make_no_other_plan_as_long_as_one_is_to_come() -> None:
    windows = tuple(
        window(str(number), RUNNING - timedelta(days=1), RUNNING + timedelta(hours=number)) for number in (1, 48)
    )
    opening = replace(OPENING, queues=(queue(rounds=windows),))
    live, applied = ready_to_open(opening, RUNNING)
    later = replace(live, now=live.now + timedelta(hours=2))
    assert moved(planned(opening, live, applied, Options()), planned(opening, later, applied, Options())) == []


def test_fields_of_a_change_that_is_another_one_now_are_named() -> None:
    other = replace(TINY, queues=(queue(description="Said otherwise."),))
    assert moved(REVIEWED, planned(other, LIVE, APPLIED, Options())) == [
        "change queue.leaderboard/task: is another one now (description)"
    ]
