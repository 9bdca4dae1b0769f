"""Known bugs, planted one at a time: the laws catch each. Otherwise their silence would say nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planner import diff, ordering, planning
from planner.remembering import remember
from providers.apply import run
from providers.synapse import lock, settle
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


def share_queues_before_their_rounds(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ordering, "_needed", _without_after(ordering._needed))  # noqa: SLF001 -- the bug is planted there


def _without_after(needed: Callable[..., Any]) -> Callable[..., Any]:
    def only_references(item: Any, desired: Any, made: Any, complete: Any) -> Any:
        found = needed(item, desired, made, complete)
        return [id_ for id_ in found if not (item.address.startswith("acl.queue.") and id_.startswith("round."))]

    return only_references


def open_queues_too_early(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        "planner.desired.queues._types", lambda _submitting, level, **_: ("READ", "SUBMIT") if level == "submit" else ()
    )


def ignore_the_gates(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(planning, "evaluate", lambda *_: ())
    patch.setattr(planning, "way", lambda _begun, _wanted: ())


def share_the_truths(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("planner.desired.data._readers", lambda _context, _entry: {"team.participants": ("DOWNLOAD", "READ")})


def apply_without_a_lock(patch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: Any) -> None:
        return None

    patch.setattr(lock.SynapseLock, "take", nothing)
    patch.setattr(lock.SynapseLock, "keep", nothing)
    patch.setattr(lock.SynapseLock, "release", nothing)


def remember_what_was_not_done(patch: pytest.MonkeyPatch) -> None:
    honest = remember

    def boastful(applied: Any, desired: Any, ids: Any, _settled: Any) -> Any:
        return honest(applied, desired, ids, [address for address in desired.resources if address in ids])

    patch.setattr(run, "remember", boastful)


BUGS: dict[str, tuple[Plant, str]] = {
    "a web edit is overwritten": (overwrite_the_web, "is gone"),
    "a lost creation is sent again unseen": (forget_to_look_before_sending_again, "is there twice"),
    "a queue opens before it has rounds": (share_queues_before_their_rounds, "takes submissions"),
    "a queue opens at every stage": (open_queues_too_early, "takes submissions"),
    "a truth is shared": (share_the_truths, "can be read"),
    "what was not done is remembered": (remember_what_was_not_done, ""),
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
