"""Writing once, without a server: what is looked up, what is sent again, what is given up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from planner.interfaces import ProviderError, Stale
from providers.synapse.failures import Ambiguous, Refused
from providers.synapse.session import Session
from providers.synapse.settle import Change, Creation, create, moved, update
from tests.providers.synapse.conftest import Server
from tests.providers.synapse.worlds import run, signed_in

Raw = Mapping[str, Any]
LOST = Ambiguous("POST /thing", "reset", 0.1)
TAKEN = Refused(409, "taken", "POST /thing")


class Script:
    """Answers in turn; an exception among them is raised."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    async def __call__(self, *_: Any) -> Any:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def made(session: Session, send: Script, look_up: Script) -> tuple[Raw, str]:
    return await create(session.transport, "team.x", Creation(send, look_up))


@pytest.mark.parametrize(
    ("sent", "seen", "outcome"),
    [
        ([{"id": "1"}], [], ({"id": "1"}, "created")),
        ([LOST], [{"id": "1"}], ({"id": "1"}, "found again and completed")),
        ([LOST, {"id": "2"}], [None], ({"id": "2"}, "created")),
        # The first try happened after all, only later than we looked.
        ([LOST, TAKEN], [None, {"id": "1"}], ({"id": "1"}, "found again and completed")),
    ],
)
def test_a_creation_is_settled(server: Server, sent: list[Any], seen: list[Any], outcome: Any) -> None:
    async def work() -> tuple[Raw, str]:
        async with signed_in(server.url) as session:
            return await made(session, Script(*sent), Script(*seen))

    assert run(work) == outcome


@pytest.mark.parametrize(
    ("sent", "seen", "error"),
    [
        ([TAKEN], [], Refused),
        ([LOST, TAKEN], [None, None], Refused),
        ([LOST, Refused(403, "no", "")], [None], Refused),
        ([LOST] * 5, [None] * 5, ProviderError),
    ],
)
def test_a_creation_is_given_up(server: Server, sent: list[Any], seen: list[Any], error: type[Exception]) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            with pytest.raises(error):
                await made(session, Script(*sent), Script(*seen))

    run(work)


BASE = {"etag": "1", "name": "old", "scopeIds": ["1", "2"], "modifiedBy": "7"}


@pytest.mark.parametrize(
    ("sent", "seen", "outcome"),
    [
        ([{"etag": "2"}], [], "updated"),
        ([LOST], [{"etag": "2", "name": "new", "scopeIds": ["2", "1"]}], "found again and completed"),
        ([LOST, {"etag": "2"}], [BASE], "updated"),
        ([Refused(412, "stale", "")], [{"etag": "2", "name": "new", "scopeIds": ["2", "1"]}], "already so"),
    ],
)
def test_an_update_is_settled(server: Server, sent: list[Any], seen: list[Any], outcome: str) -> None:
    async def work() -> str:
        async with signed_in(server.url) as session:
            fields = {"name": "new", "scopeIds": ["1", "2"]}
            return (await update(session.transport, "view.x", Change(BASE, fields, Script(*sent), Script(*seen))))[1]

    assert run(work) == outcome


@pytest.mark.parametrize("sent", [[LOST], [Refused(412, "stale", "")]])
def test_an_update_over_a_change_of_somebody_else_is_stale(server: Server, sent: list[Any]) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            seen = Script({**BASE, "etag": "2", "name": "theirs", "modifiedBy": "8"})
            change = Change(BASE, {"name": "new"}, Script(*sent), seen)
            with pytest.raises(Stale, match="by user 8 since it was read: name"):
                await update(session.transport, "view.x", change)

    run(work)


def test_a_change_echoes_everything_else_and_removes_what_is_none() -> None:
    change = Change({"a": 1, "b": 2, "c": 3}, {"b": None, "c": 4}, Script(), Script())
    assert change.body() == {"a": 1, "c": 4}


def test_what_every_write_changes_counts_for_nothing() -> None:
    assert moved({"etag": "1", "modifiedOn": "x", "a": ""}, {"etag": "2", "modifiedBy": "y", "b": []}) == []
