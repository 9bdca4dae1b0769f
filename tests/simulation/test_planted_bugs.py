"""Known bugs, planted one at a time: the laws catch each. Otherwise their silence would say nothing."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from challenge_cli import engine
from planner import diff, holding, planning
from planner.access import ENTITY, QUEUE
from planner.consents import CONSENTS
from planner.desired.context import staff_acl
from planner.remembering import remember
from providers.apply import run
from providers.apply.receipt import Result
from providers.apply.walk import Walk
from providers.synapse import settle
from providers.synapse.failures import Ambiguous
from providers.synapse.lock_state import LockState
from tests.simulation.script import write
from tests.simulation.story import tell

SEEDS = 300

Plant = Callable[[pytest.MonkeyPatch], None]


def overwrite_the_web(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(diff, "keeps", lambda _kind, _field: False)


def forget_to_look_before_sending_again(patch: pytest.MonkeyPatch) -> None:
    async def blindly(transport: Any, _where: str, creation: Any) -> Any:
        for _ in range(settle.ATTEMPTS):
            try:
                return await creation.send(), settle.CREATED
            except Ambiguous as lost:
                await transport.sleep(lost.pause)
        raise settle.given_up(_where, transport.endpoint)

    for place in ("pages.create_once", "members.create", "objects.create", "bodies.create"):
        patch.setattr(f"providers.synapse.kinds.{place}", blindly)


def share_the_truths(patch: pytest.MonkeyPatch) -> None:
    def everybody(*_: Any) -> dict[str, tuple[str, ...]]:
        return {"team.participants": ("DOWNLOAD", "READ")}

    patch.setattr(sys.modules["planner.desired.data"], "_readers", everybody)


def share_private_folders(patch: pytest.MonkeyPatch) -> None:
    def generous(context: Any, where: str, levels: Any) -> Any:
        return staff_acl(context, where, levels) | {"public": ENTITY["view"]}

    patch.setattr(sys.modules["planner.desired.data"], "staff_acl", generous)


def open_queues_at_every_stage(patch: pytest.MonkeyPatch) -> None:
    def declared(_stage: Any, level: str, **_: Any) -> tuple[str, ...]:
        return QUEUE[level]

    patch.setattr(sys.modules["planner.desired.queues"], "_types", declared)


def remember_what_was_not_done(patch: pytest.MonkeyPatch) -> None:
    def boastful(applied: Any, desired: Any, ids: Any, _settled: Any, *rest: Any, **more: Any) -> Any:
        everything = [address for address in desired.resources if address in ids]
        return remember(applied, desired, ids, everything, *rest, **more)

    patch.setattr(run, "remember", boastful)


def write_while_planning(patch: pytest.MonkeyPatch) -> None:
    look = engine.look

    async def clumsily(session: Any, job: Any) -> Any:
        await session.transport.post("/column", {"name": "oops", "columnType": "INTEGER"})
        return await look(session, job)

    patch.setattr(engine, "look", clumsily)


def take_the_lock_from_others(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(LockState, "held", lambda _self, _now: False)


def call_failures_done(patch: pytest.MonkeyPatch) -> None:
    failed = Walk._failed  # noqa: SLF001 -- the place where a failure is written down

    def proudly(self: Walk, item: Any, error: Any, fatal: Any) -> Any:
        return replace(failed(self, item, error, fatal), result=Result.DONE, synapse_id="1")

    patch.setattr(Walk, "_failed", proudly)


def never_be_content(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(diff, "same", lambda before, after: before == after and not isinstance(after, tuple))


def take_consents_for_granted(patch: pytest.MonkeyPatch) -> None:
    hold = vars(planning)["hold"]
    patch.setattr(planning, "hold", lambda found, before, _allow: hold(found, before, frozenset(CONSENTS)))


def delete_whatever_is_inside(patch: pytest.MonkeyPatch) -> None:
    take_consents_for_granted(patch)
    patch.setattr(holding, "protections", lambda *_: ())


BUGS: dict[str, tuple[Plant, str]] = {
    "a web edit is overwritten": (overwrite_the_web, "is gone"),
    "a lost creation is sent again unseen": (forget_to_look_before_sending_again, "is there twice"),
    "a truth is shared": (share_the_truths, "can be read"),
    "private folders are born open": (share_private_folders, "can be read"),
    "queues are open at every stage": (open_queues_at_every_stage, "takes submissions"),
    "what was not done is remembered": (remember_what_was_not_done, "which nobody changed"),
    "planning writes": (write_while_planning, "planning wrote"),
    "a lease is ignored": (take_the_lock_from_others, "without the lock"),
    "failures are called done": (call_failures_done, "is done, and it isn't"),
    "a plan is never content": (never_be_content, "never comes to rest"),
    "consents are taken for granted": (take_consents_for_granted, "deletes without consent"),
    "what holds others' work is deleted": (delete_whatever_is_inside, "isn't ours to touch"),
}


@pytest.mark.prove
@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_caught(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant, words = BUGS[name]
    plant(monkeypatch)
    for seed in range(SEEDS):
        if any(words in broken for broken in tell(write(seed), tmp_path).broken):
            return
    pytest.fail(f"{SEEDS} stories, and nobody noticed that {name}")


@pytest.mark.prove
def test_luck_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    luck = random.SystemRandom()
    monkeypatch.setattr("providers.synapse.transport.backoff", lambda _: luck.uniform(0.1, 9.0))
    assert any(tell(write(seed), tmp_path).trace != tell(write(seed), tmp_path).trace for seed in range(SEEDS))
