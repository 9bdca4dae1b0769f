"""When a row appears: new and changed views, and what a query meanwhile gets (contract 8.7)."""
# ruff: noqa: S608 -- these are queries in the SQL of Synapse, sent to the server under test

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.sandbox.viewing import TABLE, World, job, make_view, rows, world

__all__ = ["world"]  # a fixture


@pytest.fixture
def delayed(world: World) -> Any:
    """A frozen clock and views that need ten seconds to show what happened."""
    api = world.api("admin")
    api.ok("PUT", "/sandbox/v1/views/delay", {"milliseconds": 10_000})
    api.ok("PUT", "/sandbox/v1/clock", {"mode": "frozen"})
    yield lambda seconds: api.ok("POST", "/sandbox/v1/clock/advance", {"milliseconds": seconds * 1000})
    api.ok("PUT", "/sandbox/v1/clock", {"mode": "real"})
    api.ok("PUT", "/sandbox/v1/views/delay", {"milliseconds": 0})


def test_a_new_view_keeps_its_queries_waiting_until_it_is_built(world: World, delayed: Any) -> None:
    me = world.api("organizer")
    view = make_view(me, world.project, [world.queue], world.columns, "new")
    path = f"/entity/{view}/table/query"
    request = {"concreteType": f"{TABLE}QueryBundleRequest", "query": {"sql": f"select id from {view}"}}
    token = me.ok("POST", f"{path}/async/start", request)["token"]
    waiting = me.get(f"{path}/async/get/{token}")
    assert waiting.status == 202
    assert waiting.body["jobState"] == "PROCESSING"
    assert waiting.body["progressMessage"] == "Waiting for the table index to become available..."
    assert isinstance(waiting.body["progressCurrent"], int)
    delayed(10)
    assert me.get(f"{path}/async/get/{token}").status == 201


def test_a_built_view_shows_old_rows_until_the_delay_after_the_change_was_noticed(world: World, delayed: Any) -> None:
    delayed(10)
    me, sql = world.api("organizer"), f"select name from {world.view}"
    assert len(rows(me, world.view, sql)) == 2
    me.ok("DELETE", f"/evaluation/submission/{world.submissions[0]}")
    assert len(rows(me, world.view, sql)) == 2
    delayed(9)
    assert len(rows(me, world.view, sql)) == 2
    delayed(1)
    assert len(rows(me, world.view, sql)) == 1


def test_a_snapshot_of_a_view_that_is_not_built_is_refused(world: World, delayed: Any) -> None:
    view = make_view(world.api("organizer"), world.project, [world.queue], world.columns, "new")
    request = {"concreteType": f"{TABLE}TableUpdateTransactionRequest", "changes": [], "createSnapshot": True}
    reply = job(world.api("organizer"), f"/entity/{view}/table/transaction", request)
    assert (reply.status, reply.reason) == (
        400,
        "You cannot create a version of a view that is not available (Status: PROCESSING)",
    )


def test_a_page_says_that_a_view_is_not_built_yet(world: World, delayed: Any, sandbox: Any) -> None:
    make_view(world.api("organizer"), world.project, [world.queue], world.columns, "new")
    address = f"{sandbox.url}/projects/{world.project}/leaderboards?as=organizer"
    assert "Waiting for the table index to become available..." in httpx.get(address).text
    delayed(10)
    page = httpx.get(address).text
    assert "Waiting" not in page
    assert "attempt 2" in page
