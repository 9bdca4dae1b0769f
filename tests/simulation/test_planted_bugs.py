"""Known bugs, planted one at a time: the laws catch each. Otherwise their silence would say nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planner import diff
from planner.access import ENTITY
from planner.desired.context import staff_acl
from planner.remembering import remember
from providers.apply import run
from providers.synapse import settle
from providers.synapse.failures import Ambiguous
from tests.simulation.story import tell

SEEDS = 60

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


def remember_what_was_not_done(patch: pytest.MonkeyPatch) -> None:
    def boastful(applied: Any, desired: Any, ids: Any, _settled: Any, *rest: Any, **more: Any) -> Any:
        everything = [address for address in desired.resources if address in ids]
        return remember(applied, desired, ids, everything, *rest, **more)

    patch.setattr(run, "remember", boastful)


BUGS: dict[str, tuple[Plant, str]] = {
    "a web edit is overwritten": (overwrite_the_web, "is gone"),
    "a lost creation is sent again unseen": (forget_to_look_before_sending_again, "is there twice"),
    "a truth is shared": (share_the_truths, "can be read"),
    "private folders are born open": (share_private_folders, "can be read"),
    "what was not done is remembered": (remember_what_was_not_done, "nobody changed"),
}


@pytest.mark.prove
@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_caught(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant, words = BUGS[name]
    plant(monkeypatch)
    for seed in range(SEEDS):
        if any(words in broken for broken in tell(seed, tmp_path).broken):
            return
    pytest.fail(f"{SEEDS} stories, and nobody noticed that {name}")
